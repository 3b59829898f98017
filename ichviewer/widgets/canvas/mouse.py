"""What mouse, wheel and pen do in one view: a hand takes them, else they change window or camera."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QPointingDevice, QWheelEvent

from ichviewer.documents.view_state import Tool
from ichviewer.widgets.canvas.gestures import WHEEL_STEP, PanDrag, WheelSteps, WindowDrag, ZoomDrag
from ichviewer.widgets.canvas.handles import cursor
from ichviewer.widgets.canvas.measuring import KIND_OF

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QTabletEvent

    from ichviewer.documents.measurements import Point
    from ichviewer.documents.workspace import Workspace
    from ichviewer.widgets.canvas.gestures import CameraDrag
    from ichviewer.widgets.canvas.handles import Shape
    from ichviewer.widgets.canvas.hands import Hands
    from ichviewer.widgets.canvas.slice_view import SliceView
    from ichviewer.widgets.canvas.viewport import Viewport

LIGHTEST = 0.1
"""A pen that touches at all paints with at least this pressure."""
WHEEL_ZOOM = 1.0015
"""Zoom for one wheel unit with Ctrl held."""
CURSORS = {
    Tool.WINDOW: Qt.CursorShape.ArrowCursor,
    Tool.PAN: Qt.CursorShape.OpenHandCursor,
    Tool.ZOOM: Qt.CursorShape.SizeVerCursor,
}


class Mouse:
    """One view's: which drag is under way, and which cursor says what a drag would do."""

    def __init__(self, view: SliceView, workspace: Workspace, hands: Hands) -> None:
        self._view, self._workspace, self._hands = view, workspace, hands
        self._drag: CameraDrag | None = None
        self._window_drag: WindowDrag | None = None
        self._wheel = WheelSteps()
        self._shape: Shape | None = None

    @property
    def _tool(self) -> Tool:
        return self._workspace.view.tool

    def press(self, event: QMouseEvent) -> None:
        """Begin a drag, or draw."""
        viewport = self._view.viewport()
        if viewport is None:
            return
        at, button, tool = event.position(), event.button(), self._tool
        if button is Qt.MouseButton.LeftButton:
            if self._taken(at, viewport, alt=alt_held(event)):
                return
            if tool is Tool.WINDOW:
                down_raises = self._workspace.settings.preferences.drag_down_raises_level
                self._window_drag = WindowDrag(self._view.window_shown, at, down_raises)
                return
        self._drag = self._camera_drag(button, tool, viewport, at)
        if isinstance(self._drag, PanDrag):
            self._show(Qt.CursorShape.ClosedHandCursor)

    def _taken(self, at: QPointF, viewport: Viewport, *, alt: bool) -> bool:
        """Whether a hand takes the left button here."""
        hands, point = self._hands, on_slice(at, viewport)
        if self._tool is Tool.OCCLUDE:
            hands.occlusion.begin(point)
            return True
        return (
            hands.midline.press(viewport.pixel(at), viewport)
            or hands.boxes.press(point, at, viewport, alt=alt)
            or hands.painting.press(point, alt=alt)
            or hands.measuring.press(point, at, viewport)
        )

    def _camera_drag(
        self, button: Qt.MouseButton, tool: Tool, viewport: Viewport, at: QPointF
    ) -> CameraDrag | None:
        left = button is Qt.MouseButton.LeftButton
        if button is Qt.MouseButton.RightButton or (left and tool is Tool.ZOOM):
            return ZoomDrag(self._view.camera, viewport, at)
        if button is Qt.MouseButton.MiddleButton or (left and tool is Tool.PAN):
            return PanDrag(self._view.camera, viewport, at)
        return None

    def move(self, event: QMouseEvent) -> None:
        """Go on with a drag; else probe."""
        at, viewport, view = event.position(), self._view.viewport(), self._view
        if viewport is None:
            return
        if self._window_drag is not None:
            self._workspace.view.set_window(self._window_drag.window(at))
            view.hurry()
            return
        if self._drag is not None:
            view.move_camera(self._drag.camera(at))
            view.hurry()
            return
        pixel = viewport.pixel(at)
        view.probe.move(pixel, viewport)
        view.move_tip(pixel if viewport.inside(*pixel) else None, alt=alt_held(event))
        down = bool(event.buttons() & Qt.MouseButton.LeftButton)
        self._follow(at, viewport, down=down)

    def _follow(self, at: QPointF, viewport: Viewport, *, down: bool) -> None:
        hands, point = self._hands, on_slice(at, viewport)
        if hands.midline.move(viewport.pixel(at), viewport) or hands.boxes.move(point):
            self.show_cursor(at)
        elif hands.painting.move(point, down=down):
            self.show_cursor()
        elif not hands.occlusion.extend(point) and not hands.measuring.move(point):
            self.show_cursor(at)

    def release(self, event: QMouseEvent) -> None:
        """End a drag."""
        viewport, at, hands = self._view.viewport(), event.position(), self._hands
        if event.button() is Qt.MouseButton.LeftButton and viewport is not None:
            taken = hands.midline.release() or hands.boxes.release(at)
            if not (taken or hands.painting.release() or hands.occlusion.end()):
                hands.measuring.release(on_slice(at, viewport), at)
        self._window_drag = self._drag = None
        self.show_cursor()

    def double_click(self, event: QMouseEvent) -> bool:
        """Give the midline back, or have one view or four; ``False`` while drawing: it is a press then."""
        viewport, at, hands = self._view.viewport(), event.position(), self._hands
        drawing = self._tool in KIND_OF or self._tool is Tool.OCCLUDE or hands.painting.on or hands.boxes.on
        if event.button() is not Qt.MouseButton.LeftButton or drawing or viewport is None:
            return False
        self._window_drag = None
        if not hands.midline.double_click(viewport.pixel(at), viewport):
            hands.measuring.cancel()
            self._view.double_clicked.emit()
        return True

    def wheel(self, event: QWheelEvent) -> None:
        """Slice; with Ctrl, zoom about the mouse, or with a brush in hand its size."""
        viewport, delta, painting = self._view.viewport(), event.angleDelta().y(), self._hands.painting
        event.accept()
        if viewport is None or delta == 0:
            return
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if control and painting.has_tip:
            painting.resize(delta / WHEEL_STEP)
            return
        if control:
            self._view.move_camera(viewport.zoomed(self._view.camera, WHEEL_ZOOM**delta, event.position()))
            self._view.hurry()
            return
        steps = self._wheel.steps(delta)
        if steps:
            down_next = self._workspace.settings.preferences.wheel_down_next
            self._workspace.view.step(-steps if down_next else steps)

    def leave(self) -> None:
        """The mouse has left: no probe."""
        self._view.probe.leave()
        self._view.move_tip(None)
        self._hands.painting.leave()
        self._hands.midline.leave()
        self._workspace.view.cursor_moved.emit(None)

    def pen(self, event: QTabletEvent) -> None:
        """A pen paints with its pressure, and its other end erases; for all else it is a mouse."""
        viewport, painting = self._view.viewport(), self._hands.painting
        if viewport is None or not painting.has_tip:
            event.ignore()
            return
        point, kind = on_slice(event.position(), viewport), event.type()
        pressure = max(event.pressure(), LIGHTEST)
        self._view.move_tip(viewport.pixel(event.position()))
        if kind is QEvent.Type.TabletPress and event.button() is Qt.MouseButton.LeftButton:
            other_end = event.pointerType() is QPointingDevice.PointerType.Eraser
            turned = other_end and self._tool is Tool.BRUSH
            painting.press(point, alt=turned or alt_held(event), pressure=pressure)
        elif kind is QEvent.Type.TabletMove and event.buttons() & Qt.MouseButton.LeftButton:
            painting.move(point, pressure=pressure, down=True)
        elif kind is QEvent.Type.TabletRelease:
            painting.release()
        else:
            event.ignore()
            return
        event.accept()

    def show_cursor(self, at: QPointF | None = None) -> None:
        """The cursor that says what a drag from here would do, else that of the tool."""
        viewport, shape = self._view.viewport(), None
        if at is not None and viewport is not None:
            hands, point = self._hands, viewport.pixel(at)
            shape = hands.midline.shape(point, viewport) or hands.boxes.shape(point, viewport)
            if shape is None and not hands.boxes.on and hands.measuring.hovers(at, viewport):
                shape = Qt.CursorShape.SizeAllCursor
        self._show(shape or CURSORS.get(self._tool, Qt.CursorShape.CrossCursor))

    def _show(self, shape: Shape) -> None:
        if shape != self._shape:
            self._shape = shape
            self._view.setCursor(cursor(shape))


def on_slice(at: QPointF, viewport: Viewport) -> Point:
    """The pixel position under the mouse, kept on the slice."""
    row, column = viewport.pixel(at)
    return (
        min(max(row, -0.5), viewport.rows - 0.5),
        min(max(column, -0.5), viewport.columns - 0.5),
    )


def alt_held(event: QMouseEvent | QTabletEvent) -> bool:
    """Whether Alt is held."""
    return bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
