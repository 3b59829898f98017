"""The disagreement queue for somebody who goes through it: what differs, as far as they may know it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ichcore.annotations.blinding import may_see
from ichcore.annotations.differing import differences
from ichcore.annotations.disagreement import contested_pairs
from ichcore.subtypes import CLASSES, hemorrhage_class

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ichcore.annotations.differing import Difference
    from ichcore.annotations.disagreement import Disagreement
    from ichcore.annotations.store import Store


@dataclass(frozen=True)
class Contested:
    """A series on which two locked reads differ.

    Attributes:
        disagreement: whose reads, and how far apart.
        differences: the study first, then slices in order; ``None`` where whoever asks may not see the reads,
            since a blind read of their own is still possible.
    """

    disagreement: Disagreement
    differences: tuple[Difference, ...] | None

    @property
    def first(self) -> int | None:
        """The first slice on which they differ; ``None`` where there is none, or none may be known."""
        return next((d.index for d in self.differences or () if d.index is not None), None)


def contested(store: Store, by: str) -> tuple[Contested, ...]:
    """Series of :func:`~ichcore.annotations.disagreement.disagreement_queue` on which anything differs.

    It reads the masks of all of them; call it where waiting does no harm.

    Args:
        store: where the reads are.
        by: who asks.

    Raises:
        StoreError: if the store cannot be read.
    """
    found = []
    for pair, one, other in contested_pairs(store):
        differing = differences(one, other)
        if differing:
            log = store.reads(pair.series_instance_uid)
            visible = all(may_see(log, by, reader) for reader in pair.readers)
            found.append(Contested(pair, differing if visible else None))
    return tuple(sorted(found, key=lambda one: -one.disagreement.score))


def in_short(one: Contested) -> str:
    """What differs, such as ``Ada, Bo: SDH of the study; IPH, SDH on 4 slices; Dice 0.52``."""
    readers = ", ".join(one.disagreement.readers)
    if one.differences is None:
        return f"{readers} differ; in what is shown once you have read it too, or adjudicate"
    parts = []
    of_study = [d for d in one.differences if d.index is None]
    if of_study:
        parts.append(f"{_classes(of_study)} of the study")
    slices = [d for d in one.differences if d.index is not None]
    if slices:
        count = "1 slice" if len(slices) == 1 else f"{len(slices)} slices"
        parts.append(f"{_classes(slices) or 'masks'} on {count}")
    if one.disagreement.masks > 0:
        parts.append(f"Dice {1 - one.disagreement.masks:.2f}")
    return f"{readers}: {'; '.join(parts)}"


def _classes(found: Iterable[Difference]) -> str:
    named = {name for each in found for name in each.classes}
    return ", ".join(hemorrhage_class(name).short for name in CLASSES if name in named)
