"""A prober whose answers are known and which waits when a test tells it to; stands in for the engine."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ichcore.explain.deletion import SHARES, DeletionCurves
from ichcore.explain.occlusion import Occlusion
from ichcore.explain.window_sweep import WindowSweep
from ichcore.volume.window import Window


class KnownProber:
    """Says by its window's level and width, by how much is painted, and 0.5 otherwise."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        """Set: answers come at once; cleared: they wait for it or for a cancel."""
        self.gate.set()
        self.asked: list[tuple[str, int]] = []
        """What was asked for, of which slice."""
        self.cancelled = 0

    def prober(self, name: str) -> KnownProber:
        """What an engine is asked for."""
        return self

    def window_sweep(
        self,
        volume: Any,
        index: int,
        windows: tuple[Window, ...],
        *,
        on_part: Callable[[WindowSweep], None],
        progress: Callable[..., None],
        cancel: Any,
    ) -> WindowSweep:
        """Blood is seen while the window's range holds 60 HU; slice number is the second digit."""
        self.asked.append(("sweep", index))
        said = np.full((len(windows), 6), 0.02, np.float32)
        for at, window in enumerate(windows):
            if window.low < 60 < window.high:
                said[at, [0, 2]] = 0.9 + index / 1000
        on_part(WindowSweep(windows[::4], said[::4]))
        self._wait(cancel)
        progress(1, 1, "")
        return WindowSweep(windows, said)

    def occlusion(
        self,
        volume: Any,
        index: int,
        patch: NDArray[np.bool_],
        *,
        on_picture: Callable[[NDArray[np.float32]], None],
        cancel: Any,
    ) -> Occlusion:
        """Every tenth of the slice that is painted takes a tenth away."""
        self.asked.append(("occlusion", index))
        painted = np.where(patch, 33.0, volume.hu[index]).astype(np.float32)
        on_picture(painted)
        self._wait(cancel)
        before = np.array([0.97, 0.1, 0.9, 0.1, 0.1, 0.1], np.float32)
        return Occlusion(before, np.maximum(before - np.float32(patch.mean()), 0), painted)

    def curves(
        self, volume: Any, heatmap: Any, *, progress: Callable[..., None], cancel: Any
    ) -> DeletionCurves:
        """Straight lines."""
        self.asked.append(("curves", heatmap.slice_index))
        progress(4, 30, "")
        self._wait(cancel)
        shares = np.array(SHARES)
        return DeletionCurves(shares, 1.0 - shares, shares)

    def _wait(self, cancel: Any) -> None:
        while not self.gate.wait(0.005):
            if cancel.cancelled:
                self.cancelled += 1
                cancel.raise_if_cancelled()
