"""What a tool puts down, and where it may: label, labels it may overwrite, range of HU."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.errors import InputError
from ichcore.masks.edits.mask_edit import MaskEdit
from ichcore.masks.edits.origin import Origin
from ichcore.masks.edits.region import Region
from ichcore.subtypes import UNSTATED_LABEL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.masks.edits.hu_gate import HuGate
    from ichcore.masks.edits.label_map import LabelMap

BACKGROUND = 0
OVER_ALL = frozenset(range(UNSTATED_LABEL + 1))
OVER_BACKGROUND = frozenset({BACKGROUND})


@dataclass(frozen=True)
class Paint:
    """Turns what a tool points at into an edit.

    A voxel that has the label already keeps the surer of its two origins: a stroke over the model's voxels
    makes them a reader's, a gated stroke over a reader's leaves them so. An eraser changes voxels that have a
    label, and no background.

    Attributes:
        label: 0 erases, 1–5 subtypes in class order, 6 hemorrhage of unstated subtype.
        over: labels that may be overwritten: :data:`OVER_ALL`, :data:`OVER_BACKGROUND`, or any others.
        gate: range of HU; ``None`` for none.

    Raises:
        InputError: if a label does not exist.
    """

    label: int
    over: frozenset[int] = OVER_ALL
    gate: HuGate | None = None

    def __post_init__(self) -> None:
        for label in (self.label, *self.over):
            require_label(label)

    def may_overwrite(self, labels: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Where what lies there may give way; bool of ``labels``' shape."""
        if self.over == OVER_ALL:
            return np.ones(labels.shape, bool)
        allowed = np.zeros(256, bool)
        allowed[list(self.over)] = True
        return allowed[labels]

    def edit(
        self,
        name: str,
        label_map: LabelMap,
        region: Region,
        hu: NDArray[np.number] | None = None,
        origin: Origin | None = None,
    ) -> MaskEdit:
        """Paint a region.

        Args:
            name: for the history list.
            label_map: as it is; not changed.
            region: what the tool points at.
            hu: of the series, ``(slices, rows, columns)``; needed by a gate.
            origin: of the voxels; by default threshold where there is a gate, else human.

        Raises:
            InputError: if there is a gate and no HU.
        """
        if origin is None:
            origin = Origin.HUMAN if self.gate is None else Origin.THRESHOLD
        box = region.box
        labels, origins = label_map.labels[box], label_map.origins[box]
        inside = labels != self.label
        if self.label != BACKGROUND:
            inside |= origins < origin
        inside &= region.inside
        if self.over != OVER_ALL:
            inside &= self.may_overwrite(labels)
        if self.gate is not None:
            inside &= self.gate.passes(require_hu(hu, label_map)[box])
        where = Region(region.corner, inside).where(label_map.shape)
        return MaskEdit.setting(name, label_map, where, self.label, origin)


def require_label(label: int) -> None:
    """Check a label map's value.

    Raises:
        InputError: if it is none.
    """
    if label not in OVER_ALL:
        raise InputError(f"{label} is no label of a mask; give 0 for background, or 1 to {UNSTATED_LABEL}.")


def require_hu(hu: NDArray[np.number] | None, label_map: LabelMap) -> NDArray[np.number]:
    """The HU of the series that a label map is of.

    Raises:
        InputError: if there are none, or of another shape.
    """
    if hu is None or hu.shape != label_map.shape:
        found = "none" if hu is None else f"some of shape {hu.shape}"
        raise InputError(f"This tool needs the HU of the mask's series, {label_map.shape}; it has {found}.")
    return hu
