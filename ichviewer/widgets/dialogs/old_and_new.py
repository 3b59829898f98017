"""Old and new model of a retraining side by side on a case, before one of them is chosen."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ichcore.subtypes import CLASSES, HEMORRHAGE_CLASSES, hemorrhage_class
from ichviewer.documents.old_and_new import Side
from ichviewer.widgets.canvas.raster import Raster
from ichviewer.widgets.canvas.side_picture import SidePicture
from ichviewer.widgets.controls.soon import Soon
from ichviewer.widgets.dialogs.sheet import Sheet
from ichviewer.widgets.panels.text import wrapped
from ichviewer.widgets.strip.two_traces import TwoTraces

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QShowEvent

    from ichviewer.documents.held_back import HeldBackCases
    from ichviewer.documents.old_and_new import OldAndNew
    from ichviewer.documents.old_and_new_maps import OldAndNewMaps
    from ichviewer.documents.workspace import Workspace

WIDTH, LISTS = 1180, 300
PICTURE = 318
"""Height of the two pictures, so that the sheet fits a screen of 768 rows."""
NAME = 24
"""Letters of a model's name above its picture."""
ROLE = Qt.ItemDataRole.UserRole


class OldAndNewDialog(Sheet):
    """Stands over the window and follows its case; nothing that it shows is in use.

    Args:
        workspace: the open case, and the retraining.
        said: what both models say.
        maps: where they see it.
        held_back: cases that neither learned from.
        parent: the window it stands over.
    """

    def __init__(
        self,
        workspace: Workspace,
        said: OldAndNew,
        maps: OldAndNewMaps,
        held_back: HeldBackCases,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(self.tr("Old and new model on this case"), parent, width=WIDTH)
        self._workspace, self._said, self._maps, self._held_back = workspace, said, maps, held_back
        self._retraining = workspace.retraining
        self.words = wrapped("small", self)
        shared = Raster()
        self.pictures = {side: SidePicture(workspace, said, maps, side, shared, self) for side in Side}
        self.captions = {side: QLabel(self) for side in Side}
        for caption in self.captions.values():
            caption.setTextFormat(Qt.TextFormat.PlainText)
            # a long name must not push the pictures apart
            caption.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for side, other in ((Side.OLD, Side.NEW), (Side.NEW, Side.OLD)):
            self.pictures[side].camera_moved.connect(self.pictures[other].set_camera)
            self.pictures[side].setFixedHeight(PICTURE)
        self.classes = QComboBox(self)
        self.classes.addItem(self.tr("Class that leads"), None)
        for named in HEMORRHAGE_CLASSES:
            self.classes.addItem(named.short, named.name)
        self.classes.setAccessibleName(self.tr("Class of the heat maps"))
        self.changes, self.cases = self._list(), self._list()
        self.changes_title = QLabel(self)
        self.cases_title = QLabel(self.tr("Held-back cases"), self)
        self.changes_title.setTextFormat(Qt.TextFormat.PlainText)
        self.go_through = QPushButton(self.tr("Go through them"), self)
        self.go_through.setAutoDefault(False)
        self.traces = TwoTraces(self)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(4)
        self._place()
        self.keep = self.add_button(self.tr("Keep the old one"))
        self.use = self.add_button(self.tr("Use the new one"))
        self._connect()

    def _place(self) -> None:
        pictures = QGridLayout()
        pictures.setHorizontalSpacing(2)
        pictures.setVerticalSpacing(4)
        for column, side in enumerate(Side):
            pictures.addWidget(self.captions[side], 0, column)
            pictures.addWidget(self.pictures[side], 1, column)
            pictures.setColumnStretch(column, 1)
        lists = QVBoxLayout()
        lists.setSpacing(4)
        lists.addWidget(self.changes_title)
        lists.addWidget(self.changes, 1)
        head = QHBoxLayout()
        head.addWidget(self.cases_title, 1)
        head.addWidget(self.go_through)
        lists.addLayout(head)
        lists.addWidget(self.cases, 1)
        for tree in (self.changes, self.cases):
            tree.setFixedWidth(LISTS)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addLayout(pictures, 1)
        row.addLayout(lists)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.words, 1)
        top.addWidget(self.classes)
        self.body.addLayout(top)
        self.body.addLayout(row)
        self.body.addWidget(self.traces)
        self.body.addWidget(self.bar)

    def _list(self) -> QTreeWidget:
        tree = QTreeWidget(self)
        tree.setColumnCount(1)
        tree.setHeaderHidden(True)
        tree.setRootIsDecorated(False)
        tree.setUniformRowHeights(True)
        return tree

    def _connect(self) -> None:
        view = self._workspace.view
        self._soon = Soon(self.refresh, self, delay_ms=30)
        for signal in (self._said.changed, self._maps.changed, self._held_back.changed):
            signal.connect(self._soon.request)
        view.slice_changed.connect(self._soon.request)
        view.display_changed.connect(self._soon.request)
        self._held_back.failed.connect(self._say)
        self.classes.currentIndexChanged.connect(self._choose)
        self.traces.slice_wanted.connect(view.go_to_slice)
        self.changes.itemClicked.connect(self._go)
        self.changes.itemActivated.connect(self._go)
        self.changes.currentItemChanged.connect(self._go)
        self.cases.itemActivated.connect(self._open)
        self.cases.itemClicked.connect(self._open)
        self.go_through.clicked.connect(self._go_through)
        self.use.clicked.connect(self._use)
        self.keep.clicked.connect(self._keep)

    # showing

    def showEvent(self, event: QShowEvent) -> None:
        """Both are asked of the open series."""
        super().showEvent(event)
        self._said.look(on=True)
        self.refresh()
        self.traces.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks any more."""
        super().hideEvent(event)
        self._said.look(on=False)
        self._maps.stop()
        self._held_back.stop()

    def refresh(self) -> None:
        """Show what is known by now."""
        index = self._workspace.view.slice_index
        self.words.setText(self._words())
        for side in Side:
            caption = self._caption(side, index)
            self.captions[side].setText(caption)
            self.captions[side].setToolTip(caption)
        self.traces.show_both(self._said.both, self._said.changes, index)
        self._fill_changes(index)
        self._fill_cases()
        busy = self._said.busy or self._held_back.busy
        self.bar.setRange(0, 1 if busy is None else busy.total)
        self.bar.setValue(0 if busy is None else busy.done)
        running = self._held_back.busy is not None
        self.go_through.setText(self.tr("Stop") if running else self.tr("Go through them"))
        gone = bool(self._retraining.gone)
        self.go_through.setEnabled(not gone)
        self.use.setEnabled(not gone)

    def _words(self) -> str:
        if self._said.why_not:
            return self._said.why_not
        busy = self._said.busy
        if busy is not None:
            count = f" {busy.done} / {busy.total}" if busy.total else ""
            return f"{self.tr(busy.label)} …{count}"
        if not self._said.complete:
            return self.tr("Waits for the models in use …")
        said = self.tr(
            "Old thin, new bold; dotted and dashed are their thresholds. Amber: one flags what the other "
            "does not. None of this is in use."
        )
        return f"{self._said.warning} {said}".strip()

    def _caption(self, side: Side, index: int) -> str:
        prediction, name = self._said.said(side), self._maps.class_name(index)
        title = self.tr("Old") if side is Side.OLD else self.tr("New")
        parts = [f"{title}: {Path(self._said.name(side)).name[:NAME]}"]
        if prediction is not None and index < len(prediction.done):
            whole = float(prediction.series_probabilities[0])
            if self._said.complete and not math.isnan(whole):
                parts.append(self.tr("series {0:.2f}").format(whole))
            if name is not None and prediction.done[index]:
                value = float(prediction.probabilities[index, CLASSES.index(name)])
                parts.append(self.tr("slice {0} {1:.2f}").format(hemorrhage_class(name).short, value))
        return " · ".join(parts)

    def _fill_changes(self, index: int) -> None:
        changes = self._said.changes
        slices = len({change.index for change in changes})
        title = self.tr("Flags that differ, on {0} slices").format(slices)
        self.changes_title.setText(title if self._said.both is not None else self.tr("Flags that differ"))
        shown = [self.changes.topLevelItem(at) for at in range(self.changes.topLevelItemCount())]
        if [item.data(0, ROLE) for item in shown if item is not None] != list(changes):
            with QSignalBlocker(self.changes):
                self.changes.clear()
                for change in changes:
                    what = self.tr("now flagged") if change.flagged else self.tr("no longer flagged")
                    short = hemorrhage_class(change.class_name).short
                    text = f"{change.index + 1:>3}   {short}   {change.old:.2f} → {change.new:.2f}   {what}"
                    item = QTreeWidgetItem([text])
                    item.setData(0, ROLE, change)
                    self.changes.addTopLevelItem(item)
        current = self.changes.currentItem()
        if current is not None and current.data(0, ROLE).index != index:
            with QSignalBlocker(self.changes):
                self.changes.setCurrentIndex(QModelIndex())

    def _fill_cases(self) -> None:
        cases, hidden = self._held_back.cases, self._workspace.view.identity_hidden
        texts = []
        for number, case in enumerate(cases, start=1):
            who = self.tr("case {0}").format(number) if hidden else case.patient
            texts.append(
                self.tr("{0} · flags of {1} slices · {2:.2f}").format(who, case.slices, case.largest)
            )
        shown = [self.cases.topLevelItem(at) for at in range(self.cases.topLevelItemCount())]
        if [item.text(0) for item in shown if item is not None] != texts:
            with QSignalBlocker(self.cases):
                self.cases.clear()
                for case, text in zip(cases, texts, strict=True):
                    item = QTreeWidgetItem([text])
                    item.setData(0, ROLE, case)
                    item.setToolTip(0, self.tr("Slices whose flags differ; largest change of a probability"))
                    self.cases.addTopLevelItem(item)
        busy = self._held_back.busy
        count = f" {busy.done} / {busy.total}" if busy is not None and busy.total else ""
        self.cases_title.setText(self.tr("Held-back cases") + count)

    # deciding

    def _choose(self) -> None:
        self._maps.choose(self.classes.currentData())

    def _go(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            change = item.data(0, ROLE)
            self._workspace.view.go_to_slice(change.index)

    def _open(self, item: QTreeWidgetItem) -> None:
        self._held_back.open(item.data(0, ROLE))

    def _go_through(self) -> None:
        if self._held_back.busy is None:
            self._held_back.start()
        else:
            self._held_back.stop()

    def _say(self, sentence: str) -> None:
        self.words.setText(sentence)

    def _use(self) -> None:
        self._retraining.use(self._retraining.suggested_name)
        self.accept()

    def _keep(self) -> None:
        name = Path(self._said.name(Side.OLD)).name
        self._workspace.notice_raised.emit(
            "info",
            self.tr("{model} stays in use; the new one waits in Export, Retraining.").format(model=name),
        )
        self.reject()
