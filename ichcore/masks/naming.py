"""Which subtype each piece of a hemorrhage mask is: the one whose activation is strongest in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ichcore.subtypes import CLASSES, UNSTATED_LABEL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_TOUCHING = np.ones((3, 3), bool)


def named(mask: NDArray[np.bool_], subtypes: Mapping[str, NDArray[np.floating]]) -> NDArray[np.uint8]:
    """A label map of one slice, one subtype a connected piece.

    Args:
        mask: ``(rows, columns)`` hemorrhage.
        subtypes: activation of each flagged subtype by its strength, ``(rows, columns)``, by name.

    Returns:
        uint8 of ``mask``'s shape: 0 background, 1–5 in class order, 6 where no subtype is activated.
    """
    labels = np.zeros(mask.shape, np.uint8)
    pieces, count = ndimage.label(mask, _TOUCHING)
    if count == 0:
        return labels
    inside = mask.nonzero()
    of_piece = pieces[inside]
    best, name_of = np.zeros(count + 1), np.full(count + 1, UNSTATED_LABEL, np.uint8)
    for name, activation in subtypes.items():
        strength = np.bincount(of_piece, weights=activation[inside], minlength=count + 1)
        stronger = strength > best
        best[stronger], name_of[stronger] = strength[stronger], CLASSES.index(name)
    labels[inside] = name_of[of_piece]
    return labels
