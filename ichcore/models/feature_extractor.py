"""Feature extractors by name: timm's networks at the papers' sizes, and a compact one of our own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from torch import Tensor, nn

from ichcore.errors import IchError
from ichcore.models.backbones import (
    COMPACT_DEPTHS,
    COMPACT_POOLED,
    COMPACT_WIDTHS,
    compact_blocks,
    vgg_blocks,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COMPACT = "compact"


class FeatureExtractor(nn.Module):
    """Grey channels ``(B, c, H, W)`` to the last map ``(B, channels, h, w)``.

    Attributes:
        channels: of the last map.
        last: the deepest layer's name; its map is what :meth:`forward` gives.
    """

    channels: int
    last: str

    def inner_layers(self) -> dict[str, nn.Module]:
        """Layers before the last, shallow to deep, whose maps can be read by a hook."""
        raise NotImplementedError

    @property
    def layers(self) -> dict[str, nn.Module]:
        """All readable layers, shallow to deep; the last one is this module itself."""
        return {**self.inner_layers(), self.last: self}


class BlockExtractor(FeatureExtractor):
    """A chain of blocks, ``block1`` to the last; VGG's shape.

    Args:
        blocks: in order.
        channels: of the last block's map.
        dropout: after every block, while training.
    """

    def __init__(self, blocks: Sequence[nn.Module], channels: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(blocks)
        self.channels, self.last = channels, f"block{len(blocks)}"
        self.dropout = nn.Dropout(dropout)

    def forward(self, grey: Tensor) -> Tensor:
        """``(B, c, H, W)`` to ``(B, channels, h, w)``."""
        x = grey
        for block in self.blocks:
            x = self.dropout(block(x))
        return x

    def inner_layers(self) -> dict[str, nn.Module]:
        """All blocks but the last."""
        return {f"block{i + 1}": block for i, block in enumerate(self.blocks[:-1])}


class TimmExtractor(FeatureExtractor):
    """A timm network without its head.

    Args:
        source: which, and where its layers are.
        in_channels: channels that enter; pretrained first filters are folded by timm to fit.
        pretrained: start from published weights; needs a connection.
        dropout: after the modules that the source names for it, while training.
    """

    def __init__(
        self, source: Source, in_channels: int, *, pretrained: bool = False, dropout: float = 0.0
    ) -> None:
        super().__init__()
        import timm  # heavy, and needed only at the papers' sizes

        name = source.pretrained if pretrained else source.model
        model: Any = timm.create_model(name, pretrained=pretrained, in_chans=in_channels, num_classes=0)
        self.channels, self.last, self._inner = int(model.num_features), source.last, source.inner
        if dropout:
            for path in source.dropout_after:
                setattr(model, path, nn.Sequential(getattr(model, path), nn.Dropout(dropout)))
        self.model = model

    def forward(self, grey: Tensor) -> Tensor:
        """``(B, c, H, W)`` to ``(B, channels, h, w)``."""
        x: Tensor = self.model.forward_features(grey)
        return x

    def inner_layers(self) -> dict[str, nn.Module]:
        """The layers that the source names."""
        return {name: self.model.get_submodule(path) for name, path in self._inner.items()}


@dataclass(frozen=True)
class Source:
    """Where an extractor is found in timm.

    Attributes:
        model: timm's name.
        pretrained: name with the tag of the weights that the paper started from, or the nearest.
        last: what we call the deepest map.
        inner: our layer name → path of the module.
        dropout_after: modules that Ko's dropout follows.
    """

    model: str
    pretrained: str
    last: str
    inner: Mapping[str, str]
    dropout_after: tuple[str, ...] = ()


_RESNET = {f"layer{i}": f"layer{i}" for i in (1, 2, 3)}
_DENSENET = {f"block{i}": f"features.denseblock{i}" for i in (1, 2, 3)}
SOURCES: Mapping[str, Source] = {
    "resnet34": Source("resnet34", "resnet34.tv_in1k", "layer4", _RESNET),
    "resnet50": Source("resnet50", "resnet50.tv_in1k", "layer4", _RESNET),
    # the weights of Mahajan 2018 (940 million pictures) that Burduja starts from
    "resnext101_32x8d": Source("resnext101_32x8d", "resnext101_32x8d.fb_wsl_ig1b_ft_in1k", "layer4", _RESNET),
    "efficientnet_b4": Source(
        "efficientnet_b4",
        "efficientnet_b4.ra2_in1k",
        "head",
        {"stage2": "blocks.1", "stage3": "blocks.2", "stage5": "blocks.4", "stage7": "blocks.6"},
    ),
    "xception": Source(
        "legacy_xception",
        "legacy_xception.tf_in1k",
        "exit",
        {"block1": "block1", "block2": "block2", "block3": "block3", "block11": "block11"},
        ("act2", *(f"block{i}" for i in range(1, 13)), "act3"),
    ),
    "inception_v3": Source(
        "inception_v3",
        "inception_v3.tv_in1k",
        "mixed7",
        {"mixed5": "Mixed_5d", "mixed6": "Mixed_6e"},
    ),
    "densenet121": Source("densenet121", "densenet121.tv_in1k", "block4", _DENSENET),
    "densenet169": Source("densenet169", "densenet169.tv_in1k", "block4", _DENSENET),
}
_VGG = ("vgg16", "vgg19")
EXTRACTORS = (*SOURCES, *_VGG, COMPACT)
"""Names that :func:`make_extractor` takes."""


def make_extractor(
    name: str,
    in_channels: int,
    *,
    pretrained: bool = False,
    dropout: float = 0.0,
    widths: Sequence[int] = COMPACT_WIDTHS,
    depths: Sequence[int] = COMPACT_DEPTHS,
    pooled: Sequence[int] = COMPACT_POOLED,
) -> FeatureExtractor:
    """A feature extractor.

    Strides of the last map: 32 for timm's, 16 for VGG, which [ours] ends before its last pooling, and for
    the compact one.

    Args:
        name: one of :data:`EXTRACTORS`.
        in_channels: channels that enter.
        pretrained: start from published weights; needs a connection, and there are none of ``compact``.
        dropout: Ko's, after convolutions while training; Xception and ``compact`` have it.
        widths: channels of the compact blocks.
        depths: convolutions of the compact blocks.
        pooled: compact blocks that begin with a pooling.

    Raises:
        IchError: if there is none such, or pretrained weights of ``compact`` are asked for.
    """
    if name == COMPACT:
        if pretrained:
            raise IchError("The compact network has no pretrained weights; leave pretrained out.")
        blocks, channels = compact_blocks(in_channels, widths, depths, pooled)
        return BlockExtractor(blocks, channels[-1], dropout)
    if name in _VGG:
        blocks, channels = vgg_blocks(f"{name}_bn", in_channels, pretrained=pretrained)
        return BlockExtractor(blocks, channels[-1], dropout)
    if name not in SOURCES:
        raise IchError(f"There is no backbone {name!r}; expected one of {', '.join(EXTRACTORS)}.")
    return TimmExtractor(SOURCES[name], in_channels, pretrained=pretrained, dropout=dropout)
