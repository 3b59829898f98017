"""Windows that do not learn: the linear stacks of four of the papers, with their means and deviations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from ichcore.errors import CheckpointError, IchError
from ichcore.volume.window import BRAIN, HU_RANGE, SOFT_TISSUE, SUBDURAL, Window

if TYPE_CHECKING:
    from collections.abc import Sequence

BURDUJA_WINDOWS = (BRAIN, SUBDURAL, SOFT_TISSUE)
"""Burduja 2020, section 3.1: brain 40/80, subdural 80/200, soft tissue 40/380."""
BURDUJA_MEAN, BURDUJA_STD = (0.1738, 0.1433, 0.1970), (0.3161, 0.2850, 0.3111)
"""Burduja 2020, section 3.1: taken off and divided by, a channel."""
KO_WINDOWS = (BRAIN, Window(400, 1800, "bone"), SUBDURAL)
"""Ko 2020, section II.B: brain 40/80, bone 400/1800, subdural 80/200."""
WANG_WINDOWS = (Window(40, 40, "tissue"), Window(50, 100, "brain wide"), Window(60, 40, "blood"))
"""Wang 2023, data pre-processing: tissue 40/40, brain 50/100, blood 60/40 as red, green, blue."""
MA_WINDOWS = (Window(50, 130, "hemorrhage wide"),)
"""Ma 2025: level 50, width 130."""


class FixedWindows(nn.Module):
    """Linear windows from HU ``(B, 1, H, W)`` to ``(B, C, H, W)`` in [0, 1].

    The papers say "linear conversion"; [ours] it is DICOM's LINEAR_EXACT (PS3.3 C.11.2.1.3.2), without its
    half grey step. Nothing here is learned, so a card holds no W and b of it (Eq. 3.1 is a sigmoid).

    Args:
        windows: one a channel, at least one.

    Attributes:
        stated: the windows, one a channel.
    """

    names: tuple[str, ...] = ()
    initial: tuple[Window, ...] = ()
    trainable = False

    def __init__(self, windows: Sequence[Window]) -> None:
        super().__init__()
        if not windows:
            raise IchError("A stack of windows was asked for without windows; give at least one.")
        self.stated = tuple(windows)

    @property
    def channels(self) -> int:
        """How many channels leave the layer."""
        return len(self.stated)

    def forward(self, hu: Tensor) -> Tensor:
        """Window HU ``(B, 1, H, W)`` to ``(B, C, H, W)`` in [0, 1]."""
        x = hu.clamp(*HU_RANGE)
        grey = [((x - window.low) / window.width).clamp(0.0, 1.0) for window in self.stated]
        return torch.cat(grey, dim=1)

    def set_effective(self, pairs: Sequence[tuple[float, float]]) -> None:
        """Accept no pairs.

        Raises:
            CheckpointError: if there are any.
        """
        if pairs:
            raise CheckpointError("This network's windows are fixed, so its card can hold no learned ones.")

    def effective(self) -> list[tuple[float, float]]:
        """No channel has a W and b."""
        return []

    def windows(self) -> list[Window | None]:
        """No window is learned."""
        return []

    def as_json(self) -> list[dict[str, Any]]:
        """What a card says under ``normalisation``: name, level and width (HU) a channel."""
        return [{"name": w.name, "wl": w.center, "ww": w.width} for w in self.stated]


class Standardise(nn.Module):
    """Take off a mean and divide by a deviation, a channel.

    Args:
        mean: one a channel.
        std: one a channel, above 0.
    """

    def __init__(self, mean: Sequence[float], std: Sequence[float]) -> None:
        super().__init__()
        self.mean: Tensor
        self.std: Tensor
        # not persistent: the architecture states them, so weights cannot disagree
        self.register_buffer("mean", torch.tensor(mean).view(1, -1, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(std).view(1, -1, 1, 1), persistent=False)

    def forward(self, grey: Tensor) -> Tensor:
        """``(B, C, H, W)`` to the same shape."""
        return (grey - self.mean) / self.std
