"""The command palette: a few letters find any command, window, class, model, series or recent study."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ichviewer.widgets.controls.ink import ink, sized
from ichviewer.widgets.controls.key_cap import HEIGHT, cap_width, paint_cap
from ichviewer.widgets.dialogs.fuzzy import score
from ichviewer.widgets.dialogs.palette_entries import PaletteEntry, entries
from ichviewer.widgets.dialogs.sheet import Sheet

if TYPE_CHECKING:
    from ichviewer.actions.book import ActionBook
    from ichviewer.documents.workspace import Workspace

ENTRY = Qt.ItemDataRole.UserRole
ROW = 32
SHOWN = 11
NOISE = 0.4
"""Entries that fit less well than this share of the best one are not listed."""


class EntryPainter(QStyledItemDelegate):
    """Text at the left, group and key at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Rows of one height."""
        return QSize(200, ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """One entry; the chosen one on a raised ground."""
        entry = index.data(ENTRY)
        area: QRect = option.rect
        colours = ink()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.hover)
            painter.drawRoundedRect(QRectF(area), 5, 5)
        font = option.font
        inner = area.adjusted(12, 0, -10, 0)
        right = inner.right()
        if entry.key:
            width = cap_width(entry.key, font)
            cap = QRectF(right - width, area.center().y() - HEIGHT / 2 + 1, width, HEIGHT)
            paint_cap(painter, cap, entry.key, font)
            right -= width + 10
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(sized(font, 11))
        painter.setPen(colours.muted if entry.enabled else colours.faint)
        group = QRect(inner.left(), inner.top(), right - inner.left(), inner.height())
        painter.drawText(group, int(middle | Qt.AlignmentFlag.AlignRight), entry.group)
        used = painter.fontMetrics().horizontalAdvance(entry.group) + 16
        painter.setFont(sized(font, 13))
        painter.setPen(colours.text if entry.enabled else colours.faint)
        text = painter.fontMetrics().elidedText(entry.text, Qt.TextElideMode.ElideRight, group.width() - used)
        painter.drawText(group, int(middle | Qt.AlignmentFlag.AlignLeft), text)
        painter.restore()


class CommandPalette(Sheet):
    """Type to find, Up and Down to choose, Enter to run, Esc to leave.

    Args:
        workspace: what windows, models, series and recents are taken from.
        book: the program's actions, with their keys and whether they are possible now.
        parent: the window it stands over.
    """

    def __init__(self, workspace: Workspace, book: ActionBook, parent: QWidget | None = None) -> None:
        super().__init__("", parent, width=600)
        self.setWindowTitle(self.tr("Command palette"))
        self._entries = entries(workspace, book)
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(self.tr("Type a command, window, class, series…"))
        self.field.setAccessibleName(self.tr("Command"))
        self.field.setStyleSheet("QLineEdit { min-height: 28px; font-size: 14px; }")
        self.field.installEventFilter(self)
        self.list = QListWidget(self)
        self.list.setItemDelegate(EntryPainter(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        self.list.setFixedHeight(SHOWN * ROW)
        self._nothing = QLabel(self.tr("Nothing is called that."), self)
        self._nothing.setProperty("role", "muted")
        self._nothing.setContentsMargins(12, 8, 0, 8)
        self.body.addWidget(self.field)
        self.body.addWidget(self._nothing)
        self.body.addWidget(self.list)
        self.field.textChanged.connect(self.search)
        self.field.returnPressed.connect(self.run_chosen)
        self.list.itemClicked.connect(lambda _: self.run_chosen())
        self.search("")
        self.field.setFocus()

    def search(self, query: str) -> None:
        """List the entries that fit, the best first."""
        found: list[tuple[int, int, PaletteEntry]] = []
        for place, entry in enumerate(self._entries):
            # the group counts as part of the name, so that "window brain" finds it
            points = score(query, f"{entry.text} {entry.group}")
            if points is not None:
                found.append((points, -place, entry))
        # letters scattered over a long name fit almost anything; next to a good fit they are noise
        best = max((points for points, _, entry in found if entry.enabled), default=0)
        found = [each for each in found if each[0] >= NOISE * best or not query]
        found.sort(key=lambda each: (each[2].enabled, *each[:2]), reverse=True)
        self.list.clear()
        for _, _, entry in found:
            item = QListWidgetItem(entry.text)
            item.setData(ENTRY, entry)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self._nothing.setVisible(not found)
        self.list.setVisible(bool(found))

    @property
    def chosen(self) -> PaletteEntry | None:
        """The entry that Enter would run."""
        item = self.list.currentItem()
        entry: PaletteEntry | None = None if item is None else item.data(ENTRY)
        return entry

    def run_chosen(self) -> None:
        """Leave, then do it; nothing happens for an entry that is not possible now."""
        entry = self.chosen
        if entry is not None and entry.enabled:
            self.accept()
            entry.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The list answers to Up, Down and the Page keys while the field is typed into."""
        if watched is self.field and event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            steps = {
                Qt.Key.Key_Up: -1,
                Qt.Key.Key_Down: 1,
                Qt.Key.Key_PageUp: -SHOWN,
                Qt.Key.Key_PageDown: SHOWN,
            }
            if event.key() in steps and self.list.count():
                row = self.list.currentRow() + steps[Qt.Key(event.key())]
                if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                    row %= self.list.count()
                self.list.setCurrentRow(max(0, min(self.list.count() - 1, row)))
                return True
        return super().eventFilter(watched, event)
