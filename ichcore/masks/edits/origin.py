"""Where the label of a voxel comes from."""

from __future__ import annotations

from enum import IntEnum


class Origin(IntEnum):
    """What put a voxel's label there; stored beside it as uint8.

    A voxel that a reader erased is background of origin ``HUMAN``: somebody looked.
    """

    NONE = 0
    """Nobody; background as it was."""
    MODEL = 1
    """The weak chain or a U-Net."""
    THRESHOLD = 2
    """A range of HU that a reader chose: gated brush, fill, region grow, level trace, smart refine."""
    INTERPOLATED = 3
    """Drawn between slices that a reader drew, or copied from a neighbour."""
    HUMAN = 4
    """A reader's own stroke."""
