"""One opened series with everything known of it: volume, prediction, heat maps, measurements."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from ichcore.explain.heatmap import Box, Heatmap
    from ichcore.predict.prediction import Prediction
    from ichcore.volume import Volume
    from ichviewer.documents.measurements import Measurement


class Case(QObject):
    """The document behind every view of a series. Changed on the Qt thread only; workers hand values in."""

    slice_decoded = Signal(int)
    volume_completed = Signal()
    """Every slice is in and the passport is final."""
    prediction_changed = Signal()
    thresholds_changed = Signal()
    heatmaps_changed = Signal(int)
    measurements_changed = Signal()

    def __init__(self, volume: Volume, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._volume = volume
        self._prediction: Prediction | None = None
        self._thresholds: NDArray[np.float32] | None = None
        self._heatmaps: dict[int, tuple[Heatmap, ...]] = {}
        self._boxes: dict[int, tuple[Box, ...]] = {}
        self._measurements: dict[int, Measurement] = {}

    # volume

    @property
    def volume(self) -> Volume:
        """The series on its own grid; its array fills while it decodes."""
        return self._volume

    def mark_decoded(self, index: int) -> None:
        """A slice has arrived in the volume's array."""
        self.slice_decoded.emit(index)

    def complete(self, volume: Volume) -> None:
        """Take the finished volume (the same array, the final passport)."""
        self._volume = volume
        self.volume_completed.emit()

    # prediction

    @property
    def prediction(self) -> Prediction | None:
        """What the model says, perhaps of some slices only yet."""
        return self._prediction

    def set_prediction(self, prediction: Prediction | None) -> None:
        """Take a (partial) prediction; ``None`` forgets it, its heat maps and its boxes."""
        fresh = (
            self._prediction is None
            or prediction is None
            or prediction.model_sha256 != self._prediction.model_sha256
        )
        self._prediction = prediction
        if fresh:
            self._thresholds = None
            self._heatmaps.clear()
            self._boxes.clear()
            self.thresholds_changed.emit()
        self.prediction_changed.emit()

    @property
    def thresholds(self) -> NDArray[np.float32]:
        """``(6,)`` operating points in use: the reader's, else the model's; NaN for a class not predicted."""
        if self._thresholds is not None:
            return self._thresholds
        if self._prediction is not None:
            return self._prediction.thresholds
        return np.full(len(CLASSES), np.nan, np.float32)

    @property
    def thresholds_are_own(self) -> bool:
        """Whether the reader moved an operating point away from the model's."""
        return self._thresholds is not None

    def set_thresholds(self, thresholds: NDArray[np.float32] | None) -> None:
        """Use the reader's operating points; ``None`` goes back to the model's."""
        self._thresholds = None if thresholds is None else thresholds.astype(np.float32)
        self.thresholds_changed.emit()

    def flags(self) -> NDArray[np.bool_]:
        """``(slices, 6)`` flagged at the operating points in use; all false without a prediction."""
        if self._prediction is None:
            return np.zeros((self._volume.shape[0], len(CLASSES)), bool)
        return self._prediction.flags(self.thresholds)

    def next_flagged(self, index: int, direction: int, class_name: str | None = None) -> int | None:
        """The nearest flagged slice beyond ``index`` (``direction`` ±1), of one class or any; else ``None``.

        Goes round at the end of the stack, as a reader who keeps pressing N expects.
        """
        flags = self.flags()
        hit = flags[:, CLASSES.index(class_name)] if class_name else flags.any(axis=1)
        slices = np.flatnonzero(hit)
        if slices.size == 0:
            return None
        beyond = slices[slices > index] if direction > 0 else slices[slices < index][::-1]
        if beyond.size:
            return int(beyond[0])
        return int(slices[0] if direction > 0 else slices[-1])

    # explanation

    def heatmaps(self, index: int) -> tuple[Heatmap, ...]:
        """Heat maps of a slice for the current overlay settings; empty until computed."""
        return self._heatmaps.get(index, ())

    def boxes(self, index: int) -> tuple[Box, ...]:
        """CAM boxes of a slice for the current overlay settings."""
        return self._boxes.get(index, ())

    def set_heatmaps(self, index: int, heatmaps: Iterable[Heatmap], boxes: Iterable[Box]) -> None:
        """Take the heat maps and boxes of a slice."""
        self._heatmaps[index] = tuple(heatmaps)
        self._boxes[index] = tuple(boxes)
        self.heatmaps_changed.emit(index)

    def forget_heatmaps(self) -> None:
        """Method, layer or class changed: every heat map is stale."""
        stale = list(self._heatmaps)
        self._heatmaps.clear()
        self._boxes.clear()
        for index in stale:
            self.heatmaps_changed.emit(index)

    # measurements

    @property
    def measurements(self) -> tuple[Measurement, ...]:
        """All measurements, oldest first."""
        return tuple(self._measurements[key] for key in sorted(self._measurements))

    def next_identifier(self) -> int:
        """An identifier no measurement of this case has."""
        return max(self._measurements, default=0) + 1

    def put_measurement(self, measurement: Measurement) -> None:
        """Add a measurement, or replace the one with its identifier."""
        self._measurements[measurement.identifier] = measurement
        self.measurements_changed.emit()

    def remove_measurement(self, identifier: int) -> None:
        """Take a measurement away; an unknown identifier is ignored."""
        if self._measurements.pop(identifier, None) is not None:
            self.measurements_changed.emit()
