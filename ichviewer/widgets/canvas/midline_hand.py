"""What the hand does to the midline while sides are compared: turn it by its ends, shift it, give it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from ichviewer.documents.mirror_compare import LOOKING
from ichviewer.documents.view_state import Display, Layout
from ichviewer.widgets.canvas.handles import TURN, Shape, draw_grips, reach
from ichviewer.widgets.canvas.ink import SHAPE_SELECTED
from ichviewer.widgets.canvas.mirror_layer import draw_line

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from ichcore.masks.midline import Ends, Point
    from ichcore.masks.midline_grips import LineGrip
    from ichviewer.documents.mirror_compare import MirrorCompare
    from ichviewer.documents.view_state import ViewState
    from ichviewer.widgets.canvas.viewport import Viewport

INSET = 14.0
"""Handles stay so many points inside the view where the line goes on beyond it."""


@dataclass(frozen=True)
class _Drag:
    ends: Ends
    whole: Ends
    grip: LineGrip
    start: Point


class MidlineHand(QObject):
    """One hand for all views of the image area."""

    changed = Signal()
    """The line is under the mouse now, or no more."""

    def __init__(self, mirror: MirrorCompare, view: ViewState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mirror, self._view = mirror, view
        self._drag: _Drag | None = None
        self._over = False
        view.slice_changed.connect(self._forget)
        view.tool_changed.connect(self._forget)

    def ends(self, viewport: Viewport) -> Ends | None:
        """Where the handles are: the ends of the line, or of as much of it as is seen; ``None`` without."""
        mirror, view = self._mirror, self._view
        on = (mirror.tinted or mirror.flipped) and view.tool in LOOKING
        if not on or view.display is not Display.GREY or view.layout is Layout.COMPARE:
            return None
        line = mirror.line(view.slice_index)
        if line is None:
            return None
        (top, left), (bottom, right) = line
        row0, _, row1, _ = viewport.visible()
        inset = INSET / viewport.down
        upper, lower = max(top, row0 + inset), min(bottom, row1 - inset)
        if lower - upper < 4 * inset:
            return line
        slope = (right - left) / (bottom - top)
        return (upper, left + (upper - top) * slope), (lower, left + (lower - top) * slope)

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Draw the handles; on a flipped slice the line, too, while it is meant."""
        ends = self.ends(viewport)
        if ends is None:
            return
        if self._mirror.flipped and (self._over or self._drag is not None):
            line = self._mirror.line(self._view.slice_index)
            draw_line(painter, viewport, line or ends)
        draw_grips(painter, viewport, ends, SHAPE_SELECTED, round_=True)

    def press(self, point: Point, viewport: Viewport) -> bool:
        """The left button went down; ``True`` where that is on the line."""
        ends, grip = self.ends(viewport), self._grip(point, viewport)
        whole = self._mirror.line(self._view.slice_index)
        if ends is None or whole is None or grip is None:
            return False
        self._drag = _Drag(ends, whole, grip, point)
        return True

    def move(self, point: Point, viewport: Viewport) -> bool:
        """The mouse moved; ``True`` where the line follows it."""
        drag = self._drag
        if drag is None:
            self._hover(over=self._grip(point, viewport) is not None)
            return False
        from ichcore.masks.midline_grips import between, dragged_line

        if point != drag.start:
            line = dragged_line(drag.ends, drag.grip, drag.start, point)
            self._mirror.drag(line, between(line, drag.whole[0][0], drag.whole[1][0]))
        return True

    def release(self) -> bool:
        """The left button came up; ``True`` where the line was held."""
        if self._drag is None:
            return False
        self._drag = None
        self._mirror.let_go()
        return True

    def double_click(self, point: Point, viewport: Viewport) -> bool:
        """Give the computed line back; ``False`` where the point is not on the line."""
        if self._grip(point, viewport) is None:
            return False
        self._mirror.compute_midline()
        return True

    @property
    def busy(self) -> bool:
        """Whether the line is held."""
        return self._drag is not None

    def cancel(self) -> bool:
        """Escape: the line goes back to where the drag began; ``False`` where it is not held."""
        had, self._drag = self._drag is not None, None
        self._mirror.cancel_drag()
        return had

    def leave(self) -> None:
        """The mouse has left."""
        self._hover(over=False)

    def shape(self, point: Point, viewport: Viewport) -> Shape | None:
        """The cursor that says what a drag from here would do; ``None`` for that of the tool."""
        grip = self._grip(point, viewport) if self._drag is None else self._drag.grip
        if grip is None:
            return None
        from ichcore.masks.midline_grips import LineGrip

        return Qt.CursorShape.SizeHorCursor if grip is LineGrip.LINE else TURN

    def _grip(self, point: Point, viewport: Viewport) -> LineGrip | None:
        ends = self.ends(viewport)
        if ends is None:
            return None
        from ichcore.masks.midline_grips import grip_at  # it brings scipy, which is there once sides are

        return grip_at(ends, point, reach(viewport))

    def _hover(self, *, over: bool) -> None:
        if over != self._over:
            self._over = over
            self.changed.emit()

    def _forget(self) -> None:
        self._drag = None
