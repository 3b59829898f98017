"""What a model says of a slice through one display window after another: does it see what the reader sees?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.subtypes import CLASSES
from ichcore.volume.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from ichcore.explain.altered_slice import AlteredSlice
    from ichcore.progress import CancelToken, Progress

LEVELS_HU = (0.0, 100.0)
WIDTHS_HU = (10.0, 400.0)
STEPS = 21
"""Windows on a path."""
_ROUNDS = (np.s_[0::4], np.s_[2::4], np.s_[1::2])
"""A rough curve first, which is then filled in."""


@dataclass(frozen=True, eq=False)
class WindowSweep:
    """Probabilities of one slice along a path of windows.

    Attributes:
        windows: ``S`` windows in order.
        probabilities: float32 ``(S, 6)``, calibrated; NaN for a class that the model does not predict.
    """

    windows: tuple[Window, ...]
    probabilities: NDArray[np.float32]


def level_path(width: float, steps: int = STEPS) -> tuple[Window, ...]:
    """Windows of one width whose level goes from 0 to 100 HU."""
    return tuple(Window(float(level), width) for level in np.linspace(*LEVELS_HU, steps))


def width_path(level: float, steps: int = STEPS) -> tuple[Window, ...]:
    """Windows about one level whose width goes from 10 to 400 HU, by equal factors."""
    return tuple(Window(level, float(width)) for width in np.geomspace(*WIDTHS_HU, steps))


def window_sweep(
    altered: AlteredSlice,
    windows: Sequence[Window],
    *,
    on_part: Callable[[WindowSweep], None] | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> WindowSweep:
    """Ask a model about a slice of which it gets only what a reader could tell apart through each window.

    HU are cut to the window's lowest and highest before they enter the network's own window layer, on the
    model's grid, so that the air beyond the slice is cut, too. A reader scrolls through the whole series
    with the window that is set, so slices next to this one go through it as well where the model hears them;
    those farther off, which a sequence network hears too, stay as they are.

    Args:
        altered: the slice.
        windows: the path.
        on_part: gets what is known so far: every fourth window, every other, all.
        progress: called between batches.
        cancel: looked at between batches.

    Raises:
        CancelledError: if cancelled.
    """
    near = altered.near
    whole = np.stack([altered.prepared.hu(slab) for slab in near.tolist()])
    said = np.full((len(windows), len(CLASSES)), np.nan, np.float32)
    known = np.zeros(len(windows), bool)
    for chosen in _ROUNDS:
        some = windows[chosen]
        if not some:
            continue
        through = np.stack([np.clip(whole, window.low, window.high) for window in some])
        said[chosen] = altered.says(through, slabs=near, progress=progress, cancel=cancel)
        known[chosen] = True
        if on_part is not None:
            on_part(WindowSweep(tuple(windows[i] for i in np.flatnonzero(known).tolist()), said[known]))
    return WindowSweep(tuple(windows), said)
