"""Series on which locked reads differ, the most contested first.

A pair of reads is contested in three parts, each from 0 to 1:

- study: 1 if a class is yes to one and no to the other, 0.5 if it is unsure to one alone;
- slices: share of the slices, of which both said something, where an answer differs;
- masks: 1 − Dice of all hemorrhage; 0 where neither drew any.

The disagreement is the mean of the three, a part of which nothing was said by both counting as 0; of several
pairs that of the worst. It puts series in an order and is no measure of anything else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from ichcore.annotations.answer import Answer
from ichcore.annotations.between_readers import dice, label_counts
from ichcore.annotations.blinding import Purpose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ichcore.annotations.annotation import Annotation
    from ichcore.annotations.blinding import Read
    from ichcore.annotations.store import Store


@dataclass(frozen=True)
class Disagreement:
    """Of two annotations of one series.

    Attributes:
        series_instance_uid: of the series.
        readers: whose they are.
        study: 0, 0.5 or 1.
        slices: share, 0 to 1.
        masks: 1 − Dice.
    """

    series_instance_uid: str
    readers: tuple[str, str]
    study: float
    slices: float
    masks: float

    @property
    def score(self) -> float:
        """The mean of the three, 0 to 1."""
        return (self.study + self.slices + self.masks) / 3


def disagreement(one: Annotation, other: Annotation) -> Disagreement:
    """How contested a pair of reads is.

    Raises:
        GeometryError: if they are of different grids.
    """
    study = max(
        (
            _apart(said.answer, other.study[name].answer)
            for name, said in one.study.items()
            if name in other.study
        ),
        default=0.0,
    )
    shared = one.slices.keys() & other.slices.keys()
    differing = {key[0] for key in shared if one.slices[key].answer != other.slices[key].answer}
    slices = len(differing) / len({index for index, _ in shared}) if shared else 0.0
    overlap = dice(label_counts(one.mask, other.mask))
    masks = 0.0 if math.isnan(overlap) else 1 - overlap
    return Disagreement(one.series_instance_uid, (one.reader, other.reader), study, slices, masks)


def disagreement_queue(store: Store) -> tuple[Disagreement, ...]:
    """Series with two or more locked reads and no adjudication yet, the most contested first.

    It reads the masks of all of them; call it where waiting does no harm.

    Raises:
        StoreError: if the store cannot be read.
    """
    return tuple(sorted((found for found, _, _ in contested_pairs(store)), key=lambda pair: -pair.score))


def contested_pairs(store: Store) -> Iterator[tuple[Disagreement, Annotation, Annotation]]:
    """Of each such series the pair of reads that differ most, in no order; one series is read at a time.

    Raises:
        StoreError: if the store cannot be read.
    """
    of_series: dict[str, list[Read]] = {}
    for read in store.reads():
        of_series.setdefault(read.series_instance_uid, []).append(read)
    for uid, log in of_series.items():
        readers = [read.reader for read in log if read.purpose == Purpose.READ]
        open_reads = [read for read in log if read.purpose == Purpose.READ and not read.done]
        if len(readers) < 2 or open_reads or any(read.purpose == Purpose.ADJUDICATION for read in log):
            continue
        annotations = [store.view(uid, reader, by=reader) for reader in readers]
        pairs = ((disagreement(one, other), one, other) for one, other in combinations(annotations, 2))
        yield max(pairs, key=lambda pair: pair[0].score)


def _apart(one: Answer, other: Answer) -> float:
    if one == other:
        return 0.0
    return 0.5 if Answer.UNSURE in {one, other} else 1.0
