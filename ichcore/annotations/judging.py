"""What a reader makes of a model's suggestions: one answer, a whole slice, or that a slice is finished.

A suggestion is what the model's flag says of a class: yes where it is flagged, no where it is not. A class
that the model does not predict has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichcore.annotations.answer import Answer, Verdict
from ichcore.annotations.change import AnswerChange
from ichcore.annotations.step import Step
from ichcore.annotations.steps import said_now
from ichcore.subtypes import CLASSES, HEMORRHAGE_CLASSES, UNSTATED_LABEL, label_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ichcore.annotations.answer import Said
    from ichcore.annotations.contents import Contents


def verdict_of(suggested: bool | None, answer: Answer) -> Verdict | None:
    """What an answer makes of a suggestion.

    Args:
        suggested: whether the class is flagged; ``None`` without a suggestion.
        answer: the reader's.

    Returns:
        ``ACCEPTED`` where both say the same, ``REJECTED`` where a flag is denied, ``CORRECTED`` for anything
        else: blood that the model missed, or a doubt where it had none.
    """
    if suggested is None:
        return None
    if answer is (Answer.YES if suggested else Answer.NO):
        return Verdict.ACCEPTED
    return Verdict.REJECTED if suggested and answer is Answer.NO else Verdict.CORRECTED


def judged(answer: Answer, reader: str, suggested: bool | None, model: str) -> Said:
    """An answer given now, with the model that the reader saw and what became of its suggestion.

    Args:
        answer: yes, no or unsure.
        reader: who.
        suggested: as in :func:`verdict_of`.
        model: ``name@sha256``; empty where none was shown.
    """
    verdict = verdict_of(suggested, answer)
    return said_now(answer, reader, model=model if verdict is not None else "", verdict=verdict)


def accepted(
    contents: Contents, index: int | None, suggested: Mapping[str, bool], reader: str, model: str
) -> Step:
    """Every suggestion on a slice, or on the study, taken as the reader's own answer, in one step.

    Args:
        contents: as they are.
        index: slice; ``None`` for the study.
        suggested: by class.
        reader: who.
        model: ``name@sha256``.
    """
    changes = []
    for name, flagged in suggested.items():
        answer = Answer.YES if flagged else Answer.NO
        old = contents.answers.get((index, name))
        if old is None or old.answer is not answer:
            changes.append(AnswerChange(index, name, old, judged(answer, reader, flagged, model)))
    where = "the study" if index is None else f"slice {index + 1}"
    return Step(f"Accept the model on {where}", None, tuple(changes))


def finished(contents: Contents, index: int, suggested: Mapping[str, bool], reader: str, model: str) -> Step:
    """Everything not said of a slice, said: what is drawn or boxed is there, the rest is not, in one step.

    What was answered stays. Where blood of unstated subtype is drawn, subtypes not spoken of stay open, since
    it may be any of them.

    Args:
        contents: as they are.
        index: slice.
        suggested: by class, as shown; may be empty.
        reader: who.
        model: ``name@sha256``; empty where none was shown.
    """
    labels = set(contents.mask.labels[index].ravel().tolist()) - {0}
    labels |= {label_of(box.name) for box in contents.boxes.values() if box.index == index}
    said = {name: contents.answers.get((index, name)) for name in CLASSES}
    stated = {name: one.answer for name, one in said.items() if one is not None}
    changes = []
    for c in reversed(HEMORRHAGE_CLASSES):  # `any` last, since it follows from the subtypes
        if c.name in stated:
            continue
        if c.label is None:
            answer = _any(stated, drawn=bool(labels))
        elif c.label in labels:
            answer = Answer.YES
        elif UNSTATED_LABEL in labels:
            continue
        else:
            answer = Answer.NO
        stated[c.name] = answer
        new = judged(answer, reader, suggested.get(c.name), model)
        changes.append(AnswerChange(index, c.name, None, new))
    return Step(f"Slice {index + 1} done", None, tuple(reversed(changes)))


def _any(stated: Mapping[str, Answer], *, drawn: bool) -> Answer:
    if drawn or Answer.YES in stated.values():
        return Answer.YES
    return Answer.UNSURE if Answer.UNSURE in stated.values() else Answer.NO


def is_finished(contents: Contents, index: int) -> bool:
    """Whether nothing of a slice is left to say."""
    stated = {name for name in CLASSES if (index, name) in contents.answers}
    if len(stated) == len(CLASSES):
        return True
    unnamed = bool((contents.mask.labels[index] == UNSTATED_LABEL).any())
    unnamed |= any(box.index == index and box.name == CLASSES[0] for box in contents.boxes.values())
    return CLASSES[0] in stated and unnamed
