"""Where a model looked, for one slice and one class, on the slice's own grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Heatmap:
    """A class activation map.

    Attributes:
        method: ``cam``, ``gradcam``, ``layercam``, ….
        layer: the layer it was read from.
        class_name: one of the six classes.
        slice_index: slice of the series.
        activation: float32 ``(rows, columns)`` in [0, 1] on the slice's own grid, divided by its own maximum
            there; all zero where the class is not predicted (gated), never a normalised noise map. Not a
            probability.
        raw: float32 ``(h, w)`` map before ReLU scaling and resizing, on the layer's own grid.
        raw_max: maximum of the positive part of ``raw``; compares maps of different slices.
        grid_to_slice: ``(2, 3)`` affine from the layer's (row, column) cell index to the slice's (row,
            column) pixel index; draws the raw grid in its true place.
    """

    method: str
    layer: str
    class_name: str
    slice_index: int
    activation: NDArray[np.float32]
    raw: NDArray[np.float32]
    raw_max: float
    grid_to_slice: NDArray[np.float64]

    @property
    def empty(self) -> bool:
        """Whether nothing is activated, so nothing may be drawn."""
        return not bool((self.activation > 0).any())


@dataclass(frozen=True)
class Box:
    """A rectangle around activation.

    Attributes:
        slice_index: slice of the series.
        class_name: one of the six classes.
        box: ``(row0, column0, row1, column1)``, 0-based, half-open pixels.
        activation: maximum activation inside, relative to the slice's own maximum.
    """

    slice_index: int
    class_name: str
    box: tuple[int, int, int, int]
    activation: float
