"""Training on scans: slices among their neighbours, over a slice network that stays or learns along."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import torch
from torch.utils.data import DataLoader

from ichcore.errors import InputError
from ichcore.models.network import SequenceNetwork
from ichcore.training.augmentation import Augmentation, Augmenter
from ichcore.training.classifying_task import ClassifyingTask, Judged
from ichcore.training.losses.weighted_log_loss import weighted_log_loss
from ichcore.training.scan_batches import ScanBatch, ScanBatches, padded
from ichcore.training.scan_features import Described, describe, freeze
from ichcore.training.sharing import shared_out

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from ichcore.models.network import IchNetwork
    from ichcore.training.batches import SliceTable
    from ichcore.training.recipe import Recipe


class ScanTask(ClassifyingTask):
    """Weighted log loss of every slice after its scan was read; padding and unknown labels cost nothing.

    Args:
        network: a sequence network, its slice part from an earlier stage where that is frozen.
        recipe: how.
        train: the scans learned from, each case in position order.
        validation: the scans that choose the epoch; always read whole.
        folder: keeps the features of a frozen slice network.

    Raises:
        InputError: if the network reads no scans, or is asked to look at masks.
    """

    def __init__(
        self, network: IchNetwork, recipe: Recipe, train: SliceTable, validation: SliceTable, folder: Path
    ) -> None:
        if not isinstance(network, SequenceNetwork):
            raise InputError(
                f"{recipe.architecture} reads single slices only; the task scans needs a sequence network."
            )
        if recipe.optimiser.needs_masks:
            raise InputError("The task scans looks at no masks; set mask_weight and attention_weight to 0.")
        features: tuple[Described | None, Described | None] = (None, None)
        if recipe.sequence.freeze:
            freeze(network)
            features = describe(network, train, validation, folder)
        super().__init__(network, recipe)
        self.train_table, self.validation_table = train, validation
        self._train_features, self._validation_features = features
        self.class_weights = [recipe.optimiser.any_weight if c == "any" else 1.0 for c in network.classes]

    @property
    def moves_buffers(self) -> bool:
        """A frozen network's buffers, such as which features were selected, are no averages."""
        return not self.recipe.sequence.freeze

    def train_dataloader(self) -> DataLoader[ScanBatch]:
        """This epoch's sequences."""
        seed = self.epoch_seed
        batches = ScanBatches(
            self.train_table,
            self.recipe.optimiser.batch,
            chunk=self.recipe.sequence.chunk,
            seed=seed,
            shuffle=True,
            augment=Augmenter(Augmentation(**self.recipe.augmentation), seed, self.train_table.device),
            described=self._train_features,
        )
        return self.loader(batches)

    def val_dataloader(self) -> DataLoader[ScanBatch]:
        """Every validation scan once."""
        batches = ScanBatches(self.validation_table, 1, described=self._validation_features)
        return DataLoader(batches, batch_size=None)

    def training_step(self, batch: ScanBatch, _index: int) -> Tensor:
        """Loss of some sequences."""
        loss = weighted_log_loss(
            _over_scan(self.network, batch),
            batch.labels,
            batch.there,
            self.class_weights,
            known=batch.known,
        )
        self.log("loss", loss, on_step=False, on_epoch=True, batch_size=int(batch.there.sum()))
        return loss

    def judge(self, batch: ScanBatch) -> Judged:
        """What the kept network says of the slices of a scan."""
        logits = _over_scan(self.kept, batch).float()
        return Judged(logits[batch.there], batch.labels[batch.there], batch.known[batch.there])


def _over_scan(network: IchNetwork, batch: ScanBatch) -> Tensor:
    """Logits ``(B, T, 6)`` of slices among their neighbours."""
    reader = cast("SequenceNetwork", network)
    described, own = batch.described, batch.own
    if batch.hu.numel():
        both = shared_out(lambda hu: torch.cat(reader.read(hu), dim=1), batch.hu)
        parts = (both[:, : reader.described], both[:, reader.described :])
        described, own = (padded(part, batch.there) for part in parts)
    return reader.over_scan(described, own, batch.there)
