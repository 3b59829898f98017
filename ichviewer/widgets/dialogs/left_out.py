"""Files that became part of no series, each with its reason."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from ichviewer.widgets.dialogs.sheet import Sheet
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ichcore.opening import LeftOut


class LeftOutDialog(Sheet):
    """A list of file and reason.

    Args:
        left_out: what to list.
        parent: the window it stands over.
        names_hidden: show only each file's ending, since names may hold a patient's.
    """

    def __init__(
        self, left_out: Sequence[LeftOut], parent: QWidget | None = None, *, names_hidden: bool = False
    ) -> None:
        super().__init__("", parent, width=760)
        count = len(left_out)
        self.setWindowTitle(self.tr("Files left out"))
        self.body.addWidget(wrapped("title", self, self.tr("{count} files left out").format(count=count)))
        self.body.addWidget(
            wrapped("small", self, self.tr("They became part of no series that can be read here."))
        )
        self.tree = QTreeWidget(self)
        self.tree.setColumnCount(2)
        self.tree.setHeaderLabels([self.tr("File"), self.tr("Reason")])
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # the end of a path tells most
        self.tree.setMinimumHeight(min(380, 40 + 28 * max(3, count)))
        self.tree.setColumnWidth(0, 240)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for number, entry in enumerate(left_out, start=1):
            ending = PurePath(entry.file).suffix
            name = self.tr("file {number}").format(number=number) + ending if names_hidden else entry.file
            item = QTreeWidgetItem([name, entry.reason])
            item.setToolTip(0, name)
            item.setToolTip(1, entry.reason)
            self.tree.addTopLevelItem(item)
        self.body.addWidget(self.tree)
        close = self.add_button(self.tr("Close"), primary=True)
        close.clicked.connect(self.accept)
