"""What stands in the image's place while nothing is open: an invitation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ichviewer.widgets.controls.focus import paint_focus
from ichviewer.widgets.controls.ink import ink, sized
from ichviewer.widgets.controls.painted_button import PaintedButton

if TYPE_CHECKING:
    from ichviewer.actions.book import ActionBook
    from ichviewer.documents.recents import Recent
    from ichviewer.documents.workspace import Workspace

WIDTH = 460
SHOWN_RECENTS = 5


class RecentRow(PaintedButton):
    """One recent study: its title, and quieter at the right its place and time."""

    def __init__(self, title: str, detail: str, parent: QWidget) -> None:
        super().__init__(title, parent)
        self._detail = detail
        self.setFixedSize(WIDTH, 30)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Title, detail and a hairline below; a long title is elided."""
        painter, colours, metrics = QPainter(self), ink(), self.fontMetrics()
        if self.underMouse() or self.isDown():
            painter.fillRect(self.rect(), colours.panel if colours.dark else colours.hover)
        area = self.rect().adjusted(8, 0, -8, -1)
        painter.setPen(colours.muted)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._detail)
        room = area.width() - metrics.horizontalAdvance(self._detail) - 16
        painter.setPen(colours.text)
        title = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)
        painter.setPen(colours.line)
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        if self.hasFocus():
            paint_focus(painter, self.rect().adjusted(0, 0, 0, -1))


class EmptyState(QWidget):
    """Drop a folder, open one, take a recent one, or look at the demo."""

    recent_chosen = Signal(object)
    """The path of a recent."""

    def __init__(self, workspace: Workspace, actions: ActionBook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        title = QLabel(self.tr("Drop a head CT here"), self)
        title.setFont(sized(title.font(), 20, weight=QFont.Weight.DemiBold))
        title.setStyleSheet("font-size: 20px; font-weight: 600;")
        hint = QLabel(self.tr("A folder, zip, DICOMDIR, NIfTI file or a folder of pictures."), self)
        hint.setProperty("role", "muted")
        self._doing = QLabel(self)
        self._doing.setProperty("role", "muted")
        row = QHBoxLayout()
        row.setSpacing(8)
        for identifier, role in (("file.open_folder", "primary"), ("file.open", ""), ("file.demo", "")):
            button = QPushButton(actions[identifier].text(), self)
            button.setProperty("role", role)
            button.setToolTip(actions[identifier].toolTip())
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAutoDefault(True)  # Enter presses it, as Space does
            button.clicked.connect(actions[identifier].trigger)
            row.addWidget(button)
            if role == "primary":
                self.setFocusProxy(button)
        row.addStretch(1)
        self._heading = QLabel(self.tr("RECENT"), self)
        self._heading.setProperty("role", "heading")
        self._recents = QVBoxLayout()
        self._recents.setSpacing(0)

        column = QVBoxLayout()
        column.setSpacing(0)
        column.addStretch(2)
        column.addWidget(title)
        column.addSpacing(8)
        column.addWidget(hint)
        column.addSpacing(20)
        column.addLayout(row)
        column.addSpacing(16)
        column.addWidget(self._doing)
        column.addSpacing(16)
        column.addWidget(self._heading)
        column.addSpacing(6)
        column.addLayout(self._recents)
        column.addStretch(3)
        outer = QHBoxLayout(self)
        outer.addStretch(1)
        outer.addLayout(column)
        outer.addStretch(1)
        workspace.recents_changed.connect(self.refresh)
        workspace.view.display_changed.connect(self.refresh)
        workspace.busy_changed.connect(self._show_busy)
        self.refresh()

    def refresh(self) -> None:
        """List the recents, without their names under privacy."""
        while (item := self._recents.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        recents = self._workspace.recents[:SHOWN_RECENTS]
        self._heading.setVisible(bool(recents))
        for number, recent in enumerate(recents, start=1):
            button = RecentRow(*self._texts(number, recent), self)
            if not self._workspace.view.identity_hidden:
                button.setToolTip(str(recent.path))
            button.clicked.connect(lambda _=False, path=recent.path: self.recent_chosen.emit(path))
            self._recents.addWidget(button)

    def _texts(self, number: int, recent: Recent) -> tuple[str, str]:
        when = recent.when[:16].replace("T", " ")
        if self._workspace.view.identity_hidden:
            return self.tr("Recent study {0}").format(number), when
        name = recent.path.name
        return recent.title, when if recent.title == name else f"{name}  ·  {when}"

    def _show_busy(self) -> None:
        busy = self._workspace.busy
        count = f" {busy.done} / {busy.total}" if busy is not None and busy.total else ""
        self._doing.setText(f"{self.tr(busy.label)}{count}…" if busy is not None else "")

    def paintEvent(self, _: QPaintEvent) -> None:
        """Black as the image's ground, with a quiet dashed frame that says where to drop."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.black if ink().dark else ink().panel)
        pen = QPen(ink().strong_line, 1.0, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawRoundedRect(self.rect().adjusted(24, 24, -25, -25), 10, 10)
