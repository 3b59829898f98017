"""What a reader says of a class in a slice or study."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Answer(StrEnum):
    """Tri-state; where nobody has said anything there is no answer at all."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Verdict(StrEnum):
    """What a reader makes of a suggestion of the model."""

    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Said:
    """An answer with its provenance.

    Attributes:
        answer: yes, no or unsure.
        reader: who.
        at: ISO 8601 time in UTC, such as ``2026-11-22T10:40:00Z``.
        model: ``name@sha256`` of the model whose suggestion the reader saw; empty where none was shown.
        verdict: what became of that suggestion; ``None`` where there was none.
    """

    answer: Answer
    reader: str
    at: str
    model: str = ""
    verdict: Verdict | None = None
