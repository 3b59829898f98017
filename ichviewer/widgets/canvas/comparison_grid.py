"""Two to six panes of the shown slice, an explanation each, linked in slice, window, zoom and cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from ichviewer.base.theme import DARK
from ichviewer.documents.case_following import answers_of, follow_instead
from ichviewer.documents.view_state import Layout
from ichviewer.widgets.canvas.explained_view import CAPTION_HEIGHT, Pane
from ichviewer.widgets.canvas.pane_menu import pane_menu
from ichviewer.widgets.canvas.raster import Raster
from ichviewer.widgets.canvas.scene import Corners
from ichviewer.widgets.canvas.viewport import Camera

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from ichviewer.documents.case import Case
    from ichviewer.documents.workspace import Workspace
    from ichviewer.widgets.canvas.explained_view import ExplainedView
    from ichviewer.widgets.canvas.hands import Hands
    from ichviewer.widgets.canvas.scene import Scene
    from ichviewer.widgets.canvas.slice_view import SliceView

LINE = 1


def columns_and_rows(panes: int) -> tuple[int, int]:
    """The even grid for so many panes: 2 × 1, 2 × 2, then 3 × 2."""
    return (2, 1) if panes <= 2 else (2, 2) if panes <= 4 else (3, 2)


class ComparisonGrid(QWidget):
    """Makes panes as they are needed and keeps them in step with the comparison."""

    camera_moved = Signal(object)
    """The :class:`Camera` that every view takes over."""
    arrived = Signal(int)
    """A map of a slice that is not shown is there."""
    alone_wanted = Signal(int)
    """The reader wants to see what the pane at this place shows by itself."""

    def __init__(self, workspace: Workspace, hands: Hands, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace, self._hands = workspace, hands
        self._comparison = workspace.inference.comparison
        self._shared = Raster()
        self._case: Case | None = None
        self._camera = Camera()
        self._active = 0
        self.panes: list[Pane] = []
        self.setAccessibleName(self.tr("Compared explanations"))
        view = workspace.view
        self._comparison.changed.connect(self._panes_changed)
        self._comparison.arrived.connect(self._arrived)
        workspace.inference.comparing.slow_changed.connect(self.update_views)
        workspace.inference.layers_changed.connect(self._say)
        view.window_changed.connect(self._follow_window)
        view.slice_changed.connect(self._say)
        view.layout_changed.connect(self._panes_changed)
        self.hide()

    # what others ask of it

    @property
    def shown(self) -> bool:
        """Whether the reader compares explanations now."""
        return self._workspace.view.layout is Layout.COMPARE and self._workspace.case is not None

    @property
    def views(self) -> tuple[ExplainedView, ...]:
        """The views of the panes that there are, in their order."""
        return tuple(pane.view for pane in self.panes if not pane.isHidden())

    @property
    def active_view(self) -> ExplainedView:
        """The view that the reader worked in last."""
        return self.views[min(self._active, len(self.views) - 1)]

    def set_camera(self, camera: Camera) -> None:
        """Zoom and middle of every view."""
        self._camera = camera
        for pane in self.panes:
            pane.view.set_camera(camera)

    def take_case(self, case: Case | None) -> None:
        """Another case, or none."""
        follow_instead(self._case, case, answers_of, self._say)
        self._case = case
        self._panes_changed()

    def update_views(self) -> None:
        """Paint every view anew."""
        for view in self.views:
            view.update()

    def snapshot_into(self, painter: QPainter, scenes: Mapping[SliceView, Scene | None]) -> None:
        """Paint every pane with its caption, each with the scene that it is given."""
        painter.fillRect(self.rect(), QColor(DARK.line))
        for pane in self.panes[: len(self.views)]:
            painter.save()
            painter.translate(pane.pos())
            painter.setClipRect(pane.rect())
            bar = QRect(0, 0, pane.width(), CAPTION_HEIGHT)
            painter.fillRect(bar, QColor(DARK.panel))
            pane.caption.paint_words(painter, bar)
            painter.translate(QPoint(0, CAPTION_HEIGHT))
            pane.view.paint_into(painter, scenes[pane.view])
            painter.restore()

    # inside

    def _panes_changed(self) -> None:
        if not self.shown:
            return
        count = self._comparison.panes
        while len(self.panes) < count:
            self._make_pane(len(self.panes))
        columns, rows = columns_and_rows(count)
        last_row = (count - 1) // columns * columns
        for place, pane in enumerate(self.panes):
            pane.setVisible(place < count)
            pane.view.corners = Corners(
                patient=place == 0,
                study=place == columns - 1,
                window=place == last_row,
                slice_place=place == count - 1,
                ruler=False,
                legend=place in (columns - 1, len(self._comparison.explanations)),
            )
        self._active = min(self._active, count - 1)
        self._place(columns, rows)
        self._follow_window()
        self._say()
        self.update()

    def _make_pane(self, place: int) -> None:
        pane = Pane(self._workspace, self._hands, place, self._shared, self)
        pane.view.set_camera(self._camera)
        pane.view.camera_moved.connect(self.camera_moved)
        pane.view.activated.connect(lambda: self._activate(place))
        pane.view.double_clicked.connect(lambda: self.alone_wanted.emit(place))
        pane.caption.menu_wanted.connect(
            lambda: pane.caption.open_menu(pane_menu(self._workspace, place, pane.caption))
        )
        self.panes.append(pane)

    def _activate(self, place: int) -> None:
        self._active = place

    def _place(self, columns: int, rows: int) -> None:
        """Cells of one size, so that views can share what they draw the same."""
        width = (self.width() - (columns - 1) * LINE) // columns
        height = (self.height() - (rows - 1) * LINE) // rows
        for place, pane in enumerate(self.panes):
            across, down = place % columns, place // columns
            pane.setGeometry(across * (width + LINE), down * (height + LINE), width, height)

    def _follow_window(self) -> None:
        for view in self.views:
            view.window_shown = self._workspace.view.window
            view.update()

    def _say(self) -> None:
        """Captions and notes may read otherwise."""
        if self.shown:
            for pane in self.panes:
                pane.caption.refresh()
            self.update_views()

    def _arrived(self, index: int) -> None:
        if self.shown and index == self._workspace.view.slice_index:
            self.update_views()
        elif self.shown:
            self.arrived.emit(index)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Panes share the area evenly."""
        self._place(*columns_and_rows(self._comparison.panes))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Lines between the panes, and black where none is."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(DARK.image))
        for pane in self.panes:
            if pane.isVisible():
                painter.fillRect(pane.geometry().adjusted(-LINE, -LINE, LINE, LINE), QColor(DARK.line))
        painter.end()
