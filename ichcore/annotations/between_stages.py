"""What a reader changed once the model was shown: the locked first read beside the read with the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ichcore.annotations.answer import Answer
from ichcore.annotations.between_readers import reader_agreement
from ichcore.annotations.blinding import Purpose, Stage
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ichcore.annotations.annotation import Annotation
    from ichcore.annotations.between_readers import ReaderAgreement
    from ichcore.annotations.store import Store


@dataclass(frozen=True)
class StageChange:
    """Of one reader and one series.

    Attributes:
        reader: who.
        agreement: of the first read with the second, as two readers would be compared: kappa, Dice.
        changed: by answer and class how many slices were given that answer in place of another.
        added: by class how many slices were answered in the second read alone.
        taken_back: by class how many slices were answered in the first read alone.
        study: by class what was said of the study first and then, where that differs; ``None`` for nothing.
    """

    reader: str
    agreement: ReaderAgreement
    changed: Mapping[Answer, Mapping[str, int]]
    added: Mapping[str, int]
    taken_back: Mapping[str, int]
    study: Mapping[str, tuple[Answer | None, Answer | None]]


def stage_change(first: Annotation, second: Annotation) -> StageChange:
    """Compare two stages of a read.

    Args:
        first: without the model.
        second: with it.

    Raises:
        GeometryError: if they are of different grids.
    """
    changed = {answer: dict.fromkeys(CLASSES, 0) for answer in Answer}
    added, taken_back = dict.fromkeys(CLASSES, 0), dict.fromkeys(CLASSES, 0)
    for key in first.slices.keys() | second.slices.keys():
        before, after = first.slices.get(key), second.slices.get(key)
        name = key[1]
        if before is None:
            added[name] += 1
        elif after is None:
            taken_back[name] += 1
        elif before.answer is not after.answer:
            changed[after.answer][name] += 1
    said = {name: (first.study.get(name), second.study.get(name)) for name in CLASSES}
    answers = {
        name: (one.answer if one is not None else None, two.answer if two is not None else None)
        for name, (one, two) in said.items()
    }
    study = {name: pair for name, pair in answers.items() if pair[0] is not pair[1]}
    agreement = reader_agreement([(first, second)])
    return StageChange(second.reader, agreement, changed, added, taken_back, study)


@dataclass(frozen=True)
class Stages:
    """The stages of one reader, or of two beside each other.

    Attributes:
        changes: of each reader who locked a first read without the model, in the order asked for.
        first: how far two readers agreed without the model; ``None`` unless both locked such a read.
        second: how far they agree with it.
    """

    changes: tuple[StageChange, ...] = ()
    first: ReaderAgreement | None = None
    second: ReaderAgreement | None = None


def stages_in_store(store: Store, series_instance_uid: str, readers: tuple[str, ...], by: str) -> Stages:
    """Compare what was locked without the model with what was locked with it.

    Args:
        store: where the reads are.
        series_instance_uid: of the series.
        readers: one or two whose read is over; one who read with the model from the start is left out.
        by: who looks.

    Raises:
        StoreError: if a read is hidden from the one who looks, or the store cannot be read.
    """
    log = [r for r in store.reads(series_instance_uid) if r.purpose == Purpose.READ and r.done]
    staged = {r.reader for r in log if any(lock.stage == Stage.FIRST for lock in r.locks)}
    there = [reader for reader in readers if reader in staged]
    pairs = []
    for reader in there:
        first = store.view(series_instance_uid, reader, by=by, stage=Stage.FIRST)
        pairs.append((first, store.view(series_instance_uid, reader, by=by)))
    changes = tuple(stage_change(*pair) for pair in pairs)
    if len(pairs) != 2:
        return Stages(changes)
    (one, one_with), (other, other_with) = pairs
    return Stages(changes, reader_agreement([(one, other)]), reader_agreement([(one_with, other_with)]))
