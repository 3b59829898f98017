"""Blend sign (Wang 2023): three exclusive classes, a centre-point detector, ready for self-distillation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from ichcore.errors import IchError
from ichcore.models.backbones import COMPACT_DEPTHS, COMPACT_POOLED, COMPACT_WIDTHS
from ichcore.models.centre_points import CHANNELS
from ichcore.models.feature_extractor import make_extractor
from ichcore.models.fixed_windows import WANG_WINDOWS
from ichcore.models.slice_network import PooledNetwork, chosen_extractor

if TYPE_CHECKING:
    from collections.abc import Sequence

BACKBONES = ("resnet50", "vgg16", "inception_v3")
"""The three that its Table 4 compares."""
BLEND_CLASSES = ("no_hemorrhage", "hemorrhage", "blend_sign")
"""Exclusive; a slice with both a blend sign and another bleed is a blend sign."""
_CENTRE_PRIOR = -4.6
"""Logit of 0.01: at the start a centre is rare, so that a slice full of cells does not drown the rest."""


class BlendSign(PooledNetwork):
    """Tissue, brain and blood window → backbone → three classes, and boxes of all bleeds.

    Of the standard six it predicts ``any`` alone: hemorrhage or blend sign, whose logit
    ``ln(e^{z1} + e^{z2}) − z0`` makes its sigmoid exactly the sum of the two probabilities.

    [ours] where the paper is silent: the detector is a 3×3 convolution with ReLU and a 1×1 one, on the last
    block's map; its stride is the backbone's: at 512² 16 pixels for VGG-16, whose last pooling is left out,
    and 32 for ResNet-50; Inception-v3 pads nothing and has 14×14 cells. Distances are in cells. Grey goes in
    as [0, 1], as printed. A student of self-distillation is a fresh network of the same arguments.

    Args:
        size: ``paper`` (512²) or ``compact`` (narrow VGG of our own).
        backbone: one of :data:`BACKBONES` at the paper's size; the first by default.
        detector: ``False`` for the rows of Table 3 without it.
        attention: classify the mean over the places that look like a bleed, not over the whole slice [ours;
            the paper has none].
        detector_width: channels between its two convolutions; 256, compact 64.
        widths: channels of the compact blocks.
        depths: convolutions of the compact blocks.
        pooled: compact blocks that begin with a pooling; ``(2, 4)`` leaves cells of 8 pixels.
        gain: factor on the averaged map [ours; 1 is the paper's].
        dropout: before the linear layer, while training [ours; the paper has none].
        pretrained: published weights for the paper's backbone; needs a connection.
    """

    classes = ("any",)
    own_classes = BLEND_CLASSES

    def __init__(
        self,
        *,
        size: str = "compact",
        backbone: str | None = None,
        detector: bool = True,
        attention: bool = False,
        detector_width: int | None = None,
        widths: Sequence[int] = COMPACT_WIDTHS,
        depths: Sequence[int] = COMPACT_DEPTHS,
        pooled: Sequence[int] = COMPACT_POOLED,
        gain: float = 1.0,
        dropout: float = 0.0,
        pretrained: bool = False,
    ) -> None:
        name = chosen_extractor("blend-sign", size, backbone, BACKBONES)
        extractor = make_extractor(
            name, len(WANG_WINDOWS), pretrained=pretrained, widths=widths, depths=depths, pooled=pooled
        )
        super().__init__(
            WANG_WINDOWS,
            extractor,
            len(BLEND_CLASSES),
            prior=(0.0, -2.0, -4.0),
            gain=gain,
            dropout=dropout,
            attention=attention,
        )
        width = detector_width or (256 if size == "paper" else 64)
        self.detector = _detector(extractor.channels, width) if detector else None

    def from_features(self, features: Tensor) -> Tensor:
        """Logit of ``any``, ``(B, 1)``."""
        return any_logit(self.own_logits(features))

    def own_logits(self, features: Tensor) -> Tensor:
        """Logits of :data:`BLEND_CLASSES`, ``(B, 3)``, for a softmax."""
        return self.outputs(features)

    @property
    def finds_boxes(self) -> bool:
        """Whether it was built with its detector."""
        return self.detector is not None

    def detect(self, features: Tensor) -> Tensor:
        """Centre-point maps ``(B, 5, h, w)``: logit of a centre, then left, right, top, bottom in cells.

        Raises:
            IchError: if it was built without detector.
        """
        if self.detector is None:
            raise IchError("This blend-sign network was built without its detector, so it finds no boxes.")
        maps: Tensor = self.detector(features)
        return maps

    def cam(self, features: Tensor) -> Tensor:
        """CAM of ``any``, ``(B, 1, h, w)``: the maps of its two bleeding classes, each by its share.

        ``any`` is no linear output, so this is its first-order map at the slice (Grad-CAM's, times the
        cells). :meth:`own_cam` is exact.
        """
        maps = self.own_cam(features)
        logits = maps.mean(dim=(2, 3)) + self.classify.bias  # looking twice would cost twice
        share = torch.softmax(logits[:, 1:], dim=1)[:, :, None, None]
        return (maps[:, 1:] * share).sum(dim=1, keepdim=True) - maps[:, :1]

    def own_cam(self, features: Tensor) -> Tensor:
        """CAM of :data:`BLEND_CLASSES`, ``(B, 3, h, w)``; means are the logits less their biases."""
        return self.output_maps(features)

    def class_weights(self) -> Tensor:
        """There are none.

        Raises:
            IchError: always.
        """
        raise IchError(
            "The blend-sign network sums two exclusive classes to 'any', so it has no one weight a channel; "
            "explain 'any' with gradcam or layercam."
        )


def any_logit(own_logits: Tensor) -> Tensor:
    """``(…, 3)`` logits of :data:`BLEND_CLASSES` to the logit of ``any``, ``(…, 1)``."""
    return torch.logsumexp(own_logits[..., 1:], dim=-1, keepdim=True) - own_logits[..., :1]


def _detector(channels: int, width: int) -> nn.Sequential:
    """The two convolutions."""
    last = nn.Conv2d(width, CHANNELS, 1)
    # at the start no centre is called; a box would reach one cell to each side
    last.bias = nn.Parameter(torch.tensor([_CENTRE_PRIOR, 1.0, 1.0, 1.0, 1.0]))
    return nn.Sequential(nn.Conv2d(channels, width, 3, padding=1), nn.ReLU(), last)
