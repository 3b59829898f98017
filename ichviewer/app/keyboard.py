"""Keys that a shortcut alone cannot express: holding L, and keys that a focused control needs itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QEvent, QKeyCombination, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QTabBar,
    QWidget,
)

if TYPE_CHECKING:
    from ichviewer.actions.book import ActionBook
    from ichviewer.documents.view_state import ViewState

HOLD_MS = 350
"""L held longer than this compares: letting go returns to the window before."""

_ARROWS = frozenset(
    {
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
    }
)
_PRESS = frozenset({Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter})


class HoldToCompare(QObject):
    """Watches for the release of the learned window's key."""

    def __init__(self, actions: ActionBook, view: ViewState, parent: QObject) -> None:
        super().__init__(parent)
        self._action = actions["view.learned"]
        self._view = view
        self._held = QElapsedTimer()
        self._on_after_press = False
        actions.ran.connect(self._pressed)  # after its handler, so the press has taken effect

    def _pressed(self, identifier: str) -> None:
        if identifier == self._action.objectName():
            self._held.start()
            self._on_after_press = self._view.learned_on

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        """Take back a learned window that was held rather than tapped."""
        if event.type() == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent) and self._held.isValid():
            keys = [keys[0].key() for keys in map(_combinations, self._action.shortcuts()) if keys]
            if event.key() in keys and not event.isAutoRepeat():
                long = self._held.elapsed() > HOLD_MS
                self._held.invalidate()
                if long and self._view.learned_on == self._on_after_press:
                    self._view.toggle_learned()
        return False


def _combinations(sequence: QKeySequence) -> list[QKeyCombination]:
    """The key presses of a shortcut."""
    return [sequence[i] for i in range(sequence.count())]  # type: ignore[index]  # the stubs lack __getitem__


class FocusKeys(QObject):
    """Lets a focused slider, list, tab or button have its own keys before the program's shortcuts."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Accept the override, so that Qt sends the key to the widget instead of the shortcut."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        if isinstance(watched, QWidget) and watched.hasFocus() and needs_key(watched, event):
            event.accept()
            return True
        return False


def needs_key(widget: QWidget, event: QKeyEvent) -> bool:
    """Whether a focused widget does something itself with a key."""
    plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
    if not plain:
        return False
    key = Qt.Key(event.key())
    if isinstance(widget, QAbstractSlider | QAbstractItemView | QTabBar | QAbstractSpinBox | QComboBox):
        return key in _ARROWS or (isinstance(widget, QAbstractItemView | QComboBox) and key in _PRESS)
    if isinstance(widget, QLineEdit):
        return key in _ARROWS or key in _PRESS
    if isinstance(widget, QAbstractButton):
        return key in _PRESS
    return False
