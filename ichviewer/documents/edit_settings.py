"""With what a mask is edited: label, brush, range of HU, what may give way, and how far commands reach."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ichcore.masks.edits.brush import Brush
from ichcore.masks.edits.hu_gate import HuGate
from ichcore.masks.edits.paint import BACKGROUND, OVER_ALL, OVER_BACKGROUND, Paint
from ichcore.subtypes import UNSTATED_LABEL

SMALLEST_MM, LARGEST_MM = 0.5, 40.0
"""Radius of the brush."""


class Overwrite(Enum):
    """What a tool that paints may paint over."""

    ALL = "all"
    UNNAMED = "unnamed"
    """Background, and hemorrhage whose subtype nobody said."""
    BACKGROUND = "background"


_OVER = {
    Overwrite.ALL: OVER_ALL,
    Overwrite.UNNAMED: OVER_BACKGROUND | {UNSTATED_LABEL},
    Overwrite.BACKGROUND: OVER_BACKGROUND,
}


@dataclass(frozen=True)
class EditSettings:
    """Everything that the reader sets before the hand goes down.

    Attributes:
        visible: whether the reader's mask is drawn; off shows the model's in its place.
        label: 1–5 subtypes in class order, 6 hemorrhage of unstated subtype.
        radius: of the brush, mm (pixels where the series states no spacing).
        hardness: 0 to 1, the share of the radius that is painted surely.
        ball: whether the brush covers neighbouring slices.
        gated: whether tools paint only voxels of the range of HU.
        low_hu, high_hu: the range.
        inverted: whether what lies outside the range is painted instead.
        over: what may be painted over.
        whole_series: whether commands and clicks work through all slices, else on the shown one.
        margin_mm: by how much grow and shrink move the border, and how wide smooth looks.
        island_mm2: smaller pieces are dropped; of the whole series in mm³ with that number.
        tolerance_hu: how far HU may lie from the clicked pixel's for region grow.
    """

    visible: bool = True
    label: int = UNSTATED_LABEL
    radius: float = 4.0
    hardness: float = 1.0
    ball: bool = False
    gated: bool = False
    low_hu: float = 45.0
    high_hu: float = 90.0
    inverted: bool = False
    over: Overwrite = Overwrite.ALL
    whole_series: bool = False
    margin_mm: float = 1.0
    island_mm2: float = 20.0
    tolerance_hu: float = 12.0

    @property
    def gate(self) -> HuGate | None:
        """The range of HU; ``None`` while it is off."""
        if not self.gated:
            return None
        low, high = sorted((self.low_hu, self.high_hu))
        return HuGate(low, high, self.inverted)

    @property
    def brush(self) -> Brush:
        """The tip."""
        return Brush(self.radius, self.hardness, self.ball)

    def paint(self, *, erase: bool = False) -> Paint:
        """What goes down; an eraser takes every label away that the gate lets it reach."""
        if erase:
            return Paint(BACKGROUND, OVER_ALL, self.gate)
        return Paint(self.label, frozenset(_OVER[self.over]), self.gate)
