"""A workspace of the test's own: the documents are real, what runs behind them is not."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from ichcore.explain.heatmap import Box, Heatmap
from ichcore.predict.prediction import Prediction
from ichcore.subtypes import CLASSES
from ichcore.volume import Geometry, SeriesIdentity, Transfer, Volume, Window
from ichcore.volume.window import BRAIN
from ichviewer.base.jobs import Jobs
from ichviewer.base.settings import Settings
from ichviewer.documents.annotating import Annotating
from ichviewer.documents.case import Case
from ichviewer.documents.comparison import Comparison
from ichviewer.documents.engine import Engine
from ichviewer.documents.mask_operations import MaskOperations
from ichviewer.documents.mirror_compare import MirrorCompare
from ichviewer.documents.model_layers import CamLayers
from ichviewer.documents.probes import Probes
from ichviewer.documents.reader_boxes import ReaderBoxes
from ichviewer.documents.suggestion_flow import SuggestionFlow
from ichviewer.documents.view_state import ViewState
from ichviewer.documents.weak_masks import WeakMasks

LEARNED = (
    Window(46, 62, "learned 1", Transfer.SIGMOID),
    Window(84, 190, "learned 2", Transfer.SIGMOID),
    Window(38, 350, "learned 3", Transfer.SIGMOID),
)


class StandInComparing(QObject):
    """Computes nothing; tests hand the maps in themselves."""

    slow_changed = Signal()
    slow = False


class StandInInference(QObject):
    """Answers at once what a model is given."""

    layers_changed = Signal()

    def __init__(self, view: ViewState, parent: QObject) -> None:
        super().__init__(parent)
        self.model_inputs: list[int] = []
        self.probes = Probes(Jobs(parent), Engine(), view, lambda: False, parent)
        self.masks = WeakMasks(Jobs(parent), Engine(), view, parent)
        self.comparison = Comparison(self)
        self.comparing = StandInComparing(self)
        self.cam_layers = CamLayers(("block3", "block4"), "block4", ("sfcam", "layercam", "gradcam"))
        self.comparison.offer(self.cam_layers.methods)

    def request_model_input(self, index: int, receive: Any) -> None:
        self.model_inputs.append(index)
        channels = np.zeros((3, 8, 8), np.float32)
        channels[0] = 1.0
        receive(channels, np.array([[8.0, 0, 3.5], [0, 8.0, 3.5]]))


class StandInReaders(QObject):
    """Nobody else has read the series."""

    outline_changed = Signal()

    def outlined_slice(self, index: int) -> None:
        """No outline."""


class StandInReading(QObject):
    """What a reader says beside the mask: nothing."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.readers = StandInReaders(self)


class StandIn(QObject):
    """What the image area asks of a workspace."""

    case_changed = Signal()
    badges_changed = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.view = ViewState(self)
        self.case: Case | None = None
        self.badges: tuple[Any, ...] = ()
        self.inference = StandInInference(self.view, self)
        self.jobs = Jobs(self)
        self.annotating = Annotating(self.jobs, settings, self)
        self.boxes = ReaderBoxes(self.annotating, self.view, self)
        self.mirror = MirrorCompare(self.jobs, self.view, self)
        self.reading = StandInReading(self)
        suggestion = SuggestionFlow(self.jobs, Engine(), self.inference.masks, self)
        self.operations = MaskOperations(self.annotating, self.view, suggestion, self)

    def open(self, volume: Volume, *, first: int = 0, window: Window = BRAIN) -> Case:
        self.case = Case(volume, self)
        self.view.open_stack(volume.shape[0], first=first, window=window)
        self.inference.probes.set_case(self.case, "test")
        self.annotating.take(self.case)
        self.operations.set_case(self.case)
        self.mirror.set_case(self.case)
        self.boxes.set_case(self.case)
        self.annotating.complete()
        self.case_changed.emit()
        return self.case


def make_volume(
    slices: int = 5,
    rows: int = 64,
    columns: int = 64,
    *,
    spacing: tuple[float, float, float] = (5.0, 1.0, 1.0),
    **changes: Any,
) -> Volume:
    """A disc of brain in a ring of bone, another value on each slice."""
    yy, xx = np.mgrid[:rows, :columns]
    radius = np.hypot((yy - rows / 2) / rows, (xx - columns / 2) / columns)
    hu = np.full((slices, rows, columns), -1000, np.int16)
    for index in range(slices):
        hu[index][radius < 0.45] = 1200
        hu[index][radius < 0.38] = 30 + index
    fields: dict[str, Any] = {
        "geometry": Geometry.regular((slices, rows, columns), spacing),
        "sop_instance_uids": tuple(f"1.2.{i}" for i in range(slices)),
        "identity": SeriesIdentity(
            patient_name="DOE^JANE",
            patient_id="P-0042",
            patient_sex="F",
            patient_age="042Y",
            institution="General Hospital",
            study_date="20180131",
            study_description="CT HEAD",
            series_description="5 mm soft",
            modality="CT",
            body_part="HEAD",
        ),
    }
    return Volume(hu, **(fields | changes))


def make_prediction(volume: Volume, probability: float = 0.94) -> Prediction:
    slices = volume.shape[0]
    return Prediction(
        "1.2",
        "test",
        "0" * 64,
        "cpu",
        volume.sop_instance_uids,
        volume.geometry.positions_mm,
        np.full((slices, len(CLASSES)), probability, np.float32),
        np.full(len(CLASSES), 0.5, np.float32),
        np.ones(slices, bool),
    )


def make_heatmap(
    volume: Volume, index: int, class_name: str = "epidural", *, level: float = 1.0
) -> tuple[Heatmap, Box]:
    """Activation in the upper left quarter, on an 8 × 8 layer."""
    _, rows, columns = volume.shape
    activation = np.zeros((rows, columns), np.float32)
    activation[: rows // 4, : columns // 4] = level
    raw = np.zeros((8, 8), np.float32)
    raw[:2, :2] = level
    cell_r, cell_c = rows / 8, columns / 8
    grid = np.array([[cell_r, 0, cell_r / 2 - 0.5], [0, cell_c, cell_c / 2 - 0.5]])
    heatmap = Heatmap("layercam", "block4", class_name, index, activation, raw, level, grid)
    return heatmap, Box(index, class_name, (0, 0, rows // 4, columns // 4), level)
