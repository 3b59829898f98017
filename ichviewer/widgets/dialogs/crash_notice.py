"""Something broke: one quiet word, where the report lies, and how to carry on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit

from ichviewer.widgets.dialogs.sheet import Sheet
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget


class CrashNotice(Sheet):
    """Shows a crash report that :mod:`ichviewer.base.crash` wrote.

    Args:
        report: the report's file.
        parent: the window it stands over.
    """

    def __init__(self, report: Path, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Something went wrong"), parent, width=560)
        self._report = report
        self.body.addWidget(
            wrapped(
                "",
                self,
                self.tr(
                    "The last step failed. What you drew is saved; you can go on, though a restart is safer. "
                    "The report below names no patient and was sent nowhere."
                ),
            )
        )
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setMinimumHeight(200)
        self.text.setPlainText(_read(report))
        self.body.addWidget(self.text)
        self.body.addWidget(wrapped("small", self, report.name))
        folder = self.add_button(self.tr("Open folder"))
        self.copy = self.add_button(self.tr("Copy report"))
        close = self.add_button(self.tr("Close"), primary=True)
        folder.clicked.connect(self._open_folder)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text.toPlainText()))
        close.clicked.connect(self.accept)
        close.setFocus()

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._report.parent)))


def _read(report: Path) -> str:
    try:
        return report.read_text(encoding="utf-8")
    except OSError as error:
        return f"The report cannot be read ({error.strerror})."
