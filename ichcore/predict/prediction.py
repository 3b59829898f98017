"""What a model says of a series, as plain numpy: the value that travels to viewer, report and export."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.volume.passport import Finding

SCHEMA = "ichcore.prediction/1"


@dataclass(frozen=True, eq=False)
class Prediction:
    """Six probabilities a slice and for the series.

    Attributes:
        series_instance_uid: the series it speaks of.
        model_name: checkpoint name.
        model_sha256: digest of the weights file.
        device: ``cpu``, ``cuda:0``, ``mps``.
        sop_instance_uids: one a slice, ascending along the normal.
        positions_mm: ``(slices,)``.
        probabilities: float32 ``(slices, 6)`` in class order; NaN where the model says nothing of a class
            or the slice is not done yet.
        thresholds: float32 ``(6,)`` operating points; NaN where the model says nothing of a class.
        done: bool ``(slices,)``; streaming results fill in any order.
        calibrated: whether the probabilities were calibrated (the card says on what).
        series_probabilities: float32 ``(6,)``, by the model's own rule (maximum over slices by default).
        extra: what a system says beyond the six classes, as it goes into JSON; empty for most. ``sequence``
            (:mod:`ichcore.predict.sequence_reading`), ``own_classes`` and ``boxes``
            (:mod:`ichcore.predict.blend_reading`), ``members`` (:mod:`ichcore.predict.pair_reading`).
        warnings: out of scope, repaired geometry, pictures without HU, ….
    """

    series_instance_uid: str
    model_name: str
    model_sha256: str
    device: str
    sop_instance_uids: tuple[str, ...]
    positions_mm: NDArray[np.float64]
    probabilities: NDArray[np.float32]
    thresholds: NDArray[np.float32]
    done: NDArray[np.bool_]
    calibrated: bool = False
    series_probabilities: NDArray[np.float32] = field(default_factory=lambda: np.full(6, np.nan, np.float32))
    extra: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[Finding, ...] = ()

    def flags(self, thresholds: NDArray[np.float32] | None = None) -> NDArray[np.bool_]:
        """``(slices, 6)``: probability at or above the threshold (the model's own by default)."""
        limit = self.thresholds if thresholds is None else thresholds
        with np.errstate(invalid="ignore"):
            flagged: NDArray[np.bool_] = self.probabilities >= limit
        return flagged

    def as_json(self) -> dict[str, Any]:
        """The object that ``ichcore predict --json`` prints (schema ``ichcore.prediction/1``)."""
        flags = self.flags()
        return {
            "schema": SCHEMA,
            "series_instance_uid": self.series_instance_uid,
            "model": {"name": self.model_name, "sha256": self.model_sha256},
            "device": self.device,
            "classes": list(CLASSES),
            "thresholds": json_numbers(self.thresholds),
            "calibrated": self.calibrated,
            "slices": [
                {
                    "index": index,
                    "sop_instance_uid": uid,
                    "position_mm": round(float(self.positions_mm[index]), 4),
                    "probabilities": json_numbers(self.probabilities[index]),
                    "flags": [CLASSES[c] for c in np.flatnonzero(flags[index])],
                }
                for index, uid in enumerate(self.sop_instance_uids)
            ],
            "series_probabilities": json_numbers(self.series_probabilities),
            "extra": self.extra,
            "warnings": [warning.as_json() for warning in self.warnings],
        }


def json_numbers(values: NDArray[np.floating[Any]]) -> list[Any]:
    """An array as nested lists of JSON numbers, ``null`` for NaN: what was not said."""
    return [json_numbers(v) if v.ndim else _number(v) for v in values]


def _number(value: np.floating[Any]) -> float | None:
    """A JSON number, or ``null`` for what was not said."""
    return None if np.isnan(value) else round(float(value), 6)
