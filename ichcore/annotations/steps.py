"""The steps that are no strokes: an answer, a box, a note, a model's mask, an annotation from elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ichcore.annotations.annotation import LabelledBox
from ichcore.annotations.answer import Said
from ichcore.annotations.change import AnswerChange, BoxChange, NoteChange, SuggestionChange
from ichcore.annotations.contents import Contents
from ichcore.annotations.step import Step
from ichcore.masks.edits.origin import Origin
from ichcore.subtypes import hemorrhage_class

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ichcore.annotations.annotation import Annotation
    from ichcore.annotations.answer import Answer, Verdict
    from ichcore.annotations.contents import Suggestion
    from ichcore.masks.edits.label_map import LabelMap


def utc_now() -> str:
    """ISO 8601 time in UTC, such as ``2026-11-22T10:40:00Z``."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def said_now(answer: Answer, reader: str, *, model: str = "", verdict: Verdict | None = None) -> Said:
    """An answer given at this moment.

    Args:
        answer: yes, no or unsure.
        reader: who.
        model: ``name@sha256`` of the model whose suggestion the reader saw.
        verdict: what became of that suggestion.
    """
    return Said(answer, reader, utc_now(), model, verdict)


def answered(contents: Contents, index: int | None, name: str, said: Said | None) -> Step:
    """Say something of a class in a slice, or in the study; ``None`` takes the answer back.

    Args:
        contents: as they are.
        index: slice, or ``None`` for the study.
        name: of the six classes.
        said: the answer.
    """
    word = "No answer" if said is None else str(said.answer).capitalize()
    title = f"{word} to {hemorrhage_class(name).short}"
    return Step(title, None, (AnswerChange(index, name, contents.answers.get((index, name)), said),))


def boxed(contents: Contents, box: LabelledBox, number: int | None = None, verb: str = "Change") -> Step:
    """Draw a box, or with the number of one that is there, move it or give it another class.

    Args:
        contents: as they are.
        box: as it is to be.
        number: of the box that it takes the place of; ``None`` to draw one.
        verb: what the list of steps calls a change.
    """
    if number is None:
        return all_boxed(contents, (box,))
    old = contents.boxes.get(number)
    title = f"{'Draw' if old is None else verb} box {hemorrhage_class(box.name).short}"
    return Step(title, None, (BoxChange(number, old, box),))


def all_boxed(contents: Contents, boxes: Sequence[LabelledBox], name: str = "") -> Step:
    """Draw boxes beside those that are there, in one step.

    Args:
        contents: as they are.
        boxes: at least one.
        name: for the list of steps, before the classes; empty for ``Draw box``.
    """
    first = max(contents.boxes, default=-1) + 1
    shorts = ", ".join(dict.fromkeys(hemorrhage_class(box.name).short for box in boxes))
    drawn = tuple(BoxChange(first + i, None, box) for i, box in enumerate(boxes))
    return Step(f"{name or 'Draw box'} {shorts}", None, drawn)


def unboxed(contents: Contents, number: int) -> Step:
    """Take a box away."""
    old = contents.boxes.get(number)
    return Step("Remove box", None, (BoxChange(number, old, None),) if old is not None else ())


def noted(contents: Contents, index: int | None, text: str) -> Step:
    """Write a note on a slice, or on the study; an empty one is none."""
    old, new = contents.notes.get(index), text or None
    return Step("Note", None, (NoteChange(index, old, new),) if old != new else ())


def began_with(
    contents: Contents, mask: LabelMap, suggestion: Suggestion, boxes: Sequence[LabelledBox] = ()
) -> Step:
    """Take a model's mask in the place of what is there, and its boxes beside those that are.

    Args:
        contents: as they are.
        mask: the model's; its origins are kept.
        suggestion: which model, at which threshold.
        boxes: the model's.
    """
    step = Step.between("Mask of the model", contents, replace(contents, mask=mask))
    models = [LabelledBox(b.index, b.name, b.rectangle, Origin.MODEL, suggestion.model) for b in boxes]
    drawn = all_boxed(contents, models).changes if models else ()
    return Step(step.name, step.mask, (SuggestionChange(contents.suggestion, suggestion), *drawn))


def taken_over(contents: Contents, annotation: Annotation, name: str = "Imported") -> Step:
    """Have everything as another annotation has it."""
    return Step.between(name, contents, Contents.of(annotation))
