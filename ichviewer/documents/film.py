"""Writing a scroll as GIF or MP4 from pictures that arrive one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.errors import IchError
from ichcore.files import atomic_path

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

FORMATS = (".gif", ".mp4")


def write_film(target: Path, frames: Iterable[NDArray[np.uint8]], fps: float) -> int:
    """Write frames to ``target`` atomically; runs in a worker.

    Args:
        target: ends in ``.gif`` or ``.mp4``.
        frames: uint8 ``(rows, columns, 3)``, all of one shape; odd sizes lose a row or column in MP4,
            whose chroma is halved.
        fps: frames a second.

    Returns:
        How many frames were written.

    Raises:
        IchError: for another format, or where there was no frame.
        OSError: if the file cannot be written.
    """
    import imageio.v2 as imageio

    suffix = target.suffix.lower()
    if suffix not in FORMATS:
        raise IchError(f"A film cannot be written as {target.suffix!r}; choose .gif or .mp4.")
    count = 0
    with atomic_path(target) as temporary:
        if suffix == ".gif":
            writer = imageio.get_writer(temporary, format="GIF", mode="I", duration=1000.0 / fps, loop=0)
        else:
            writer = imageio.get_writer(
                temporary, format="FFMPEG", mode="I", fps=fps, codec="libx264", quality=8, macro_block_size=2
            )
        with writer:
            for frame in frames:
                even = frame[: frame.shape[0] // 2 * 2, : frame.shape[1] // 2 * 2]
                writer.append_data(np.ascontiguousarray(even))
                count += 1
        if count == 0:
            raise IchError("There was no slice to film, so nothing was written.")
    return count
