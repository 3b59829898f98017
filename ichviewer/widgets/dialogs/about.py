"""What the program is, its version and its licences."""

from __future__ import annotations

import importlib.metadata
import platform
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout

from ichcore.files import resource
from ichviewer.widgets.dialogs.sheet import Sheet
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

ICON = 56


class AboutDialog(Sheet):
    """Name, version, what it is built on, and that it is for research only."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("About ichviewer"), parent, width=480)
        row = QHBoxLayout()
        row.setSpacing(16)
        icon = QLabel(self)
        picture = QPixmap(str(resource("icons", "ichviewer.png")))
        if not picture.isNull():
            picture.setDevicePixelRatio(max(1.0, picture.width() / ICON))
            icon.setPixmap(picture)
            row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addWidget(wrapped("title", self, self.tr("ichviewer {version}").format(version=version())))
        words.addWidget(
            wrapped(
                "",
                self,
                self.tr("Head CT with suspected intracranial hemorrhage: read, explain, take away."),
            )
        )
        words.addWidget(wrapped("muted", self, self.tr("Research use only. Not a medical device.")))
        words.addWidget(
            wrapped(
                "small",
                self,
                " · ".join(
                    (
                        f"Python {platform.python_version()}",
                        f"Qt {qVersion()}",
                        f"{platform.system()} {platform.machine()}",
                    )
                ),
            )
        )
        words.addWidget(
            wrapped(
                "small",
                self,
                self.tr(
                    "MIT licence. Qt and PySide6 are used under the LGPL, the typeface Inter under the SIL "
                    "Open Font Licence; other parts carry their own."
                ),
            )
        )
        row.addLayout(words, 1)
        self.body.addLayout(row)
        close = self.add_button(self.tr("Close"), primary=True)
        close.clicked.connect(self.accept)


def version() -> str:
    """Version of the installed program."""
    try:
        return importlib.metadata.version("ichviewer")
    except importlib.metadata.PackageNotFoundError:
        return "from source"
