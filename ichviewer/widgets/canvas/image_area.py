"""The black area: one view, four, or compared explanations of the open series, and pictures of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QGridLayout, QWidget

from ichviewer.base.theme import DARK
from ichviewer.base.timers import single_shot
from ichviewer.documents.view_state import Display, Layout
from ichviewer.widgets.canvas.cine import Cine
from ichviewer.widgets.canvas.coloured_ahead import ColouredAhead
from ichviewer.widgets.canvas.comparison_grid import ComparisonGrid
from ichviewer.widgets.canvas.four_up import PaneWindows
from ichviewer.widgets.canvas.hands import Hands
from ichviewer.widgets.canvas.model_input import model_picture
from ichviewer.widgets.canvas.picture import film_scene, new_picture
from ichviewer.widgets.canvas.slice_painter import SlicePainter
from ichviewer.widgets.canvas.slice_view import SliceView
from ichviewer.widgets.canvas.viewport import Camera, Viewport

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from ichviewer.documents.case import Case
    from ichviewer.documents.workspace import Workspace
    from ichviewer.widgets.canvas.scene import Scene

VIEWS = 4
MODEL_INPUT_MS = 60
"""The model's input is asked for once the reader rests this long on a slice."""


class ImageArea(QWidget):
    """Where the open series is looked at; listens to the workspace and writes to its view and case."""

    cine_changed = Signal(bool)
    """Whether cine plays now."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._case: Case | None = None
        self._film_painter: SlicePainter | None = None
        self.hands = Hands(workspace, self)
        self.views = tuple(SliceView(workspace, self.hands, self) for _ in range(VIEWS))
        self.comparison = ComparisonGrid(workspace, self.hands, self)
        self._windows = PaneWindows(workspace.view, self.views, self)
        self._cine = Cine(workspace, self)
        self._cine.changed.connect(self.cine_changed)
        self._ahead = ColouredAhead(workspace.view, self._colour, self)
        self._input_timer = single_shot(self, self._ask_for_model_input, MODEL_INPUT_MS)
        self._lay_out()
        self._listen()
        self._case_changed()
        self._layout_changed()

    # what others ask of it

    @property
    def active_view(self) -> SliceView:
        """The view that the documents' window belongs to, or the pane that the reader worked in last."""
        return self.comparison.active_view if self.comparison.shown else self.views[self._windows.active]

    @property
    def _every_view(self) -> tuple[SliceView, ...]:
        return (*self.views, *self.comparison.views)

    @property
    def cine_playing(self) -> bool:
        """Whether cine plays now."""
        return self._cine.playing

    def set_cine(self, on: bool) -> None:
        """Play the slices one after another, or stop."""
        self._cine.play(on)

    def fit(self) -> None:
        """Fit the whole slice into each view."""
        self._set_camera(Camera())

    def zoom_by(self, factor: float) -> None:
        """Zoom every view about its middle."""
        viewport = self.active_view.viewport()
        if viewport is not None:
            middle = self.active_view.rect().toRectF().center()
            self._set_camera(viewport.zoomed(self.active_view.camera, factor, middle))

    def snapshot(self, *, with_identity: bool = False) -> QImage:
        """What is on screen, as a picture that says "Research use only".

        Args:
            with_identity: whether patient, institution and date stand in it; asking for them outweighs the
                privacy switch.
        """
        ratio = self.devicePixelRatioF()
        image = new_picture(self.size(), ratio)
        image.fill(QColor(DARK.line) if self._four_up() else QColor(DARK.image))
        painter = QPainter(image)
        shown = [view for view in self._every_view if not view.isHidden()]
        scenes: dict[SliceView, Scene | None] = {}
        for view in shown:
            scene = view.scene()
            if scene is not None:
                corners = replace(view.corners, research=view is shown[-1])
                scene = replace(scene, identity=with_identity, corners=corners, hurry=False)
            scenes[view] = scene
        if self.comparison.shown:
            self.comparison.snapshot_into(painter, scenes)
            shown = []
        for view in shown:
            scene = scenes[view]
            painter.save()
            painter.translate(view.pos() if self._four_up() else QPoint(0, 0))
            painter.setClipRect(view.rect())
            view.paint_into(painter, scene)
            painter.restore()
        painter.end()
        for view in scenes:
            view.update()
        return image

    def render_slice(
        self,
        index: int,
        size: QSize | tuple[int, int] | int,
        *,
        with_overlay: bool = True,
        with_identity: bool = False,
        with_text: bool = True,
    ) -> QImage:
        """One slice through the present window, fitted; for films and pictures.

        Args:
            index: slice of the open series.
            size: width and height in pixels; one number for a square.
            with_overlay: whether heat maps, boxes and masks that are there are drawn.
            with_identity: whether patient, institution and date stand in it.
            with_text: whether anything is written or drawn around the image; the line "Research use only"
                goes with it.

        Returns:
            An opaque picture; black where no series is open.
        """
        wanted = (
            size if isinstance(size, QSize) else QSize(*((size, size) if isinstance(size, int) else size))
        )
        image = new_picture(wanted, 1.0)
        if self._case is None:
            return image
        if self._film_painter is None:
            self._film_painter = SlicePainter()
        scene = film_scene(
            self._workspace,
            self._case,
            index,
            with_overlay=with_overlay,
            with_identity=with_identity,
            with_text=with_text,
        )
        viewport = Viewport.of(Camera(), self._case.volume.geometry, wanted.width(), wanted.height())
        painter = QPainter(image)
        self._film_painter.paint(painter, scene, viewport)
        painter.end()
        return image

    # inside

    def _lay_out(self) -> None:
        self.setMinimumSize(200, 160)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusProxy(self.views[0])
        self.setAccessibleName(self.tr("Image area"))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(1)
        self.comparison.camera_moved.connect(self._set_camera)
        self.comparison.alone_wanted.connect(self._show_alone)
        self.comparison.arrived.connect(self._ahead.ask)
        for place, pane in enumerate(self.views):
            grid.addWidget(pane, place // 2, place % 2)
            pane.camera_moved.connect(self._set_camera)
            pane.activated.connect(lambda place=place: self._windows.activate(place))
            pane.double_clicked.connect(self._toggle_layout)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Compared explanations take the place of the other views."""
        self.comparison.setGeometry(self.rect())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The lines between four views."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(DARK.line if self._four_up() else DARK.image))
        painter.end()

    def _listen(self) -> None:
        workspace, view = self._workspace, self._workspace.view
        workspace.case_changed.connect(self._case_changed)
        workspace.badges_changed.connect(self._update_views)
        workspace.settings.changed.connect(self._update_views)
        workspace.inference.masks.mask_changed.connect(self._one_slice_changed)
        workspace.inference.masks.mask_changed.connect(self._ahead.ask)
        workspace.inference.masks.settings_changed.connect(self._update_views)
        for signal in (
            workspace.annotating.settings_changed,
            workspace.annotating.ready_changed,
            workspace.annotating.history_changed,
        ):
            signal.connect(self._update_views)
        view.slice_changed.connect(self._slice_changed)
        view.overlay_changed.connect(self._update_views)
        view.learned_changed.connect(self._update_views)
        view.display_changed.connect(self._display_changed)
        view.layout_changed.connect(self._layout_changed)
        view.reset_requested.connect(self.fit)

    def _four_up(self) -> bool:
        return self._workspace.view.layout is Layout.FOUR_UP and self._case is not None

    def _update_views(self) -> None:
        for pane in self._every_view:
            pane.update()

    def _slice_changed(self) -> None:
        for pane in self._every_view:
            pane.hurry()
        self._want_model_input()

    def _display_changed(self) -> None:
        self._update_views()
        self._want_model_input()

    def _toggle_layout(self) -> None:
        view = self._workspace.view
        view.set_layout(Layout.ONE_UP if view.layout is Layout.FOUR_UP else Layout.FOUR_UP)

    def _show_alone(self, place: int) -> None:
        """What one pane explains becomes the overlay of the whole area."""
        view, comparison, case = self._workspace.view, self._workspace.inference.comparison, self._case
        if case is not None and place < len(comparison.explanations):
            each = comparison.explanations[place].on(case, view.slice_index)
            view.change_overlay(method=each.method, layer=each.layer, class_name=each.class_name)
        view.set_layout(Layout.ONE_UP)

    def _layout_changed(self) -> None:
        four, compared = self._four_up(), self.comparison.shown
        had_focus = any(pane.hasFocus() for pane in self._every_view)
        self._windows.set_layout(Layout.FOUR_UP if four else Layout.ONE_UP)
        for place, pane in enumerate(self.views):
            pane.setVisible(four or (place == 0 and not compared))
        self.comparison.setVisible(compared)
        if had_focus:
            self.active_view.setFocus()
        self.update()

    def _set_camera(self, camera: Camera) -> None:
        self._set_camera_quietly(camera)
        viewport = self.active_view.viewport()
        if viewport is not None:
            self._workspace.view.viewport_changed.emit(viewport.visible())

    def _set_camera_quietly(self, camera: Camera) -> None:
        for pane in self.views:
            pane.set_camera(camera)
        self.comparison.set_camera(camera)

    # case

    def _case_changed(self) -> None:
        if self._case is not None:
            self._case.slice_decoded.disconnect(self._one_slice_changed)
            self._case.heatmaps_changed.disconnect(self._one_slice_changed)
            self._case.heatmaps_changed.disconnect(self._ahead.ask)
            self._case.volume_completed.disconnect(self._update_views)
            self._case.prediction_changed.disconnect(self._prediction_changed)
            self._case.measurements_changed.disconnect(self._update_views)
        self._case = case = self._workspace.case
        self._ahead.forget()
        if case is not None:
            case.slice_decoded.connect(self._one_slice_changed)
            case.heatmaps_changed.connect(self._one_slice_changed)
            case.heatmaps_changed.connect(self._ahead.ask)
            case.volume_completed.connect(self._update_views)
            case.prediction_changed.connect(self._prediction_changed)
            case.measurements_changed.connect(self._update_views)
        for pane in self._every_view:
            pane.model_picture = None
        self._set_camera_quietly(Camera())
        self.comparison.take_case(case)
        self._film_painter = None
        self._windows.restart()
        self._layout_changed()
        self._update_views()

    def _one_slice_changed(self, index: int) -> None:
        if index == self._workspace.view.slice_index:
            self._update_views()

    def _colour(self, index: int) -> None:
        """Colour what lies over a slice in every view that will show it."""
        for pane in self._every_view:
            if pane.isVisible():
                pane.prepare(index)

    def _prediction_changed(self) -> None:
        # streaming results come slice by slice; only labels of boxes show them here
        if self._case is not None and self._case.boxes(self._workspace.view.slice_index):
            self._update_views()

    # the model's own input

    def _want_model_input(self) -> None:
        if self._workspace.view.display is Display.MODEL_INPUT:
            self._input_timer.start()

    def _ask_for_model_input(self) -> None:
        case, index = self._case, self._workspace.view.slice_index
        if case is None or self._workspace.view.display is not Display.MODEL_INPUT:
            return

        def receive(channels: NDArray[np.float32], grid_to_slice: NDArray[np.float64]) -> None:
            if self._case is case:
                picture = model_picture(index, channels, grid_to_slice)
                for pane in self._every_view:
                    pane.model_picture = picture
                    pane.update()

        self._workspace.inference.request_model_input(index, receive)
