"""What every dialog stands on: a flat sheet with a thin frame, a title, a body and a row of buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import QBitmap, QGuiApplication, QPainter, QPen
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ichviewer.widgets.controls.icon_button import IconButton
from ichviewer.widgets.controls.ink import ink

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent, QResizeEvent, QShowEvent

RADIUS = 8.0


class Sheet(QDialog):
    """A frameless dialog in the house look; Esc closes it, its title moves it.

    Args:
        title: at the top; also the window's title for screen readers. Empty for a sheet without one.
        parent: the window it stands over.
        width: px.
        closable: whether Esc and a cross close it.
    """

    def __init__(
        self, title: str, parent: QWidget | None = None, *, width: int = 480, closable: bool = True
    ) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setWindowTitle(title or self.tr("ichviewer"))
        self.setFixedWidth(width)
        self._closable = closable
        self._drag_from: QPoint | None = None
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        if title:
            self.title_label = QLabel(title, self)
            self.title_label.setProperty("role", "title")
            self.head.addWidget(self.title_label)
            self.head.addStretch(1)
            if closable:
                cross = IconButton("close", self.tr("Close"), self)
                cross.clicked.connect(self.reject)
                # reached by Esc; the first stop of Tab is the dialog's own content
                cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
                self.head.addWidget(cross)
            column.addLayout(self.head)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        column.addLayout(self.body, 1)
        self._foot: QHBoxLayout | None = None

    def add_button(self, text: str, *, primary: bool = False, accent: bool = False) -> QPushButton:
        """A button in the row at the bottom, right-aligned.

        Args:
            text: what it says.
            primary: whether it answers to Enter.
            accent: whether it stands out, as one that must be pressed to go on does.
        """
        if self._foot is None:
            self._foot = QHBoxLayout()
            self._foot.setSpacing(8)
            self._foot.setContentsMargins(0, 4, 0, 0)
            self._foot.addStretch(1)
            self._column.addLayout(self._foot)
        button = QPushButton(text, self)
        button.setMinimumWidth(88)
        button.setAutoDefault(primary)
        button.setDefault(primary)
        if accent:
            button.setProperty("role", "primary")
        self._foot.addWidget(button)
        return button

    def reject(self) -> None:
        """Esc; ignored by a sheet that must be answered."""
        if self._closable:
            super().reject()

    def showEvent(self, event: QShowEvent) -> None:
        """Stand in the upper middle of the window below."""
        super().showEvent(event)
        parent = self.parentWidget()
        if parent is not None:
            window = parent.window()
            left = window.x() + (window.width() - self.width()) // 2
            top = window.y() + max(24, (window.height() - self.height()) // 3)
            self.move(left, top)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Without a compositor X11 shows black where nothing is painted, so there the corners are cut off."""
        super().resizeEvent(event)
        if QGuiApplication.platformName() == "xcb":
            self.setMask(self.outline())

    def outline(self) -> QBitmap:
        """The sheet's rounded shape."""
        shape = QBitmap(self.size())
        shape.clear()
        painter = QPainter(shape)
        painter.setBrush(Qt.GlobalColor.color1)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), RADIUS, RADIUS)
        painter.end()
        return shape

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold beside the content."""
        if event.button() == Qt.MouseButton.LeftButton and event.position().y() < 48:
            self._drag_from = event.globalPosition().toPoint() - self.pos()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the sheet."""
        if self._drag_from is not None:
            self.move(event.globalPosition().toPoint() - self._drag_from)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._drag_from = None

    def changeEvent(self, event: QEvent) -> None:
        """Another theme, other colours."""
        super().changeEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A rounded ground with a thin frame."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(ink().strong_line, 1.0))
        painter.setBrush(ink().panel)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
