"""The slices on which a map can be judged: those that are known to show a class and were drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ichcore.subtypes import CLASSES, hemorrhage_class

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ichcore.datasets.case_files import CaseFiles

EDEMA = "edema"
"""Name of the mask that widens what counts as the bleed's place."""


class Place(NamedTuple):
    """A slice with something drawn.

    Attributes:
        row: of the scored set.
        patient: whose.
        hu: ``(H, W)``.
        bleed: ``(H, W)``; may be empty where only an edema was drawn.
        region: bleed or edema.
    """

    row: int
    patient: str
    hu: NDArray[np.int16]
    bleed: NDArray[np.bool_]
    region: NDArray[np.bool_]


def drawn_places(cases: Sequence[CaseFiles], class_name: str) -> list[Place]:
    """The slices that are known to show a class and where a bleed of it, or an edema, was drawn."""
    places, first = [], 0
    column, label = CLASSES.index(class_name), hemorrhage_class(class_name).label
    for case in cases:
        edema = case.masks.get(EDEMA)
        for index in np.flatnonzero(case.labels[:, column] & case.known[:, column] & case.drawn):
            truth = np.asarray(case.truth[index])
            bleed = truth > 0 if label is None else truth == label
            region = bleed if edema is None else bleed | np.asarray(edema[index])
            if region.any():
                places.append(Place(first + int(index), case.patient, case.hu[index], bleed, region))
        first += len(case.labels)
    return places
