"""Drawing, selecting and changing measurements with mouse or keyboard; knows points, not widgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPointF, Signal

from ichviewer.documents.measurements import KINDS, Measurement
from ichviewer.documents.view_state import Tool
from ichviewer.widgets.canvas.shapes import REACH, handles, near, shifted, with_handle

if TYPE_CHECKING:
    from ichviewer.documents.measurements import Point
    from ichviewer.documents.workspace import Workspace
    from ichviewer.widgets.canvas.viewport import Viewport

KIND_OF = {
    Tool.DISTANCE: "distance",
    Tool.ANGLE: "angle",
    Tool.ROI_ELLIPSE: "ellipse",
    Tool.ROI_RECTANGLE: "rectangle",
}
DRAG_POINTS = 4.0
"""A press that moved less than this was a click."""


@dataclass
class _Drawing:
    points: list[Point]
    kind: str
    slice_index: int
    identifier: int
    placed: int
    pressed_at: QPointF
    clicked: bool = False


@dataclass
class _Grab:
    original: Measurement
    handle: int | None
    start: Point


class Measuring(QObject):
    """What the hand is doing to the measurements of the open case; one for all views of the image area.

    A measurement that is being drawn or dragged lives here; the case gets it when the hand lets go.
    """

    changed = Signal()

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._drawing: _Drawing | None = None
        self._grab: _Grab | None = None
        self._draft: Measurement | None = None
        workspace.case_changed.connect(self.forget)
        workspace.view.selection_changed.connect(self.changed)
        workspace.view.tool_changed.connect(self._drop_drawing)
        workspace.view.slice_changed.connect(self._drop_drawing)

    # what views draw

    @property
    def active(self) -> bool:
        """Whether something is being drawn or dragged."""
        return self._drawing is not None or self._grab is not None

    @property
    def drawing(self) -> bool:
        """Whether a new measurement is being drawn."""
        return self._drawing is not None

    @property
    def selected(self) -> int | None:
        """Identifier of the selected measurement, or of the one being drawn."""
        return self._draft.identifier if self._draft is not None else self._selected

    @property
    def _selected(self) -> int | None:
        return self._workspace.view.selected_measurement

    def shown(self, measurements: tuple[Measurement, ...], index: int) -> tuple[Measurement, ...]:
        """The measurements of a slice with the one in hand in its present shape."""
        draft = self._draft
        if draft is None or draft.slice_index != index:
            return measurements
        others = tuple(item for item in measurements if item.identifier != draft.identifier)
        return (*others, draft)

    # the hand

    def press(self, point: Point, at: QPointF, viewport: Viewport) -> bool:
        """The left button went down; ``True`` where that concerns measurements."""
        case, view = self._workspace.case, self._workspace.view
        if case is None:
            return False
        if self._drawing is not None:
            self._drawing.clicked = True
            self._drawing.pressed_at = at
            self._place(point)
            return True
        kind = KIND_OF.get(view.tool)
        if self._grab_at(at, point, viewport, only_selected=kind is not None):
            return True
        if kind is None:
            self.select(None)
            return False
        self.select(None)
        self._drawing = _Drawing([point] * KINDS[kind], kind, view.slice_index, case.next_identifier(), 1, at)
        self._show_drawing()
        return True

    def move(self, point: Point) -> bool:
        """The mouse moved, with or without a button; ``True`` where something follows it."""
        if self._drawing is not None:
            self._place(point)
            return True
        grab = self._grab
        if grab is None:
            return False
        if grab.handle is not None:
            self._draft = with_handle(grab.original, grab.handle, point)
        else:
            self._draft = shifted(grab.original, point[0] - grab.start[0], point[1] - grab.start[1])
        self.changed.emit()
        return True

    def release(self, point: Point, at: QPointF) -> bool:
        """The left button came up; ``True`` where that concerned measurements."""
        drawing = self._drawing
        if drawing is not None:
            moved = at - drawing.pressed_at
            if drawing.clicked or float(np.hypot(moved.x(), moved.y())) > DRAG_POINTS:
                self._place(point)
                drawing.placed += 1
                drawing.clicked = False
                if drawing.placed >= KINDS[drawing.kind]:
                    self._commit()
            return True
        if self._grab is not None:
            draft, original = self._draft, self._grab.original
            self._grab, self._draft = None, None
            if draft is not None and draft != original and self._workspace.case is not None:
                self._workspace.case.put_measurement(draft)
            self.changed.emit()
            return True
        return False

    def hovers(self, at: QPointF, viewport: Viewport) -> bool:
        """Whether the mouse is over something that can be dragged."""
        return self._find(at, viewport) is not None

    # selection

    def select(self, identifier: int | None) -> None:
        """Select a measurement, or none; the list of measurements follows."""
        self._workspace.view.select_measurement(identifier)

    def select_next(self) -> None:
        """Select the next measurement of the shown slice, round and round."""
        here = [item.identifier for item in self._here()]
        if here:
            at = here.index(self._selected) + 1 if self._selected in here else 0
            self.select(here[at % len(here)])

    def nudge(self, rows: float, columns: float) -> bool:
        """Move the selected measurement by pixels; ``False`` where none is selected on this slice."""
        case = self._workspace.case
        chosen = next((item for item in self._here() if item.identifier == self._selected), None)
        if case is None or chosen is None:
            return False
        case.put_measurement(shifted(chosen, rows, columns))
        return True

    def remove_selected(self) -> bool:
        """Delete the selected measurement; ``False`` where there is none on this slice."""
        case, identifier = self._workspace.case, self._selected
        if case is None or identifier not in [item.identifier for item in self._here()]:
            return False
        self.select(None)
        if identifier is not None:
            case.remove_measurement(identifier)
        return True

    def cancel(self) -> bool:
        """Give up what is being drawn or dragged, else the selection; ``False`` where there was neither."""
        had = self.active or self._selected is not None
        if not self.active:
            self.select(None)
        self._drawing = self._grab = self._draft = None
        if had:
            self.changed.emit()
        return had

    def forget(self) -> None:
        """Another case: nothing is in hand."""
        self._drawing = self._grab = self._draft = None
        self.select(None)
        self.changed.emit()

    # inside

    def _here(self) -> tuple[Measurement, ...]:
        case, index = self._workspace.case, self._workspace.view.slice_index
        if case is None:
            return ()
        return tuple(item for item in case.measurements if item.slice_index == index)

    def _drop_drawing(self) -> None:
        if self.active:
            self._drawing = self._grab = self._draft = None
            self.changed.emit()

    def _find(
        self, at: QPointF, viewport: Viewport, *, only_selected: bool = False
    ) -> tuple[Measurement, int | None] | None:
        """The measurement under the mouse and its handle; the selected one first, then the newest."""
        here = sorted(self._here(), key=lambda item: (item.identifier == self._selected, item.identifier))
        for item in reversed(here):
            if only_selected and item.identifier != self._selected:
                continue
            for number, (row, column) in enumerate(handles(item)):
                gap = viewport.point(row, column) - at
                if max(abs(gap.x()), abs(gap.y())) <= REACH:
                    return item, number
            if near(item, viewport, at):
                return item, None
        return None

    def _grab_at(self, at: QPointF, point: Point, viewport: Viewport, *, only_selected: bool) -> bool:
        found = self._find(at, viewport, only_selected=only_selected)
        if found is None:
            return False
        self._grab = _Grab(found[0], found[1], point)
        self._draft = found[0]
        self.select(found[0].identifier)
        self.changed.emit()
        return True

    def _place(self, point: Point) -> None:
        drawing = self._drawing
        if drawing is not None:
            for number in range(drawing.placed, len(drawing.points)):
                drawing.points[number] = point
            self._show_drawing()

    def _show_drawing(self) -> None:
        drawing = self._drawing
        if drawing is not None:
            self._draft = Measurement(
                drawing.identifier, drawing.kind, drawing.slice_index, tuple(drawing.points)
            )
            self.changed.emit()

    def _commit(self) -> None:
        draft, case = self._draft, self._workspace.case
        self._drawing = self._draft = None
        if draft is not None and case is not None and len(set(draft.points)) > 1:
            self.select(draft.identifier)
            case.put_measurement(draft)
        self.changed.emit()
