"""COCO's uncompressed run-length encoding: runs of 0 and 1 in turn, down the columns, a run of 0 first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def run_lengths(mask: NDArray[np.bool_]) -> list[int]:
    """Runs of a ``(rows, columns)`` mask; the first counts zeros and may be 0."""
    flat = mask.ravel(order="F")
    changes = np.flatnonzero(np.diff(flat)) + 1
    lengths: list[int] = np.diff(np.concatenate([[0], changes, [flat.size]])).tolist()
    return [0, *lengths] if flat.size and flat[0] else lengths


def from_run_lengths(runs: Sequence[int], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """The mask that :func:`run_lengths` was given.

    Raises:
        InputError: if the runs do not fill the shape.
    """
    if any(run < 0 for run in runs) or sum(runs) != shape[0] * shape[1]:
        raise InputError(f"Runs of {sum(runs)} pixels do not fill a picture of {shape}.")
    values = np.arange(len(runs)) % 2 == 1
    return np.repeat(values, runs).reshape(shape, order="F")
