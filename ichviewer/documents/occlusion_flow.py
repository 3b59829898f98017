"""A patch that the reader paints away on the shown slice, and what the model says without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichviewer.documents.probe_flow import ProbeFlow

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QObject

    from ichcore.explain.occlusion import Occlusion
    from ichviewer.base.jobs import JobContext, Jobs
    from ichviewer.documents.case import Case
    from ichviewer.documents.engine import Engine
    from ichviewer.documents.view_state import ViewState

OCCLUSION = "occlusion"
BRUSH_MM = (4.0, 60.0)
"""Smallest and largest diameter of the brush."""
FINEST_STEP = 1.0
"""Pixels; a hand that moves less adds nothing to the patch."""
NOT_PREDICTED = "The model has not looked at this slice yet; predict the series first (F5)."

Point = tuple[float, float]


@dataclass(frozen=True)
class Stroke:
    """One stroke of a round brush.

    Attributes:
        points: (row, column) of the slice, in the order of the hand.
        radius_mm: of the brush.
    """

    points: tuple[Point, ...]
    radius_mm: float


class OcclusionFlow(ProbeFlow):
    """Strokes add up to a patch; leaving the slice takes it away."""

    def __init__(self, jobs: Jobs, engine: Engine, view: ViewState, parent: QObject | None = None) -> None:
        super().__init__(jobs, engine, view, parent)
        self._brush_mm = 16.0
        self._strokes: list[Stroke] = []
        self._painting = False
        self._picture: NDArray[np.int16] | None = None
        self._answer: Occlusion | None = None
        view.slice_changed.connect(self.clear)

    def set_case(self, case: Case | None, model_name: str) -> None:
        """Paint on another case; another model is asked about the same patch."""
        if case is not self._case:
            self.clear()
            self._case, self._model_name = case, model_name
        elif model_name != self._model_name:
            self._model_name = model_name
            self._answer = None
            if self._strokes and not self._painting:
                self._ask()
            self.changed.emit()

    # the brush

    @property
    def brush_mm(self) -> float:
        """Diameter of the brush."""
        return self._brush_mm

    def set_brush(self, diameter_mm: float) -> None:
        """Take another brush, within :data:`BRUSH_MM`; strokes that are there stay."""
        diameter_mm = min(max(diameter_mm, BRUSH_MM[0]), BRUSH_MM[1])
        if diameter_mm != self._brush_mm:
            self._brush_mm = diameter_mm
            self.changed.emit()

    def begin(self, point: Point) -> None:
        """The brush goes down; says why where nothing can be asked."""
        case = self._case
        if case is None:
            return
        if case.prediction is None or not case.prediction.done[self._view.slice_index]:
            self.failed.emit(NOT_PREDICTED)
            return
        self._painting = True
        self._strokes.append(Stroke((point,), self._brush_mm / 2))
        self.changed.emit()

    def extend(self, point: Point) -> bool:
        """The brush moves; ``False`` where it is not down."""
        if not self._painting:
            return False
        last = self._strokes[-1]
        if max(abs(point[0] - last.points[-1][0]), abs(point[1] - last.points[-1][1])) >= FINEST_STEP:
            self._strokes[-1] = Stroke((*last.points, point), last.radius_mm)
            self.changed.emit()
        return True

    def end(self) -> bool:
        """The brush comes up, and the model is asked; ``False`` where it was not down."""
        if not self._painting:
            return False
        self._painting = False
        self._ask()
        self.changed.emit()
        return True

    def clear(self) -> bool:
        """Take the patch away; ``False`` where there is none."""
        if not self._strokes:
            return False
        self._jobs.drop(OCCLUSION)
        self._strokes.clear()
        self._painting = False
        self._picture = self._answer = None
        self.changed.emit()
        return True

    # what is there

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """All strokes on the shown slice, the one under way included."""
        return tuple(self._strokes)

    @property
    def painting(self) -> bool:
        """Whether the brush is down."""
        return self._painting

    @property
    def picture(self) -> NDArray[np.int16] | None:
        """``(rows, columns)`` what the model gets in the slice's place; ``None`` until it is made."""
        return self._picture

    @property
    def answer(self) -> Occlusion | None:
        """What the model says before and after; ``None`` until it has been asked."""
        return self._answer

    @property
    def waiting(self) -> bool:
        """Whether the model is being asked."""
        return self._jobs.running(OCCLUSION)

    def _ask(self) -> None:
        case, name, engine, index = self._case, self._model_name, self._engine, self._view.slice_index
        if case is None:
            return
        volume, strokes = case.volume, tuple(self._strokes)
        pixel_mm = volume.geometry.pixel_spacing_mm or (1.0, 1.0)

        def work(context: JobContext) -> Occlusion:
            prober = engine.prober(name)
            from ichcore.explain.brush import brushed

            patch = np.zeros(volume.shape[1:], bool)
            for stroke in strokes:
                patch |= brushed(stroke.points, stroke.radius_mm, pixel_mm, volume.shape[1:])
            return prober.occlusion(volume, index, patch, on_picture=context.post, cancel=context.cancel)

        def painted(picture: NDArray[np.float32]) -> None:
            self._picture = np.rint(picture).astype(np.int16)
            self.changed.emit()

        def done(answer: Occlusion) -> None:
            self._answer = answer
            self.changed.emit()

        # the reader has just lifted the hand and waits, so this passes a prediction that yields
        self._jobs.submit(
            "device",
            work,
            key=OCCLUSION,
            done=done,
            streamed=painted,
            failed=self.failed.emit,
            urgent=True,
        )
