"""Heat maps of many slices and classes as one array, as it is written to files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from ichcore.explain.heatmap import Heatmap

STEP = 1.0 / 1024.0
"""Activation is stored in these steps: exact in float32, and a tenth of the size when compressed."""


def stacked(
    heatmaps: Iterable[Heatmap], classes: Sequence[str], shape: tuple[int, int, int]
) -> NDArray[np.float32]:
    """``(classes, slices, rows, columns)`` in steps of :data:`STEP`, zero where nothing was explained.

    Args:
        heatmaps: of the classes.
        classes: in the order of the first axis.
        shape: ``(slices, rows, columns)`` of the series.
    """
    stack = np.zeros((len(classes), *shape), np.float32)
    for heatmap in heatmaps:
        if not heatmap.empty:
            rounded = np.round(heatmap.activation / np.float32(STEP)) * np.float32(STEP)
            stack[classes.index(heatmap.class_name), heatmap.slice_index] = rounded
    return stack
