"""Splits of a set by patient, written to a file that a person can read and that is checked when used."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.errors import InputError
from ichcore.files import write_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ichcore.datasets.case_files import CaseFiles

SCHEMA = "ichcore.split/1"
PARTS = {"train": 0.6, "validation": 0.2, "test": 0.2}
"""60/20/20 (Ma 2025)."""


@dataclass(frozen=True)
class Split:
    """Which patients are in which part.

    Attributes:
        set_name: of the set.
        set_digest: of its patients, cases and labels; a split fits no other set.
        seed: that it was drawn with.
        parts: patients of each part, sorted.

    Raises:
        InputError: if a patient is in two parts.
    """

    set_name: str
    set_digest: str
    seed: int
    parts: Mapping[str, tuple[str, ...]]

    def __post_init__(self) -> None:
        seen: dict[str, str] = {}
        for part, patients in self.parts.items():
            for patient in patients:
                if patient in seen:
                    where = f"{seen[patient]} and {part}" if seen[patient] != part else f"{part} twice"
                    raise InputError(
                        f"Patient {patient} is in {where}; a patient belongs to one part, else the test "
                        "would know the answers."
                    )
                seen[patient] = part

    def select(self, cases: Sequence[CaseFiles], part: str) -> list[CaseFiles]:
        """The cases of one part, in their order.

        Raises:
            InputError: if there is no such part.
        """
        if part not in self.parts:
            raise InputError(f"The split has no part {part!r}; it has {', '.join(self.parts)}.")
        patients = set(self.parts[part])
        return [case for case in cases if case.patient in patients]


def set_digest(cases: Sequence[CaseFiles]) -> str:
    """SHA-256 of which patients, cases and labels a set has, whatever their order."""
    lines = sorted(
        f"{case.patient}\0{case.about.get('case', case.patient)}\0{len(case.labels)}\0"
        f"{hashlib.sha256(np.packbits([case.labels, case.known]).tobytes()).hexdigest()}"
        for case in cases
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def make_split(
    cases: Sequence[CaseFiles], set_name: str, *, seed: int, parts: Mapping[str, float] = PARTS
) -> Split:
    """Draw a split by patient, so that every part has patients with few and with many positive slices.

    Patients are sorted by their share of positive slices and dealt to the parts in small groups, shuffled
    within each; the same set, seed and parts give the same split.

    Args:
        cases: of the set.
        set_name: of the set.
        seed: of the draw.
        parts: share of the patients of each part; they are brought to a sum of 1.

    Raises:
        InputError: if there are fewer patients than parts, or a share is not positive.
    """
    share = positive_shares(cases)
    if len(share) < len(parts):
        raise InputError(f"{len(share)} patients cannot be divided into {len(parts)} parts; add patients.")
    if not parts or min(parts.values()) <= 0:
        raise InputError("Every part of a split needs a positive share of the patients.")
    random = np.random.default_rng(seed)
    names = sorted(share)
    chance = random.random(len(names))
    order = sorted(range(len(names)), key=lambda i: (share[names[i]], chance[i]))
    dealt: dict[str, list[str]] = {part: [] for part in parts}
    total = sum(parts.values())
    target = np.array(list(parts.values())) / total
    group = max(len(parts), round(1.0 / float(target.min())))
    for start in range(0, len(order), group):
        members = order[start : start + group]
        counts = np.array([len(patients) for patients in dealt.values()], float)
        chosen = []
        for done in range(1, len(members) + 1):
            # whoever is furthest behind its share is next
            behind = target * (start + done) - counts
            part = int(np.argmax(behind))
            counts[part] += 1
            chosen.append(part)
        for member, part in zip(random.permutation(members), chosen, strict=True):
            dealt[list(parts)[part]].append(names[int(member)])
    return Split(set_name, set_digest(cases), seed, {part: tuple(sorted(p)) for part, p in dealt.items()})


def make_folds(cases: Sequence[CaseFiles], set_name: str, *, seed: int, folds: int = 5) -> Split:
    """Equal parts ``fold-1`` … for cross-validation, drawn like :func:`make_split`."""
    parts = {f"fold-{number}": 1.0 for number in range(1, folds + 1)}
    return make_split(cases, set_name, seed=seed, parts=parts)


def positive_shares(cases: Sequence[CaseFiles]) -> dict[str, float]:
    """Share of each patient's known slices that are positive; of a patient without, what the series says."""
    positive: dict[str, float] = {}
    count: dict[str, float] = {}
    for case in cases:
        known = case.known[:, 0]
        some = bool(known.any())
        here = float(case.labels[known, 0].sum()) if some else float(case.series_labels[0])
        positive[case.patient] = positive.get(case.patient, 0.0) + here
        count[case.patient] = count.get(case.patient, 0.0) + (float(known.sum()) if some else 1.0)
    return {patient: positive[patient] / count[patient] for patient in positive}


def write_split(split: Split, path: Path) -> None:
    """Write a split as JSON, one patient a line."""
    table = {
        "schema": SCHEMA,
        "set": split.set_name,
        "set_digest": split.set_digest,
        "seed": split.seed,
        "patients": {part: len(patients) for part, patients in split.parts.items()},
        "parts": {part: list(patients) for part, patients in split.parts.items()},
    }
    write_text(path, json.dumps(table, indent=1, ensure_ascii=False) + "\n")


def read_split(path: Path, cases: Sequence[CaseFiles]) -> Split:
    """Read a split and see that it fits the set.

    Raises:
        InputError: if it cannot be read, a patient is in two parts, or the set is another one than it was
            drawn from.
    """
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        if table["schema"] != SCHEMA:
            raise InputError(f"{path.name} is of schema {table['schema']}, expected {SCHEMA}.")
        parts = {str(part): tuple(map(str, p)) for part, p in table["parts"].items()}
        split = Split(str(table["set"]), str(table["set_digest"]), int(table["seed"]), parts)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path} is no readable split ({error}); draw it again.") from error
    there = {case.patient for case in cases}
    listed = {patient for patients in parts.values() for patient in patients}
    for extra, what in ((there - listed, "is in no part of"), (listed - there, "is not in the set of")):
        if extra:
            raise InputError(f"Patient {min(extra)} {what} {path.name}; draw the split of this set again.")
    if split.set_digest != set_digest(cases):
        raise InputError(
            f"The labels or slices of {split.set_name} are not those that {path.name} was drawn from; "
            "draw it again, or go back to that set."
        )
    return split
