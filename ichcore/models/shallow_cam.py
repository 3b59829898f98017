"""Shallow CAM (Ma 2025): two classifiers of hemorrhage or not, explained together where they are shallow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from ichcore.errors import IchError
from ichcore.models.backbones import COMPACT_DEPTHS, COMPACT_WIDTHS
from ichcore.models.feature_extractor import make_extractor
from ichcore.models.fixed_windows import MA_WINDOWS
from ichcore.models.network import IchNetwork
from ichcore.models.slice_network import PooledNetwork

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PAIRS: Mapping[str, tuple[str, str]] = {
    "resnet": ("resnet34", "resnet50"),
    "densenet": ("densenet121", "densenet169"),
    "vgg": ("vgg16", "vgg19"),
}
"""The backbone pairs of its Table 2; the first gives its best figures."""
SHALLOW: Mapping[str, tuple[str, str]] = {
    "resnet": ("layer1", "layer2"),
    "densenet": ("block1", "block2"),
    "vgg": ("block2", "block3"),
    "compact": ("block3", "block4"),
}
"""The two layers of each that are explained, the shallower (which is amplified) first."""
SECOND_WIDTHS, SECOND_DEPTHS = (24, 32, 48, 64, 96), (2, 1, 2, 2, 2)
"""[ours] The second compact network: wider where it is shallow, so that it looks with other eyes."""


class ShallowClassifier(PooledNetwork):
    """One classifier: level 50, width 130 → backbone → global average → no hemorrhage, hemorrhage.

    Of the standard six it predicts ``any`` alone; its logit is the difference of the two outputs, so that
    cross-entropy over the two is binary cross-entropy of it. 384² at the paper's size.

    Args:
        backbone: of :data:`PAIRS`, or ``compact``.
        widths: channels of the compact blocks.
        depths: convolutions of the compact blocks.
        gain: factor on the averaged map [ours; 1 is the paper's].
        dropout: before the linear layer, while training [ours; the paper has none].
        attention: average where an attention looks, so that a bleed's few cells are judged by themselves and
            shallow gradients stay with them [ours; the paper has none].
        pretrained: published weights for the paper's backbone; needs a connection.
    """

    classes = ("any",)

    def __init__(
        self,
        *,
        backbone: str = "compact",
        widths: Sequence[int] = COMPACT_WIDTHS,
        depths: Sequence[int] = COMPACT_DEPTHS,
        gain: float = 1.0,
        dropout: float = 0.0,
        attention: bool = False,
        pretrained: bool = False,
    ) -> None:
        extractor = make_extractor(
            backbone, len(MA_WINDOWS), pretrained=pretrained, widths=widths, depths=depths
        )
        super().__init__(
            MA_WINDOWS, extractor, 2, prior=(0.0, -2.0), gain=gain, dropout=dropout, attention=attention
        )

    def from_features(self, features: Tensor) -> Tensor:
        """Logit of ``any``, ``(B, 1)``."""
        return _difference(self.outputs(features))

    def cam(self, features: Tensor) -> Tensor:
        """CAM of ``any``, ``(B, 1, h, w)``."""
        return _difference(self.output_maps(features))

    def class_weights(self) -> Tensor:
        """``(1, C)`` of ``any``."""
        return _difference(super().class_weights().T).T


class ClassifierPair(IchNetwork):
    """Both classifiers; they share nothing, so trained on the sum of their losses each learns as if alone.

    [ours] The pair's logit of ``any`` is the mean of theirs, which is linear in their averaged maps laid side
    by side; so the pair has an exact CAM on the layer ``joined``, and one gradient reaches both.

    Args:
        size: ``paper`` or ``compact`` (two narrow VGGs of our own).
        pair: one of :data:`PAIRS` at the paper's size; ``resnet`` by default.
        gain: factor on the averaged maps [ours; 1 is the paper's].
        dropout: before the linear layers, while training [ours; the paper has none].
        attention: of both; see :class:`ShallowClassifier`.
        widths: channels of the two compact networks' blocks.
        depths: convolutions of the two compact networks' blocks.
        pretrained: published weights for the paper's backbones; needs a connection.

    Attributes:
        shallow_layers: for each of the two depths, the shallower first, the names in :attr:`cam_layers` of
            the two networks' layers.
    """

    classes = ("any",)

    def __init__(
        self,
        *,
        size: str = "compact",
        pair: str | None = None,
        gain: float = 1.0,
        dropout: float = 0.0,
        attention: bool = False,
        widths: Sequence[Sequence[int]] = (COMPACT_WIDTHS, SECOND_WIDTHS),
        depths: Sequence[Sequence[int]] = (COMPACT_DEPTHS, SECOND_DEPTHS),
        pretrained: bool = False,
    ) -> None:
        super().__init__()
        if size == "compact":
            if pair not in (None, "compact"):
                raise IchError(f"The compact shallow-CAM pair has its own backbones; leave {pair!r} out.")
            family, backbones = "compact", ("compact", "compact")
        elif size == "paper":
            family = pair or "resnet"
            if family not in PAIRS:
                raise IchError(f"{family!r} is no backbone pair; expected {', '.join(PAIRS)}.")
            backbones = PAIRS[family]
        else:
            raise IchError(f"{size!r} is no size of the shallow-CAM pair; expected paper or compact.")
        self.first, self.second = (
            ShallowClassifier(
                backbone=name,
                widths=w,
                depths=d,
                gain=gain,
                dropout=dropout,
                attention=attention,
                pretrained=pretrained,
            )
            for name, w, d in zip(backbones, widths, depths, strict=True)
        )
        self.window = self.first.window
        self.joined = _Joined()
        shallower, deeper = SHALLOW[family]
        self.shallow_layers = (
            (f"first.{shallower}", f"second.{shallower}"),
            (f"first.{deeper}", f"second.{deeper}"),
        )

    def features(self, hu: Tensor) -> Tensor:
        """The last maps of both laid side by side, ``(B, C1 + C2, h, w)``."""
        joined: Tensor = self.joined(self.first.features(hu), self.second.features(hu))
        return joined

    def member_logits(self, features: Tensor) -> Tensor:
        """The logit of ``any`` of each classifier, ``(B, 2)``; training minds each by itself."""
        first, second = self._parts(features)
        return torch.cat([self.first.from_features(first), self.second.from_features(second)], dim=1)

    def from_features(self, features: Tensor) -> Tensor:
        """Logit of ``any``, ``(B, 1)``."""
        return self.member_logits(features).mean(dim=1, keepdim=True)

    def cam(self, features: Tensor) -> Tensor:
        """CAM of ``any``, ``(B, 1, h, w)``."""
        first, second = self._parts(features)
        return (self.first.cam(first) + self.second.cam(second)) / 2

    @property
    def cam_layers(self) -> dict[str, nn.Module]:
        """``first.…`` and ``second.…``, each shallow to deep, and ``joined``."""
        layers: dict[str, nn.Module] = {}
        for name, member in (("first", self.first), ("second", self.second)):
            layers |= {f"{name}.{layer}": module for layer, module in member.cam_layers.items()}
        return {**layers, "joined": self.joined}

    @property
    def default_cam_layer(self) -> str:
        """``joined``."""
        return "joined"

    def class_weights(self) -> Tensor:
        """``(1, C1 + C2)`` of ``any``."""
        return torch.cat([self.first.class_weights(), self.second.class_weights()], dim=1) / 2

    def _parts(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Each classifier's own last map again."""
        cut = self.first.extractor.channels
        return features[:, :cut], features[:, cut:]


class _Joined(nn.Module):
    """Two maps laid side by side; a module, so that a hook can read it."""

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        """``(B, C1, h, w)`` and ``(B, C2, h, w)`` to ``(B, C1 + C2, h, w)``."""
        return torch.cat([first, second], dim=1)


def _difference(two: Tensor) -> Tensor:
    """Hemorrhage less no hemorrhage along the second axis, which stays with length 1."""
    return two[:, 1:] - two[:, :1]
