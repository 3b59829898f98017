"""What was found where the user pointed: every series, the one proposed, and every file left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ichcore.opening.proposal import Suitability
    from ichcore.sources import LeftOut
    from ichcore.volume import Finding, Geometry, SeriesIdentity, Window

SCHEMA = "ichcore.series/1"


class SliceSource(Protocol):
    """A series whose order and geometry are settled and whose slices can be decoded, by any thread."""

    @property
    def identity(self) -> SeriesIdentity:
        """Patient, study and series."""
        ...

    @property
    def geometry(self) -> Geometry:
        """Where each slice lies."""
        ...

    @property
    def sop_instance_uids(self) -> tuple[str, ...]:
        """One a slice."""
        ...

    @property
    def windows(self) -> tuple[Window, ...]:
        """The series' own default windows."""
        ...

    @property
    def passport(self) -> tuple[Finding, ...]:
        """What is known before pixels are read."""
        ...

    @property
    def is_hu(self) -> bool:
        """Whether the values are HU."""
        ...

    def prepare(self) -> None:
        """Whatever must be decided once before slices are decoded."""
        ...

    def decode_slice(self, index: int, out: NDArray[np.int16]) -> tuple[Finding, ...]:
        """Fill ``out`` ``(rows, columns)``; air and a finding where that is not possible."""
        ...


@dataclass(frozen=True, eq=False)
class SeriesEntry:
    """One series as headers alone tell it; cheap.

    Attributes:
        source: what decodes its slices.
        suitability: how well it fits as the series to read, with the reasons.
        sampled: what a few slices' pixels say, where they were looked at.
    """

    source: SliceSource
    suitability: Suitability
    sampled: tuple[Finding, ...] = ()

    @property
    def identity(self) -> SeriesIdentity:
        """Patient, study and series."""
        return self.source.identity

    @property
    def series_instance_uid(self) -> str:
        """The series' UID, or one made up (and stable) for a part of it."""
        return self.source.identity.series_instance_uid

    @property
    def geometry(self) -> Geometry:
        """Where each slice lies."""
        return self.source.geometry

    @property
    def slices(self) -> int:
        """Number of slices."""
        return self.source.geometry.shape[0]

    @property
    def rows(self) -> int:
        """Rows of a slice."""
        return self.source.geometry.shape[1]

    @property
    def columns(self) -> int:
        """Columns of a slice."""
        return self.source.geometry.shape[2]

    @property
    def passport(self) -> tuple[Finding, ...]:
        """What is known before all pixels are read."""
        return (*self.source.passport, *self.sampled)

    @property
    def sop_instance_uids(self) -> tuple[str, ...]:
        """One a slice, ascending towards the head."""
        return self.source.sop_instance_uids

    @property
    def windows(self) -> tuple[Window, ...]:
        """The series' own default windows, best first."""
        return self.source.windows

    @property
    def is_hu(self) -> bool:
        """Whether the values are HU."""
        return self.source.is_hu

    def as_json(self) -> dict[str, Any]:
        """One series of schema ``ichcore.series/1``."""
        return {
            "series_instance_uid": self.series_instance_uid,
            "description": self.identity.series_description,
            "modality": self.identity.modality,
            "slices": self.slices,
            "rows": self.rows,
            "columns": self.columns,
            "spacing_mm": [None if v is None else round(v, 5) for v in self.geometry.spacing_mm],
            "slice_thickness_mm": self.geometry.slice_thickness_mm,
            "score": self.suitability.score,
            "why": list(self.suitability.reasons),
            "passport": [finding.as_json() for finding in self.passport],
        }


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Everything found at one path.

    Attributes:
        series: every series that can be opened.
        left_out: every other file, with its reason.
        proposed: the best non-contrast axial head series; ``None`` where nothing can be opened.
    """

    series: tuple[SeriesEntry, ...]
    left_out: tuple[LeftOut, ...] = ()
    proposed: SeriesEntry | None = None

    def get(self, series_instance_uid: str) -> SeriesEntry | None:
        """The series with this UID."""
        return next((e for e in self.series if e.series_instance_uid == series_instance_uid), None)

    def as_json(self) -> dict[str, Any]:
        """The object that ``ichcore series --json`` prints (schema ``ichcore.series/1``)."""
        return {
            "schema": SCHEMA,
            "proposed": None if self.proposed is None else self.proposed.series_instance_uid,
            "series": [entry.as_json() for entry in self.series],
            "left_out": [left.as_json() for left in self.left_out],
        }
