"""Notices: one sentence at the foot of the image in the colour of its weight; gone by itself or a click."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from ichviewer.base.theme import theme_named
from ichviewer.base.timers import single_shot
from ichviewer.widgets.controls.ink import ink

SECONDS = {"info": 4.0, "warning": 10.0, "error": 20.0}
MARGIN = 16
WIDEST = 560


class Notice(QWidget):
    """Floats over its parent; does not take the focus, and a new sentence replaces the old one."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._level = "info"
        self._label = QLabel(self)
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 9, 16, 10)
        row.addWidget(self._label)
        self._timer = single_shot(self, self.hide)
        self.setToolTip(self.tr("Click to dismiss"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        parent.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence shown."""
        return self._label.text()

    @property
    def level(self) -> str:
        """``info``, ``warning`` or ``error``."""
        return self._level

    def say(self, level: str, sentence: str) -> None:
        """Show a sentence for a while that its weight deserves."""
        self._level = level if level in SECONDS else "info"
        self._label.setText(sentence)
        self.setAccessibleName(sentence)
        self._place()
        self.show()
        self.raise_()
        self._timer.start(round(1000 * SECONDS[self._level]))

    def _place(self) -> None:
        parent = self._over
        widest = min(WIDEST, parent.width() - 2 * MARGIN)
        natural = self._label.fontMetrics().horizontalAdvance(self._label.text()) + 36
        width = max(160, min(widest, natural))
        self.setFixedWidth(width)
        height = max(self.heightForWidth(width), self.minimumSizeHint().height())
        self.setGeometry((parent.width() - width) // 2, parent.height() - height - 2 * MARGIN, width, height)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        """Stay in place when the parent is resized."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def mousePressEvent(self, _: QMouseEvent) -> None:
        """A click dismisses it."""
        self.hide()

    def paintEvent(self, _: QPaintEvent) -> None:
        """A rounded panel with a bar in the colour of its weight; a word is never colour alone."""
        theme = theme_named("dark" if ink().dark else "light")
        ground, line = {
            "info": (theme.raised, theme.strong_line),
            "warning": (theme.amber_ground, theme.amber),
            "error": (theme.red_ground, theme.red),
        }[self._level]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(line), 1.0))
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 6, 6)
