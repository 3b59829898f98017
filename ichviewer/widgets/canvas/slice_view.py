"""One view of the shown slice: paints it and turns mouse, wheel and keys into changes of the documents."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPointingDevice,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from ichcore.volume.window import BRAIN, Window
from ichviewer.base.theme import DARK
from ichviewer.base.timers import single_shot
from ichviewer.documents.view_state import Display, Tool
from ichviewer.widgets.canvas.brush_tip import BrushTip
from ichviewer.widgets.canvas.gestures import (
    WHEEL_STEP,
    CameraDrag,
    PanDrag,
    WheelSteps,
    WindowDrag,
    ZoomDrag,
)
from ichviewer.widgets.canvas.ink import colour, pen
from ichviewer.widgets.canvas.measuring import KIND_OF, Measuring
from ichviewer.widgets.canvas.mirror_layer import with_mirror
from ichviewer.widgets.canvas.placeholder import draw_welcome
from ichviewer.widgets.canvas.scene import Corners, Scene, scene_of
from ichviewer.widgets.canvas.slice_painter import SlicePainter
from ichviewer.widgets.canvas.viewport import Camera, Viewport

if TYPE_CHECKING:
    from ichviewer.documents.case import Case
    from ichviewer.documents.measurements import Point
    from ichviewer.documents.view_state import OverlaySettings
    from ichviewer.documents.workspace import Workspace
    from ichviewer.widgets.canvas.model_input import ModelPicture
    from ichviewer.widgets.canvas.painting import Painting

REST_MS = 120
"""After this long without movement a coarse picture is drawn again in full."""
LIGHTEST = 0.1
"""A pen that touches at all paints with at least this pressure."""
WHEEL_ZOOM = 1.0015
"""Zoom for one wheel unit with Ctrl held."""
ARROWS = {
    Qt.Key.Key_Left: (0.0, -1.0),
    Qt.Key.Key_Right: (0.0, 1.0),
    Qt.Key.Key_Up: (-1.0, 0.0),
    Qt.Key.Key_Down: (1.0, 0.0),
}
CURSORS = {
    Tool.WINDOW: Qt.CursorShape.ArrowCursor,
    Tool.PAN: Qt.CursorShape.OpenHandCursor,
    Tool.ZOOM: Qt.CursorShape.SizeVerCursor,
}


class SliceView(QWidget):
    """A view of the shown slice through one window."""

    camera_moved = Signal(object)
    """The :class:`Camera` that linked views take over."""
    activated = Signal()
    """The reader works here now."""
    double_clicked = Signal()
    painted = Signal()
    """A picture has been painted to the end."""

    def __init__(
        self,
        workspace: Workspace,
        measuring: Measuring,
        painting: Painting,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._measuring = measuring
        self._painting = painting
        self._annotating = workspace.annotating
        self._readers = workspace.reading.readers
        self._tip = BrushTip(workspace, painting)
        self._drawn_revision = 0
        self._occlusion = workspace.inference.probes.occlusion
        self._painter = SlicePainter()
        self._camera = Camera()
        self._drag: CameraDrag | None = None
        self._window_drag: WindowDrag | None = None
        self._wheel = WheelSteps()
        self._probe: Point | None = None
        self._linked_cursor: Point | None = None
        self._focus_by_key = False
        self.window_shown: Window = BRAIN
        self.active = True
        """Whether the documents' window and display modes are those of this view."""
        self.framed = False
        self.corners = Corners()
        self.empty_words: tuple[str, str] | None = None
        """Title and detail in place of the slice, where this view has no window to show it through."""
        self.model_picture: ModelPicture | None = None
        self._rest = single_shot(self, self._rested, REST_MS)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setAccessibleName(self.tr("Slice"))
        self.setAccessibleDescription(
            self.tr(
                "Wheel and arrow keys change the slice; Alt and arrow keys move the probe; Enter measures."
            )
        )
        measuring.changed.connect(self.update)
        self._occlusion.changed.connect(self.update)
        painting.changed.connect(self.update)
        workspace.mirror.changed.connect(self.update)
        self._annotating.mask_changed.connect(self._mask_changed)
        self._annotating.proposing.changed.connect(self.update)
        self._readers.outline_changed.connect(self.update)
        workspace.view.cursor_moved.connect(self._cursor_moved_elsewhere)
        workspace.view.tool_changed.connect(self._show_cursor)

    def sizeHint(self) -> QSize:
        """Large: the image owns the screen."""
        return QSize(800, 640)

    def minimumSizeHint(self) -> QSize:
        """Small enough for four in a narrow window."""
        return QSize(96, 96)

    # camera

    @property
    def camera(self) -> Camera:
        """Zoom and middle."""
        return self._camera

    def set_camera(self, camera: Camera) -> None:
        """Take over the camera of a linked view."""
        if camera != self._camera:
            self._camera = camera
            self.update()

    def viewport(self) -> Viewport | None:
        """Where the slice lies now; ``None`` without a case."""
        case = self._workspace.case
        if case is None:
            return None
        return Viewport.of(self._camera, case.volume.geometry, self.width(), self.height())

    def _move_camera(self, camera: Camera) -> None:
        self.set_camera(camera)
        self.camera_moved.emit(camera)

    # painting

    def scene(self) -> Scene | None:
        """What this view shows now."""
        case, view = self._workspace.case, self._workspace.view
        if case is None:
            return None
        preferences = self._workspace.settings.preferences
        index = min(view.slice_index, case.volume.shape[0] - 1)
        scene = scene_of(case, view, index, self.window_shown, main=self.active)
        masks = self._workspace.inference.masks
        drawable = scene.display is not Display.MODEL_INPUT
        masked = masks.settings.visible and drawable and not self._annotating.shown
        whole = replace(
            scene,
            mask=masks.mask(index) if masked else None,
            boxes=() if masked else scene.boxes,  # the mask has a box of its own
            mask_settings=masks.settings,
            edited=self._annotating.edited(index) if drawable else None,
            other_mask=self._readers.outlined_slice(index) if drawable else None,
            pointed=self._painting.pointed if drawable else None,
            draft=self._painting.draft if drawable else None,
            measurements=self._measuring.shown(scene.measurements, index),
            selected=self._measuring.selected,
            badges=self._workspace.badges,
            probe=self._probe,
            crosshair=self._linked_cursor,
            model_picture=self.model_picture,
            patch=self._occlusion.strokes,
            occluded=self._occlusion.picture,
            corners=self.corners,
            corner_text=preferences.corner_text,
            smooth=preferences.smooth,
            hurry=self._rest.isActive(),
        )
        return with_mirror(whole, self._workspace.mirror, view)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the slice."""
        painter = QPainter(self)
        try:
            self.paint_into(painter, self.scene())
            viewport = self.viewport()
            if viewport is not None:
                self._tip.paint(painter, viewport)
            if self.framed or self._focus_by_key:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
                painter.setPen(pen(colour(DARK.muted if self._focus_by_key else DARK.faint), 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        finally:
            # a painter left open while an error travels up would take the whole program down
            painter.end()
        self.painted.emit()

    def paint_into(self, painter: QPainter, scene: Scene | None) -> None:
        """Paint a scene as large as this view; also what pictures are made with."""
        viewport = self.viewport()
        if scene is None or viewport is None:
            draw_welcome(painter, self._painter.text, self.rect().toRectF())
        elif self.empty_words is not None:
            self._painter.paint_words(painter, self.rect().toRectF(), *self.empty_words)
        else:
            self._painter.paint(painter, scene, viewport)

    def prepare(self, index: int) -> None:
        """Colour what lies over a slice that is not shown yet."""
        case, view = self._workspace.case, self._workspace.view
        if case is None:
            return
        masks = self._workspace.inference.masks
        mask = masks.mask(index) if masks.settings.visible else None
        if mask is not None:
            self._painter.prepare_mask(mask, masks.settings)
        self.prepare_maps(case, index, view.overlay)

    def prepare_maps(self, case: Case, index: int, overlay: OverlaySettings) -> None:
        """Colour the heat maps of a slice as this view will draw them."""
        self._painter.prepare(case.heatmaps(index), overlay)

    def _move_tip(self, point: Point | None, *, alt: bool = False) -> None:
        """The brush is elsewhere: paint where it was and where it is, and no more."""
        viewport = self.viewport()
        if viewport is not None:
            for part in self._tip.move(point, viewport, alt=alt):
                self.update(part)

    def _mask_changed(self, slices: tuple[int, ...]) -> None:
        """Paint again what of the shown slice's mask changed."""
        index, viewport = self._workspace.view.slice_index, self.viewport()
        if index not in slices or viewport is None:
            return
        changes = self._annotating.changes
        boxes = changes.since(index, self._drawn_revision)
        self._drawn_revision = changes.revision(index)
        if boxes is None or len(boxes) > 1 or not boxes:
            self.update()
            return
        row0, column0, row1, column1 = boxes[0]
        start, end = viewport.point(row0 - 0.5, column0 - 0.5), viewport.point(row1 - 0.5, column1 - 0.5)
        self.update(QRectF(start, end).adjusted(-3, -3, 3, 3).toAlignedRect())

    def hurry(self) -> None:
        """The image moves: paint fast now, finely once it rests."""
        self._rest.start()
        self.update()

    def _rested(self) -> None:
        if self._painter.draft:
            self.update()

    # mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag, or draw."""
        self._focus_by_key = False
        self.activated.emit()
        viewport = self.viewport()
        if viewport is None:
            return
        at, button = event.position(), event.button()
        tool = self._workspace.view.tool
        if button is Qt.MouseButton.LeftButton:
            if tool is Tool.OCCLUDE:
                self._occlusion.begin(self._on_slice(at, viewport))
                return
            if self._painting.press(self._on_slice(at, viewport), alt=_alt(event)):
                return
            if self._measuring.press(self._on_slice(at, viewport), at, viewport):
                return
            if tool is Tool.WINDOW:
                self._window_drag = WindowDrag(
                    self.window_shown, at, self._workspace.settings.preferences.drag_down_raises_level
                )
                return
        self._drag = self._camera_drag(button, tool, viewport, at)
        if isinstance(self._drag, PanDrag):
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def _camera_drag(
        self, button: Qt.MouseButton, tool: Tool, viewport: Viewport, at: QPointF
    ) -> CameraDrag | None:
        left = button is Qt.MouseButton.LeftButton
        if button is Qt.MouseButton.RightButton or (left and tool is Tool.ZOOM):
            return ZoomDrag(self._camera, viewport, at)
        if button is Qt.MouseButton.MiddleButton or (left and tool is Tool.PAN):
            return PanDrag(self._camera, viewport, at)
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with a drag; else probe."""
        at, viewport = event.position(), self.viewport()
        if viewport is None:
            return
        if self._window_drag is not None:
            self._workspace.view.set_window(self._window_drag.window(at))
            self.hurry()
            return
        if self._drag is not None:
            self._move_camera(self._drag.camera(at))
            self.hurry()
            return
        self._probe_at(viewport.pixel(at), viewport)
        inside = viewport.inside(*viewport.pixel(at))
        self._move_tip(viewport.pixel(at) if inside else None, alt=_alt(event))
        down = bool(event.buttons() & Qt.MouseButton.LeftButton)
        if self._painting.move(self._on_slice(at, viewport), down=down):
            self._show_cursor()
            return
        if self._occlusion.extend(self._on_slice(at, viewport)):
            return
        if not self._measuring.move(self._on_slice(at, viewport)):
            self._show_cursor(hovering=self._measuring.hovers(at, viewport))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        viewport = self.viewport()
        left = event.button() is Qt.MouseButton.LeftButton and viewport is not None
        if left and viewport is not None and not (self._painting.release() or self._occlusion.end()):
            self._measuring.release(self._on_slice(event.position(), viewport), event.position())
        self._window_drag = self._drag = None
        self._show_cursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """One view or four; while drawing it is a press like any other."""
        tool = self._workspace.view.tool
        drawing = tool in KIND_OF or tool is Tool.OCCLUDE or self._painting.on
        if event.button() is Qt.MouseButton.LeftButton and not drawing and self._workspace.case is not None:
            self._window_drag = None
            self._measuring.cancel()
            self.double_clicked.emit()
            return
        self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Slice; with Ctrl, zoom about the mouse, or with a brush in hand its size."""
        viewport, delta = self.viewport(), event.angleDelta().y()
        event.accept()
        if viewport is None or delta == 0:
            return
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and self._painting.has_tip:
            self._painting.resize(delta / WHEEL_STEP)
            return
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._move_camera(viewport.zoomed(self._camera, WHEEL_ZOOM**delta, event.position()))
            self.hurry()
            return
        steps = self._wheel.steps(delta)
        if steps:
            down_next = self._workspace.settings.preferences.wheel_down_next
            self._workspace.view.step(-steps if down_next else steps)

    def leaveEvent(self, event: QEvent) -> None:
        """The mouse has left: no probe."""
        self._set_probe(None)
        self._move_tip(None)
        self._painting.leave()
        self._workspace.view.cursor_moved.emit(None)

    def tabletEvent(self, event: QTabletEvent) -> None:
        """A pen paints with its pressure, and its other end erases; for all else it is a mouse."""
        viewport = self.viewport()
        if viewport is None or not self._painting.has_tip:
            event.ignore()
            return
        point, kind = self._on_slice(event.position(), viewport), event.type()
        pressure = max(event.pressure(), LIGHTEST)
        self._move_tip(viewport.pixel(event.position()))
        if kind is QEvent.Type.TabletPress and event.button() is Qt.MouseButton.LeftButton:
            other_end = event.pointerType() is QPointingDevice.PointerType.Eraser
            turned = other_end and self._workspace.view.tool is Tool.BRUSH
            self._painting.press(point, alt=turned or _alt(event), pressure=pressure)
        elif kind is QEvent.Type.TabletMove and event.buttons() & Qt.MouseButton.LeftButton:
            self._painting.move(point, pressure=pressure, down=True)
        elif kind is QEvent.Type.TabletRelease:
            self._painting.release()
        else:
            event.ignore()
            return
        event.accept()

    # probe

    def _on_slice(self, at: QPointF, viewport: Viewport) -> Point:
        """The pixel position under the mouse, kept on the slice."""
        row, column = viewport.pixel(at)
        return (
            min(max(row, -0.5), viewport.rows - 0.5),
            min(max(column, -0.5), viewport.columns - 0.5),
        )

    def _probe_at(self, point: Point, viewport: Viewport) -> None:
        inside = viewport.inside(*point)
        self._set_probe(point if inside else None)
        view = self._workspace.view
        view.cursor_moved.emit((float(view.slice_index), *point) if inside else None)

    def _set_probe(self, point: Point | None) -> None:
        if point != self._probe or self._linked_cursor is not None:
            self._probe, self._linked_cursor = point, None
            # the probe is one line of text: the rest of the picture need not be painted for it
            self.update(QRect(0, self.height() - 56, self.width() // 2 + 8, 56))

    def _cursor_moved_elsewhere(self, place: object) -> None:
        point = (place[1], place[2]) if isinstance(place, tuple) and len(place) == 3 else None
        if point is not None and point == self._probe:
            return
        if point != self._linked_cursor:
            self._linked_cursor = point
            if point is not None:
                self._probe = None
            self.update()

    def _show_cursor(self, *, hovering: bool = False) -> None:
        tool = self._workspace.view.tool
        shape = Qt.CursorShape.SizeAllCursor if hovering else CURSORS.get(tool, Qt.CursorShape.CrossCursor)
        if self.cursor().shape() is not shape:
            self.setCursor(shape)

    # keyboard

    def event(self, event: QEvent) -> bool:
        """Badge tooltips, and keys that belong to the hand before they belong to the program."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            for pill in self._painter.pills:
                if pill.rect.contains(QPointF(event.pos())):
                    QToolTip.showText(event.globalPos(), pill.badge.detail, self, pill.rect.toRect())
                    return True
            QToolTip.hideText()
            return True
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._mine(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def _mine(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            in_hand = self._measuring.active or self._measuring.selected is not None
            in_hand = in_hand or self._painting.can_cancel
            return in_hand or bool(self._occlusion.strokes)
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            # with Ctrl they are the program's
            return not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return bool(event.modifiers() & Qt.KeyboardModifier.AltModifier) and event.key() in ARROWS

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete, Escape, Enter, and Alt with the arrows; all else belongs to the program's actions."""
        key = event.key()
        handled = False
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            handled = self._measuring.remove_selected()
        elif key == Qt.Key.Key_Escape:
            handled = self._painting.cancel() or self._measuring.cancel() or self._occlusion.clear()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            handled = self._enter()
        elif key in ARROWS and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            far = 10.0 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
            handled = self._arrow(*(step * far for step in ARROWS[Qt.Key(key)]))
        if not handled:
            super().keyPressEvent(event)

    def _enter(self) -> bool:
        """Place a point at the probe; without a measuring tool, select the next measurement."""
        viewport = self.viewport()
        if viewport is None:
            return False
        if self._painting.enter(self._probe or viewport.centre):
            return True
        if self._workspace.view.tool is Tool.OCCLUDE:
            self._occlusion.begin(self._probe or viewport.centre)
            return self._occlusion.end()
        if self._workspace.view.tool not in KIND_OF:
            self._measuring.select_next()
            return True
        point = self._probe or viewport.centre
        at = viewport.point(*point)
        self._measuring.press(point, at, viewport)
        self._measuring.release(point, at)
        return True

    def _arrow(self, rows: float, columns: float) -> bool:
        """Move the selected measurement; else the probe, with what is being drawn at its end."""
        viewport = self.viewport()
        if viewport is None:
            return False
        if not self._measuring.active and self._measuring.nudge(rows, columns):
            return True
        row, column = self._probe or viewport.centre
        point = (
            min(max(row + rows, 0.0), viewport.rows - 1.0),
            min(max(column + columns, 0.0), viewport.columns - 1.0),
        )
        self._probe_at(point, viewport)
        self._move_tip(point)
        self._measuring.move(point)
        self._painting.move(point)
        return True

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus where the keyboard brought it."""
        self._focus_by_key = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
        )
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keyboard went elsewhere."""
        self._focus_by_key = False
        self.update()
        super().focusOutEvent(event)


def _alt(event: QMouseEvent | QTabletEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
