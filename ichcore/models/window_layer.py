"""The window layer of He 2024: HU through learned U-sigmoid windows (Eq. 3.1)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from ichcore.errors import CheckpointError, IchError
from ichcore.volume.window import (
    BRAIN,
    HU_RANGE,
    SOFT_TISSUE,
    SUBDURAL,
    Window,
    is_degenerate,
    weights_from_window,
    window_from_weights,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

THREE_WINDOWS = (BRAIN, SUBDURAL, SOFT_TISSUE)
"""The paper's Table 2: brain 40/80, subdural 80/200, soft tissue 40/380."""
WHOLE_RANGE = Window(sum(HU_RANGE) / 2, HU_RANGE[1] - HU_RANGE[0], "whole range")
"""[ours] where a trainable layer without preset (Table 4, row 4) starts: the whole HU range."""

CENTER_UNIT_HU = 100.0
"""Levels are learned in this unit, so that one Adam step moves level and log-width comparably."""
_LOG_W_RANGE = (math.log(1e-6), math.log(1e2))


class WindowLayer(nn.Module):
    """A 1×1 convolution of one HU channel followed by the U-sigmoid, divided by U.

    ``F/U = 1 / (1 + exp(−(W x + b)))`` (He 2024, Eq. 3.1) with ``W = exp(log_w)`` and
    ``b = −W · level``: W stays positive and finite whatever the optimiser does [ours], and level and
    width learn independently of each other's scale.

    Args:
        windows: one initial window a channel, at least one.
        trainable: whether training moves them.

    Input HU ``(B, 1, H, W)``, any float type; output ``(B, C, H, W)`` in [0, 1].
    """

    def __init__(self, windows: Sequence[Window] = THREE_WINDOWS, *, trainable: bool = True) -> None:
        super().__init__()
        if not windows:
            raise IchError(
                "A window layer was asked for without windows; give at least one, or use HuScaling."
            )
        self.names = tuple(window.name or f"channel {i + 1}" for i, window in enumerate(windows))
        self.initial = tuple(windows)
        self.log_w = nn.Parameter(torch.zeros(len(windows)), requires_grad=trainable)
        self.level = nn.Parameter(torch.zeros(len(windows)), requires_grad=trainable)
        self.set_effective([weights_from_window(window.center, window.width) for window in windows])

    @property
    def channels(self) -> int:
        """How many channels leave the layer."""
        return len(self.names)

    @property
    def trainable(self) -> bool:
        """Whether training moves the windows."""
        return self.log_w.requires_grad

    def weights(self) -> tuple[Tensor, Tensor]:
        """Effective W and b, each ``(C,)``, as the graph sees them."""
        w = torch.exp(self.log_w.clamp(*_LOG_W_RANGE))
        return w, -w * self.level * CENTER_UNIT_HU

    def forward(self, hu: Tensor) -> Tensor:
        """Window HU ``(B, 1, H, W)`` to ``(B, C, H, W)`` in [0, 1]."""
        # the gradient of W is proportional to HU, so metal and padding are clipped first
        x = hu.clamp(*HU_RANGE)
        w, b = self.weights()
        return torch.sigmoid(w.view(1, -1, 1, 1) * x + b.view(1, -1, 1, 1))

    def set_effective(self, pairs: Sequence[tuple[float, float]]) -> None:
        """Set effective W and b of every channel.

        Raises:
            CheckpointError: if the count differs, or a W is not positive and finite.
        """
        if len(pairs) != self.channels:
            raise CheckpointError(
                f"{len(pairs)} pairs of W and b were given for a window layer of {self.channels} channels; "
                "give one pair a channel."
            )
        for name, (w, b) in zip(self.names, pairs, strict=True):
            if not (math.isfinite(w) and math.isfinite(b) and w > 0.0):
                raise CheckpointError(
                    f"Window {name!r} has W = {w:g}, b = {b:g}; W must be positive and both finite. "
                    "Correct them in card.json."
                )
        with torch.no_grad():
            self.log_w.copy_(torch.tensor([math.log(w) for w, _ in pairs], dtype=torch.float64))
            self.level.copy_(torch.tensor([-b / w / CENTER_UNIT_HU for w, b in pairs], dtype=torch.float64))

    def effective(self) -> list[tuple[float, float]]:
        """Effective (W, b) of every channel."""
        # in double, so that a fresh layer inverts to its presets far below 1e-3 HU
        w = torch.exp(self.log_w.detach().double().clamp(*_LOG_W_RANGE)).tolist()
        level = (self.level.detach().double() * CENTER_UNIT_HU).tolist()
        return [(float(wi), float(-wi * ci)) for wi, ci in zip(w, level, strict=True)]

    def windows(self) -> list[Window | None]:
        """The learned windows; ``None`` for a degenerate channel."""
        return [
            None if is_degenerate(w, b) else window_from_weights(w, b, name=name)
            for name, (w, b) in zip(self.names, self.effective(), strict=True)
        ]


class HuScaling(nn.Module):
    """No window at all (rows "none" of Table 4): HU clipped to [−1024, 3071] and scaled to [0, 1]."""

    names: tuple[str, ...] = ()
    initial: tuple[Window, ...] = ()
    channels = 1
    trainable = False

    def forward(self, hu: Tensor) -> Tensor:
        """HU ``(B, 1, H, W)`` to ``(B, 1, H, W)`` in [0, 1]."""
        low, high = HU_RANGE
        return (hu.clamp(low, high) - low) / (high - low)

    def set_effective(self, pairs: Sequence[tuple[float, float]]) -> None:
        """Accept no pairs.

        Raises:
            CheckpointError: if there are any.
        """
        if pairs:
            raise CheckpointError("This network has no window layer, so its card can hold no windows.")

    def effective(self) -> list[tuple[float, float]]:
        """No channels have W and b."""
        return []

    def windows(self) -> list[Window | None]:
        """No windows."""
        return []


def make_window_layer(kind: str, *, trainable: bool) -> WindowLayer | HuScaling:
    """One of the six rows of He 2024, Table 4.

    Args:
        kind: ``three`` (brain, subdural, soft tissue), ``brain``, or ``none``.
        trainable: whether training moves the windows; ``none`` trained starts from the whole HU range
            [ours], ``none`` untrained is plain scaling.

    Raises:
        IchError: if the kind is unknown.
    """
    if kind == "three":
        return WindowLayer(THREE_WINDOWS, trainable=trainable)
    if kind == "brain":
        return WindowLayer((BRAIN,), trainable=trainable)
    if kind == "none":
        return WindowLayer((WHOLE_RANGE,), trainable=True) if trainable else HuScaling()
    raise IchError(f"{kind!r} is no kind of window layer; expected three, brain or none.")
