"""What every training shares under Lightning: running average, validation by AUC, optimiser and schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

import torch
from lightning.pytorch import LightningModule
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torchmetrics.functional.classification import binary_auroc

from ichcore.training.losses.weighted_log_loss import weighted_log_loss
from ichcore.training.schedule import make_optimiser

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ichcore.models.network import IchNetwork
    from ichcore.training.recipe import Recipe

MONITOR = "validation_auc"
MASK_REDUCE = 4
"""Masks are moved with the slices at a quarter of their resolution; finer than any map before GAP."""


class Judged(NamedTuple):
    """What validation compares: logits, labels and which labels are known, each ``(B, K)``."""

    logits: Tensor
    labels: Tensor
    known: Tensor


class TrainingTask(LightningModule):
    """One stage of a recipe; what is learned from and how it is judged is the subclass's.

    Args:
        network: what is trained.
        recipe: how.

    Attributes:
        judged: names of the classes that choose the epoch.
    """

    def __init__(self, network: IchNetwork, recipe: Recipe) -> None:
        super().__init__()
        self.network, self.recipe = network, recipe
        self.judged: tuple[str, ...] = network.classes
        self.average: AveragedModel | None = None
        if recipe.optimiser.average:
            average = get_ema_multi_avg_fn(recipe.optimiser.average)  # type: ignore[no-untyped-call]
            self.average = AveragedModel(network, multi_avg_fn=average, use_buffers=self.moves_buffers)
        self._seen: list[Judged] = []

    @property
    def kept(self) -> IchNetwork:
        """The network that is validated and saved: the running average, if there is one."""
        return self.network if self.average is None else cast("IchNetwork", self.average.module)

    @property
    def moves_buffers(self) -> bool:
        """Whether the network's buffers are averaged too; ``False`` copies them."""
        return True

    @property
    def epoch_seed(self) -> int:
        """Of this epoch's order, augmentation and dropout, so that a resumed run repeats them."""
        return self.recipe.seed * 1009 + self.current_epoch

    def learning(self) -> Iterable[nn.Parameter]:
        """What the optimiser moves, as far as it asks for gradients."""
        return self.network.parameters()

    def judge(self, batch: Any) -> Judged:
        """What the kept network says of a batch of validation."""
        raise NotImplementedError

    def on_train_epoch_start(self) -> None:
        """Dropout repeats too."""
        torch.manual_seed(self.epoch_seed)

    def on_train_batch_end(self, *_: Any) -> None:
        """Update the running average."""
        if self.average is not None:
            self.average.update_parameters(self.network)

    def on_validation_epoch_start(self) -> None:
        """Forget the last epoch."""
        self._seen = []

    def validation_step(self, batch: Any, _index: int) -> None:
        """Keep what is said of one batch."""
        self._seen.append(self.judge(batch))

    def on_validation_epoch_end(self) -> None:
        """AUC a class over the labels that are known, its mean, log loss, and where the windows are."""
        logits, labels, known = (torch.cat(part) for part in zip(*self._seen, strict=True))
        auc: dict[str, float] = {}
        for column, name in enumerate(self.judged):
            here = known[:, column]
            said, true = logits[here, column], labels[here, column].long()
            if 0 < int(true.sum()) < len(true):
                auc[name] = float(binary_auroc(said, true))
        self.log(MONITOR, sum(auc.values()) / len(auc) if auc else 0.5, prog_bar=True)
        self.log_dict({f"auc_{name}": auc.get(name, 0.5) for name in self.judged})
        weights = [1.0] * len(self.judged)
        self.log("validation_loss", weighted_log_loss(logits, labels, weights=weights, known=known))
        for name, window in zip(self.kept.window.names, self.kept.window.windows(), strict=True):
            if window is not None:
                self.log_dict({f"level_{name}": window.center, f"width_{name}": window.width})

    def configure_optimizers(self) -> Any:
        """The recipe's optimiser and schedule; the window layer in its own group."""
        return make_optimiser(
            self.recipe.optimiser,
            self.learning(),
            self.network.window.parameters(),
            lambda: int(self.trainer.estimated_stepping_batches),
        )
