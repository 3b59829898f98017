"""The figures of drawn masks: overlap in its readings, and bleeding sites (Ma 2025, Tables 1 and 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.evaluation.bootstrap import RESAMPLES, bootstrap, intervals
from ichcore.evaluation.overlap import MaskOverlap
from ichcore.evaluation.sites import Sites, sites

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

COUNTS = ("images", "sites", "predicted_sites")
"""Those of the figures that are counts and have no interval."""


class MaskTally:
    """Overlap and sites of masks, image by image, so that any draw of the images has its figures."""

    def __init__(self) -> None:
        self._overlap = MaskOverlap()
        self._sites: list[Sites] = []

    def __len__(self) -> int:
        return len(self._sites)

    def add(self, predicted: NDArray[np.bool_], truth: NDArray[np.bool_]) -> None:
        """One image more, bool ``(H, W)`` both."""
        self._overlap.add(predicted, truth)
        self._sites.append(sites(predicted, truth))

    def figures(self, images: Sequence[int] | NDArray[np.intp] | None = None) -> dict[str, float | int]:
        """What :meth:`MaskOverlap.as_json` and :meth:`Sites.as_json` give, in one; of all images or some."""
        if images is None:
            images = range(len(self))
        found = sum((self._sites[i] for i in images), Sites())
        return {**self._overlap.chosen(images).as_json(), **found.as_json()}


def mask_figures(
    pairs: Iterable[tuple[NDArray[np.bool_], NDArray[np.bool_]]],
    patients: Sequence[str] | None = None,
    *,
    resamples: int = RESAMPLES,
) -> dict[str, Any]:
    """Of slices that were drawn in the truth, be it empty.

    Args:
        pairs: predicted and true mask of each slice, bool ``(H, W)`` both; read one at a time.
        patients: of each slice; intervals over them are given where they are.
        resamples: draws of each interval.

    Returns:
        What :meth:`MaskTally.figures` gives; with patients, also ``<figure>_interval`` of each that is no
        count.
    """
    tally = MaskTally()
    for predicted, truth in pairs:
        tally.add(predicted, truth)
    return tally_figures(tally, patients, resamples=resamples)


def tally_figures(
    tally: MaskTally,
    patients: Sequence[str] | None = None,
    images: Sequence[int] | None = None,
    *,
    resamples: int = RESAMPLES,
) -> dict[str, Any]:
    """What :func:`mask_figures` says, of masks that were tallied before: of all images, or of some.

    Args:
        tally: the masks.
        patients: of every image of the tally.
        images: their indices; all where ``None``.
        resamples: draws of each interval.
    """
    chosen = np.arange(len(tally)) if images is None else np.asarray(images, np.intp)
    whole: dict[str, Any] = tally.figures(chosen)
    if patients is None or not len(chosen):
        return whole
    names = [name for name in whole if name not in COUNTS]

    def figures(rows: NDArray[np.intp]) -> NDArray[np.float64]:
        part = tally.figures(chosen[rows])
        return np.array([part[name] for name in names], float)

    drawn = bootstrap(figures, [patients[image] for image in chosen], resamples=resamples)
    return whole | with_bounds(names, np.array([whole[name] for name in names], float), drawn)


def with_bounds(
    names: Sequence[str], value: NDArray[np.float64], drawn: NDArray[np.float64]
) -> dict[str, list[float]]:
    """``<figure>_interval`` of each of K figures, from their values and ``(resamples, K)`` draws."""
    found = intervals(value, drawn)
    return {f"{name}_interval": [one.low, one.high] for name, one in zip(names, found, strict=True)}
