"""Figures of many maps on many slices, and what they are on average, with intervals over patients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.evaluation.bootstrap import RESAMPLES, bootstrap, intervals
from ichcore.evaluation.map_figures import FIGURES, THRESHOLDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_ENERGY, _OUTSIDE = FIGURES.index("energy"), FIGURES.index("outside_skull")


@dataclass(frozen=True, eq=False)
class MapScores:
    """What S slices gave M maps.

    Attributes:
        keys: method and layer of each map.
        values: ``(S, M, F)`` as :func:`~ichcore.evaluation.map_figures.map_figures` gives them.
        patients: S names.
        flagged: ``(S,)`` whether the model flags the slice.
        area_mm2: ``(S,)`` of the drawn bleed; 0 where an edema alone was drawn.
    """

    keys: Sequence[tuple[str, str]]
    values: NDArray[np.float64]
    patients: Sequence[str]
    flagged: NDArray[np.bool_]
    area_mm2: NDArray[np.float64]

    def on_layer(self, layer: str) -> MapScores:
        """The maps of one layer alone."""
        at = [i for i, key in enumerate(self.keys) if key[1] == layer]
        keys = [self.keys[i] for i in at]
        return MapScores(keys, self.values[:, at], self.patients, self.flagged, self.area_mm2)

    def where(self, chosen: NDArray[np.bool_]) -> MapScores:
        """Some of the slices alone."""
        patients = [self.patients[i] for i in np.flatnonzero(chosen).tolist()]
        return MapScores(
            self.keys, self.values[chosen], patients, self.flagged[chosen], self.area_mm2[chosen]
        )

    def as_json(self, *, resamples: int = RESAMPLES) -> dict[str, Any]:
        """``{"slices", "patients", "flagged", "maps": […]}``, the best map first: by peak, then by box.

        ``flagged`` of a map holds its figures on flagged slices alone; ``empty`` counts the slices on which
        it is empty. ``iou_curve`` is the mean IoU at each threshold, ``iou_best`` the highest of them.
        """
        shape = self.values.shape[1:]

        def means(rows: NDArray[np.intp]) -> NDArray[np.float64]:
            return _means(self.values[rows]).ravel()

        value = means(np.arange(len(self.patients)))
        found = intervals(value, bootstrap(means, self.patients, resamples=resamples))
        low = np.array([one.low for one in found]).reshape(shape)
        high = np.array([one.high for one in found]).reshape(shape)
        flagged = _means(self.values[self.flagged])
        maps = [
            _entry(key, value.reshape(shape)[at], low[at], high[at])
            | {"empty": int(np.isnan(self.values[:, at, _ENERGY]).sum()), "flagged": _alone(flagged[at])}
            for at, key in enumerate(self.keys)
        ]
        maps.sort(key=lambda one: (-one["peak"], -np.nan_to_num(one["box"])))
        return {
            "slices": len(self.patients),
            "patients": len(set(self.patients)),
            "flagged": int(self.flagged.sum()),
            "maps": maps,
        }

    @property
    def without_skull(self) -> int:
        """Slices on which no map has an ``outside_skull``, though it is not empty."""
        blind = np.isnan(self.values[:, :, _OUTSIDE]) & ~np.isnan(self.values[:, :, _ENERGY])
        return int(blind.any(axis=1).sum())


def _entry(
    key: tuple[str, str], value: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> dict[str, Any]:
    entry: dict[str, Any] = {"method": key[0], "layer": key[1]}
    for at, name in enumerate(FIGURES):
        entry |= {name: float(value[at]), f"{name}_interval": [float(low[at]), float(high[at])]}
    best = _best(value)
    entry |= {"iou_curve": value[len(FIGURES) :].tolist(), "best_threshold": None, "iou_best": np.nan}
    entry["iou_best_interval"] = [np.nan, np.nan]
    if best is not None:
        at = len(FIGURES) + best
        entry |= {"best_threshold": THRESHOLDS[best], "iou_best": float(value[at])}
        entry["iou_best_interval"] = [float(low[at]), float(high[at])]
    return entry


def _alone(value: NDArray[np.float64]) -> dict[str, Any]:
    """The figures without intervals."""
    best = _best(value)
    alone: dict[str, Any] = dict(zip(FIGURES, value[: len(FIGURES)].tolist(), strict=True))
    return alone | {"iou_best": np.nan if best is None else float(value[len(FIGURES) + best])}


def _best(value: NDArray[np.float64]) -> int | None:
    """Which threshold has the highest IoU; the lowest of equals."""
    curve = value[len(FIGURES) :]
    return None if np.isnan(curve).all() else int(np.nanargmax(curve))


def _means(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean over slices without their NaN; NaN of nothing."""
    there = ~np.isnan(values)
    count = there.sum(axis=0)
    means = np.full(values.shape[1:], np.nan)
    np.divide(np.where(there, values, 0.0).sum(axis=0), count, out=means, where=count > 0)
    return means
