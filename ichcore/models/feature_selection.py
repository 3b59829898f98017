"""Fewer features a slice before the sequence stage: Burduja 2020, section 3.2 and its Table 2."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from ichcore.errors import IchError

if TYPE_CHECKING:
    from collections.abc import Iterable

PCA_VECTORS = 30_000
"""Feature vectors that the paper fits its PCA on."""
SELECTIONS = ("pca", "largest_deviation", "largest_weight", "smallest_weight", "predictions")
"""The rows of Table 2: what the sequence stage reads of a slice."""


def principal_components(vectors: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """Mean and leading principal axes of feature vectors.

    By an eigen-decomposition of the F×F covariance in double precision; [ours] each axis points where its
    largest entry is positive, so that a fit repeats.

    Args:
        vectors: ``(N, F)``, one a slice.
        count: axes wanted, at most F.

    Returns:
        Mean ``(F,)`` and orthonormal axes ``(count, F)`` in falling order of variance.

    Raises:
        IchError: if there are too few features or vectors.
    """
    _check(count, vectors.shape[1])
    if vectors.shape[0] < 2:
        raise IchError("Principal components need at least two feature vectors; give more slices.")
    x = vectors.double()
    mean = x.mean(dim=0)
    centred = x - mean
    _, axes = torch.linalg.eigh(centred.T @ centred / (x.shape[0] - 1))
    leading = axes.flip(1)[:, :count].T
    largest = leading.gather(1, leading.abs().argmax(dim=1, keepdim=True))
    leading = leading * torch.where(largest < 0, -1.0, 1.0)
    return mean.to(vectors.dtype), leading.to(vectors.dtype)


def largest_deviation(vectors: Tensor, count: int) -> Tensor:
    """Indices ``(count,)`` of the features that vary most over slices, ascending.

    Args:
        vectors: ``(N, F)``, one a slice.
        count: features wanted, at most F.

    Raises:
        IchError: if there are fewer features.
    """
    _check(count, vectors.shape[1])
    order = vectors.double().std(dim=0).argsort(descending=True, stable=True)
    return order[:count].sort().values


def by_weight(weight: Tensor, count: int, *, smallest: bool = False) -> Tensor:
    """Indices ``(count,)`` of features by |weight| of the output layer, the same number for each class.

    [ours] The classes choose in turn, one feature each in class order, and a feature taken by one is not
    taken again; so none is left with what the others did not want.

    Args:
        weight: ``(classes, F)`` of the output layer.
        count: features wanted, a multiple of the classes and at most F.
        smallest: choose the smallest |weight| instead of the largest; the paper found them to vary more.

    Returns:
        Ascending indices.

    Raises:
        IchError: if the count does not divide among the classes, or there are fewer features.
    """
    classes, features = weight.shape
    _check(count, features)
    if count % classes:
        raise IchError(f"{count} features cannot be shared among {classes} classes; give a multiple.")
    wishes = [iter(o) for o in weight.abs().argsort(dim=1, descending=not smallest, stable=True).tolist()]
    taken: set[int] = set()
    for turn in range(count):
        taken.add(_first_free(wishes[turn % classes], taken))
    return torch.tensor(sorted(taken))


class FeatureSelection(nn.Module):
    """Reduces ``(…, F)`` to ``(…, count)``; :meth:`fit` first, or load weights that were fitted.

    Args:
        kind: one of :data:`SELECTIONS`; ``predictions`` reads the probabilities of the classes alone.
        features: F.
        count: numbers that remain; for ``predictions`` the number of classes.

    Raises:
        IchError: if there is no such kind, or more numbers should remain than there are.
    """

    def __init__(self, kind: str, features: int, count: int) -> None:
        super().__init__()
        if kind not in SELECTIONS:
            raise IchError(
                f"There is no feature selection {kind!r}; expected one of {', '.join(SELECTIONS)}."
            )
        self.kind, self.count = kind, count
        self.mean: Tensor
        self.axes: Tensor
        self.index: Tensor
        self.fitted: Tensor
        if kind == "predictions":
            return
        _check(count, features)
        if kind == "pca":
            self.register_buffer("mean", torch.zeros(features))
            self.register_buffer("axes", torch.zeros(count, features))
        else:
            self.register_buffer("index", torch.zeros(count, dtype=torch.int64))
        self.register_buffer("fitted", torch.zeros(1, dtype=torch.uint8))

    def fit(self, vectors: Tensor, weight: Tensor) -> None:
        """Choose, from what the trained slice network gives.

        Args:
            vectors: ``(N, F)`` of training slices; the paper takes 30,000 (:data:`PCA_VECTORS`).
            weight: ``(classes, F)`` of its output layer.
        """
        if self.kind == "predictions":
            return
        if self.kind == "pca":
            mean, axes = principal_components(vectors, self.count)
            self.mean.copy_(mean)
            self.axes.copy_(axes)
        elif self.kind == "largest_deviation":
            self.index.copy_(largest_deviation(vectors, self.count))
        else:
            self.index.copy_(by_weight(weight, self.count, smallest=self.kind == "smallest_weight"))
        self.fitted.fill_(1)

    def forward(self, vectors: Tensor, logits: Tensor) -> Tensor:
        """``(…, F)`` and the slices' logits ``(…, classes)`` to ``(…, count)``.

        Raises:
            IchError: if it was never fitted.
        """
        if self.kind == "predictions":
            return torch.sigmoid(logits)
        if not bool(self.fitted):
            raise IchError("The feature selection was never fitted; fit it on the slice network's features.")
        if self.kind == "pca":
            return (vectors - self.mean) @ self.axes.T
        return vectors[..., self.index]


def _check(count: int, features: int) -> None:
    if not 1 <= count <= features:
        raise IchError(f"{count} of {features} features cannot be chosen; ask for 1 to {features}.")


def _first_free(wishes: Iterable[int], taken: set[int]) -> int:
    return next(feature for feature in wishes if feature not in taken)
