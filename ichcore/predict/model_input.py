"""What a model is given of a series: which slices averaged, where laid on its grid, in which HU."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from ichcore.models.placement import Placement
from ichcore.predict.grey import assumed_hu
from ichcore.predict.slabs import Slabs, mean_hu

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.models.card import Card
    from ichcore.volume.volume import Volume

_laid: WeakKeyDictionary[Volume, dict[tuple[int, float], tuple[Placement, Slabs]]] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class ModelInput:
    """The one way from a Volume to a model's grid; prediction and explanation share it.

    Attributes:
        volume: the series.
        placement: where its slices lie on the model's grid, the same for all of them.
        slabs: which slices are looked at together.
    """

    volume: Volume
    placement: Placement
    slabs: Slabs

    @classmethod
    def of(cls, volume: Volume, card: Card) -> ModelInput:
        """Lay a series on the grid that a card states; remembered for as long as the volume lives."""
        laid = _laid.setdefault(volume, {})
        grid = (card.size, card.pixel_mm)
        if grid in laid:
            placement, slabs = laid[grid]
            return cls(volume, placement, slabs)
        placement = Placement.for_volume(
            volume.hu, volume.geometry.pixel_spacing_mm, card.size, card.pixel_mm
        )
        slabs = Slabs.for_geometry(volume.geometry)
        if volume.complete:  # a head half decoded lies elsewhere
            laid[grid] = (placement, slabs)
        return cls(volume, placement, slabs)

    def available(self) -> NDArray[np.bool_]:
        """``(slabs,)``: whether any slice of a slab is decoded."""
        known: NDArray[np.bool_] = np.logical_or.reduceat(self.volume.decoded, self.slabs.starts[:-1])
        return known

    def hu(self, slab: int) -> NDArray[np.float32]:
        """``(size, size)`` HU of a slab on the model's grid: the mean of its decoded slices."""
        run = self.slabs.slices(slab)
        decoded = self.volume.decoded[run]
        stack = self.volume.hu[run]
        mean = mean_hu(stack if decoded.all() or not decoded.any() else stack[decoded])
        return self.placement.place(mean if self.volume.is_hu else assumed_hu(mean))

    def batch(self, slabs: list[int]) -> NDArray[np.float32]:
        """``(len(slabs), 1, size, size)`` HU."""
        return np.stack([self.hu(slab) for slab in slabs])[:, None]
