"""VGG backbones as five blocks: the paper's VGG-16 (timm) and a narrow one that two cores can train."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from torch import nn

from ichcore.errors import IchError

if TYPE_CHECKING:
    from collections.abc import Sequence

COMPACT_WIDTHS = (16, 32, 32, 64, 128)
COMPACT_DEPTHS = (1, 1, 2, 2, 3)
COMPACT_POOLED = (2, 4, 5)
"""Blocks, counted from one, that begin with a pooling."""


def vgg16_blocks(
    in_channels: int, *, pretrained: bool = False
) -> tuple[list[nn.Sequential], tuple[int, ...]]:
    """The five blocks of VGG-16; see :func:`vgg_blocks`."""
    return vgg_blocks("vgg16_bn", in_channels, pretrained=pretrained)


def vgg_blocks(
    name: str, in_channels: int, *, pretrained: bool = False
) -> tuple[list[nn.Sequential], tuple[int, ...]]:
    """The five blocks of a VGG with batch norm, each ending before its pooling, and their channels.

    Strides of the blocks' outputs are 1, 2, 4, 8, 16. timm is imported here, since it is heavy.

    Args:
        name: ``vgg16_bn`` or ``vgg19_bn``.
        in_channels: channels of the window layer.
        pretrained: start from ImageNet weights; needs a connection.
    """
    import timm

    # the head is thrown away; unless weights must fit it, a thin one saves building 100 million parameters
    head: dict[str, Any] = {} if pretrained else {"mlp_ratio": 1 / 1024}
    model: Any = timm.create_model(name, pretrained=pretrained, in_chans=in_channels, **head)
    blocks: list[list[nn.Module]] = [[]]
    for layer in model.features:
        if isinstance(layer, nn.MaxPool2d):
            blocks.append([layer])
        else:
            blocks[-1].append(layer)
    return [nn.Sequential(*layers) for layers in blocks[:5]], (64, 128, 256, 512, 512)


def compact_blocks(
    in_channels: int,
    widths: Sequence[int] = COMPACT_WIDTHS,
    depths: Sequence[int] = COMPACT_DEPTHS,
    pooled: Sequence[int] = COMPACT_POOLED,
) -> tuple[list[nn.Sequential], tuple[int, ...]]:
    """Five narrow VGG-like blocks with batch norm and an early stride [ours].

    Strides of the blocks' outputs are 2, 4, 4, 8, 16, so that C3, C4, C5 have 56, 28 and 14 cells a side
    for an input of 224². The very last convolution is dilated by two, so that it sees the whole head's depth.

    Args:
        in_channels: channels of the window layer.
        widths: channels of the five blocks.
        depths: convolutions of the five blocks.
        pooled: blocks that begin with a pooling; without the last one C5 is as fine as C4.

    Raises:
        IchError: if there are not five widths and five depths of at least one.
    """
    if len(widths) != 5 or len(depths) != 5 or min(depths) < 1:
        raise IchError(
            f"The compact backbone has five blocks of at least one convolution; "
            f"widths {list(widths)} and depths {list(depths)} were given."
        )
    blocks, channels = [], in_channels
    for number, (width, depth) in enumerate(zip(widths, depths, strict=True), start=1):
        layers: list[nn.Module] = [nn.MaxPool2d(2)] if number in pooled else []
        for at in range(depth):
            stride = 2 if number == 1 and at == 0 else 1
            dilation = 2 if number == 5 and depth > 1 and at == depth - 1 else 1
            layers += _conv(channels, width, stride=stride, dilation=dilation)
            channels = width
        blocks.append(nn.Sequential(*layers))
    return blocks, tuple(widths)


def _conv(channels: int, out: int, *, stride: int = 1, dilation: int = 1) -> list[nn.Module]:
    """3×3 convolution, batch norm, ReLU."""
    return [
        nn.Conv2d(channels, out, 3, stride=stride, padding=dilation, dilation=dilation, bias=False),
        nn.BatchNorm2d(out),
        nn.ReLU(),
    ]
