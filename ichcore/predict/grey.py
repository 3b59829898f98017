"""Pictures without HU: the window through which a model may look at them, estimated or assumed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.errors import InputError
from ichcore.pictures.display_window import window_estimate
from ichcore.volume.window import Window

if TYPE_CHECKING:
    from ichcore.volume.volume import Volume

ASSUMED_WINDOW = Window(50, 100, "brain wide")
"""[ours] what 8-bit pictures of a brain are taken to have been saved through where they do not tell."""
LOOKED_AT = 24
"""Slices that the estimate is made from, evenly over the series; more tell no more."""


@dataclass(frozen=True)
class GreyWindow:
    """The window that grey 0 to 255 of a series is read through.

    Attributes:
        window: grey 0 is its lower end, 255 its upper.
        estimated: from the pictures' own tissue peaks, or assumed because these do not tell.
    """

    window: Window
    estimated: bool

    def __str__(self) -> str:
        """A sentence for a reader."""
        read = f"grey 0 to 255 was read as the window {self.window.center:.0f}/{self.window.width:.0f}"
        if self.estimated:
            return f"{read}, estimated from the peaks of brain and CSF."
        return f"{read}, which may be wrong: the pictures do not tell their own."


def grey_window(volume: Volume) -> GreyWindow:
    """The window of a series of pictures: its own where it can be trusted, else :data:`ASSUMED_WINDOW`."""
    shown = np.flatnonzero(volume.decoded)
    if shown.size:
        chosen = shown[np.unique(np.linspace(0, shown.size - 1, min(shown.size, LOOKED_AT)).astype(int))]
        try:
            found = window_estimate(volume.hu[chosen])
        except InputError:
            return GreyWindow(ASSUMED_WINDOW, estimated=False)
        if found.trustworthy:
            return GreyWindow(found.window, estimated=True)
    return GreyWindow(ASSUMED_WINDOW, estimated=False)
