"""Recently opened paths."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Recent:
    """One recently opened path.

    Attributes:
        path: folder, archive or file.
        title: what to call it; may hold identity, so it is hidden under privacy.
        when: ISO 8601 time of opening, local.
    """

    path: Path
    title: str
    when: str
