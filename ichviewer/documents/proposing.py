"""What a smart tool would draw: a proposal that waits for the reader, and what a click here would take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy as np
    from numpy.typing import NDArray

    from ichcore.masks.edits.label_map import LabelMap
    from ichcore.masks.edits.region import Region
    from ichcore.masks.edits.smart_refine import Proposal
    from ichviewer.base.jobs import Jobs
    from ichviewer.documents.series_mask import SeriesMask

PREVIEW = "mask-preview"


class Proposing(QObject):
    """At most one proposal and one preview at a time; the mask itself is only looked at."""

    changed = Signal()
    """What waits for Enter, or what a tool would take, is another."""

    def __init__(self, mask: SeriesMask, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mask, self._jobs = mask, jobs
        self._proposal: Proposal | None = None
        self._preview: Region | None = None

    @property
    def proposal(self) -> Proposal | None:
        """What smart refine would draw; Enter takes it."""
        return self._proposal

    @property
    def preview(self) -> Region | None:
        """What a click here would take."""
        return self._preview

    def propose(
        self, work: Callable[[LabelMap, NDArray[np.int16]], Proposal | None], slices: Iterable[int]
    ) -> bool:
        """Make a proposal of a snapshot of the mask, as :meth:`SeriesMask.compute` does its work."""

        def done(proposal: Proposal | None) -> None:
            if proposal is None or proposal.edit.empty:
                self._mask.notice_raised.emit("info", "There is nothing here to refine.")
                proposal = None
            self._proposal = proposal
            self.changed.emit()

        return self._mask.compute(work, slices, done)

    def take(self) -> Proposal | None:
        """Hand the proposal over to be drawn; it waits no more."""
        proposal, self._proposal = self._proposal, None
        if proposal is not None:
            self.changed.emit()
        return proposal

    def drop(self) -> bool:
        """Forget the proposal; ``False`` where there is none."""
        return self.take() is not None

    def look_ahead(self, work: Callable[[NDArray[np.int16]], Region] | None) -> None:
        """Show what a click here would take; ``None`` shows nothing."""
        hu = self._mask.hu
        if work is None or hu is None:
            self._jobs.drop(PREVIEW)
            self._take_preview(None)
            return
        self._jobs.submit("device", lambda _: work(hu), key=PREVIEW, done=self._take_preview, urgent=True)

    def _take_preview(self, region: Region | None) -> None:
        if region is not None or self._preview is not None:
            self._preview = region
            self.changed.emit()

    def forget(self) -> None:
        """The mask is another: whoever draws it hears of that, and need not hear of this."""
        self._proposal = self._preview = None

    def leave(self) -> None:
        """The series is left."""
        self._jobs.drop(PREVIEW)
        self.forget()
