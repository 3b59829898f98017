"""One opened series with everything known of it: volume, prediction, heat maps, measurements."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from ichcore.subtypes import CLASSES
from ichviewer.documents.beyond_six import NOTHING, BeyondSix, beyond_six
from ichviewer.documents.predictions import Predictions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from ichcore.explain.heatmap import Box, Heatmap
    from ichcore.export.pmap_reading import ReadMap
    from ichcore.predict.prediction import Prediction
    from ichcore.volume import Finding, Volume
    from ichviewer.documents.measurements import Measurement


class Case(QObject):
    """The document behind every view of a series. Changed on the Qt thread only; workers hand values in."""

    slice_decoded = Signal(int)
    volume_completed = Signal()
    """Every slice is in and the passport is final."""
    prediction_changed = Signal()
    """The shown model says more, or another model is shown."""
    other_prediction_changed = Signal()
    """A model that is not shown says more."""
    scope_changed = Signal()
    """The series was found to be out of scope, or the reader wants it scored all the same."""
    thresholds_changed = Signal()
    heatmaps_changed = Signal(int)
    read_map_changed = Signal()
    """A heat map from a file is shown in place of the model's, or no longer."""
    measurements_changed = Signal()

    def __init__(self, volume: Volume, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._volume = volume
        self._predictions = Predictions()
        self._shown = ""
        self._model_hidden = False
        self._beyond_of: Prediction | None = None
        self._beyond = NOTHING
        self._refusal: tuple[Finding, ...] = ()
        self._scope_accepted = False
        self._heatmaps: dict[int, tuple[Heatmap, ...]] = {}
        self._boxes: dict[int, tuple[Box, ...]] = {}
        self._read_map: ReadMap | None = None
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
    def shown_model(self) -> str:
        """Name of the model whose words are shown; empty before there is one."""
        return self._shown

    def show_model(self, name: str) -> None:
        """Show what another model says, at once if it has said it already."""
        if name != self._shown:
            self._shown = name
            self._show_anew()

    @property
    def model_hidden(self) -> bool:
        """Whether the reader reads without the models: what they say is kept, and nobody is told."""
        return self._model_hidden

    def hide_model(self, hidden: bool) -> None:
        """Hide what the models say from everything that looks here, or show it."""
        if hidden != self._model_hidden:
            self._model_hidden = hidden
            self._show_anew()
            self.other_prediction_changed.emit()

    @property
    def predictions(self) -> Predictions:
        """What every model says that was run on this series; nothing while they are hidden."""
        return Predictions() if self._model_hidden else self._predictions

    @property
    def prediction(self) -> Prediction | None:
        """What the shown model says, perhaps of some slices only yet; ``None`` while it is hidden."""
        return None if self._model_hidden else self._predictions.said.get(self._shown)

    @property
    def beyond(self) -> BeyondSix:
        """What the shown model says beyond the six classes; read once a prediction."""
        prediction = self.prediction
        if prediction is not self._beyond_of:
            self._beyond_of, self._beyond = prediction, beyond_six(prediction)
        return self._beyond

    def take_prediction(self, prediction: Prediction, *, complete: bool = False) -> None:
        """Take what a model says, shown or not."""
        fresh = self._predictions.take(prediction, complete=complete)
        if prediction.model_name != self._shown:
            self.other_prediction_changed.emit()
        elif fresh:
            self._show_anew()
        else:
            self.prediction_changed.emit()

    def set_prediction(self, prediction: Prediction | None) -> None:
        """Take a (partial) prediction and show its model; ``None`` forgets all that was said."""
        if prediction is None:
            self._predictions.forget()
            self._show_anew()
            return
        other = self._shown != prediction.model_name
        self._shown = prediction.model_name
        if self._predictions.take(prediction, complete=bool(prediction.done.all())) or other:
            self._show_anew()
        else:
            self.prediction_changed.emit()

    def _show_anew(self) -> None:
        """Another model, or other weights: its heat maps and boxes are stale."""
        self._heatmaps.clear()
        self._boxes.clear()
        self.thresholds_changed.emit()
        self.prediction_changed.emit()

    @property
    def thresholds(self) -> NDArray[np.float32]:
        """``(6,)`` operating points in use: the reader's, else the model's; NaN for a class not predicted."""
        own = self._predictions.own_thresholds(self._shown)
        if own is not None:
            return own
        if self.prediction is not None:
            return self.prediction.thresholds
        return np.full(len(CLASSES), np.nan, np.float32)

    @property
    def thresholds_are_own(self) -> bool:
        """Whether the reader moved an operating point away from the model's."""
        return self._predictions.own_thresholds(self._shown) is not None

    def set_thresholds(self, thresholds: NDArray[np.float32] | None) -> None:
        """Use the reader's operating points; ``None`` goes back to the model's."""
        own = None if thresholds is None else thresholds.astype(np.float32)
        self._predictions.set_own_thresholds(self._shown, own)
        self.thresholds_changed.emit()

    def flags(self) -> NDArray[np.bool_]:
        """``(slices, 6)`` flagged at the operating points in use; all false without a prediction."""
        if self.prediction is None:
            return np.zeros((self._volume.shape[0], len(CLASSES)), bool)
        return self._predictions.flags(self._shown)

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

    def flagged_near(self, index: int, most: int) -> list[int]:
        """At most so many flagged slices around ``index``, the nearest first, without itself."""
        flagged = np.flatnonzero(self.flags().any(axis=1)).tolist()
        return sorted((i for i in flagged if i != index), key=lambda i: abs(i - index))[:most]

    # scope

    @property
    def refusal(self) -> tuple[Finding, ...]:
        """Why the series is not what models are made for; empty where it is, or while nobody has looked."""
        return self._refusal

    @property
    def scope_accepted(self) -> bool:
        """Whether the reader wants it scored all the same."""
        return self._scope_accepted

    @property
    def refused(self) -> bool:
        """Whether it is not scored until the reader asks for it."""
        return bool(self._refusal) and not self._scope_accepted

    def refuse(self, reasons: tuple[Finding, ...]) -> None:
        """It is out of scope for these reasons."""
        self._refusal = reasons
        self.scope_changed.emit()

    def accept_scope(self) -> None:
        """The reader knows, and wants it scored."""
        self._scope_accepted = True
        self.scope_changed.emit()

    # explanation

    def heatmaps(self, index: int) -> tuple[Heatmap, ...]:
        """Heat maps of a slice for the current overlay settings; empty until computed."""
        return () if self._model_hidden else self._heatmaps.get(index, ())

    def boxes(self, index: int) -> tuple[Box, ...]:
        """CAM boxes of a slice for the current overlay settings."""
        return () if self._model_hidden else self._boxes.get(index, ())

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

    @property
    def read_map(self) -> ReadMap | None:
        """A heat map from a file, to look at in place of the model's; hidden with the models."""
        return None if self._model_hidden else self._read_map

    def show_map(self, read: ReadMap | None) -> None:
        """Show a heat map from a file; ``None`` goes back to the model's own."""
        if read is not self._read_map:
            self._read_map = read
            self.read_map_changed.emit()

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
