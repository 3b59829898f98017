"""U-Net (Ronneberger 2015), as Ma 2025 trains it on the masks that the shallow CAM proposes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from ichcore.errors import IchError
from ichcore.models.fixed_windows import MA_WINDOWS, FixedWindows
from ichcore.models.network import SegmentationNetwork

if TYPE_CHECKING:
    from collections.abc import Sequence

PAPER_WIDTHS = (64, 128, 256, 512, 1024)
COMPACT_WIDTHS = (12, 24, 48, 96, 192)


class UNet(SegmentationNetwork):
    """Level 50, width 130 → four halvings and back, with a bridge at every size → background, hemorrhage.

    "Standard U-Net", says the paper; [ours] padded convolutions, so that the mask has the input's size, batch
    norm after each, and 2×2 transposed convolutions upwards. 384² at the paper's size.

    Args:
        size: ``paper`` (64 to 1024 channels) or ``compact`` (12 to 192).
        widths: channels from the input's size down, instead of the size's own.
    """

    def __init__(self, *, size: str = "compact", widths: Sequence[int] | None = None) -> None:
        super().__init__()
        if size not in ("paper", "compact"):
            raise IchError(f"{size!r} is no size of the U-Net; expected paper or compact.")
        steps = tuple(widths or (PAPER_WIDTHS if size == "paper" else COMPACT_WIDTHS))
        if len(steps) < 2:
            raise IchError("A U-Net needs at least two widths, one at the input's size and one below.")
        self.window = FixedWindows(MA_WINDOWS)
        into = (self.window.channels, *steps[:-1])
        self.down = nn.ModuleList(_two_convolutions(a, b) for a, b in zip(into, steps, strict=True))
        pairs = list(zip(steps[:0:-1], steps[-2::-1], strict=True))
        self.enlarge = nn.ModuleList(nn.ConvTranspose2d(a, b, 2, stride=2) for a, b in pairs)
        self.up = nn.ModuleList(_two_convolutions(2 * b, b) for _, b in pairs)
        self.pool = nn.MaxPool2d(2)
        self.classify = nn.Conv2d(steps[0], 2, 1)
        self.multiple = 2 ** (len(steps) - 1)

    def forward(self, hu: Tensor) -> Tensor:
        """HU float32 ``(B, 1, H, W)`` to logits ``(B, 2, H, W)`` of background and hemorrhage.

        Raises:
            IchError: if H or W is no multiple of :attr:`multiple` (16 with five widths).
        """
        if hu.shape[-2] % self.multiple or hu.shape[-1] % self.multiple:
            raise IchError(
                f"The U-Net was given {hu.shape[-2]}×{hu.shape[-1]} pixels; "
                f"rows and columns must be multiples of {self.multiple}."
            )
        x = self.window(hu)
        bridges: list[Tensor] = []
        for step in self.down:
            x = step(self.pool(x) if bridges else x)
            bridges.append(x)
        for enlarge, up, bridge in zip(self.enlarge, self.up, bridges[-2::-1], strict=True):
            x = up(torch.cat([bridge, enlarge(x)], dim=1))
        logits: Tensor = self.classify(x)
        return logits


def _two_convolutions(channels: int, out: int) -> nn.Sequential:
    """Twice 3×3 convolution, batch norm, ReLU."""
    layers: list[nn.Module] = []
    for into in (channels, out):
        layers += [nn.Conv2d(into, out, 3, padding=1, bias=False), nn.BatchNorm2d(out), nn.ReLU()]
    return nn.Sequential(*layers)
