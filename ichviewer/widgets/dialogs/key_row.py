"""One action's keys in the settings: press to record others; a key that is taken is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ichviewer.actions.bindings import keys_of, rebind, reset, shown
from ichviewer.actions.table import BY_IDENTIFIER
from ichviewer.widgets.controls.link import Link
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent

    from ichviewer.actions.action import ActionSpec
    from ichviewer.base.settings import Settings

MODIFIER_KEYS = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr)


class KeyButton(QPushButton):
    """Shows the keys; after a click or Enter it listens for the next key pressed."""

    recorded = Signal(str)
    """The key in Qt's portable text; empty after Backspace, which takes all keys away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.listening = False
        self._shown = ""
        self.setMinimumWidth(120)
        self.setAutoDefault(False)
        self.clicked.connect(self.listen)

    def show_keys(self, keys: tuple[str, ...]) -> None:
        """Write the keys on it."""
        self._shown = "   ".join(shown(key) for key in keys) or self.tr("none")
        if not self.listening:
            self.setText(self._shown)

    def listen(self) -> None:
        """Wait for a key; Esc leaves it as it was, Backspace takes the keys away."""
        self.listening = True
        self.setText(self.tr("press keys…"))
        self.setFocus()

    def stop(self) -> None:
        """Do not wait any longer."""
        self.listening = False
        self.setText(self._shown)

    def event(self, event: QEvent) -> bool:
        """While listening every key is ours, shortcuts and Tab too."""
        if self.listening and isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress:
                self._take(event)
                return True
        return super().event(event)

    def _take(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in MODIFIER_KEYS:
            return
        if key == Qt.Key.Key_Escape:
            self.stop()
            return
        bare = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete) and bare:
            self.stop()
            self.recorded.emit("")
            return
        sequence = QKeySequence(event.keyCombination())
        self.stop()
        self.recorded.emit(sequence.toString(QKeySequence.SequenceFormat.PortableText))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving gives the recording up."""
        if self.listening:
            self.stop()
        super().focusOutEvent(event)


class KeyRow(QWidget):
    """Name of an action, its keys, and a word where the pressed key belongs to another."""

    def __init__(self, spec: ActionSpec, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spec, self._settings = spec, settings
        self._wanted = ""
        self.button = KeyButton(self)
        self.button.setAccessibleName(self.tr("Keys of {name}").format(name=spec.text))
        self.default = Link(self.tr("default"), self)
        self.default.setToolTip(self.tr("Back to the default keys"))
        self.warning = wrapped("badge", self)
        self.take = Link(self.tr("Take it over"), self)
        self.keep = Link(self.tr("Keep as it was"), self)
        self._build()
        self.button.recorded.connect(self.ask_for)
        self.default.clicked.connect(lambda: reset(settings, spec.identifier))
        self.take.clicked.connect(self._take_over)
        self.keep.clicked.connect(self._give_up)
        self.refresh()

    def _build(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        name = QLabel(QCoreApplication.translate("actions", self.spec.text), self)
        line.addWidget(name, 1)
        line.addWidget(self.default)
        line.addWidget(self.button)
        self._conflict = QWidget(self)
        answer = QHBoxLayout(self._conflict)
        answer.setContentsMargins(0, 2, 0, 6)
        answer.setSpacing(12)
        answer.addWidget(self.warning, 1)
        answer.addWidget(self.take)
        answer.addWidget(self.keep)
        self._conflict.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(line)
        column.addWidget(self._conflict)

    def refresh(self) -> None:
        """Show the keys as they are now."""
        own = self._settings.preferences.key_bindings
        self.button.show_keys(keys_of(self.spec.identifier, own))
        self.default.setVisible(self.spec.identifier in own)

    def ask_for(self, key: str) -> None:
        """Bind a key if it is free; else say whose it is and ask."""
        users = rebind(self._settings, self.spec.identifier, (key,) if key else ())
        self._wanted = key if users else ""
        self._conflict.setVisible(bool(users))
        if users:
            names = ", ".join(
                f"“{QCoreApplication.translate('actions', BY_IDENTIFIER[user].text)}”" for user in users
            )
            self.warning.setText(self.tr("{key} is used by {names}.").format(key=shown(key), names=names))

    def _take_over(self) -> None:
        rebind(self._settings, self.spec.identifier, (self._wanted,), take_over=True)
        self._give_up()

    def _give_up(self) -> None:
        self._wanted = ""
        self._conflict.hide()
