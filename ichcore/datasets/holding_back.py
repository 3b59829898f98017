"""Which patients of a growing set are never learned from, so that models can be told apart on them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ichcore.datasets.case_files import CaseFiles

SHARE = 0.25
"""Of the patients, where nothing else is asked for."""


def is_held_back(patient: str, share: float) -> bool:
    """Whether a patient belongs to those held back.

    It follows from the patient's number alone, so that one who was held back once is so in every later run
    with the same share, however many others come in between. Of few patients the share is a rough one.

    Args:
        patient: number or name.
        share: of the patients, 0 to 1.
    """
    drawn = hashlib.sha256(f"held back {patient}".encode()).digest()[:8]
    return int.from_bytes(drawn, "big") < share * 2**64


def divided(cases: Iterable[CaseFiles], share: float) -> tuple[list[CaseFiles], list[CaseFiles]]:
    """Cases to learn from, and cases of the patients that are held back."""
    learned: list[CaseFiles] = []
    held: list[CaseFiles] = []
    for case in cases:
        (held if is_held_back(case.patient, share) else learned).append(case)
    return learned, held
