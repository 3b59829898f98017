"""Maps brought to [0, 1], each by its own least and largest value."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def min_max(maps: Tensor) -> Tensor:
    """``(B, h, w)`` to the same shape in [0, 1]; a map that is the same everywhere becomes 0."""
    flat = maps.float().flatten(1)
    low, high = flat.amin(dim=1)[:, None, None], flat.amax(dim=1)[:, None, None]
    span = high - low
    return (maps - low) / span.where(span > 0, span.new_ones(()))
