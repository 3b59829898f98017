"""Training the blend-sign network (Wang 2023): three classes, boxes of all bleeds, and a teacher."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import torch
from scipy import ndimage

from ichcore.errors import InputError
from ichcore.models.blend_sign import BlendSign
from ichcore.models.centre_points import encode
from ichcore.training.classifying_task import Judged
from ichcore.training.losses.blend_sign import BlendSignLoss
from ichcore.training.sharing import shared_out
from ichcore.training.slice_task import SliceTask
from ichcore.training.task import MASK_REDUCE

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from ichcore.models.network import HuNetwork, IchNetwork
    from ichcore.training.batches import Lesson, SliceTable
    from ichcore.training.recipe import Recipe


class BlendSignTask(SliceTask):
    """The paper's whole loss; slices of which the class or the drawing is not known cost nothing there.

    With help from masks [ours] what pools the last map learns which of its cells touch a bleed.

    The epoch is chosen by the mean AUC of ``any`` and of blend sign against other bleeds: against all slices
    a network would be kept that finds bleeds and tells no sign.

    Args:
        network: a blend-sign network, fresh also where a teacher is given.
        recipe: how.
        train: the slices learned from.
        validation: the slices that choose the epoch.
        teacher: the network of the round before; none in the first.

    Raises:
        InputError: if the network tells no blend signs, the set does not say where they are, or the recipe's
            ``loss`` does not fit.
    """

    def __init__(
        self,
        network: IchNetwork,
        recipe: Recipe,
        train: SliceTable,
        validation: SliceTable,
        teacher: HuNetwork | None = None,
    ) -> None:
        if not isinstance(network, BlendSign) or not isinstance(teacher, BlendSign | None):
            raise InputError("The task blend_sign needs a blend_sign network, also as its teacher.")
        if not (train.sign >= 0).any():
            raise InputError(
                "The training set does not say which slices have a blend sign; make it anew with a version "
                "of the phantoms that does, or use a set that states blend_sign."
            )
        super().__init__(network, recipe, train, validation)
        self.judged = ("any", "blend_sign")
        try:
            self.whole_loss = BlendSignLoss(**recipe.loss)
        except TypeError as error:
            raise InputError(f"The recipe's loss does not fit: {error}.") from error
        # in a tuple, so that it is not registered: the teacher is no part of the state
        self._teacher = () if teacher is None else (teacher.eval().requires_grad_(requires_grad=False),)

    @property
    def mask_reduce(self) -> int:
        """Boxes are taken from the moved masks."""
        return MASK_REDUCE

    def on_fit_start(self) -> None:
        """The teacher goes where the student is."""
        for teacher in self._teacher:
            teacher.to(self.device)

    def loss_of(self, features: Tensor, batch: Lesson) -> Tensor:
        """Loss of the last map of a batch."""
        network = cast("BlendSign", self.network)
        logits = network.own_logits(features)
        labels, known = exclusive_labels(batch)
        if not bool(known.any()):
            return logits.sum() * 0.0
        maps = target = taught_by = None
        if network.finds_boxes and bool(batch.taught.any()):
            maps = network.detect(features[batch.taught])
            target = box_maps(batch.masks[batch.taught], (maps.shape[-2], maps.shape[-1])).to(maps)
        for teacher in self._teacher:
            with torch.no_grad():
                taught_by = shared_out(_said_by(teacher), batch.hu)[known]
        loss = self.whole_loss(logits[known], labels[known], maps=maps, target=target, teacher=taught_by)
        return loss + self.attention_help(batch)

    def judge(self, batch: Lesson) -> Judged:
        """Logits of ``any``, and of blend sign against other bleeds."""
        pictures = batch.hu.contiguous(memory_format=torch.channels_last)
        features = shared_out(self.kept.features, pictures)
        own = self.kept.own_logits(features).float()
        sign = own[:, 2:] - own[:, 1:2]
        labels, known = exclusive_labels(batch)
        return Judged(
            torch.cat([self.kept.from_features(features).float(), sign], dim=1),
            torch.stack([batch.labels[:, 0], (labels == 2).float()], dim=1),
            torch.stack([batch.known[:, 0], known & (labels > 0)], dim=1),
        )


def _said_by(teacher: BlendSign) -> Callable[[Tensor], Tensor]:
    """From pictures to a teacher's logits of its own classes."""
    return lambda hu: teacher.own_logits(teacher.features(hu))


def exclusive_labels(batch: Lesson) -> tuple[Tensor, Tensor]:
    """Which of the three exclusive classes each slice is, int64 ``(B,)``, and whether that is known."""
    bleeding = (batch.labels[:, 0] > 0) & batch.known[:, 0]
    labels = bleeding.long() + (bleeding & (batch.sign == 1)).long()
    return labels, batch.known[:, 0] & (~bleeding | (batch.sign >= 0))


def box_maps(masks: Tensor, cells: tuple[int, int]) -> Tensor:
    """Centre-point maps ``(B, 5, h, w)`` of the boxes around every connected bleed of each subtype.

    Args:
        masks: ``(B, 5, H, W)``, above a half where there is a bleed.
        cells: rows and columns of the maps.
    """
    size = (masks.shape[-2], masks.shape[-1])
    maps = []
    for one in (masks > 0.5).cpu().numpy():
        boxes = [
            (rows.start, columns.start, rows.stop, columns.stop)
            for subtype in one
            for rows, columns in ndimage.find_objects(ndimage.label(subtype)[0])
        ]
        maps.append(encode(boxes, size, cells))
    return torch.stack(maps)
