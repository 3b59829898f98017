"""Other readers of the series: who they are, their masks as outlines, and how far two locked reads agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ichviewer.widgets.controls.chip import Chip
from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.controls.soon import Soon
from ichviewer.widgets.controls.switch import Switch
from ichviewer.widgets.panels.agreement_rows import agreement_rows, agreement_words
from ichviewer.widgets.panels.figures_by_class import FiguresByClass
from ichviewer.widgets.panels.key_labels import KeyLabels
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable

    from ichcore.annotations.between_readers import ReaderAgreement
    from ichviewer.documents.other_readers import OtherReaders
    from ichviewer.documents.workspace import Workspace


class ReadersSection(Section):
    """Shown where somebody else has read the series."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Other readers"), parent)
        self._workspace, self._readers = workspace, workspace.reading.readers
        self._drawn: tuple[object, ...] | None = None
        self._outline_key = ""
        self.state = wrapped("small", self.content)
        self.names = QWidget(self.content)
        self._row = QHBoxLayout(self.names)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self.chips: dict[str, Chip] = {}
        self.outline = QWidget(self.content)
        self._outlines = QVBoxLayout(self.outline)
        self._outlines.setContentsMargins(0, 0, 0, 0)
        self._outlines.setSpacing(0)
        self.switches: dict[str, Switch] = {}
        self.tables = QWidget(self.content)
        self._tables = QVBoxLayout(self.tables)
        self._tables.setContentsMargins(0, 0, 0, 0)
        self._tables.setSpacing(4)
        self.everywhere = Chip(self.tr("Over all series"), "", self.content)
        self.everywhere.setToolTip(
            self.tr("The same figures over every series of the store that both readers have locked")
        )
        self.everywhere.clicked.connect(self._readers.count_everywhere)
        for widget in (self.state, self.names, self.outline, self.tables):
            self.body.addWidget(widget)
        last = QHBoxLayout()
        last.setContentsMargins(0, 0, 0, 0)
        last.addWidget(self.everywhere)
        last.addStretch(1)
        self.body.addLayout(last)
        self._soon = Soon(self.refresh, self, delay_ms=30)
        workspace.case_changed.connect(self._soon.request)
        workspace.reading.blind.changed.connect(self._soon.request)
        self._readers.changed.connect(self._soon.request)
        self._readers.outline_changed.connect(self._soon.request)
        KeyLabels(workspace.settings, {"readers.outline": self._set_key}, self)
        self.refresh()

    def refresh(self) -> None:
        """Show who has read and what came of the comparison."""
        readers, others = self._readers, self._workspace.reading.blind.others
        pair = readers.pair
        self.setVisible(bool(others.names))
        self.state.setText(self._state(others))
        names = tuple(a.reader for a in pair) if pair is not None else ()
        drawn = (names, readers.others, readers.compared, readers.everywhere, readers.counting)
        if drawn != self._drawn:
            self._drawn = drawn
            self._show_names(names, readers.others)
            self._show_tables()
        for name, switch in self.switches.items():
            switch.set_quietly(readers.outlined == name)
        for name, chip in self.chips.items():
            chip.setChecked(name in names)
        self.everywhere.setVisible(readers.compared is not None and readers.everywhere is None)
        self.everywhere.setEnabled(not readers.counting)
        self.set_aside(names[1] if names else str(len(others.names)) if others.names else "")

    def _state(self, others: OtherReaders) -> str:
        waiting = [name for name in others.names if name not in others.locked]
        if not others.annotations:
            return (
                self.tr("{0} have read this series; hidden until your read is locked.")
                if len(others.names) > 1
                else self.tr("{0} has read this series; hidden until your read is locked.")
            ).format(", ".join(others.names))
        sentences = []
        if waiting:
            sentences.append(self.tr("Not locked yet, so not compared: {0}.").format(", ".join(waiting)))
        if self._readers.pair is not None:
            a, b = (read.reader for read in self._readers.pair)
            sentences.append(self.tr("{0} and {1}, both locked.").format(a, b))
            sentences.append(self.tr("A bar under an answer is what {0} said.").format(b))
        if others.final is not None:
            sentences.append(self.tr("Adjudicated by {0}; exports take that.").format(others.final.reader))
        elif others.adjudicators:
            sentences.append(self.tr("Being adjudicated by {0}.").format(", ".join(others.adjudicators)))
        return " ".join(sentences)

    def _show_names(self, pair: tuple[str, ...], others: tuple[str, ...]) -> None:
        """A chip for everybody to compare with, where there is a choice, and a switch a mask."""
        _empty(self._row)
        _empty(self._outlines)
        self.chips, self.switches = {}, {}
        for name in others if len(others) > 1 and pair else ():
            chip = Chip(name, "", self.names)
            chip.setCheckable(True)
            chip.clicked.connect(self._chooser(name))
            self._row.addWidget(chip)
            self.chips[name] = chip
        self._row.addStretch(1)
        self.names.setVisible(bool(self.chips))
        own = self._workspace.reading.blind.others.own
        for name in pair:
            if own is not None and name == own.reader and not self._workspace.reading.adjudicating.on:
                continue  # it is drawn in its colours
            switch = Switch(self.tr("Outline of {0}").format(name), self.outline)
            switch.toggled.connect(self._outliner(name))
            self._outlines.addWidget(switch)
            self.switches[name] = switch
        self.outline.setVisible(bool(self.switches))
        self._set_key(self._outline_key)

    def _show_tables(self) -> None:
        _empty(self._tables)
        compared, everywhere = self._readers.compared, self._readers.everywhere
        if compared is not None:
            self._table(self.tr("This series"), compared.agreement, studies=False)
        if everywhere is not None:
            title = (
                self.tr("All {0} series that both have locked").format(everywhere.series)
                if everywhere.series > 1
                else self.tr("Of all series both have locked this one alone")
            )
            self._table(title, everywhere, studies=True)
        self.tables.setVisible(compared is not None)

    def _table(self, title: str, agreement: ReaderAgreement, *, studies: bool) -> None:
        self._tables.addWidget(wrapped("muted", self.tables, title))
        self._tables.addWidget(
            FiguresByClass(agreement_rows(agreement, studies=studies), self.tables, intervals=False)
        )
        words = agreement_words(agreement, studies=studies)
        if words:
            self._tables.addWidget(wrapped("small", self.tables, words))

    def _chooser(self, name: str) -> Callable[[], None]:
        def choose() -> None:
            self._readers.choose(name)
            self._soon.request()  # a click alone holds nothing down

        return choose

    def _outliner(self, name: str) -> Callable[[bool], None]:
        return lambda on: self._readers.outline(name if on else "")

    def _set_key(self, key: str) -> None:
        """The key is of the other reader's switch, the last."""
        self._outline_key = key
        if self.switches:
            list(self.switches.values())[-1].set_key(key)


def _empty(layout: QHBoxLayout | QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
