"""A small series, strokes on it, and what an annotation holds as values that can be compared."""

from __future__ import annotations

import numpy as np

from ichcore.annotations.annotation import LabelledBox
from ichcore.annotations.answer import Answer, Said, Verdict
from ichcore.annotations.contents import Contents
from ichcore.annotations.series import AnnotatedSeries
from ichcore.annotations.step import Step
from ichcore.annotations.steps import answered, boxed, noted
from ichcore.masks.edits.mask_edit import MaskEdit
from ichcore.masks.edits.origin import Origin

SHAPE = (4, 16, 16)
VOXELS = 4 * 16 * 16
SERIES = AnnotatedSeries("1.2.826.0.1.1", tuple(f"1.2.826.0.1.1.{i}" for i in range(SHAPE[0])), SHAPE)


def series(number: int) -> AnnotatedSeries:
    """Another one."""
    return AnnotatedSeries(f"1.2.826.0.1.{number}", SERIES.sop_instance_uids, SHAPE)


STUDY = (SERIES, series(2))
"""Two series."""


def stroke(contents: Contents, start: int, length: int = 40, label: int = 5) -> MaskEdit:
    """A brush stroke along flat indices."""
    where = np.arange(start, min(start + length, VOXELS))
    return MaskEdit.setting("Brush", contents.mask, where, label, Origin.HUMAN)


def said(answer: Answer = Answer.YES, reader: str = "ada") -> Said:
    """An answer at a fixed time."""
    return Said(answer, reader, "2026-11-22T10:40:00Z", "compact@abc", Verdict.ACCEPTED)


def scripted(contents: Contents, number: int) -> Step:
    """The step that a script makes at its turn: the same for the same contents and number."""
    match number % 5:
        case 0:
            return answered(contents, number % SHAPE[0], "subdural", said(tuple(Answer)[number // 5 % 3]))
        case 1:
            return noted(contents, None, f"note {number}")
        case 2:
            box = LabelledBox(number % 4, "epidural", (1, 2, 3 + number % 9, 9), Origin.HUMAN)
            return boxed(contents, box, number % 3)
        case _:
            return Step.of(stroke(contents, number * 37 % VOXELS, 1 + number % 60, 1 + number % 6))


def seen(contents: Contents) -> tuple[object, ...]:
    """All of it, comparable."""
    return (
        contents.mask.labels.tobytes(),
        contents.mask.origins.tobytes(),
        dict(contents.answers),
        dict(contents.boxes),
        dict(contents.notes),
        contents.suggestion,
    )
