"""The reader's ratings of the open case: read from disk, given and taken back, written at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ichcore.errors import IchError
from ichviewer.documents.rating_store import load_ratings, save_ratings
from ichviewer.documents.ratings import Rating

if TYPE_CHECKING:
    from ichviewer.documents.case import Case
    from ichviewer.documents.ratings import RatedMap


class RatingKeeping(QObject):
    """Ratings of one case at a time, in the order in which they were given."""

    changed = Signal()
    unread = Signal(str)
    """What was rated earlier could not be read; one sentence."""
    failed = Signal(str)
    """A rating could not be written; one sentence."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._case: Case | None = None
        self._verdicts: dict[RatedMap, str] = {}

    def take(self, case: Case) -> None:
        """Show what was rated on a case earlier, and keep what is rated from now on."""
        self._case = case
        self._verdicts.clear()
        try:
            for rating in load_ratings(self._uid, case.volume.shape[0]):
                self._verdicts[rating.of] = rating.verdict
        except IchError as error:
            self.unread.emit(str(error))
        self.changed.emit()

    def leave(self) -> None:
        """Let go of the case; everything is written already."""
        self._case = None
        self._verdicts.clear()
        self.changed.emit()

    @property
    def ratings(self) -> tuple[Rating, ...]:
        """All ratings of the case."""
        return tuple(Rating(of, verdict) for of, verdict in self._verdicts.items())

    def verdict(self, of: RatedMap | None) -> str | None:
        """What a map was called; ``None`` where it is not rated."""
        return None if of is None else self._verdicts.get(of)

    def rate(self, of: RatedMap, verdict: str) -> None:
        """Call a map ``verdict``; called so already, take that back."""
        if self._case is None:
            return
        if self._verdicts.get(of) == verdict:
            del self._verdicts[of]
        else:
            self._verdicts[of] = verdict
        try:
            save_ratings(self._uid, self.ratings)
        except OSError as error:
            self.failed.emit(f"The rating could not be saved ({error.strerror}); it stays open here.")
        self.changed.emit()

    @property
    def _uid(self) -> str:
        return self._case.volume.identity.series_instance_uid if self._case is not None else ""
