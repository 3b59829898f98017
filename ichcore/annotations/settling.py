"""Deciding a difference of two reads in an adjudication, one slice or the study at a time.

What is decided stands in the journal by the names of the steps, so that undo takes a decision back and a
restart remembers it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ichcore.annotations.answer import Answer
from ichcore.annotations.change import AnswerChange, BoxChange
from ichcore.annotations.step import Step
from ichcore.annotations.steps import said_now, utc_now
from ichcore.masks.edits.mask_edit import MaskEdit
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ichcore.annotations.annotation import Annotation
    from ichcore.annotations.answer import Said
    from ichcore.annotations.change import Change
    from ichcore.annotations.contents import Contents

AS_IT_STANDS = "it stands"
_NAME = re.compile(r"(?:Slice (\d+)|Study) as (.+)")


def settled(contents: Contents, index: int | None, read: Annotation | None, adjudicator: str) -> Step:
    """Decide a slice, or with ``None`` the study, as one of the reads has it.

    The slice's mask, boxes and answers become those of the read; answers are the adjudicator's from then on.
    On a slice hemorrhage is answered in any case: as the read says, else by what is drawn there. What stands
    now has hemorrhage where it is drawn, be it denied earlier.

    Args:
        contents: of the adjudication, as they are.
        index: slice, or ``None`` for the answers to the study.
        read: whose mask and answers are right; ``None`` for what the adjudication holds now.
        adjudicator: who decides.
    """
    where = "Study" if index is None else f"Slice {index + 1}"
    name = f"{where} as {AS_IT_STANDS if read is None else read.reader}"
    chosen = _answers(contents, index, read)
    edit = None if index is None or read is None else _mask(name, contents, index, read)
    if index is not None:
        drawn = bool((contents if read is None else read).mask.labels[index].any())
        said = chosen.get(CLASSES[0])
        denied = read is None and drawn and said is not None and said.answer is Answer.NO
        if said is None or denied:  # what was drawn since it was denied is what stands
            chosen[CLASSES[0]] = said_now(_hemorrhage(chosen, drawn=drawn), adjudicator)
    now = utc_now()
    changes: list[Change] = []
    for class_name in CLASSES:
        old, new = contents.answers.get((index, class_name)), chosen.get(class_name)
        if new is not None:
            new = replace(new, reader=adjudicator, at=now)
        if old != new or class_name == CLASSES[0]:  # restated: a decision is a step even if nothing changes
            changes.append(AnswerChange(index, class_name, old, new))
    if index is not None and read is not None:
        changes += _boxes(contents, index, read)
    return Step(name, edit, tuple(changes))


def settled_parts(names: Iterable[str]) -> dict[int | None, str]:
    """What was decided, by slice, or ``None`` for the study: as whom, or :data:`AS_IT_STANDS`.

    Args:
        names: of the steps that are done, oldest first.
    """
    found: dict[int | None, str] = {}
    for name in names:
        match = _NAME.fullmatch(name)
        if match is not None:
            found[int(match[1]) - 1 if match[1] else None] = match[2]
    return found


def _answers(contents: Contents, index: int | None, read: Annotation | None) -> dict[str, Said]:
    if read is None:
        return {name: said for (i, name), said in contents.answers.items() if i == index}
    if index is None:
        return dict(read.study)
    return {name: said for (i, name), said in read.slices.items() if i == index}


def _hemorrhage(said: Mapping[str, Said], *, drawn: bool) -> Answer:
    """What follows for all hemorrhage of a slice of which a read does not say it."""
    answers = {each.answer for each in said.values()}
    if drawn or Answer.YES in answers:
        return Answer.YES
    return Answer.UNSURE if Answer.UNSURE in answers else Answer.NO


def _mask(name: str, contents: Contents, index: int, read: Annotation) -> MaskEdit | None:
    old, new = contents.mask, read.mask
    there = (old.labels[index] != new.labels[index]) | (old.origins[index] != new.origins[index])
    if not there.any():
        return None
    plane = old.shape[1] * old.shape[2]
    where = np.flatnonzero(there) + index * plane
    return MaskEdit.setting(name, old, where, new.labels[index][there], new.origins[index][there])


def _boxes(contents: Contents, index: int, read: Annotation) -> list[Change]:
    old = {number: box for number, box in contents.boxes.items() if box.index == index}
    wanted = [box for box in read.boxes if box.index == index]
    changes: list[Change] = [BoxChange(number, box, None) for number, box in old.items() if box not in wanted]
    first = max(contents.boxes, default=-1) + 1
    new = [box for box in wanted if box not in old.values()]
    return changes + [BoxChange(first + i, None, box) for i, box in enumerate(new)]
