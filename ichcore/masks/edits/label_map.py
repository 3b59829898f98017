"""The editable mask of a series: one label a voxel, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.errors import GeometryError

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(eq=False)
class LabelMap:
    """Changed by :meth:`MaskEdit.apply` and :meth:`MaskEdit.revert` alone.

    Attributes:
        labels: uint8 ``(slices, rows, columns)``, C-contiguous: 0 background, 1–5 subtypes in class order, 6
            hemorrhage of unstated subtype.
        origins: uint8 of the same shape, of :class:`~ichcore.masks.edits.origin.Origin`.

    Raises:
        GeometryError: if the two arrays are not of one shape.
    """

    labels: NDArray[np.uint8]
    origins: NDArray[np.uint8]

    def __post_init__(self) -> None:
        if self.labels.ndim != 3 or self.labels.shape != self.origins.shape:
            raise GeometryError(
                f"Labels {self.labels.shape} and origins {self.origins.shape} must be of one (slices, rows, "
                "columns) shape."
            )
        self.labels = np.ascontiguousarray(self.labels, np.uint8)
        self.origins = np.ascontiguousarray(self.origins, np.uint8)

    @classmethod
    def empty(cls, shape: tuple[int, int, int]) -> LabelMap:
        """Background everywhere; pages are taken from memory as they are painted."""
        return cls(np.zeros(shape, np.uint8), np.zeros(shape, np.uint8))

    @property
    def shape(self) -> tuple[int, int, int]:
        """``(slices, rows, columns)``."""
        slices, rows, columns = self.labels.shape
        return (slices, rows, columns)

    def copy(self) -> LabelMap:
        """Both arrays copied; slices without anything take no memory."""
        copy = LabelMap.empty(self.shape)
        for index in range(self.shape[0]):
            if self.labels[index].any() or self.origins[index].any():
                copy.labels[index] = self.labels[index]
                copy.origins[index] = self.origins[index]
        return copy
