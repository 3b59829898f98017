"""What the hand does to the reader's boxes: draw, select, drag by handles, nudge."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, Qt, Signal

from ichcore.annotations.annotation import LabelledBox
from ichcore.masks.edits.origin import Origin
from ichcore.masks.edits.rectangle import Handle, dragged, handle_at, spanned
from ichcore.subtypes import class_of_label
from ichviewer.base.timers import single_shot
from ichviewer.documents.view_state import Tool
from ichviewer.widgets.canvas.handles import box_grips, draw_grips, reach, shape_over
from ichviewer.widgets.canvas.ink import SHAPE_SELECTED, class_colour
from ichviewer.widgets.canvas.measuring import DRAG_POINTS
from ichviewer.widgets.canvas.own_boxes import OwnBox

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from ichcore.masks.boxes import Rectangle
    from ichcore.masks.midline import Point
    from ichviewer.documents.annotating import Annotating
    from ichviewer.documents.reader_boxes import ReaderBoxes
    from ichviewer.documents.view_state import ViewState
    from ichviewer.widgets.canvas.viewport import Viewport

NUDGE_MS = 500
"""Nudges that follow each other faster than this are one step."""


@dataclass
class _Drag:
    """A box in the hand; without a number a new one, which is spanned from where the drag began."""

    number: int | None
    handle: Handle
    original: Rectangle
    start: Point
    at: QPointF | None
    shape: tuple[int, int]
    now: Rectangle
    by_keys: bool = False


class BoxHand(QObject):
    """One hand for all views of the image area; the journal gets a box when the hand lets go."""

    changed = Signal()
    """What is in the hand is another."""

    def __init__(
        self, boxes: ReaderBoxes, annotating: Annotating, view: ViewState, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._boxes, self._annotating, self._view = boxes, annotating, view
        self._drag: _Drag | None = None
        self._nudging = single_shot(self, self._end_nudge, NUDGE_MS)
        view.slice_changed.connect(self._let_go)
        view.tool_changed.connect(self._tool_changed)
        annotating.ready_changed.connect(self._drop)
        boxes.changed.connect(self.changed)

    @property
    def on(self) -> bool:
        """Whether the tool in hand is that of boxes."""
        return self._view.tool is Tool.BOX

    @property
    def busy(self) -> bool:
        """Whether a box is being drawn or dragged."""
        return self._drag is not None

    @property
    def can_cancel(self) -> bool:
        """Whether Escape would give something up."""
        return self.on and (self.busy or self._boxes.selected is not None)

    def shown(self, index: int) -> tuple[OwnBox, ...]:
        """The boxes of a slice, with the one in hand in its present shape."""
        drag, here = self._drag, index == self._view.slice_index
        chosen = self._boxes.selected if here and self.on else None
        found = [OwnBox(number, box, number == chosen) for number, box in self._boxes.on(index).items()]
        if drag is None or not here:
            return tuple(found)
        if drag.number is None:
            name = class_of_label(self._annotating.settings.label).name
            return (*found, OwnBox(None, LabelledBox(index, name, drag.now, Origin.HUMAN), selected=True))
        return tuple(
            replace(own, box=_adjusted(own.box, drag.now)) if own.number == drag.number else own
            for own in found
        )

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Draw the handles, while the tool is in hand."""
        if not self.on:
            return
        for own in sorted(self.shown(self._view.slice_index), key=lambda own: own.selected):
            ink = SHAPE_SELECTED if own.selected else class_colour(own.box.name)
            draw_grips(painter, viewport, box_grips(own.box.rectangle), ink)

    # the hand

    def press(self, point: Point, at: QPointF, viewport: Viewport, *, alt: bool = False) -> bool:
        """The left button went down; ``True`` where that concerns boxes.

        Args:
            point: (row, column) on the slice.
            at: of the view.
            viewport: of the view.
            alt: draw a new box, also where one could be taken hold of.
        """
        if not self.on:
            return False
        self._end_nudge()
        shape = (viewport.rows, viewport.columns)
        found = None if alt else self._find(point, viewport)
        if found is None:
            if not self._annotating.prepare():
                said = self.tr("The annotation is being opened; draw again in a moment.")
                self._annotating.notice_raised.emit("info", said)
                return True
            self._boxes.select(None)
            start = spanned(point, point, shape)
            self._drag = _Drag(None, Handle.BOTTOM_RIGHT, start, point, at, shape, start)
        else:
            number, handle = found
            rectangle = self._rectangle(number)
            self._boxes.select(number)
            self._drag = _Drag(number, handle, rectangle, point, at, shape, rectangle)
        self.changed.emit()
        return True

    def move(self, point: Point) -> bool:
        """The mouse moved; ``True`` where a box follows it."""
        drag = self._drag
        if drag is None or drag.by_keys:
            return False
        if drag.number is None:
            now = spanned(drag.start, point, drag.shape)
        else:
            rows, columns = (round(point[axis] - drag.start[axis]) for axis in (0, 1))
            now = dragged(drag.original, drag.handle, rows, columns, drag.shape)
        if now != drag.now:
            drag.now = now
            self.changed.emit()
        return True

    def release(self, at: QPointF | None) -> bool:
        """The left button came up; ``True`` where that concerned boxes."""
        drag = self._drag
        if drag is None or drag.by_keys:
            return self.on
        self._drag = None
        gap = QPointF() if at is None or drag.at is None else at - drag.at
        clicked = at is not None and max(abs(gap.x()), abs(gap.y())) <= DRAG_POINTS
        if drag.number is None and not clicked:
            self._boxes.draw(drag.now)
        elif drag.number is not None:
            self._boxes.reshape(drag.number, drag.now)
        self.changed.emit()
        return True

    def enter(self, point: Point, viewport: Viewport) -> bool:
        """Enter: begin a box at a point, or end the one that is being drawn."""
        if not self.on:
            return False
        if self._held:
            self.move(point)
            self.release(None)
        else:
            self.press(point, viewport.point(*point), viewport, alt=True)
        return True

    def nudge(self, rows: float, columns: float, viewport: Viewport) -> bool:
        """Move the selected box by pixels; several in a row are one step. ``False`` where none is."""
        number = self._boxes.selected
        if not self.on or number is None or self._held:
            return False
        drag = self._drag
        if drag is None:
            shape, at = (viewport.rows, viewport.columns), self._rectangle(number)
            drag = _Drag(number, Handle.INSIDE, at, (0.0, 0.0), None, shape, at, by_keys=True)
            self._drag = drag
        drag.now = dragged(drag.now, Handle.INSIDE, round(rows), round(columns), drag.shape)
        self._nudging.start()
        self.changed.emit()
        return True

    def remove_selected(self) -> bool:
        """Delete the selected box; ``False`` where none is."""
        if not self.on or self._boxes.selected is None:
            return False
        self._drop()
        return self._boxes.remove_selected()

    def cancel(self) -> bool:
        """Escape: have the box back where the drag began, else select none; ``False`` where there is none."""
        if self._drag is not None:
            self._drop()
            return True
        had = self.can_cancel
        if had:
            self._boxes.select(None)
        return had

    def shape(self, point: Point, viewport: Viewport) -> Qt.CursorShape | None:
        """The cursor that says what a drag from here would do; ``None`` for that of the tool."""
        if not self.on:
            return None
        if self._drag is not None and not self._drag.by_keys:
            return None if self._drag.number is None else shape_over(self._drag.handle)
        found = self._find(point, viewport)
        return None if found is None else shape_over(found[1])

    # inside

    def _find(self, point: Point, viewport: Viewport) -> tuple[int, Handle] | None:
        """The box under a point and its handle: the selected one first, then the smallest."""
        selected = self._boxes.selected
        here = self._boxes.on(self._view.slice_index)
        for number in sorted(here, key=lambda n: (n != selected, _area(here[n].rectangle))):
            handle = handle_at(here[number].rectangle, *point, reach(viewport))
            if handle is not None:
                return number, handle
        return None

    @property
    def _held(self) -> bool:
        """Whether a box follows the mouse, or the probe."""
        return self._drag is not None and not self._drag.by_keys

    def _rectangle(self, number: int) -> Rectangle:
        return self._boxes.on(self._view.slice_index)[number].rectangle

    def _end_nudge(self) -> None:
        """What was nudged is one step."""
        drag = self._drag
        if drag is not None and drag.by_keys and drag.number is not None:
            self._nudging.stop()
            self._drag = None
            self._boxes.reshape(drag.number, drag.now)

    def _drop(self) -> None:
        self._nudging.stop()
        if self._drag is not None:
            self._drag = None
            self.changed.emit()

    def _let_go(self) -> None:
        """What was nudged stays, what was dragged goes back."""
        self._end_nudge()
        self._drop()

    def _tool_changed(self) -> None:
        self._let_go()
        if self.on:
            self._annotating.prepare()


def _adjusted(box: LabelledBox, rectangle: Rectangle) -> LabelledBox:
    """As it will be once the hand lets go."""
    return box if box.rectangle == rectangle else replace(box, rectangle=rectangle, origin=Origin.HUMAN)


def _area(rectangle: Rectangle) -> int:
    return (rectangle[2] - rectangle[0]) * (rectangle[3] - rectangle[1])
