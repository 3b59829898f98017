"""The midline that the reader set for the open series, kept on disk; none where the computed one holds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from ichcore.errors import IchError
from ichviewer.documents.series_store import SeriesStore

if TYPE_CHECKING:
    from ichcore.masks.corrected_midline import CorrectedMidline
    from ichcore.masks.midline import Midline
    from ichviewer.documents.case import Case

_STORE = SeriesStore("midlines")


class MidlineSetting(QObject):
    """One series' corrected midline at a time."""

    failed = Signal(str)
    """It could not be read or written; one sentence."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._case: Case | None = None
        self._corrected: CorrectedMidline | None = None

    def take(self, case: Case | None) -> None:
        """Another series: have what was set for it earlier."""
        self._case, self._corrected = case, None
        if case is None:
            return
        try:
            stored = _STORE.load(self._uid)
            self._corrected = _read(stored) if stored else None
        except IchError as error:
            self.failed.emit(str(error))
        except (ValueError, KeyError, TypeError):
            self.failed.emit("The stored midline of this series is damaged; the computed one is used.")

    @property
    def corrected(self) -> bool:
        """Whether the reader set one."""
        return self._corrected is not None

    def at(self, index: int) -> Midline | None:
        """The line of a slice; ``None`` where the computed one holds."""
        if self._case is None or self._corrected is None:
            return None
        return self._corrected.at(self._position(index))

    def put(self, index: int, line: Midline) -> None:
        """Set the line of a slice: its direction is that of the series from now on."""
        from ichcore.masks.corrected_midline import with_line  # it brings scipy

        if self._case is not None:
            self._corrected = with_line(self._corrected, self._position(index), line)
            self._save()

    def forget(self) -> None:
        """Go back to the computed one."""
        self._corrected = None
        self._save()

    @property
    def _uid(self) -> str:
        return "" if self._case is None else self._case.volume.identity.series_instance_uid

    def _position(self, index: int) -> float:
        return 0.0 if self._case is None else float(self._case.volume.geometry.positions_mm[index])

    def _save(self) -> None:
        line = self._corrected
        entries: list[dict[str, Any]] = []
        if line is not None:
            entries = [
                {"position": position, "row": row, "column": column, "angle": line.angle}
                for position, (row, column) in sorted(line.places.items())
            ]
        try:
            _STORE.save(self._uid, entries)
        except OSError as error:
            self.failed.emit(f"The midline could not be saved ({error.strerror}); it holds until you leave.")


def _read(stored: list[Any]) -> CorrectedMidline:
    from ichcore.masks.corrected_midline import CorrectedMidline

    places = {float(one["position"]): (float(one["row"]), float(one["column"])) for one in stored}
    angle = float(stored[0]["angle"])
    if not all(map(math.isfinite, (angle, *places, *(v for place in places.values() for v in place)))):
        raise ValueError("not finite")
    return CorrectedMidline(angle, places)
