"""Two locked reads of the open series beside each other: their masks, answers, agreement and differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ichcore.annotations.annotation import Annotation
    from ichcore.annotations.between_readers import ReaderAgreement
    from ichcore.annotations.differing import Difference
    from ichviewer.base.jobs import JobContext, Jobs
    from ichviewer.documents.annotating import Annotating
    from ichviewer.documents.blind_reading import BlindReading

HERE, EVERYWHERE = "agreement-of-series", "agreement-in-store"


@dataclass(frozen=True)
class Compared:
    """What comes of two reads of one series.

    Attributes:
        readers: whose they are, the reader's own first where it is one of them.
        agreement: of this series alone.
        differences: the study first, then slices in order.
    """

    readers: tuple[str, str]
    agreement: ReaderAgreement
    differences: tuple[Difference, ...]


class ReaderComparison(QObject):
    """Compares the reader's own read with another's; whoever adjudicates others' reads, two of those."""

    changed = Signal()
    outline_changed = Signal()
    """Another mask is outlined, or none."""
    notice_raised = Signal(str, str)
    """Level and one sentence."""

    def __init__(
        self, annotating: Annotating, blind: BlindReading, jobs: Jobs, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._annotating, self._blind, self._jobs = annotating, blind, jobs
        self._pair: tuple[Annotation, Annotation] | None = None
        self._chosen = self._outlined = ""
        self.compared: Compared | None = None
        """Of the open series; ``None`` until two reads are locked and have been compared."""
        self.everywhere: ReaderAgreement | None = None
        """Over all series of the store; ``None`` until it was asked for and is there."""
        self.counting = False
        """Whether :attr:`everywhere` is on its way."""
        blind.changed.connect(self._look)

    @property
    def pair(self) -> tuple[Annotation, Annotation] | None:
        """The two reads; ``None`` until both are locked and may be seen."""
        return self._pair

    @property
    def others(self) -> tuple[str, ...]:
        """With whom the reader can be compared."""
        return tuple(a.reader for a in self._locked())

    def choose(self, name: str) -> None:
        """Compare with another of :attr:`others`."""
        if name != self._chosen and name in self.others:
            self._chosen = name
            self._look()

    def answer(self, index: int | None, name: str) -> tuple[str, str]:
        """What the other answered to a class on a slice or of the study, and who; empty for nothing."""
        if self._pair is None:
            return "", ""
        read = self._pair[1]
        said = read.study.get(name) if index is None else read.slices.get((index, name))
        return ("", read.reader) if said is None else (str(said.answer), read.reader)

    # the outline

    @property
    def outlined(self) -> str:
        """Whose mask is drawn as an outline; empty for nobody's."""
        return self._outlined if self._read(self._outlined) is not None else ""

    def outline(self, name: str) -> None:
        """Draw the outline of a read's mask, or with an empty name none."""
        if name != self._outlined:
            self._outlined = name
            self.outline_changed.emit()

    def toggle_outline(self) -> None:
        """Draw the other reader's outline, or none."""
        if self._pair is None:
            self.notice_raised.emit("info", "No other reader's mask may be seen here yet.")
            return
        self.outline("" if self.outlined else self._pair[1].reader)

    def outlined_slice(self, index: int) -> NDArray[np.uint8] | None:
        """``(rows, columns)`` labels that are outlined; ``None`` where nobody's are."""
        read = self._read(self._outlined)
        return None if read is None else read.mask.labels[index]

    def _read(self, name: str) -> Annotation | None:
        return next((a for a in self._pair or () if a.reader == name), None)

    # comparing

    def _locked(self) -> list[Annotation]:
        others = self._blind.others
        return [a for a in others.annotations if a.reader in others.locked]

    def _look(self) -> None:
        others, locked = self._blind.others, self._locked()
        before = self._pair
        pair = None
        if others.own is not None and locked:
            pair = (others.own, next((a for a in locked if a.reader == self._chosen), locked[0]))
        elif len(locked) > 1:
            pair = (locked[0], locked[1])
        same = (
            pair is not None and before is not None and all(a is b for a, b in zip(pair, before, strict=True))
        )
        if same or (pair is None and before is None):
            return
        self._pair, self.compared, self.everywhere, self.counting = pair, None, None, False
        self._jobs.drop(HERE)
        self._jobs.drop(EVERYWHERE)
        if pair is not None:
            self._outlined = pair[1].reader
            self._compare(pair)
        self.changed.emit()
        self.outline_changed.emit()

    def _compare(self, pair: tuple[Annotation, Annotation]) -> None:
        def work(_: JobContext) -> Compared:
            from ichcore.annotations.between_readers import reader_agreement
            from ichcore.annotations.differing import differences

            readers = (pair[0].reader, pair[1].reader)
            return Compared(readers, reader_agreement([pair]), differences(*pair))

        def done(compared: Compared) -> None:
            if pair is self._pair:
                self.compared = compared
                self.changed.emit()

        self._jobs.submit("io", work, key=HERE, done=done, failed=self._fail)

    def count_everywhere(self) -> None:
        """Compare the two readers over every series that both have read."""
        pair, opening = self._pair, self._annotating.opening
        if pair is None or self.counting:
            return
        readers = (pair[0].reader, pair[1].reader)

        def work(context: JobContext) -> ReaderAgreement:
            from ichcore.annotations.over_series import agreement_in_store

            return agreement_in_store(opening.store(), readers, context.cancel)

        def done(agreement: ReaderAgreement) -> None:
            if pair is self._pair:
                self.everywhere, self.counting = agreement, False
                self.changed.emit()

        self.counting = True
        self.changed.emit()
        self._jobs.submit("io", work, key=EVERYWHERE, done=done, failed=self._fail)

    def _fail(self, sentence: str) -> None:
        self.counting = False
        self.notice_raised.emit("warning", sentence)
        self.changed.emit()
