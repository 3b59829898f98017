"""Maps of a series' slabs put together along runs of slabs that are flagged for the same class (Ma 2025)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.explain.spatial_context import lenders, uneven, with_neighbours

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ichcore.predict.slabs import Slabs
    from ichcore.volume.geometry import Geometry


@dataclass(frozen=True, eq=False)
class SlabContext:
    """Which slabs of a series lend their maps to which.

    [ours] A run is of slabs that are flagged for the class of the map: the paper has one class, and the map
    of a class that a neighbour does not show would be noise. A slab that is not flagged is in no run; where
    its map is asked for all the same, it is its own.

    Attributes:
        slabs: of the series.
        positions_mm: ``(slabs,)`` along the normal where they are uneven; ``None`` where even.
    """

    slabs: Slabs
    positions_mm: NDArray[np.float64] | None

    @classmethod
    def of(cls, slabs: Slabs, geometry: Geometry) -> SlabContext:
        """The slabs as they lie; of slices without positions only their order counts."""
        return cls(slabs, uneven(slabs.positions_mm(geometry)))

    def within_reach(self, index: int) -> slice:
        """The slices whose flags decide on the map of slice ``index``."""
        slab = int(self.slabs.of_slice[index])
        near = [slab, *lenders(slab, np.ones(len(self.slabs), bool), positions_mm=self.positions_mm)]
        return slice(self.slabs.slices(min(near)).start, self.slabs.slices(max(near)).stop)

    def around(self, indices: Sequence[int]) -> list[int]:
        """Some slices with all that :meth:`within_reach` gives for each, ascending."""
        every = range(len(self.slabs.of_slice))
        return sorted({near for index in indices for near in every[self.within_reach(index)]})

    def sources(self, slab: int, flagged: NDArray[np.bool_]) -> list[int]:
        """The slabs whose maps make that of ``slab``, itself first.

        Args:
            slab: of the series.
            flagged: ``(slabs,)`` for the class.
        """
        if not flagged[slab]:
            return [slab]
        return [slab, *lenders(slab, flagged, positions_mm=self.positions_mm)]

    def together(
        self, slab: int, flagged: NDArray[np.bool_], raw: Mapping[int, NDArray[np.float32]]
    ) -> NDArray[np.float32]:
        """``(h, w)`` map of ``slab`` with its neighbours'.

        As in the paper each map counts by its form alone, over its own maximum. [ours] How strong the result
        is follows from the slabs' strengths in the same way; of a slab without neighbours it is its own map.

        Args:
            slab: of the series.
            flagged: ``(slabs,)`` for the class.
            raw: the maps of :meth:`sources`; what is negative in them is cut off.
        """
        sources = self.sources(slab, flagged)
        if len(sources) == 1:
            return raw[slab]
        forms = np.zeros((len(self.slabs), *raw[slab].shape), np.float32)
        strengths = np.zeros((len(self.slabs), 1, 1), np.float32)
        for source in sources:
            cut = np.maximum(raw[source], 0.0)
            strengths[source] = cut.max()
            forms[source] = cut / (cut.max() or np.float32(1.0))
        fused, strength = (
            with_neighbours(each, flagged, positions_mm=self.positions_mm, only=[slab])[slab]
            for each in (forms, strengths)
        )
        return np.asarray(fused * strength, np.float32)
