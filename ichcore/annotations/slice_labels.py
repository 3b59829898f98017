"""What an annotation says of every slice: the six labels, which of them are known, and which are unsure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.annotations.answer import Answer
from ichcore.masks.edits.origin import Origin
from ichcore.subtypes import CLASSES, HEMORRHAGE_CLASSES, UNSTATED_LABEL, hemorrhage_class

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.annotations.annotation import Annotation

_NOTHING, _NO, _YES, _UNSURE = 0, 1, 2, 3
_CODES = {Answer.NO: _NO, Answer.YES: _YES, Answer.UNSURE: _UNSURE}


@dataclass(frozen=True, eq=False)
class SliceLabels:
    """Six labels a slice; all arrays are bool.

    Attributes:
        labels: ``(slices, 6)`` in class order; false where not known.
        known: ``(slices, 6)``; a label counts only where this holds.
        unsure: ``(slices, 6)``; of these the reader said that they cannot tell.
        answered: ``(slices, 6)``; known by an answer and not by the mask.
        finished: ``(slices,)``; of these the author has said all there is, see :func:`finished_slices`.
    """

    labels: NDArray[np.bool_]
    known: NDArray[np.bool_]
    unsure: NDArray[np.bool_]
    answered: NDArray[np.bool_]
    finished: NDArray[np.bool_]


def is_suggestion(annotation: Annotation) -> bool:
    """Whether a model alone made it: its reader is the model's name."""
    return bool(annotation.model) and annotation.reader == annotation.model.rpartition("@")[0]


def finished_slices(annotation: Annotation) -> NDArray[np.bool_]:
    """``(slices,)`` on which a missing mask means that there is no blood [ours].

    Those that were answered, on which a reader drew or erased, and all of them where a reader has said yes or
    no to hemorrhage in the whole study. A model looks at every slice. Time spent is no sign: a slice that
    was scrolled past has some, too.
    """
    said = annotation.study.get(CLASSES[0])
    if is_suggestion(annotation) or (said is not None and said.answer is not Answer.UNSURE):
        return np.ones(annotation.mask.shape[0], bool)
    finished = np.asarray((annotation.mask.origins >= Origin.THRESHOLD).any(axis=(1, 2)))
    for index, _ in annotation.slices:
        finished[index] = True
    return finished


def boxed_only(annotation: Annotation) -> NDArray[np.bool_]:
    """``(slices,)`` with a box of a class that is not drawn there: their mask does not say where blood is."""
    found = np.zeros(annotation.mask.shape[0], bool)
    for box in annotation.boxes:
        drawn = _drawn(annotation.mask.labels[box.index][None], hemorrhage_class(box.name).label)
        found[box.index] |= not drawn[0]
    return found


def slice_labels(annotation: Annotation) -> SliceLabels:
    """The labels that follow from an annotation.

    A slice's own answer comes first; then a class denied for the whole study; then, on finished slices, the
    mask and the boxes: a class that is drawn or boxed is there, others are not. Where only blood of unstated
    subtype is drawn, or blood was seen and nothing drawn, the subtypes not spoken of are unknown. A slice
    without blood has no subtype, one with a subtype has blood. A box alone does not finish a slice, since a
    mask that is missing there does not mean that there is no blood.
    """
    labels = annotation.mask.labels
    finished = finished_slices(annotation)
    stated = _answers(annotation)
    answered = stated != _NOTHING
    drawn = np.stack([_drawn(labels, c.label) for c in HEMORRHAGE_CLASSES], axis=1)
    unstated = (labels == UNSTATED_LABEL).any(axis=(1, 2))
    for box in annotation.boxes:
        drawn[box.index, [0, CLASSES.index(box.name)]] = True
        unstated[box.index] |= box.name == CLASSES[0]

    cannot_tell = stated[:, 0] == _UNSURE
    has_subtype = ((stated == _YES) | ((stated == _NOTHING) & drawn & finished[:, None]))[:, 1:].any(axis=1)
    open_ = stated[:, 0] == _NOTHING
    stated[open_ & (has_subtype | (drawn[:, 0] & finished)), 0] = _YES
    open_ = stated[:, 0] == _NOTHING
    stated[open_ & (stated[:, 1:] == _UNSURE).any(axis=1), 0] = _UNSURE
    stated[(stated[:, 0] == _NOTHING) & finished, 0] = _NO

    for column in range(1, len(CLASSES)):
        own = stated[:, column]
        silent = own == _NOTHING
        own[silent & (stated[:, 0] == _NO)] = _NO
        own[silent & cannot_tell] = _UNSURE
        own[silent & ~cannot_tell & (stated[:, 0] == _UNSURE) & finished] = _NO
        bleeding = silent & (stated[:, 0] == _YES) & finished
        own[bleeding & drawn[:, column]] = _YES
        own[bleeding & ~drawn[:, column] & has_subtype & ~unstated] = _NO
    return SliceLabels(
        labels=stated == _YES,
        known=(stated == _YES) | (stated == _NO),
        unsure=stated == _UNSURE,
        answered=answered,
        finished=finished,
    )


def _answers(annotation: Annotation) -> NDArray[np.uint8]:
    """``(slices, 6)`` codes of what was said of slices, and of what was denied for the study."""
    stated = np.full((annotation.mask.shape[0], len(CLASSES)), _NOTHING, np.uint8)
    for name, said in annotation.study.items():
        if said.answer is Answer.NO:
            stated[:, slice(None) if name == CLASSES[0] else CLASSES.index(name)] = _NO
    for index in {index for index, _ in annotation.slices}:
        own = {name: said.answer for (i, name), said in annotation.slices.items() if i == index}
        if Answer.YES in own.values() and stated[index, 0] == _NO:
            stated[index, 0] = _NOTHING
        for name, answer in own.items():
            stated[index, CLASSES.index(name)] = _CODES[answer]
    return stated


def _drawn(labels: NDArray[np.uint8], label: int | None) -> NDArray[np.bool_]:
    there = labels > 0 if label is None else labels == label
    return np.asarray(there.any(axis=(1, 2)))
