"""One view of the shown slice: paints it and turns mouse, wheel and keys into changes of the documents."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from ichcore.volume.window import BRAIN, Window
from ichviewer.base.theme import DARK
from ichviewer.base.timers import single_shot
from ichviewer.documents.view_state import Display
from ichviewer.widgets.canvas.brush_tip import BrushTip
from ichviewer.widgets.canvas.hand_keys import HandKeys
from ichviewer.widgets.canvas.ink import colour, pen
from ichviewer.widgets.canvas.mirror_layer import with_mirror
from ichviewer.widgets.canvas.mouse import Mouse
from ichviewer.widgets.canvas.own_boxes import with_own_boxes
from ichviewer.widgets.canvas.placeholder import draw_welcome
from ichviewer.widgets.canvas.probe import Probe
from ichviewer.widgets.canvas.scene import Corners, Scene, scene_of
from ichviewer.widgets.canvas.shown_masks import with_masks
from ichviewer.widgets.canvas.slice_painter import SlicePainter
from ichviewer.widgets.canvas.viewport import Camera, Viewport

if TYPE_CHECKING:
    from ichviewer.documents.case import Case
    from ichviewer.documents.measurements import Point
    from ichviewer.documents.view_state import OverlaySettings
    from ichviewer.documents.workspace import Workspace
    from ichviewer.widgets.canvas.hands import Hands
    from ichviewer.widgets.canvas.model_input import ModelPicture

REST_MS = 120
"""After this long without movement a coarse picture is drawn again in full."""


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
        hands: Hands,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._hands = hands
        self._annotating = workspace.annotating
        self._readers = workspace.reading.readers
        self._tip = BrushTip(workspace, hands.painting)
        self._drawn_revision = 0
        self._mouse = Mouse(self, workspace, hands)
        self._keys = HandKeys(self, workspace, hands)
        self.probe = Probe(self, workspace.view)
        self._painter = SlicePainter()
        self._camera = Camera()
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
        hands.changed.connect(self.update)
        workspace.mirror.changed.connect(self.update)
        self._annotating.mask_changed.connect(self._mask_changed)
        self._annotating.proposing.changed.connect(self.update)
        self._readers.outline_changed.connect(self.update)
        workspace.view.cursor_moved.connect(self.probe.follow)
        workspace.view.tool_changed.connect(self._tool_changed)

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

    def move_camera(self, camera: Camera) -> None:
        """Move the camera here, and in linked views."""
        self.set_camera(camera)
        self.camera_moved.emit(camera)

    # painting

    def scene(self) -> Scene | None:
        """What this view shows now."""
        case, view, hands = self._workspace.case, self._workspace.view, self._hands
        if case is None:
            return None
        preferences = self._workspace.settings.preferences
        index = min(view.slice_index, case.volume.shape[0] - 1)
        scene = with_masks(scene_of(case, view, index, self.window_shown, main=self.active), self._workspace)
        drawable = scene.display is not Display.MODEL_INPUT
        whole = replace(
            scene,
            pointed=hands.painting.pointed if drawable else None,
            draft=hands.painting.draft if drawable else None,
            measurements=hands.measuring.shown(scene.measurements, index),
            selected=hands.measuring.selected,
            badges=self._workspace.badges,
            probe=self.probe.point,
            crosshair=self.probe.crosshair,
            model_picture=self.model_picture,
            patch=hands.occlusion.strokes,
            occluded=hands.occlusion.picture,
            corners=self.corners,
            corner_text=preferences.corner_text,
            smooth=preferences.smooth,
            hurry=self._rest.isActive(),
        )
        whole = with_own_boxes(whole, hands.boxes.shown(index))
        return with_mirror(whole, self._workspace.mirror, view)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the slice."""
        painter = QPainter(self)
        try:
            self.paint_into(painter, self.scene())
            viewport = self.viewport()
            if viewport is not None:
                self._tip.paint(painter, viewport)
                self._hands.paint(painter, viewport)
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

    def move_tip(self, point: Point | None, *, alt: bool = False) -> None:
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

    def _tool_changed(self) -> None:
        self._mouse.show_cursor()
        self.update()

    def _rested(self) -> None:
        if self._painter.draft:
            self.update()

    # mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag, or draw."""
        self._focus_by_key = False
        self.activated.emit()
        self._mouse.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with a drag; else probe."""
        self._mouse.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        self._mouse.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """One view or four; while drawing it is a press like any other."""
        if not self._mouse.double_click(event):
            self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Slice; with Ctrl, zoom, or the size of the brush."""
        self._mouse.wheel(event)

    def leaveEvent(self, event: QEvent) -> None:
        """The mouse has left: no probe."""
        self._mouse.leave()

    def tabletEvent(self, event: QTabletEvent) -> None:
        """A pen paints with its pressure; for all else it is a mouse."""
        self._mouse.pen(event)

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
            and self._keys.claims(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete, Escape, Enter, and Alt with the arrows; all else belongs to the program's actions."""
        if not self._keys.press(event):
            super().keyPressEvent(event)

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
