"""Keys that a focused control uses itself although they are shortcuts of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

if TYPE_CHECKING:
    from collections.abc import Container

ARROWS = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down})
UPRIGHT = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down})
SIDEWAYS = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right})
TRAVEL = SIDEWAYS | {Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}


def claims(event: QEvent, keys: Container[Qt.Key]) -> bool:
    """Accept Qt's question whether a shortcut should be overridden, if it is for one of ``keys``.

    To be asked first in ``event()``; where it is true the event has been answered, and the key comes to
    ``keyPressEvent`` instead of to the program's shortcut.
    """
    if event.type() is not QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    if event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
        return False
    if Qt.Key(event.key()) not in keys:
        return False
    event.accept()
    return True
