"""Maps of some slices in their places among all, and enlarged to the slices' pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

if TYPE_CHECKING:
    from numpy.typing import NDArray


def among_all(rows: NDArray[np.intp], some: NDArray[np.float32], slices: int) -> NDArray[np.float32]:
    """``(slices, …)`` with maps ``(len(rows), …)`` in their places, zero elsewhere."""
    everywhere = np.zeros((slices, *some.shape[1:]), np.float32)
    everywhere[rows] = some
    return everywhere


def enlarged(activation: NDArray[np.float32], size: tuple[int, ...]) -> NDArray[np.float32]:
    """A map ``(h, w)`` on a slice's (rows, columns), bilinearly."""
    small = torch.from_numpy(activation)[None, None]
    large: NDArray[np.float32] = functional.interpolate(small, size, mode="bilinear", align_corners=False)[
        0, 0
    ].numpy()
    return large
