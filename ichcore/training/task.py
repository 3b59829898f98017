"""What every training shares under Lightning: running average, seeds, optimiser and schedule."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, cast

import torch
from lightning.pytorch import LightningModule
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader, IterableDataset

from ichcore.training.augmentation import Augmentation, Augmenter
from ichcore.training.batches import Batches, Lessons
from ichcore.training.schedule import make_optimiser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ichcore.models.network import HuNetwork
    from ichcore.training.batches import SliceTable
    from ichcore.training.recipe import Recipe

MASK_REDUCE = 4
"""Masks are moved with the slices at a quarter of their resolution; finer than any map before GAP."""


class TrainingTask(LightningModule):
    """One stage of a recipe; what is learned from and how it is judged is the subclass's.

    What a step draws at random follows from the recipe's seed, its epoch and its number alone.

    Args:
        network: what is trained.
        recipe: how.

    Attributes:
        monitor: the logged figure whose highest value chooses the epoch.
    """

    monitor: str
    network: HuNetwork

    def __init__(self, network: HuNetwork, recipe: Recipe) -> None:
        super().__init__()
        self.network, self.recipe = network, recipe
        self.average: AveragedModel | None = None
        if recipe.optimiser.average:
            average = get_ema_multi_avg_fn(recipe.optimiser.average)  # type: ignore[no-untyped-call]
            self.average = AveragedModel(network, multi_avg_fn=average, use_buffers=self.moves_buffers)
            # it follows the network and has no gradients to be shared out
            self.average.requires_grad_(requires_grad=False)

    @property
    def kept(self) -> HuNetwork:
        """The network that is validated and saved: the running average, if there is one."""
        return self.network if self.average is None else cast("HuNetwork", self.average.module)

    @property
    def moves_buffers(self) -> bool:
        """Whether the network's buffers are averaged too; ``False`` copies them."""
        return True

    @property
    def epoch_seed(self) -> int:
        """Of this epoch's order and augmentation, so that a resumed run repeats them."""
        return self.recipe.seed * 1009 + self.current_epoch

    def learning(self) -> Iterable[nn.Parameter]:
        """What the optimiser moves, as far as it asks for gradients."""
        return self.network.parameters()

    def loader(self, batches: IterableDataset[Any]) -> DataLoader[Any]:
        """This epoch's batches as Lightning takes them; in a run that goes on within an epoch, the rest."""
        return DataLoader(_Rest(batches, lambda: self.steps_taken), batch_size=None)

    @property
    def steps_taken(self) -> int:
        """Of this epoch."""
        return int(self.trainer.fit_loop.epoch_loop.batch_progress.current.ready)

    def epoch_of(self, table: SliceTable, mask_reduce: int) -> DataLoader[Any]:
        """This epoch's slices of a table, in a new order and augmented as the recipe has it.

        Args:
            table: what is learned from.
            mask_reduce: block of pixels a mask cell stands for; 0 for no masks.
        """
        o, seed = self.recipe.optimiser, self.epoch_seed
        batches = Batches(
            table,
            o.batch,
            seed=seed,
            shuffle=True,
            keep_negative=o.keep_negative,
            drawn=o.epoch_slices,
            augment=Augmenter(Augmentation(**self.recipe.augmentation), seed, table.device),
            mask_reduce=mask_reduce,
        )
        return self.loader(Lessons(batches))

    def on_train_start(self) -> None:
        """Batch norms keep their statistics where the recipe says so."""
        if self.recipe.optimiser.freeze_norm:
            for module in self.network.modules():
                if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d | nn.SyncBatchNorm):
                    module.eval()

    def on_train_batch_start(self, _batch: Any, index: int) -> None:
        """Dropout repeats too."""
        torch.manual_seed(self.epoch_seed * 1_000_003 + index)

    def optimizer_step(self, *arguments: Any, **named: Any) -> None:
        """Move the weights, and the running average after them."""
        super().optimizer_step(*arguments, **named)
        if self.average is not None:
            self.average.update_parameters(self.network)

    def configure_optimizers(self) -> Any:
        """The recipe's optimiser and schedule; the window layer in its own group."""
        return make_optimiser(
            self.recipe.optimiser,
            self.learning(),
            self.network.window.parameters(),
            lambda: int(self.trainer.estimated_stepping_batches),
        )


class _Rest(IterableDataset[Any]):
    """Batches without the first ones, which are made all the same.

    Augmentation draws in sequence, so the rest is as it would have been; and it costs far less than learning.
    How many is asked only when the first is wanted: Lightning makes loaders before it reads a state.
    """

    def __init__(self, batches: IterableDataset[Any], done: Callable[[], int]) -> None:
        super().__init__()
        self.batches, self.done = batches, done

    def __len__(self) -> int:
        return len(self.batches)  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[Any]:
        yield from islice(iter(self.batches), self.done(), None)
