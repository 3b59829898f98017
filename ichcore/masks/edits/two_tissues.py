"""How much the HU of a voxel speak for the tissue that was pointed at, and against what lies around."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAST_SPREAD_HU = 6.0
_MOST = 2.0
"""No voxel's HU alone outweigh everything else."""
_ROUNDS = 4
_BRIGHTER = 75.0
"""Of a rough mask, which holds brain too, blood is the brighter part."""


def evidence_of_blood(
    hu: NDArray[np.float32], start: NDArray[np.bool_], tissue: NDArray[np.bool_], *, rough: bool
) -> NDArray[np.float32]:
    """Logarithm of how many times likelier HU are in the one kind of tissue than in the other.

    Two means, the first begun at the start's HU and the second at those around it, settle by turns.

    Args:
        hu: of a box; best a mean of several voxels.
        start: bool of its shape: what was pointed at.
        tissue: bool: what takes part; elsewhere the evidence is against.
        rough: whether the start may hold both kinds.

    Returns:
        float32 of ``hu``'s shape, cut to ±2.
    """
    around = tissue & ~start
    if not start.any() or not around.any():
        return np.where(start, np.float32(_MOST), np.float32(-_MOST)).astype(np.float32)
    blood = float(np.percentile(hu[start], _BRIGHTER)) if rough else float(np.median(hu[start]))
    other = float(np.median(hu[around]))
    values = hu[tissue]
    spread = _LEAST_SPREAD_HU
    for _ in range(_ROUNDS):
        nearer = np.abs(values - blood) < np.abs(values - other)
        if nearer.all() or not nearer.any():
            break
        if rough:
            blood = float(np.median(values[nearer]))
        other = float(np.median(values[~nearer]))
        spread = 1.4826 * float(np.median(np.abs(values - np.where(nearer, blood, other))))
    spread = max(spread, _LEAST_SPREAD_HU)
    evidence = (blood - other) * (hu - 0.5 * (blood + other)) / spread**2
    # calcium and the border of bone are farther from brain than blood is, and yet no blood
    beyond = (hu - blood) * np.sign(blood - other) > 3.5 * spread
    evidence = np.where(beyond | ~tissue, -_MOST, evidence)
    cut: NDArray[np.float32] = np.clip(evidence, -_MOST, _MOST).astype(np.float32)
    return cut
