"""A number field: type a value and press Enter, or use the arrow keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from ichviewer.widgets.controls.ink import sized
from ichviewer.widgets.controls.own_keys import claims

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent

GIVE_UP = frozenset({Qt.Key.Key_Escape})
NUMBER = re.compile(r"[-+]?\d*[.,]?\d+")


class NumberField(QLineEdit):
    """A right-aligned number; Up and Down step it, out-of-range input stops at the ends.

    A line edit and not a spin box: Qt gives a styled spin box without buttons no room to write in.
    """

    edited = Signal(float)
    """The reader changed the value; not sent by :meth:`set_quietly`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value, self._low, self._high = 0.0, 0.0, 100.0
        self._decimals, self._step, self._suffix = 0, 1.0, ""
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setFont(sized(self.font(), 13))
        self.setFixedSize(QSize(60, 26))
        self.setStyleSheet("QLineEdit { padding: 0 6px; min-height: 0; }")
        self._write()

    # what it holds

    @property
    def value(self) -> float:
        """The value that was last taken, not what is being typed."""
        return self._value

    def set_format(self, *, decimals: int, step: float, suffix: str = "") -> None:
        """Decimals shown, what one press of Up or Down adds, and the unit after the number."""
        self._decimals, self._step, self._suffix = decimals, step, suffix
        self._write()

    def set_range(self, low: float, high: float) -> None:
        """What may be typed; nothing is sent."""
        self._low, self._high = low, high

    def set_quietly(self, value: float) -> None:
        """Show a value that somebody else chose; never while the reader is typing another."""
        self._value = value
        if not (self.hasFocus() and self.isModified()):
            self._write()

    # what the reader does

    def _write(self) -> None:
        self.setText(f"{self._value:.{self._decimals}f}{self._suffix}".replace("-", "−"))
        self.setModified(False)

    def _take(self, value: float) -> None:
        value = min(self._high, max(self._low, value))
        changed = value != self._value
        self._value = value
        self._write()
        if changed:
            self.edited.emit(value)

    def _take_text(self) -> None:
        found = NUMBER.search(self.text().replace("−", "-"))
        if found is None or not self.isModified():
            self._write()
        else:
            self._take(float(found.group().replace(",", ".")))

    def event(self, event: QEvent) -> bool:
        """Escape gives up what was typed, and nothing else."""
        return claims(event, GIVE_UP if self.isModified() else ()) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes the value and selects it for the next; Escape gives the typed text up."""
        key = event.key()
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}
        if key in steps:
            self._take_text()
            self._take(self._value + steps[Qt.Key(key)] * self._step)
            self.selectAll()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take_text()
            self.selectAll()
        elif key == Qt.Key.Key_Escape:
            self._write()
            self.clearFocus()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Coming by Tab selects all, so that typing replaces."""
        super().focusInEvent(event)
        self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving takes what was typed."""
        self._take_text()
        super().focusOutEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step while the field has the keyboard; else leave the wheel to the panel."""
        if self.hasFocus():
            self._take(self._value + (self._step if event.angleDelta().y() > 0 else -self._step))
            event.accept()
        else:
            event.ignore()
