"""Xception–LSTM (Ko 2020): single images in 32 steps, or chunks of 32 slices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from ichcore.errors import IchError
from ichcore.models.backbones import COMPACT_DEPTHS, COMPACT_WIDTHS
from ichcore.models.chunks import overlapping_chunks
from ichcore.models.dropout_lstm import DropoutLstm
from ichcore.models.feature_extractor import make_extractor
from ichcore.models.fixed_windows import KO_WINDOWS
from ichcore.models.network import SequenceNetwork
from ichcore.models.slice_network import BackboneNetwork, chosen_extractor
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from collections.abc import Sequence

STEPS = 32
"""Time steps of the paper's LSTM."""
_HALF = (0.5, 0.5, 0.5)


class XceptionTrunk(BackboneNetwork):
    """Brain, bone and subdural window → Xception → global average; 299² at the paper's size.

    [ours] Grey is brought to [−1, 1], Xception's own range. The paper drops 0.3 at "all" convolutions: here
    after 13 of Xception's 14 modules, the last one being followed by the LSTM's own 0.3; none in the compact
    one, which batch norm alone holds in check.

    Args:
        size: ``paper`` or ``compact`` (narrow VGG of our own).
        inputs_a_step: numbers that the LSTM reads at each step; ``None`` for all features.
        hidden: nodes of the LSTM.
        widths: channels of the compact blocks.
        depths: convolutions of the compact blocks.
        dropout: at convolutions; 0.3 at the paper's size, 0 in the compact one.
        input_dropout: of the LSTM.
        recurrent_dropout: of the LSTM.
        gain: factor on the averaged map [ours; 1 is the paper's].
        pretrained: published weights for Xception; needs a connection.
    """

    def __init__(
        self,
        *,
        size: str = "compact",
        hidden: int = 64,
        widths: Sequence[int] = COMPACT_WIDTHS,
        depths: Sequence[int] = COMPACT_DEPTHS,
        dropout: float | None = None,
        input_dropout: float = 0.3,
        recurrent_dropout: float = 0.2,
        gain: float = 1.0,
        pretrained: bool = False,
    ) -> None:
        name = chosen_extractor("Xception–LSTM", size, None, ("xception",))
        extractor = make_extractor(
            name,
            len(KO_WINDOWS),
            pretrained=pretrained,
            dropout=(0.3 if size == "paper" else 0.0) if dropout is None else dropout,
            widths=widths,
            depths=depths,
        )
        super().__init__(KO_WINDOWS, extractor, mean=_HALF, std=_HALF, gain=gain)
        self.lstm = DropoutLstm(
            self._inputs_a_step(extractor.channels),
            hidden,
            dropout=input_dropout,
            recurrent_dropout=recurrent_dropout,
        )
        self.classify = nn.Linear(hidden, len(CLASSES))

    def cam(self, features: Tensor) -> Tensor:
        """There is none.

        Raises:
            IchError: always.
        """
        raise IchError(_NO_CAM)

    def class_weights(self) -> Tensor:
        """There are none.

        Raises:
            IchError: always.
        """
        raise IchError(_NO_CAM)

    def _inputs_a_step(self, features: int) -> int:
        return features


class XceptionLstmSingle(XceptionTrunk):
    """The paper's reading of single images: 2048 features as 32 steps of 64, the last state classified."""

    def from_features(self, features: Tensor) -> Tensor:
        """Logits ``(B, 6)``."""
        steps = self.pooled(features).reshape(len(features), STEPS, -1)
        there = torch.ones(steps.shape[:2], dtype=torch.bool, device=steps.device)
        logits: Tensor = self.classify(self.lstm(steps, there)[:, -1])
        return logits

    def _inputs_a_step(self, features: int) -> int:
        if features % STEPS:
            raise IchError(f"{features} features do not divide into {STEPS} steps; change the last width.")
        return features // STEPS


class XceptionLstm(XceptionTrunk, SequenceNetwork):
    """[ours] One step a slice: overlapping chunks of 32 slices, foot to head, padding masked.

    Where chunks overlap, the logits are averaged. A slice by itself is a chunk of one. The sixth node is
    ``any``, as in the paper's submission.
    """

    def from_features(self, features: Tensor) -> Tensor:
        """Logits ``(B, 6)`` of slices by themselves."""
        alone = self.pooled(features)[:, None]
        there = torch.ones(alone.shape[:2], dtype=torch.bool, device=alone.device)
        return self.chunk(alone, there)[:, 0]

    @property
    def reads_slices(self) -> tuple[nn.Module, ...]:
        """The feature extractor."""
        return (self.extractor,)

    @property
    def described(self) -> int:
        """Features of the last map."""
        return self.extractor.channels

    def read(self, hu: Tensor) -> tuple[Tensor, Tensor]:
        """HU ``(B, 1, H, W)`` to averaged features ``(B, C)`` and the slices' own logits ``(B, 6)``."""
        features = self.features(hu)
        return self.pooled(features), self.from_features(features)

    def chunk(self, described: Tensor, there: Tensor) -> Tensor:
        """One chunk a row: ``(B, T, C)`` and bool ``(B, T)`` to logits ``(B, T, 6)``; what training runs."""
        logits: Tensor = self.classify(self.lstm(described, there))
        return logits * there[:, :, None]

    def over_scan(self, described: Tensor, slice_logits: Tensor, there: Tensor) -> Tensor:
        """Logits ``(B, T, 6)``, averaged over the chunks that hold a slice; see :class:`SequenceNetwork`."""
        total = torch.zeros_like(slice_logits)
        for index, here in enumerate(there):
            slices = here.nonzero()[:, 0]
            share = total.new_zeros(len(slices))
            for chunk in overlapping_chunks(len(slices), STEPS, STEPS // 2):
                run = slices[chunk.start : chunk.stop]
                one = described[index, run][None]
                total[index, run] += self.chunk(one, torch.ones_like(one[..., 0], dtype=torch.bool))[0]
                share[chunk.start : chunk.stop] += 1
            total[index, slices] = total[index, slices] / share[:, None]
        return total


_NO_CAM = (
    "CAM is not defined on the Xception–LSTM, whose average is read by an LSTM; "
    "explain it with gradcam or layercam."
)
