"""A range of HU that a painting tool is held to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class HuGate:
    """Voxels whose HU it does not let through stay as they are.

    Attributes:
        low_hu, high_hu: both ends belong to the range.
        inverted: lets through what lies outside the range.

    Raises:
        InputError: if the range is empty.
    """

    low_hu: float
    high_hu: float
    inverted: bool = False

    def __post_init__(self) -> None:
        if not self.low_hu <= self.high_hu:
            raise InputError(
                f"The HU gate goes from {self.low_hu} to {self.high_hu}; give the lower end first."
            )

    def passes(self, hu: NDArray[np.number]) -> NDArray[np.bool_]:
        """Bool of ``hu``'s shape."""
        within: NDArray[np.bool_] = (hu >= self.low_hu) & (hu <= self.high_hu)
        return np.logical_not(within, out=within) if self.inverted else within
