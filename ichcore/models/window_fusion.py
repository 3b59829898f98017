"""The window-fusion network (He 2024): window layer, VGG, fusion of C3–C5 with attention, six sigmoids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch.nn.functional as nnf
from torch import Tensor, nn

from ichcore.errors import IchError
from ichcore.models.backbones import COMPACT_DEPTHS, COMPACT_WIDTHS, compact_blocks, vgg16_blocks
from ichcore.models.fusion import Fusion
from ichcore.models.network import IchNetwork
from ichcore.models.window_layer import make_window_layer
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from collections.abc import Sequence


class WindowFusion(IchNetwork):
    """He 2024, at the paper's size or compact.

    [ours] where the paper is silent: C3, C4, C5 are the last activations before each pooling; VGG-16 at
    512² has them at 128², 64² and 32², so two, one and no stride-2 convolutions bring them to 32×32 with
    256 channels, summed; r = 16; CAM from the map just before GAP. In the compact variant a
    coarser scale than the common grid is enlarged; the weights that ship fuse at C3, so that a cell of their
    CAM is four pixels wide (3.4 mm).

    Args:
        size: ``paper`` (VGG-16, 512²) or ``compact`` (narrow VGG, 256² at 0.85 mm).
        windows: ``three``, ``brain`` or ``none``.
        trainable_windows: whether training moves the windows.
        fusion: ``False`` for the ablation without multi-scale fusion (GAP of C5 alone).
        widths: channels of the compact blocks.
        depths: convolutions of the compact blocks.
        grid_level: which of C3, C4, C5 (3, 4, 5) sets the common grid; ``None`` is C5 at the paper's size,
            C4 in the compact one.
        fused: channels of the fused map.
        dropout: before the last layer, while training.
        gain: factor on the averaged map before the linear layer. A bleed of a few cells among thousands
            leaves almost nothing of an average, so plain rates would need tens of thousands of steps
            [ours; 1 is the paper's]. It is part of :meth:`class_weights`, so the CAM stays exact.
        hu_range: HU are cut to this range first; ``None`` leaves them. Pictures saved as 8-bit know nothing
            beyond their window, so a network that learns from them and from HU sees both alike [ours].
        pretrained: ImageNet weights for the paper's backbone; needs a connection.
    """

    def __init__(
        self,
        *,
        size: str = "compact",
        windows: str = "three",
        trainable_windows: bool = True,
        fusion: bool = True,
        widths: Sequence[int] = COMPACT_WIDTHS,
        depths: Sequence[int] = COMPACT_DEPTHS,
        grid_level: int | None = None,
        fused: int | None = None,
        dropout: float = 0.0,
        gain: float = 1.0,
        hu_range: Sequence[float] | None = None,
        pretrained: bool = False,
    ) -> None:
        super().__init__()
        if hu_range is not None and (len(hu_range) != 2 or hu_range[0] >= hu_range[1]):
            raise IchError(f"{hu_range!r} is no range of HU; expected a lower and a higher end.")
        self.hu_range = None if hu_range is None else (float(hu_range[0]), float(hu_range[1]))
        self.window = make_window_layer(windows, trainable=trainable_windows)
        if size == "paper":
            blocks, channels = vgg16_blocks(self.window.channels, pretrained=pretrained)
            level, out = grid_level or 5, fused or 256
        elif size == "compact":
            blocks, channels = compact_blocks(self.window.channels, widths, depths)
            level, out = grid_level or 4, fused or 96
        else:
            raise IchError(f"{size!r} is no size of the window-fusion network; expected paper or compact.")
        if level not in (3, 4, 5):
            raise IchError(f"{level} is no scale that can set the common grid; expected 3, 4 or 5.")
        halvings = tuple(level - scale for scale in (3, 4, 5))
        self.blocks = nn.ModuleList(blocks)
        self.fusion = Fusion(channels[2:], halvings, out=out) if fusion else None
        self.dropout = nn.Dropout(dropout)
        self.gain = float(gain)
        self.classify = nn.Linear(out if fusion else channels[4], len(CLASSES))
        if self.gain != 1.0:
            nn.init.zeros_(self.classify.weight)
            nn.init.constant_(self.classify.bias, -2.0)  # most slices bear no bleed

    def features(self, hu: Tensor) -> Tensor:
        """The map just before GAP, ``(B, C, h, w)``, for HU ``(B, 1, H, W)``."""
        x = self.window(hu if self.hu_range is None else hu.clamp(*self.hu_range))
        scales = []
        for block in self.blocks:
            x = block(x)
            scales.append(x)
        if self.fusion is None:
            last: Tensor = scales[-1]
            return last
        fused: Tensor = self.fusion(scales[2:])
        return fused

    def forward(self, hu: Tensor) -> Tensor:
        """HU float32 ``(B, 1, H, W)`` to logits ``(B, 6)``."""
        return self.from_features(self.features(hu))

    def from_features(self, features: Tensor) -> Tensor:
        """Global average, dropout while training, linear layer: logits ``(B, 6)``."""
        logits: Tensor = self.classify(self.dropout(self.pooled(features)))
        return logits

    def pooled(self, features: Tensor) -> Tensor:
        """Global average of the last map times the gain, ``(B, C)``."""
        return nnf.adaptive_avg_pool2d(features, 1).flatten(1).float() * self.gain

    def cam(self, features: Tensor) -> Tensor:
        """``(B, 6, h, w)``; its mean is the logit less the bias."""
        return nnf.conv2d(features, (self.classify.weight * self.gain)[:, :, None, None])

    @property
    def cam_layers(self) -> dict[str, nn.Module]:
        """``block1`` … ``block5`` and, unless ablated, ``fusion``."""
        layers: dict[str, nn.Module] = {f"block{i + 1}": block for i, block in enumerate(self.blocks)}
        if self.fusion is not None:
            layers["fusion"] = self.fusion
        return layers

    @property
    def default_cam_layer(self) -> str:
        """``fusion``, or ``block5`` in the ablation without it."""
        return "fusion" if self.fusion is not None else "block5"

    def class_weights(self) -> Tensor:
        """``(6, C)``: CAM of class c is ``Σ_k weight[c, k] · A_k``, whose mean is the logit less its bias."""
        return self.classify.weight.detach() * self.gain
