"""How far two readers agree: on labels beyond chance, on masks by overlap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.annotations.answer import Answer
from ichcore.annotations.kappa import agreement, cohen_kappa
from ichcore.errors import GeometryError
from ichcore.subtypes import CLASSES, SUBTYPES, UNSTATED_LABEL, hemorrhage_class

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from ichcore.annotations.annotation import Annotation
    from ichcore.masks.edits.label_map import LabelMap

_ANSWERS = tuple(Answer)
_LABELS = UNSTATED_LABEL + 1


@dataclass(frozen=True)
class ReaderAgreement:
    """Of two readers over the series that both have read.

    Attributes:
        slice_kappa: Cohen's kappa by class over the slices of which both said something; yes, no and unsure
            are three categories. NaN where chance alone explains all, or nothing was said.
        study_kappa: the same over series.
        dice: by subtype, over the voxels of all series; NaN where neither drew one.
        dice_union: of all hemorrhage, whatever its subtype.
        slice_agreement: share of those slices on which both answered the same, 0 to 1; NaN of none.
        slices_of_both: by class how many slices both answered, of which the kappa is.
        studies_of_both: the same of series.
        series: how many were compared.
    """

    slice_kappa: Mapping[str, float]
    study_kappa: Mapping[str, float]
    dice: Mapping[str, float]
    dice_union: float
    slice_agreement: Mapping[str, float]
    slices_of_both: Mapping[str, int]
    studies_of_both: Mapping[str, int]
    series: int


def reader_agreement(pairs: Iterable[tuple[Annotation, Annotation]]) -> ReaderAgreement:
    """Compare two readers.

    Args:
        pairs: the first reader's annotation and the second's, of one series each; taken one after another.

    Raises:
        GeometryError: if the masks of a pair are of different grids.

    Source: Cohen 1960; Dice 1945.
    """
    slices: dict[str, list[tuple[int, int]]] = {name: [] for name in CLASSES}
    studies: dict[str, list[tuple[int, int]]] = {name: [] for name in CLASSES}
    counts = np.zeros((_LABELS, _LABELS), np.int64)
    series = 0
    for one, other in pairs:
        series += 1
        for (index, name), said in one.slices.items():
            if (index, name) in other.slices:
                slices[name].append(_both(said.answer, other.slices[index, name].answer))
        for name, said in one.study.items():
            if name in other.study:
                studies[name].append(_both(said.answer, other.study[name].answer))
        counts += label_counts(one.mask, other.mask)
    return ReaderAgreement(
        {name: _kappa(said) for name, said in slices.items()},
        {name: _kappa(said) for name, said in studies.items()},
        {name: dice(counts, name) for name in SUBTYPES},
        dice(counts),
        {name: _share(said) for name, said in slices.items()},
        {name: len(said) for name, said in slices.items()},
        {name: len(said) for name, said in studies.items()},
        series,
    )


def label_counts(one: LabelMap, other: LabelMap) -> NDArray[np.int64]:
    """``(7, 7)`` voxels by the label of the first (rows) and the second, background in both left out.

    Raises:
        GeometryError: if they are of different grids.
    """
    if one.shape != other.shape:
        raise GeometryError(f"Masks of {one.shape} and {other.shape} cannot be compared voxel by voxel.")
    counts = np.zeros(_LABELS * _LABELS, np.int64)
    for mine, theirs in zip(one.labels, other.labels, strict=True):
        there = (mine | theirs) > 0
        if there.any():
            codes = mine[there].astype(np.int64) * _LABELS + theirs[there]
            counts += np.bincount(codes, minlength=_LABELS * _LABELS)
    return counts.reshape(_LABELS, _LABELS)


def dice(counts: NDArray[np.int64], subtype: str | None = None) -> float:
    """Dice of a subtype, or of all hemorrhage; NaN where neither has any.

    Args:
        counts: as :func:`label_counts` gives them.
        subtype: its name; ``None`` for all hemorrhage.
    """
    label = None if subtype is None else hemorrhage_class(subtype).label
    chosen = slice(1, None) if label is None else slice(label, label + 1)
    both, first, second = counts[chosen, chosen].sum(), counts[chosen].sum(), counts[:, chosen].sum()
    return float(2 * both / (first + second)) if first + second else float("nan")


def _both(one: Answer, other: Answer) -> tuple[int, int]:
    return _ANSWERS.index(one), _ANSWERS.index(other)


def _share(said: list[tuple[int, int]]) -> float:
    answers = np.array(said, np.int64).reshape(-1, 2)
    return agreement(answers[:, 0], answers[:, 1])


def _kappa(said: list[tuple[int, int]]) -> float:
    answers = np.array(said, np.int64).reshape(-1, 2)
    return cohen_kappa(answers[:, 0], answers[:, 1]) if said else float("nan")
