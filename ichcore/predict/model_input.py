"""What a model is given of a series: which slices averaged, where laid on its grid, in which HU."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from ichcore.models.placement import Placement
from ichcore.pictures.brain_level import offset_to_usual
from ichcore.pictures.display_window import picture_hu
from ichcore.predict.grey import GreyWindow, grey_window
from ichcore.predict.neighbours import heard_together
from ichcore.predict.slabs import Slabs, mean_hu
from ichcore.volume.volume import AIR_HU

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.models.card import Card
    from ichcore.volume.volume import Volume

    _Laid = tuple[Placement, Slabs, NDArray[np.bool_], GreyWindow | None, float]

_laid: WeakKeyDictionary[Volume, dict[tuple[int, float, bool, int], _Laid]] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class ModelInput:
    """The one way from a Volume to a model's grid; prediction and explanation share it.

    Attributes:
        volume: the series.
        placement: where its slices lie on the model's grid, the same for all of them.
        slabs: which slices are looked at together.
        seen: bool ``(slices,)``: slices that hold a picture. One not decoded, or shown as air because its
            pixel data are damaged, must not be called free of blood.
        grey: what the grey values of pictures mean in HU; ``None`` where the series holds HU.
        offset_hu: added to a series in HU so that its brain lies where heads have it; 0 where the card does
            not ask for that.
    """

    volume: Volume
    placement: Placement
    slabs: Slabs
    seen: NDArray[np.bool_]
    grey: GreyWindow | None = None
    offset_hu: float = 0.0

    @classmethod
    def of(cls, volume: Volume, card: Card) -> ModelInput:
        """Lay a series on the grid that a card states; remembered for as long as the volume lives."""
        laid = _laid.setdefault(volume, {})
        # a head half decoded lies elsewhere, and its pictures may tell another window
        key = (card.size, card.pixel_mm, card.brain_level, int(volume.decoded.sum()))
        if key not in laid:
            spacing = volume.geometry.pixel_spacing_mm
            placement = Placement.for_volume(volume.hu, spacing, card.size, card.pixel_mm)
            seen = volume.decoded & (volume.hu.max(axis=(1, 2)) > (AIR_HU if volume.is_hu else 0))
            grey = None if volume.is_hu else grey_window(volume)
            moved = card.brain_level and volume.is_hu and seen.any()
            offset = offset_to_usual(volume.hu[seen]) if moved else 0.0
            laid[key] = (placement, Slabs.for_geometry(volume.geometry), seen, grey, offset)
        return cls(volume, *laid[key])

    def waiting(self) -> NDArray[np.intp]:
        """Slabs of which at least one slice holds a picture, ascending."""
        return np.flatnonzero(np.logical_or.reduceat(self.seen, self.slabs.starts[:-1]))

    def picture(self, slab: int) -> NDArray[np.float32]:
        """``(rows, columns)`` of a slab on the slices' grid: the mean of its slices that hold a picture."""
        run = self.slabs.slices(slab)
        seen, stack = self.seen[run], self.volume.hu[run]
        return mean_hu(stack if seen.all() or not seen.any() else stack[seen])

    def hu(self, slab: int) -> NDArray[np.float32]:
        """``(size, size)`` HU of a slab on the model's grid."""
        return self.placement.place(self.in_hu(self.picture(slab)))

    def in_hu(self, picture: NDArray[np.float32]) -> NDArray[np.float32]:
        """``(rows, columns)`` HU, as the model has them, of a picture of the series, be it of grey values."""
        if self.grey is not None:
            return picture_hu(picture, self.grey.window)
        return picture + np.float32(self.offset_hu) if self.offset_hu else picture

    def probabilities(self, logits: NDArray[np.floating], card: Card) -> NDArray[np.float32]:
        """Calibrated ``(slabs, 6)`` probabilities, neighbours heard where the card says so.

        Args:
            logits: ``(slabs, 6)``; NaN rows where a slab was not looked at.
            card: of the model that said them.
        """
        return card.probabilities(self.heard(logits, card))

    def heard(self, logits: NDArray[np.floating], card: Card) -> NDArray[np.float64]:
        """Logits ``(slabs, K)`` with their neighbours', as far as the card lets them have a say."""
        positions = self.slabs.positions_mm(self.volume.geometry)
        return heard_together(logits, card.neighbour_weight, positions)

    def batch(self, slabs: list[int]) -> NDArray[np.float32]:
        """``(len(slabs), 1, size, size)`` HU."""
        return np.stack([self.hu(slab) for slab in slabs])[:, None]
