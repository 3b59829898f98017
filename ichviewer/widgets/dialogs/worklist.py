"""Series that wait for the reader: in the store's order, each with its reason and its state."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from ichcore.annotations.arguing import reason
from ichcore.annotations.contested import in_short
from ichcore.annotations.work_state import WorkState
from ichcore.annotations.worklist import Argument
from ichviewer.widgets.dialogs.sheet import Sheet
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable

    from ichcore.annotations.contested import Contested
    from ichcore.annotations.worklist import WorkEntry
    from ichviewer.documents.workspace import Workspace


class WorklistDialog(Sheet):
    """A list and what can be done with its chosen entry; Enter and a double click open it.

    Args:
        workspace: whose list it is.
        parent: the window it stands over.
    """

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Worklist"), parent, width=860)
        self._workspace, self._waiting = workspace, workspace.reading.waiting
        self._looking = workspace.looking
        self._contested = workspace.contested
        self.rule = wrapped("small", self)
        self.order = QComboBox(self)
        self.order.addItems([self.tr("Worth a look"), self.tr("Readers differ")])
        self.order.setAccessibleName(self.tr("Order of the list"))
        self.tree = QTreeWidget(self)
        self.tree.setColumnCount(4)
        self.tree.setHeaderLabels(["", self.tr("Study"), self.tr("State"), self.tr("Why")])
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.tree.setAllColumnsShowFocus(True)
        self.tree.setMinimumHeight(300)
        header = self.tree.header()
        header.setStretchLastSection(True)
        for column, width in enumerate((36, 240, 80)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self.tree.setColumnWidth(column, width)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.rule, 1)
        top.addWidget(self.order, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(top)
        self.body.addWidget(self.tree)
        self.body.addLayout(self._progress_row())
        self.add = self.add_button(self.tr("Add folder…"))
        self.look = self.add_button(self.tr("Look at all"))
        self.marks = {
            state: self.add_button(text)
            for state, text in (
                (WorkState.OPEN, self.tr("Reopen")),
                (WorkState.SKIPPED, self.tr("Skip")),
                (WorkState.FLAGGED, self.tr("Flag")),
                (WorkState.DONE, self.tr("Done")),
            )
        }
        self.open_button = self.add_button(self.tr("Open"), primary=True)
        self.add.clicked.connect(self._add)
        self.look.clicked.connect(self._look)
        for state, button in self.marks.items():
            button.clicked.connect(self._marker(state))
        self.open_button.clicked.connect(self._open)
        self.tree.itemActivated.connect(self._open)
        self.tree.currentItemChanged.connect(self._offer)
        self.order.currentIndexChanged.connect(self._reorder)
        self._contested.changed.connect(self.refresh)
        self._waiting.changed.connect(self.refresh)
        self._looking.changed.connect(self.refresh)
        workspace.busy_changed.connect(self._offer)
        self.refresh()
        self.tree.setFocus()

    @property
    def chosen(self) -> WorkEntry | None:
        """The entry that the list stands on."""
        return self._waiting.entry(self._uid)

    @property
    def differing(self) -> Contested | None:
        """What the list stands on, where it lists readers who differ."""
        found = (e for e in self._contested.entries if e.disagreement.series_instance_uid == self._uid)
        return next(found, None) if self._by_readers else None

    @property
    def _by_readers(self) -> bool:
        return self.order.currentIndex() == 1

    @property
    def _uid(self) -> str:
        item = self.tree.currentItem()
        return "" if item is None else str(item.data(0, Qt.ItemDataRole.UserRole))

    def refresh(self) -> None:
        """Show the list anew; the same entry stays chosen."""
        place = self.tree.verticalScrollBar().value()
        hidden = self._workspace.view.identity_hidden
        words = {
            WorkState.OPEN: self.tr("open"),
            WorkState.SKIPPED: self.tr("skipped"),
            WorkState.FLAGGED: self.tr("flagged"),
            WorkState.DONE: self.tr("done"),
        }
        uid_before = self._uid
        self.rule.setText(self._rule())
        self.tree.clear()
        for number, (uid, path, state, why) in enumerate(self._rows(words), start=1):
            study = self.tr("study {0}").format(number) if hidden else path.name or uid
            item = QTreeWidgetItem([str(number), study, state, why])
            item.setData(0, Qt.ItemDataRole.UserRole, uid)
            item.setToolTip(3, why)
            if not hidden:
                item.setToolTip(1, str(path))
            self.tree.addTopLevelItem(item)
            if uid_before == uid:
                self.tree.setCurrentItem(item)
        first = self.tree.topLevelItem(0)
        if self.tree.currentItem() is None and first is not None:
            self.tree.setCurrentItem(first)
        if uid_before:  # what is read stays in place while the order changes
            self.tree.verticalScrollBar().setValue(place)
        self._offer()

    def _reorder(self) -> None:
        if self._by_readers:
            self._contested.refresh()
        self.refresh()

    def _rule(self) -> str:
        if not self._by_readers:
            return self.tr(
                "First where your look is worth most: the model is unsure, models disagree, or the mask that "
                "the model draws does not fit its probability or heat map. The weightiest reason comes first."
            )
        if self._contested.counting:
            return self.tr("Comparing locked reads …")
        if not self._contested.entries:
            return self.tr("No two locked reads differ that nobody adjudicates yet.")
        return self.tr(
            "Series of which two reads are locked and differ, the most contested first; none is adjudicated "
            "yet. Open goes to the first slice on which they differ."
        )

    def _rows(self, words: dict[WorkState, str]) -> list[tuple[str, Path, str, str]]:
        """UID, place, state and reason of each row."""
        hidden = self._workspace.view.identity_hidden
        if not self._by_readers:
            return [
                (
                    entry.series_instance_uid,
                    Path(entry.path),
                    words[entry.state],
                    f"{self._why(entry)}{f' · {entry.note}' if entry.note and not hidden else ''}",
                )
                for entry in self._waiting.entries
            ]
        rows = []
        for contested in self._contested.entries:
            uid, path = contested.disagreement.series_instance_uid, self._contested.path(contested)
            listed = self._waiting.entry(uid)
            state = self.tr("not listed") if listed is None else words[listed.state]
            rows.append((uid, path or Path(), state, in_short(contested)))
        return rows

    def _why(self, entry: WorkEntry) -> str:
        failure = self._looking.failures.get(entry.series_instance_uid)
        if failure is not None:
            hidden = self._workspace.view.identity_hidden
            return self.tr("could not be looked at") if hidden else failure
        if self._workspace.settings.preferences.model_hidden and entry.argument != Argument():
            return self.tr("looked at; the model's words are hidden until you lock your read")
        return reason(entry.argument, entry.standing)

    def _progress_row(self) -> QHBoxLayout:
        self.doing, self.bar = QLabel(self), QProgressBar(self)
        self.doing.setProperty("role", "small")
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(4)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.doing)
        row.addWidget(self.bar, 1, Qt.AlignmentFlag.AlignVCenter)
        return row

    def _offer(self) -> None:
        """What can be done with the chosen entry."""
        entry = self.chosen
        self.open_button.setEnabled(entry is not None or self._is_open(self.differing))
        for state, button in self.marks.items():
            button.setEnabled(entry is not None and entry.state is not state)
        self.add.setEnabled(self._waiting.busy is None)
        self._show_progress()

    def _show_progress(self) -> None:
        """How far listing and looking are, in a row that keeps its place when nothing goes on."""
        busy, entries = self._waiting.busy or self._looking.busy, self._waiting.entries
        looking = self._looking.busy is not None
        self.look.setText(self.tr("Stop looking") if looking else self.tr("Look at all"))
        self.look.setEnabled(looking or bool(entries))
        self.bar.setVisible(busy is not None)
        if busy is not None:
            count = f" {busy.done} / {busy.total}" if busy.total else ""
            self.doing.setText(f"{self.tr(busy.label)}{count}")
            self.bar.setRange(0, busy.total)
            self.bar.setValue(busy.done)
            return
        left = len(self._looking.missing)
        failed = sum(entry.series_instance_uid in self._looking.failures for entry in entries)
        if left:
            said = self.tr("{0} of {1} not looked at yet").format(left, len(entries))
        elif failed:
            said = self.tr("{0} of {1} could not be looked at").format(failed, len(entries))
        else:
            said = self.tr("All were looked at") if entries else self.tr("No study yet")
        self.doing.setText(said)

    def _look(self) -> None:
        if self._looking.busy is None:
            self._looking.start_all()
        else:
            self._looking.cancel()

    def _marker(self, state: WorkState) -> Callable[[], None]:
        def mark() -> None:
            entry = self.chosen
            if entry is not None:
                self._waiting.mark(entry.series_instance_uid, state)

        return mark

    def _is_open(self, contested: Contested | None) -> bool:
        if contested is None:
            return False
        return contested.disagreement.series_instance_uid == self._workspace.series_uid

    def _open(self) -> None:
        entry, contested = self.chosen, self.differing
        if contested is not None and (entry is not None or self._is_open(contested)):
            self.accept()
            self._contested.open(contested)
        elif entry is not None and not self._by_readers:
            self.accept()
            self._workspace.open_path(Path(entry.path))

    def _add(self) -> None:
        name = QFileDialog.getExistingDirectory(
            self, self.tr("A folder of studies"), self._workspace.settings.preferences.last_folder
        )
        if name:
            self._workspace.settings.change(last_folder=str(Path(name).parent))
            self._waiting.fill(Path(name))
