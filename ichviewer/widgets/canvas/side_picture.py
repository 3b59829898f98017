"""The shown slice with the map of one of two models, linked to its neighbour; nothing is drawn on it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from ichcore.subtypes import hemorrhage_class
from ichviewer.documents.view_state import Display
from ichviewer.widgets.canvas.gestures import CameraDrag, PanDrag, WheelSteps, WindowDrag, ZoomDrag
from ichviewer.widgets.canvas.scene import Corners, Scene, scene_of
from ichviewer.widgets.canvas.slice_painter import SlicePainter
from ichviewer.widgets.canvas.viewport import Camera, Viewport

if TYPE_CHECKING:
    from ichviewer.documents.old_and_new import OldAndNew, Side
    from ichviewer.documents.old_and_new_maps import OldAndNewMaps
    from ichviewer.documents.workspace import Workspace
    from ichviewer.widgets.canvas.raster import Raster


class SidePicture(QWidget):
    """Wheel and arrows change the slice, left drag the window, right drag the zoom, middle drag moves it.

    Args:
        workspace: the open case and how it is looked at.
        said: what both models say.
        maps: their heat maps.
        side: whose map is shown.
        shared: where the two pictures keep the slice that both show.
        parent: owner.
    """

    camera_moved = Signal(object)
    """The :class:`Camera` that the neighbour takes over."""

    def __init__(
        self,
        workspace: Workspace,
        said: OldAndNew,
        maps: OldAndNewMaps,
        side: Side,
        shared: Raster,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace, self._said, self._maps, self.side = workspace, said, maps, side
        self._painter = SlicePainter(shared)
        self._camera = Camera()
        self._drag: CameraDrag | None = None
        self._window_drag: WindowDrag | None = None
        self._wheel = WheelSteps()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        view = workspace.view
        for signal in (view.slice_changed, view.window_changed, view.overlay_changed, view.display_changed):
            signal.connect(self.update)
        maps.changed.connect(self.update)
        workspace.case_changed.connect(self._fit)

    def sizeHint(self) -> QSize:
        """Two of them and a list fit into a narrow window."""
        return QSize(420, 330)

    def set_camera(self, camera: Camera) -> None:
        """Take over the neighbour's zoom and middle."""
        if camera != self._camera:
            self._camera = camera
            self.update()

    def _fit(self) -> None:
        """Another case: all of its slice."""
        self.set_camera(Camera())

    def scene(self) -> Scene | None:
        """What this picture shows now; ``None`` without a case."""
        case, view = self._workspace.case, self._workspace.view
        if case is None:
            return None
        index = min(view.slice_index, case.volume.shape[0] - 1)
        overlay = replace(view.overlay, visible=True, class_name=self._maps.class_name(index))
        scene = replace(
            scene_of(case, view, index, view.window, main=False),
            display=Display.GREY,
            overlay=overlay,
            heatmaps=(),
            boxes=(),
            found=(),
            probabilities=None,
            measurements=(),
            corners=Corners(
                patient=False, study=False, probe=False, slice_place=False, ruler=False, window=False
            ),
            smooth=self._workspace.settings.preferences.smooth,
        )
        found = self._maps.found(self.side, index)
        if found is None or found.heatmap is None:
            return replace(scene, note=found.refusal if found is not None else self._why_empty(index))
        if found.heatmap.raw_max <= 0:
            return replace(scene, note=self.tr("no activation"))
        return replace(
            scene,
            heatmaps=(found.heatmap,),
            boxes=(found.box,) if overlay.boxes and found.box is not None else (),
        )

    def _why_empty(self, index: int) -> str:
        flagged, name = self._maps.flagged(self.side, index), self._maps.class_name(index)
        if self._said.why_not:
            return ""
        if flagged is None:
            return self.tr("not predicted yet")
        if name is None:
            return self.tr("neither flags anything here")
        if flagged:
            return self.tr("computing …")
        return self.tr("{name} not flagged here").format(name=hemorrhage_class(name).short)

    def _viewport(self) -> Viewport | None:
        case = self._workspace.case
        if case is None:
            return None
        return Viewport.of(self._camera, case.volume.geometry, self.width(), self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The slice with the map, or words where there is none."""
        painter = QPainter(self)
        try:
            scene, viewport = self.scene(), self._viewport()
            if scene is None or viewport is None:
                self._painter.paint_words(painter, self.rect().toRectF(), self.tr("No series is open"), "")
            else:
                self._painter.paint(painter, scene, viewport)
        finally:
            painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag."""
        viewport, at = self._viewport(), event.position()
        if viewport is None:
            return
        button = event.button()
        if button is Qt.MouseButton.LeftButton:
            down_raises = self._workspace.settings.preferences.drag_down_raises_level
            self._window_drag = WindowDrag(self._workspace.view.window, at, down_raises)
        elif button is Qt.MouseButton.RightButton:
            self._drag = ZoomDrag(self._camera, viewport, at)
        elif button is Qt.MouseButton.MiddleButton:
            self._drag = PanDrag(self._camera, viewport, at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with it."""
        if self._window_drag is not None:
            self._workspace.view.set_window(self._window_drag.window(event.position()))
        elif self._drag is not None:
            self.set_camera(self._drag.camera(event.position()))
            self.camera_moved.emit(self._camera)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it."""
        self._window_drag = self._drag = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The whole slice again."""
        self.set_camera(Camera())
        self.camera_moved.emit(self._camera)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Another slice, in the direction that the reader prefers."""
        steps = self._wheel.steps(event.angleDelta().y())
        event.accept()
        if steps:
            down_next = self._workspace.settings.preferences.wheel_down_next
            self._workspace.view.step(-steps if down_next else steps)
