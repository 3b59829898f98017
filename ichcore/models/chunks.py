"""A scan cut into overlapping chunks of one length, as a network of fixed time steps reads it."""

from __future__ import annotations

from ichcore.errors import IchError


def overlapping_chunks(length: int, size: int = 32, overlap: int = 16) -> list[range]:
    """Chunks that together cover every slice.

    A scan shorter than a chunk is one chunk of its own length; the last chunk of a longer one is moved back
    so that it ends with the scan and none is short.

    Args:
        length: slices of the scan.
        size: slices a chunk; Ko 2020 has 32 time steps.
        overlap: slices that two neighbouring chunks share, at least [ours: half a chunk].

    Raises:
        IchError: unless ``0 <= overlap < size``.
    """
    if not 0 <= overlap < size:
        raise IchError(f"Chunks of {size} cannot overlap by {overlap}; give 0 to {size - 1}.")
    if length <= size:
        return [range(length)] if length > 0 else []
    starts = [*range(0, length - size, size - overlap), length - size]
    return [range(start, start + size) for start in starts]
