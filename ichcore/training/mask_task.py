"""Training a U-Net on masks that the weak chain proposed (Ma 2025), or, to compare, on drawn ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import torch

from ichcore.errors import InputError
from ichcore.models.network import SegmentationNetwork
from ichcore.training.batches import Batches, Lesson, Lessons
from ichcore.training.losses.dice_cross_entropy import dice_cross_entropy
from ichcore.training.sharing import shared_out
from ichcore.training.task import TrainingTask

if TYPE_CHECKING:
    from torch import Tensor
    from torch.utils.data import DataLoader

    from ichcore.models.network import HuNetwork
    from ichcore.training.pseudo_table import PseudoTable
    from ichcore.training.recipe import Recipe


class MaskTask(TrainingTask):
    """Dice and cross-entropy of every pixel; [ours] Dice of the validation set's proposals chooses the epoch.

    The paper does not say by what it stopped; by drawings it would be no weak supervision any more. Of its
    flips, [ours] only that of left and right: a head is never scanned upside down.

    Args:
        network: a U-Net.
        recipe: how.
        train: slices and proposed masks learned from.
        validation: those that choose the epoch.

    Raises:
        InputError: if the network draws no masks, or the recipe's ``loss`` does not fit.
    """

    monitor = "validation_dice"

    def __init__(
        self, network: HuNetwork, recipe: Recipe, train: PseudoTable, validation: PseudoTable
    ) -> None:
        if not isinstance(network, SegmentationNetwork):
            raise InputError(f"{recipe.architecture} draws no masks; the task masks needs a u_net.")
        if set(recipe.loss) - {"dice", "entropy"}:
            raise InputError(
                f"The recipe's loss does not fit: {dict(recipe.loss)}; it takes dice and entropy."
            )
        super().__init__(network, recipe)
        self.train_table, self.validation_table = train, validation
        self._counts = torch.zeros(3)

    @property
    def kept(self) -> SegmentationNetwork:
        """The network that is validated and saved."""
        return cast("SegmentationNetwork", super().kept)

    def train_dataloader(self) -> DataLoader[Any]:
        """This epoch's batches."""
        return self.epoch_of(self.train_table, 1)

    def val_dataloader(self) -> DataLoader[Any]:
        """Every validation slice once."""
        return torch.utils.data.DataLoader(
            Lessons(Batches(self.validation_table, 16, mask_reduce=1)), batch_size=None
        )

    def training_step(self, batch: Lesson, _index: int) -> Tensor:
        """Loss of one batch."""
        logits = shared_out(self.network, batch.hu.contiguous(memory_format=torch.channels_last))
        loss = dice_cross_entropy(logits, batch.masks[:, 0] > 0.5, **self.recipe.loss)
        self.log("loss", loss, on_step=False, on_epoch=True, batch_size=len(batch.hu))
        return loss

    def on_validation_epoch_start(self) -> None:
        """Forget the last epoch."""
        self._counts = torch.zeros(3, dtype=torch.int64, device=self.device)

    def validation_step(self, batch: Lesson, _index: int) -> None:
        """Count pixels in both masks, in the network's and in the proposed one."""
        logits = shared_out(self.kept, batch.hu.contiguous(memory_format=torch.channels_last))
        said, proposed = logits[:, 1] > logits[:, 0], batch.masks[:, 0] > 0.5
        self._counts += torch.stack([(said & proposed).sum(), said.sum(), proposed.sum()])

    def on_validation_epoch_end(self) -> None:
        """Dice over the pixels of all slices; 1 where neither has any."""
        both, said, proposed = (int(n) for n in self._counts)
        dice = 2.0 * both / (said + proposed) if said + proposed else 1.0
        self.log(self.monitor, dice, prog_bar=True)
