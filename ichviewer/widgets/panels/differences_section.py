"""What two readers differ in, one after another, and deciding it: the adjudication."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ichcore.subtypes import hemorrhage_class
from ichviewer.widgets.controls.chip import Chip
from ichviewer.widgets.controls.section import Section
from ichviewer.widgets.controls.soon import Soon
from ichviewer.widgets.panels.key_labels import KeyLabels
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from ichcore.annotations.differing import Difference
    from ichviewer.documents.workspace import Workspace

MARKS = {"yes": "✓", "no": "✗", "unsure": "?", "": "–"}


class DifferencesSection(Section):
    """Shown where two locked reads can be compared, or adjudicated."""

    action_requested = Signal(str)
    """Identifier of an action in the table."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Differences"), parent)
        self._workspace = workspace
        self._readers, self._adjudicating = workspace.reading.readers, workspace.reading.adjudicating
        self.previous = self._chip(self.tr("Previous"), "readers.previous_difference")
        self.next = self._chip(self.tr("Next"), "readers.next_difference")
        self.here = wrapped("", self.content)
        self.begin = self._chip(self.tr("Begin adjudication"), "adjudicate.begin")
        self.first = self._chip("", "adjudicate.first")
        self.second = self._chip("", "adjudicate.second")
        self.stands = self._chip(self.tr("As drawn now"), "adjudicate.stands")
        self.stands.setToolTip(self.tr("Edit mask and answers here first, as you would in a read"))
        self.lock = self._chip(self.tr("Lock adjudication"), "label.lock")
        self.state = wrapped("small", self.content)
        self._line(self.previous, self.next)
        self.body.addWidget(self.here)
        self._line(self.first, self.second)
        self._line(self.stands)
        self.body.addWidget(self.state)
        self._line(self.begin, self.lock)
        for chip in (self.first, self.second, self.stands):
            chip.setCheckable(True)
        self._soon = Soon(self.refresh, self, delay_ms=30)
        workspace.case_changed.connect(self._soon.request)
        self._readers.changed.connect(self._soon.request)
        self._adjudicating.changed.connect(self._soon.request)
        KeyLabels(
            workspace.settings,
            {
                "readers.previous_difference": self.previous.set_key,
                "readers.next_difference": self.next.set_key,
                "adjudicate.first": self.first.set_key,
                "adjudicate.second": self.second.set_key,
                "adjudicate.stands": self.stands.set_key,
            },
            self,
        )
        self.refresh()

    def _chip(self, text: str, action: str) -> Chip:
        chip = Chip(text, "", self.content)

        def ask() -> None:
            self.action_requested.emit(action)
            self._soon.request()  # a click alone holds nothing down

        chip.clicked.connect(ask)
        return chip

    def _line(self, *chips: Chip) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for chip in chips:
            row.addWidget(chip)
        row.addStretch(1)
        self.body.addLayout(row)

    def refresh(self) -> None:
        """Show where in the queue the reader is and what is decided."""
        work, compared = self._adjudicating, self._readers.compared
        queue, at, settled = work.queue, work.at, work.settled
        self.setVisible(compared is not None or work.may_begin)
        self.previous.setVisible(bool(queue))
        self.next.setVisible(bool(queue))
        decided = sum(each.index in settled for each in queue)
        self.set_aside(self._aside(decided, len(queue)) if compared is not None else "")
        self.here.setText(self._words(at) if compared is not None else "")
        self.here.setVisible(bool(self.here.text()))
        deciding = work.on and not work.over and at is not None
        mine, theirs = compared.readers if compared is not None else ("", "")
        own = self._workspace.reading.blind.others.own
        self.first.setText(self.tr("Mine") if own is not None else self.tr("As {0}").format(mine))
        self.second.setText(self.tr("Theirs") if own is not None else self.tr("As {0}").format(theirs))
        said = settled.get(at.index, "") if at is not None else ""
        for chip, name in ((self.first, mine), (self.second, theirs), (self.stands, "it stands")):
            chip.setVisible(deciding)
            chip.setChecked(bool(said) and said == name)
        self.begin.setVisible(work.may_begin and (compared is None or bool(queue)))
        self.lock.setVisible(work.on and not work.over)
        self.state.setText(self._state(decided))
        self.state.setVisible(bool(self.state.text()))

    def _aside(self, decided: int, count: int) -> str:
        if not count:
            return self.tr("none")
        if self._adjudicating.on:
            return self.tr("{0} of {1} decided").format(decided, count)
        place = self._adjudicating.place
        return str(count) if place is None else self.tr("{0} of {1}").format(place + 1, count)

    def _words(self, at: Difference | None) -> str:
        if not self._adjudicating.queue:
            return self.tr("The two reads say the same everywhere, masks within Dice 0.7.")
        if at is None:
            return self.tr("No difference on this slice.")
        where = self.tr("Whole study") if at.index is None else self.tr("Slice {0}").format(at.index + 1)
        parts = [f"{hemorrhage_class(name).short} {self._both(at.index, name)}" for name in at.classes]
        if at.masks_differ:
            parts.append(self._masks(at))
        readers = " / ".join(read.reader for read in self._readers.pair or ())
        return "\n".join([f"{where} · {readers}", ", ".join(parts), *self._notes(at.index)])

    def _notes(self, index: int | None) -> list[str]:
        """What each reader noted there, as it was locked."""
        return [f"{r.reader}: {r.notes[index]}" for r in self._readers.pair or () if r.notes.get(index)]

    def _both(self, index: int | None, name: str) -> str:
        """The two answers, the first reader's first; what is drawn counts where nothing is answered."""
        from ichcore.annotations.differing import stated

        said = (stated(read, index, name) for read in self._readers.pair or ())
        return " / ".join(MARKS["" if answer is None else str(answer)] for answer in said)

    def _masks(self, at: Difference) -> str:
        drawn = [bool(read.mask.labels[at.index or 0].any()) for read in self._readers.pair or ()]
        if all(drawn):
            return self.tr("Dice by subtype {0:.2f}").format(0.0 if math.isnan(at.dice) else at.dice)
        names = [read.reader for read in self._readers.pair or ()]
        return self.tr("only {0} drew").format(names[drawn.index(True)] if any(drawn) else "")

    def _state(self, decided: int) -> str:
        work = self._adjudicating
        if work.over:
            return self.tr("The adjudication is locked; exports take it as the final label.")
        if work.on and decided < len(work.queue):
            return self.tr("It began with what both reads share; both stay as they were locked.")
        if work.on:
            return self.tr("All decided. Exports take the adjudication as the final label.")
        return self._before()

    def _before(self) -> str:
        """What the adjudication would be."""
        work = self._adjudicating
        if work.beginning:
            return self.tr("The adjudication is being opened.")
        if work.may_begin and self._readers.pair is None:
            return self.tr(
                "{0} and {1} have locked their reads. You can decide between them; then you see both, "
                "and have no blind read of your own here any more."
            ).format(*(work.readers or ("", "")))
        if work.may_begin and work.queue:
            return self.tr("Decide slice by slice; both reads stay as they were locked.")
        return ""
