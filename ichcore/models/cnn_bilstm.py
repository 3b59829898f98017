"""CNN–BiLSTM (Burduja 2020): a slice network, fewer features, a bidirectional LSTM over the whole scan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichcore.models.backbones import COMPACT_DEPTHS, COMPACT_WIDTHS
from ichcore.models.feature_extractor import make_extractor
from ichcore.models.fixed_windows import BURDUJA_MEAN, BURDUJA_STD, BURDUJA_WINDOWS
from ichcore.models.scan_reader import ScanReader
from ichcore.models.slice_network import PooledNetwork, chosen_extractor
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from collections.abc import Sequence

BACKBONES = ("resnext101_32x8d", "efficientnet_b4")
"""The two that Table 2 compares."""
_PRIOR = (-2.0,) * len(CLASSES)


class SliceCnn(PooledNetwork):
    """Stage 1: three windows → CNN → global average → six logits of a slice by itself.

    At the paper's size ResNeXt-101 32×8d on 256², or EfficientNet-B4, its rival in Table 2 (which has 1792
    features, not the 2048 printed there).

    Args:
        size: ``paper`` or ``compact`` (narrow VGG of our own).
        backbone: one of :data:`BACKBONES` at the paper's size; the first by default.
        widths: channels of the compact blocks.
        depths: convolutions of the compact blocks.
        gain: factor on the averaged map [ours; 1 is the paper's].
        dropout: before the last layer, while training [ours; the paper has none].
        pretrained: published weights for the paper's backbone; needs a connection.
    """

    def __init__(
        self,
        *,
        size: str = "compact",
        backbone: str | None = None,
        widths: Sequence[int] = COMPACT_WIDTHS,
        depths: Sequence[int] = COMPACT_DEPTHS,
        gain: float = 1.0,
        dropout: float = 0.0,
        pretrained: bool = False,
    ) -> None:
        name = chosen_extractor("CNN–BiLSTM", size, backbone, BACKBONES)
        extractor = make_extractor(
            name, len(BURDUJA_WINDOWS), pretrained=pretrained, widths=widths, depths=depths
        )
        super().__init__(
            BURDUJA_WINDOWS,
            extractor,
            len(CLASSES),
            prior=_PRIOR,
            mean=BURDUJA_MEAN,
            std=BURDUJA_STD,
            gain=gain,
            dropout=dropout,
        )


class CnnBiLstm(SliceCnn, ScanReader):
    """All three stages; its slice part has the tensors of :class:`SliceCnn` under the same names.

    Called on slices it gives stage 1's logits, which Grad-CAM explains (the paper's Figures 6 and 7); see
    :class:`~ichcore.models.scan_reader.ScanReader` for the other two.

    Args:
        size: ``paper`` or ``compact``.
        selection: one of :data:`~ichcore.models.feature_selection.SELECTIONS`.
        count: numbers a slice after selection: 120 or 192 in the paper, [ours] 60 in the compact one; six for
            ``predictions``.
        hidden: a direction of the LSTM; 256, compact 64.
        layers: of the LSTM; 3, compact 2.
        head_dropout: between its layers, while training.
        join: whether the slice's own probabilities go into the last layer; the last row of Table 2.
        slices: further arguments of :class:`SliceCnn`.
    """

    def __init__(
        self,
        *,
        size: str = "compact",
        selection: str = "pca",
        count: int | None = None,
        hidden: int | None = None,
        layers: int | None = None,
        head_dropout: float = 0.3,
        join: bool = True,
        backbone: str | None = None,
        widths: Sequence[int] = COMPACT_WIDTHS,
        depths: Sequence[int] = COMPACT_DEPTHS,
        gain: float = 1.0,
        dropout: float = 0.0,
        pretrained: bool = False,
    ) -> None:
        super().__init__(
            size=size,
            backbone=backbone,
            widths=widths,
            depths=depths,
            gain=gain,
            dropout=dropout,
            pretrained=pretrained,
        )
        paper = size == "paper"
        self.read_scans(
            self.extractor.channels,
            selection=selection,
            count=count or (120 if paper else 60),
            hidden=hidden or (256 if paper else 64),
            layers=layers or (3 if paper else 2),
            dropout=head_dropout,
            join=join,
        )
