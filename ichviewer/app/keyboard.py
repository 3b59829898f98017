"""Keys that a shortcut alone cannot express: holding L, and keys that a focused control needs itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent, QKeyCombination, QObject, Qt
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
    from PySide6.QtWidgets import QApplication

    from ichviewer.actions.book import ActionBook
    from ichviewer.documents.view_state import ViewState

HOLD_MS = 350
"""L held longer than this compares: letting go returns to the window before."""
REPEATS_AFTER_MS = 150
"""A key that is held begins to repeat at the earliest after this long."""
REPEAT_GAP_MS = 50
"""A repeated press follows the release before it faster than a hand could."""

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
OF_THEIR_OWN = (
    QAbstractSlider,
    QAbstractItemView,
    QTabBar,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QAbstractButton,
)
"""Widgets that have keys of their own (:func:`needs_key`)."""


class HoldToCompare(QObject):
    """Watches for the release of the learned window's key.

    X11 sends a release and a press for every repetition of a held key. Qt joins them, but not always while
    the computer is busy: then they look like letting go and pressing again. So a press that follows at once
    is the same hold going on.
    """

    def __init__(self, actions: ActionBook, view: ViewState, parent: QObject) -> None:
        super().__init__(parent)
        self._action = actions["view.learned"]
        self._view = view
        self._held, self._let_go = QElapsedTimer(), QElapsedTimer()
        self._down = self._on_after_press = False
        actions.ran.connect(self._pressed)  # after its handler, so the press has taken effect

    def _pressed(self, identifier: str) -> None:
        if identifier != self._action.objectName():
            return
        self._down = True
        application = QCoreApplication.instance()
        if application is not None:
            # only while it is held: a filter of the whole program hears of every repaint
            application.installEventFilter(self)
        if self._repeats():
            if self._view.learned_on != self._on_after_press:
                self._view.toggle_learned()
            return
        self._held.start()
        self._on_after_press = self._view.learned_on

    def _repeats(self) -> bool:
        """Whether a press now goes on with the hold before it."""
        if not (self._held.isValid() and self._let_go.isValid()) or self._let_go.elapsed() > REPEAT_GAP_MS:
            return False
        return self._held.elapsed() - self._let_go.elapsed() >= REPEATS_AFTER_MS

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        """Take back a learned window that was held rather than tapped."""
        if event.type() == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent):
            keys = [keys[0].key() for keys in map(_combinations, self._action.shortcuts()) if keys]
            if event.key() in keys and not event.isAutoRepeat():
                self._down = False
                application = QCoreApplication.instance()
                if application is not None:
                    application.removeEventFilter(self)
                self._let_go.start()
                if self._held.elapsed() > HOLD_MS and self._view.learned_on == self._on_after_press:
                    self._view.toggle_learned()
        return False


def _combinations(sequence: QKeySequence) -> list[QKeyCombination]:
    """The key presses of a shortcut."""
    return [sequence[i] for i in range(sequence.count())]  # type: ignore[index]  # the stubs lack __getitem__


class FocusKeys(QObject):
    """Lets a focused slider, list, tab or button have its own keys before the program's shortcuts.

    Args:
        application: whose focus is followed.
        parent: owns it.
    """

    def __init__(self, application: QApplication, parent: QObject) -> None:
        super().__init__(parent)
        application.focusChanged.connect(self._listen)

    def _listen(self, _: QWidget | None, focused: QWidget | None) -> None:
        """Hear the one that has the keyboard now; once heard, it is heard for good."""
        if isinstance(focused, OF_THEIR_OWN):
            focused.installEventFilter(self)

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
