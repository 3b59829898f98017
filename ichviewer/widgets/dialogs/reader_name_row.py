"""The reader's name among the settings: taken on Enter or when the field is left, refused with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from ichviewer.documents.annotation_opening import login_name
from ichviewer.documents.reader_names import name_trouble
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from ichviewer.base.settings import Settings


class ReaderNameRow(QWidget):
    """A field, what the name is for, and what is wrong with it."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.field = QLineEdit(self)
        self.field.setFixedWidth(220)
        self.field.setPlaceholderText(login_name())
        self.field.setAccessibleName(self.tr("Reader's name"))
        self.trouble = wrapped("small", self)
        row = QHBoxLayout()
        row.addWidget(QLabel(self.tr("Reader's name"), self))
        row.addStretch(1)
        row.addWidget(self.field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.trouble)
        column.addWidget(
            wrapped(
                "small",
                self,
                self.tr(
                    "Whose answers and masks they are, in the store and in exports; empty: the login name. "
                    "Each reader has annotations of their own: another name leaves an open one stored as it "
                    "is and opens that reader's."
                ),
            )
        )
        self.field.textEdited.connect(lambda text: self._judge(text.strip()))
        self.field.editingFinished.connect(self._take)
        self.field.installEventFilter(self)
        self.refresh()

    def refresh(self) -> None:
        """Show the name that holds."""
        self.field.setText(self._settings.preferences.reader_name)
        self._judge("")

    def _judge(self, name: str) -> bool:
        trouble = name_trouble(name)
        self.trouble.setText(trouble)
        self.trouble.setVisible(bool(trouble))
        return not trouble

    def _take(self) -> None:
        name = self.field.text().strip()
        if self._judge(name):
            self._settings.change(reader_name=name)
            self.field.setText(name)

    def eventFilter(self, watched: QWidget, event: QEvent) -> bool:  # type: ignore[override]
        """Enter takes the name and leaves the dialog open; Esc brings the former one back."""
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._take()
                return True
            if (
                event.key() == Qt.Key.Key_Escape
                and self.field.text() != self._settings.preferences.reader_name
            ):
                self.refresh()
                return True
        return False
