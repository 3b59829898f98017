"""A calm word after a defect: where the report is, and that reading may go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox, QWidget

if TYPE_CHECKING:
    from pathlib import Path


def tell_of_crash(report: Path, parent: QWidget) -> QMessageBox:
    """Name the report and offer its folder; does not block, and one dialog at a time is enough."""
    open_already = parent.findChild(QMessageBox, "crash")
    if isinstance(open_already, QMessageBox):
        return open_already
    box = QMessageBox(parent)
    box.setObjectName("crash")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(_tr("Something went wrong"))
    box.setText(_tr("Something went wrong inside ichviewer. You can go on; what you drew is saved."))
    box.setInformativeText(
        _tr("A report without patient data was written:\n{0}\nPlease pass it on.").format(report.name)
    )
    folder = box.addButton(_tr("Open folder"), QMessageBox.ButtonRole.ActionRole)
    folder.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(report.parent))))
    box.addButton(QMessageBox.StandardButton.Close)
    box.open()
    return box


def _tr(text: str) -> str:
    return QCoreApplication.translate("crash", text)
