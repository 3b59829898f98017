"""The range of HU that tools are held to, taken from voxels: those under the tip, or those of the mask."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichviewer.documents.annotating import Annotating
    from ichviewer.documents.case import Case
    from ichviewer.documents.view_state import ViewState

SHARES = (5.0, 95.0)
"""Percentiles of the voxels that the range goes from and to."""
SOFT_HU = (-100.0, 200.0)
"""Bone and air under the tip are not what is meant."""
FEWEST = 5
"""Fewer voxels say nothing."""


class GateRange(QObject):
    """Sets the gate of the annotation's settings from what lies in the picture."""

    notice_raised = Signal(str, str)
    """Level and one sentence."""

    def __init__(self, annotating: Annotating, view: ViewState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._annotating, self._view = annotating, view
        self._case: Case | None = None
        self._cursor: tuple[float, float, float] | None = None
        self._last: tuple[float, float, float] | None = None
        view.cursor_moved.connect(self._follow)
        annotating.stepped.connect(self._remember)

    def set_case(self, case: Case | None) -> None:
        """Another series is open."""
        if case is not self._case:
            self._case = case
            self._cursor = self._last = None

    def _follow(self, at: tuple[float, float, float] | None) -> None:
        self._cursor = at

    def _remember(self) -> None:
        """A stroke is over: its end is what is meant once the mouse has left for the panel."""
        self._last = self._cursor or self._last

    def from_tip(self) -> None:
        """From the voxels under the brush; with the mouse elsewhere, where the last stroke ended."""
        at, case, grid = self._cursor or self._last, self._case, self._annotating.grid
        if case is None or at is None:
            self._say(self.tr("Point at the bleed with the brush first, or paint a stroke."))
            return
        from ichcore.masks.edits.brush import Brush, Sample
        from ichcore.masks.edits.voxel_grid import VoxelGrid

        place = Sample(round(at[0]), at[1], at[2])
        tip = Brush(self._annotating.settings.radius)
        region = tip.covered(grid or VoxelGrid.of(case.volume.geometry), place, place)
        self._take(case.volume.hu[region.box][region.inside])

    def from_mask(self) -> None:
        """From the voxels of the current label on the shown slice; else of all labels there."""
        case, label_map = self._case, self._annotating.label_map
        index, label = self._view.slice_index, self._annotating.settings.label
        if case is None or label_map is None or not label_map.labels[index].any():
            self._say(self.tr("There is no mask of yours on this slice to take the range from."))
            return
        labels = label_map.labels[index]
        own = labels == label
        self._take(case.volume.hu[index][own if own.any() else labels > 0])

    def _take(self, hu: NDArray[np.int16]) -> None:
        soft = hu[(hu > SOFT_HU[0]) & (hu < SOFT_HU[1])]
        if soft.size < FEWEST:
            self._say(self.tr("There is too little soft tissue here to take a range from."))
            return
        low, high = (float(round(value)) for value in np.percentile(soft, SHARES))
        self._annotating.change(gated=True, low_hu=low, high_hu=high)

    def _say(self, sentence: str) -> None:
        self.notice_raised.emit("info", sentence)
