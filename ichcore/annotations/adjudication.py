"""A third annotation where two reads differ, made from one of them or from what they share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from ichcore.annotations.blinding import Purpose
from ichcore.annotations.series import AnnotatedSeries
from ichcore.annotations.steps import taken_over
from ichcore.errors import ConflictError, GeometryError, StoreError
from ichcore.masks.edits.label_map import LabelMap
from ichcore.subtypes import UNSTATED_LABEL

if TYPE_CHECKING:
    from ichcore.annotations.annotation import Annotation
    from ichcore.annotations.open_annotation import OpenAnnotation
    from ichcore.annotations.store import Store


def agreed_part(one: Annotation, other: Annotation) -> Annotation:
    """What two reads share.

    Voxels that both call hemorrhage are that: with the subtype where both say the same, of unstated subtype
    where they differ in it or one left it unstated. Answers are kept where they are the same, with the
    provenance of the first; boxes where rectangle and class are the same. Notes and times are no part of it;
    :func:`both_notes` has the notes.

    Raises:
        GeometryError: if they are of different grids.
    """
    if one.mask.shape != other.mask.shape:
        raise GeometryError(f"Masks of {one.mask.shape} and {other.mask.shape} have no shared part.")
    mask = LabelMap.empty(one.mask.shape)
    for index, (mine, theirs) in enumerate(zip(one.mask.labels, other.mask.labels, strict=True)):
        both = (mine > 0) & (theirs > 0)
        if both.any():
            mask.labels[index] = np.where(both, np.where(mine == theirs, mine, UNSTATED_LABEL), 0)
            mask.origins[index] = np.where(both, one.mask.origins[index], 0)
    drawn = {(box.index, box.name, box.rectangle) for box in other.boxes}
    return replace(
        one,
        mask=mask,
        slices={
            key: said
            for key, said in one.slices.items()
            if key in other.slices and other.slices[key].answer == said.answer
        },
        study={
            name: said
            for name, said in one.study.items()
            if name in other.study and other.study[name].answer == said.answer
        },
        boxes=tuple(box for box in one.boxes if (box.index, box.name, box.rectangle) in drawn),
        notes={},
        seconds={},
        model=one.model if one.model == other.model else "",
    )


def both_notes(one: Annotation, other: Annotation) -> dict[int | None, str]:
    """The notes of two reads, a line for each that wrote one, with the reader's name before it.

    Args:
        one: a read.
        other: the other.

    Returns:
        Text by slice index; ``None`` is the note of the study.
    """
    found: dict[int | None, str] = {}
    for index in sorted({*one.notes, *other.notes}, key=lambda i: -1 if i is None else i):
        lines = [f"{read.reader}: {read.notes[index]}" for read in (one, other) if read.notes.get(index)]
        if lines:
            found[index] = "\n".join(lines)
    return found


def adjudicate(
    store: Store,
    series_instance_uid: str,
    adjudicator: str,
    readers: tuple[str, str],
    start: Literal["agreed", "first", "second"] = "agreed",
) -> OpenAnnotation:
    """Begin an adjudication; it is kept apart from the reads, which stay as they were locked.

    Whatever it starts with, the notes of both reads are in it, each with its reader's name, to be edited.

    Args:
        store: where both reads are.
        series_instance_uid: of the series.
        adjudicator: who decides; a reader of the series only once their own read is locked.
        readers: whose reads differ.
        start: begin with what both share, or with the first or the second read.

    Raises:
        ConflictError: if the adjudicator has begun already; :meth:`~ichcore.annotations.store.Store.annotate`
            opens that again.
        StoreError: if one of the reads, or the adjudicator's own, is not locked, or the store cannot be
            written.
    """
    log = [read for read in store.reads(series_instance_uid) if read.purpose == Purpose.READ]
    done = {read.reader for read in log if read.done}
    concerned = {*readers, *({adjudicator} & {read.reader for read in log})}
    missing = sorted(concerned - done)
    if missing:
        raise StoreError(f"An adjudication begins when the reads are locked; that of {missing[0]} is not.")
    one, other = (store.view(series_instance_uid, reader, by=reader) for reader in readers)
    begun = {"agreed": agreed_part(one, other), "first": one, "second": other}[start]
    opened = store.annotate(AnnotatedSeries.of_annotation(one), adjudicator, purpose=Purpose.ADJUDICATION)
    if opened.revision:
        raise ConflictError(f"{adjudicator} has begun to adjudicate this series already; open that again.")
    source = {"agreed": "what both share", "first": readers[0], "second": readers[1]}[start]
    name = f"Adjudication of {readers[0]} and {readers[1]}, from {source}"
    opened.commit(taken_over(opened.contents, replace(begun, notes=both_notes(one, other), seconds={}), name))
    return opened
