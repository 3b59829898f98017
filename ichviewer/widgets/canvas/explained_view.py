"""A view of one explanation of the shown slice, with its caption above it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from ichviewer.base.theme import DARK
from ichviewer.widgets.canvas.explained_scene import caption, explained_scene
from ichviewer.widgets.canvas.ink import colour, font_of, metrics_of, pen
from ichviewer.widgets.canvas.slice_painter import SlicePainter
from ichviewer.widgets.canvas.slice_view import SliceView
from ichviewer.widgets.controls.own_keys import UPRIGHT, claims
from ichviewer.widgets.controls.painted_button import ENTER, PaintedButton

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent, QMouseEvent

    from ichviewer.documents.case import Case
    from ichviewer.documents.view_state import OverlaySettings
    from ichviewer.documents.workspace import Workspace
    from ichviewer.widgets.canvas.hands import Hands
    from ichviewer.widgets.canvas.raster import Raster
    from ichviewer.widgets.canvas.scene import Scene

CAPTION_HEIGHT = 26
TEXT_PX = 13


class ExplainedView(SliceView):
    """The slice through the main window with the map of one pane of the comparison."""

    def __init__(
        self,
        workspace: Workspace,
        hands: Hands,
        place: int,
        shared: Raster,
        parent: QWidget,
    ) -> None:
        super().__init__(workspace, hands, parent)
        self.place = place
        self._painter = SlicePainter(shared)

    def scene(self) -> Scene | None:
        """What this pane shows now."""
        scene, case = super().scene(), self._workspace.case
        if scene is None or case is None:
            return None
        return explained_scene(scene, case, self._workspace.inference, self.place)

    def prepare_maps(self, case: Case, index: int, overlay: OverlaySettings) -> None:
        """Colour the map of this pane; the overlay's own are not drawn here."""
        comparison = self._workspace.inference.comparison
        if self.place < len(comparison.explanations):
            each = comparison.explanations[self.place].on(case, index)
            found = comparison.found(index, each)
            if found is not None and found.heatmap is not None:
                self._painter.prepare((found.heatmap,), replace(overlay, class_name=each.class_name))


class Caption(PaintedButton):
    """Number, method, layer and class of a pane; a click, Enter, Space or Down opens its menu."""

    menu_wanted = Signal()

    def __init__(self, workspace: Workspace, place: int, parent: QWidget) -> None:
        super().__init__("", parent)
        self._workspace, self._place = workspace, place
        self.menu: QMenu | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleDescription(self.tr("Opens what this pane shows: method, layer and class"))

    def refresh(self) -> None:
        """Say what the pane shows now."""
        view = self._workspace.view
        words = caption(self._workspace.case, self._workspace.inference, self._place, view.slice_index)
        if words != self.text():
            self.setText(words)
            self.setAccessibleName(self.tr("Pane {0}: {1}").format(self._place + 1, words))
            self.setToolTip(words)

    def open_menu(self, menu: QMenu) -> None:
        """Show a menu below the words."""
        self.menu = menu
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(160, CAPTION_HEIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Menus open as the button goes down."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.menu_wanted.emit()

    def event(self, event: QEvent) -> bool:
        """Down is its own while it has the keyboard."""
        return claims(event, UPRIGHT) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter, Space and Down open the menu."""
        if Qt.Key(event.key()) in {Qt.Key.Key_Down, Qt.Key.Key_Space, *ENTER}:
            self.menu_wanted.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The words with a chevron that says there is a menu; a frame for mouse and keyboard."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(DARK.hover if self.hovered else DARK.panel))
        end = self.paint_words(painter, self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour(DARK.text if self.hovered else DARK.muted), 1.3))
        x, y = end + 12.0, self.height() / 2
        chevron = [QPointF(x - 3.5, y - 1.5), QPointF(x, y + 2.0), QPointF(x + 3.5, y - 1.5)]
        painter.drawPolyline(QPolygonF(chevron))
        if self.hasFocus():
            painter.setPen(pen(colour(DARK.accent), 1))
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))

    def paint_words(self, painter: QPainter, rect: QRect) -> float:
        """Number and words alone, also for pictures; returns the x at which they end."""
        number = str(self._place + 1)
        left, align = rect.left() + 12, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        medium = QFont.Weight.Medium
        painter.setFont(font_of(TEXT_PX, medium))
        painter.setPen(colour(DARK.muted))
        painter.drawText(rect.adjusted(12, 0, 0, 0), align, number)
        shift = round(metrics_of(TEXT_PX, medium).horizontalAdvance(number)) + 8
        room = rect.width() - 12 - shift - 28
        metrics = metrics_of(TEXT_PX, medium)
        words = metrics.elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room)
        painter.setPen(colour(DARK.text))
        painter.drawText(rect.adjusted(12 + shift, 0, 0, 0), align, words)
        return left + shift + metrics.horizontalAdvance(words)


class Pane(QWidget):
    """Caption and view of one explanation."""

    def __init__(
        self,
        workspace: Workspace,
        hands: Hands,
        place: int,
        shared: Raster,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.caption = Caption(workspace, place, self)
        self.view = ExplainedView(workspace, hands, place, shared, self)

    def resizeEvent(self, event: object) -> None:
        """The caption above, the view below."""
        self.caption.setGeometry(0, 0, self.width(), CAPTION_HEIGHT)
        self.view.setGeometry(0, CAPTION_HEIGHT, self.width(), max(0, self.height() - CAPTION_HEIGHT))
