"""A stroke of brush or eraser, from pen down to pen up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichcore.masks.edits.brush import Sample
from ichcore.masks.edits.merged import merged
from ichcore.masks.edits.paint import BACKGROUND

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ichcore.masks.edits.brush import Brush
    from ichcore.masks.edits.label_map import LabelMap
    from ichcore.masks.edits.mask_edit import MaskEdit
    from ichcore.masks.edits.paint import Paint
    from ichcore.masks.edits.voxel_grid import VoxelGrid

BRUSH, ERASER = "Brush", "Eraser"


class Stroke:
    """Gathers samples: each gives the small edit to show at once, the end gives one for the history.

    Whoever holds the label map applies the small edits as they come; nothing else may change it meanwhile. To
    give a stroke up, revert what :meth:`end` returns.

    Args:
        label_map: that is painted on; read only.
        grid: of the series.
        brush: size, shape and hardness.
        paint: label, what it may overwrite, range of HU.
        hu: ``(slices, rows, columns)`` of the series; needed by a gate and by a soft brush.
    """

    def __init__(
        self,
        label_map: LabelMap,
        grid: VoxelGrid,
        brush: Brush,
        paint: Paint,
        hu: NDArray[np.number] | None = None,
    ) -> None:
        self.label_map, self._grid, self._hu = label_map, grid, hu
        self._brush, self._paint = brush, paint
        self._last: Sample | None = None
        self._edits: list[MaskEdit] = []
        self.name = ERASER if paint.label == BACKGROUND else BRUSH

    def add(self, index: int, row: float, column: float, pressure: float = 1.0) -> MaskEdit:
        """The change that this sample makes to the label map as it is now.

        Args:
            index: slice.
            row: in pixels; the centre of the first pixel is (0, 0). It may lie outside the slice.
            column: likewise.
            pressure: of a pen, 0 to 1.

        Raises:
            InputError: if HU are needed and there are none.
        """
        sample = Sample(index, row, column, pressure)
        region = self._brush.covered(self._grid, self._last or sample, sample, self._hu)
        edit = self._paint.edit(self.name, self.label_map, region, self._hu)
        self._last = sample
        if not edit.empty:
            self._edits.append(edit)
        return edit

    def end(self) -> MaskEdit:
        """From before the first sample to after the last; applying it again changes nothing more."""
        return merged(self.name, self.label_map, self._edits)
