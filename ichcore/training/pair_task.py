"""Training the two classifiers of shallow CAM (Ma 2025) at once, each as if alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ichcore.errors import InputError
from ichcore.models.shallow_cam import ClassifierPair
from ichcore.training.slice_task import SliceTask

if TYPE_CHECKING:
    from torch import Tensor

    from ichcore.models.network import IchNetwork
    from ichcore.training.batches import Lesson, SliceTable
    from ichcore.training.recipe import Recipe


class PairTask(SliceTask):
    """The sum of both classifiers' cross-entropies; the pair's mean chooses the epoch.

    Args:
        network: a classifier pair.
        recipe: how.
        train: the slices learned from.
        validation: the slices that choose the epoch.

    Raises:
        InputError: if the network is no pair.
    """

    def __init__(
        self, network: IchNetwork, recipe: Recipe, train: SliceTable, validation: SliceTable
    ) -> None:
        if not isinstance(network, ClassifierPair):
            raise InputError(f"{recipe.architecture} is one network; the task pair needs a classifier_pair.")
        super().__init__(network, recipe, train, validation)

    def loss_of(self, features: Tensor, batch: Lesson) -> Tensor:
        """Loss of the two last maps, laid side by side."""
        both = cast("ClassifierPair", self.network).member_logits(features)
        return self.class_loss(both[:, :1], batch) + self.class_loss(both[:, 1:], batch)
