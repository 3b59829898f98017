"""Slices on which two reads of a series differ, for somebody to go through."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.annotations.answer import Answer
from ichcore.errors import GeometryError
from ichcore.subtypes import CLASSES, UNSTATED_LABEL, hemorrhage_class

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.annotations.annotation import Annotation

ALIKE = 0.7
"""Dice from which two masks of a slice pass as the same [ours]."""


@dataclass(frozen=True)
class Difference:
    """Where two reads say different things.

    Attributes:
        index: of the slice; ``None`` where they differ in their answers to the whole study.
        classes: those of which they say different things, in class order.
        dice: of the two masks of the slice by :func:`mask_dice`; NaN where neither drew, and of a study.
        masks_differ: whether that alone puts the slice here.
    """

    index: int | None
    classes: tuple[str, ...]
    dice: float
    masks_differ: bool


def differences(one: Annotation, other: Annotation) -> tuple[Difference, ...]:
    """What two reads differ in: the answers to the study first, then the slices in order.

    Answers differ where both say something else of a class, and where one says yes or unsure and the other
    nothing, as :func:`stated` has it; drawn blood of unstated subtype leaves every subtype open. Masks differ
    where their Dice is below :data:`ALIKE`, or where one of the two is empty.

    Raises:
        GeometryError: if the masks are of different grids.
    """
    if one.mask.shape != other.mask.shape:
        raise GeometryError(f"Masks of {one.mask.shape} and {other.mask.shape} are not compared.")
    found: list[Difference] = []
    of_study = _differing(one, other, None)
    if of_study:
        found.append(Difference(None, of_study, math.nan, masks_differ=False))
    spoken = {index for index, _ in (*one.slices, *other.slices)}
    for index, (mine, theirs) in enumerate(zip(one.mask.labels, other.mask.labels, strict=True)):
        dice = mask_dice(mine, theirs)
        classes = _differing(one, other, index) if index in spoken or not math.isnan(dice) else ()
        masks_differ = not math.isnan(dice) and dice < ALIKE
        if classes or masks_differ:
            found.append(Difference(index, classes, dice, masks_differ))
    return tuple(found)


def mask_dice(mine: NDArray[np.uint8], theirs: NDArray[np.uint8]) -> float:
    """Dice of two label maps of a slice, subtypes included; 0 where one is empty, NaN where both are.

    Hemorrhage of unstated subtype goes with any subtype, since nobody contradicts it.

    Args:
        mine: ``(rows, columns)`` labels.
        theirs: the same of the other reader.
    """
    drawn = np.count_nonzero(mine) + np.count_nonzero(theirs)
    if not drawn:
        return math.nan
    unstated = (mine == UNSTATED_LABEL) | (theirs == UNSTATED_LABEL)
    both = (mine > 0) & (theirs > 0) & ((mine == theirs) | unstated)
    return 2 * int(np.count_nonzero(both)) / drawn


def stated(annotation: Annotation, index: int | None, name: str) -> Answer | None:
    """What a read says of a class on a slice, or with ``None`` of the study: its answer, else what it draws.

    A class denied for the study is denied on every slice of which nothing else is said or drawn.
    """
    of_study = annotation.study.get(name)
    said = of_study if index is None else annotation.slices.get((index, name))
    if said is not None:
        return said.answer
    if _drawn(annotation, index, hemorrhage_class(name).label):
        return Answer.YES
    denied = of_study is not None and of_study.answer is Answer.NO
    return Answer.NO if denied else None


def _differing(one: Annotation, other: Annotation, index: int | None) -> tuple[str, ...]:
    found = []
    for name in CLASSES:
        mine, theirs = stated(one, index, name), stated(other, index, name)
        if mine == theirs:
            continue
        silent = other if theirs is None else one if mine is None else None
        if silent is not None and Answer.NO in {mine, theirs}:
            continue  # nobody says that it is there
        unnamed = name != CLASSES[0] and silent is not None and _drawn(silent, index, UNSTATED_LABEL)
        if not unnamed:
            found.append(name)
    return tuple(found)


def _drawn(annotation: Annotation, index: int | None, label: int | None) -> bool:
    labels = annotation.mask.labels if index is None else annotation.mask.labels[index]
    return bool(labels.any() if label is None else (labels == label).any())
