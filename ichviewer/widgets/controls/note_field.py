"""A note: one line that grows with what is written; taken when the writer leaves it or presses Enter."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from ichviewer.widgets.controls.painted_button import ENTER

MOST_LINES = 5
PADDING = 5


class NoteField(QPlainTextEdit):
    """Plain text; Enter takes it, Shift+Enter breaks the line, Esc brings the former text back."""

    written = Signal(str)
    """Another text was taken."""

    def __init__(self, prompt: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._taken = ""
        self.setPlaceholderText(prompt)
        self.setAccessibleName(prompt)
        self.setTabChangesFocus(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setStyleSheet("QPlainTextEdit { padding: 0; min-height: 0; }")
        self.document().setDocumentMargin(PADDING)
        self.textChanged.connect(self._grow)
        self._grow()

    def show_text(self, text: str) -> None:
        """Show a note, unless the reader is writing at it."""
        if text != self._taken or not self.hasFocus():
            self._taken = text
            if text != self.toPlainText():
                self.setPlainText(text)

    def take(self) -> None:
        """Take what is written."""
        text = self.toPlainText().strip()
        if text != self._taken:
            self._taken = text
            self.written.emit(text)

    def _grow(self) -> None:
        lines = max(1, min(MOST_LINES, int(self.document().size().height())))
        height = lines * self.fontMetrics().lineSpacing() + 2 * PADDING + 4
        if height != self.height():
            self.setFixedHeight(height)

    def sizeHint(self) -> QSize:
        """As high as its text."""
        return QSize(200, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width, other lines."""
        super().resizeEvent(event)
        self._grow()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving it takes it."""
        super().focusOutEvent(event)
        self.take()

    def event(self, event: QEvent) -> bool:
        """Enter and Esc are its own."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and Qt.Key(event.key()) in {*ENTER, Qt.Key.Key_Escape}
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes the note, Esc gives it up; both give the keyboard back."""
        key = Qt.Key(event.key())
        if key in ENTER and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.take()
            self.clearFocus()
        elif key == Qt.Key.Key_Escape:
            self.setPlainText(self._taken)
            self.clearFocus()
        else:
            super().keyPressEvent(event)
