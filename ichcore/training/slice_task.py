"""Training on slices by themselves: binary cross-entropy a class, with help from masks where asked for."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import torch
from torch.utils.data import DataLoader

from ichcore.errors import InputError
from ichcore.subtypes import CLASSES
from ichcore.training.batches import Batches, Lesson, Lessons, SliceTable
from ichcore.training.classifying_task import ClassifyingTask, Judged
from ichcore.training.losses.weighted_log_loss import weighted_log_loss
from ichcore.training.mask_help import AttentionProbe, CellLogits, attention_loss, mask_loss
from ichcore.training.sharing import put_together, shared_out
from ichcore.training.task import MASK_REDUCE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import Tensor, nn

    from ichcore.models.network import IchNetwork
    from ichcore.training.recipe import Recipe


class SliceTask(ClassifyingTask):
    """A network's logits of single slices against their labels; a label that is not known costs nothing.

    Args:
        network: what is trained.
        recipe: how.
        train: the slices learned from.
        validation: the slices that choose the epoch.

    Raises:
        InputError: if help from masks is asked for a network that does not take it.
    """

    def __init__(
        self, network: IchNetwork, recipe: Recipe, train: SliceTable, validation: SliceTable
    ) -> None:
        super().__init__(network, recipe)
        self.train_table, self.validation_table = train, validation
        self.columns = [CLASSES.index(name) for name in network.classes]
        o = recipe.optimiser
        if o.mask_weight and network.classes != CLASSES:
            raise InputError("optimiser.mask_weight asks for a network of all six classes; set it to 0.")
        known = train.known.sum(axis=0).clip(1)
        positive = ((train.labels & train.known).sum(axis=0) / known).clip(1e-3, 1 - 1e-3)
        weight = ((1 - positive) / positive) ** o.positive_weight
        self.positive_weight: Tensor
        buffer = torch.tensor(weight[self.columns], dtype=torch.float32)
        self.register_buffer("positive_weight", buffer, persistent=False)
        self.class_weights = [o.any_weight if name == "any" else 1.0 for name in network.classes]
        self.cells = CellLogits() if o.mask_weight else None
        # after the average has copied the network, which would take the probe along
        self._probe = AttentionProbe(network) if o.attention_weight else None

    @property
    def mask_reduce(self) -> int:
        """Block of pixels a mask cell stands for; 0 where no masks are looked at."""
        return MASK_REDUCE if self.recipe.optimiser.needs_masks else 0

    def learning(self) -> Iterable[nn.Parameter]:
        """The network's parameters, and those of the help."""
        return chain(self.network.parameters(), () if self.cells is None else self.cells.parameters())

    def train_dataloader(self) -> DataLoader[Lesson]:
        """This epoch's batches."""
        return self.epoch_of(self.train_table, self.mask_reduce)

    def val_dataloader(self) -> DataLoader[Lesson]:
        """Every validation slice once."""
        return DataLoader(Lessons(Batches(self.validation_table, 32)), batch_size=None)

    def training_step(self, batch: Lesson, _index: int) -> Tensor:
        """Loss of one batch."""
        pictures = batch.hu.contiguous(memory_format=torch.channels_last)
        features = shared_out(self.network.features, pictures)
        if self._probe is not None and self._probe.logits is not None:
            self._probe.logits = put_together(self._probe.logits, len(pictures))
        loss = self.loss_of(features, batch)
        self.log("loss", loss, on_step=False, on_epoch=True, batch_size=len(batch.hu))
        return loss

    def loss_of(self, features: Tensor, batch: Lesson) -> Tensor:
        """Loss of the last map of a batch."""
        loss = self.class_loss(self.network.from_features(features), batch)
        taught = batch.taught
        if self.cells is not None and bool(taught.any()):
            cells = self.cells(self.network.cam(features[taught]))
            help_loss = mask_loss(cells, batch.masks[taught], batch.weight[taught])
            self.log("loss_masks", help_loss, on_step=False, on_epoch=True, batch_size=len(features))
            loss = loss + self.recipe.optimiser.mask_weight * help_loss
        return loss + self.attention_help(batch)

    def attention_help(self, batch: Lesson) -> Tensor | float:
        """What the attention's logits of this step cost, times its weight; 0 where it is not helped."""
        if self._probe is None or self._probe.logits is None or not bool(batch.taught.any()):
            return 0.0
        logits, self._probe.logits = self._probe.logits, None
        taught = batch.taught
        help_loss = attention_loss(logits[taught], batch.masks[taught], batch.weight[taught])
        self.log("loss_attention", help_loss, on_step=False, on_epoch=True, batch_size=len(batch.hu))
        return self.recipe.optimiser.attention_weight * help_loss

    def class_loss(self, logits: Tensor, batch: Lesson) -> Tensor:
        """Cross-entropy of logits ``(B, K)`` of the network's classes."""
        return weighted_log_loss(
            logits,
            batch.labels[:, self.columns],
            weights=self.class_weights,
            known=batch.known[:, self.columns] * batch.weight[:, None],
            positive=self.positive_weight,
        )

    def judge(self, batch: Lesson) -> Judged:
        """What the kept network says of slices."""
        logits = shared_out(self.kept, batch.hu.contiguous(memory_format=torch.channels_last)).float()
        return Judged(logits, batch.labels[:, self.columns], batch.known[:, self.columns])
