"""How much fits around the image; small views say less, and never write over themselves."""

from __future__ import annotations

from enum import IntEnum


class Room(IntEnum):
    """How much fits around the image."""

    BARE = 0
    """Slice number and letters."""
    TIGHT = 1
    """One short line a corner."""
    FULL = 2


def room_of(width: float, height: float) -> Room:
    """How much fits in a view of this size."""
    if width >= 560 and height >= 380:
        return Room.FULL
    return Room.TIGHT if width >= 300 and height >= 220 else Room.BARE
