"""What the networks of single slices share: windows, feature extractor, global average, linear layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as nnf
from torch import Tensor, nn

from ichcore.errors import IchError
from ichcore.models.attention import AttentivePool
from ichcore.models.fixed_windows import FixedWindows, Standardise
from ichcore.models.network import IchNetwork

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ichcore.models.feature_extractor import FeatureExtractor
    from ichcore.volume.window import Window


class BackboneNetwork(IchNetwork):
    """Fixed windows and a feature extractor; what follows is the subclass's.

    Args:
        windows: one a channel.
        extractor: from these channels to the last map.
        mean: taken off each channel, if given.
        std: divided by, if given.
        gain: factor on the averaged map, so that a bleed of a few cells among thousands is heard
            [ours; 1 is every paper's]. CAM and class weights include it.
    """

    def __init__(
        self,
        windows: Sequence[Window],
        extractor: FeatureExtractor,
        *,
        mean: Sequence[float] | None = None,
        std: Sequence[float] | None = None,
        gain: float = 1.0,
    ) -> None:
        super().__init__()
        self.window = FixedWindows(windows)
        self.standardise = Standardise(mean, std) if mean and std else nn.Identity()
        self.extractor = extractor
        self.gain = float(gain)

    def normalisation(self) -> dict[str, Any]:
        """What a card says is done to HU before the first convolution."""
        stated = super().normalisation()
        if isinstance(self.standardise, Standardise):
            mean, std = (
                [round(v, 6) for v in values.flatten().tolist()]
                for values in (self.standardise.mean, self.standardise.std)
            )
            return {**stated, "then": "[0, 1], less mean, divided by std", "mean": mean, "std": std}
        return stated

    def features(self, hu: Tensor) -> Tensor:
        """The last map, ``(B, C, h, w)``, for HU ``(B, 1, H, W)``."""
        features: Tensor = self.extractor(self.standardise(self.window(hu)))
        return features

    def pooled(self, features: Tensor) -> Tensor:
        """Global average of the last map times the gain, ``(B, C)``."""
        return features.float().mean(dim=(2, 3)) * self.gain

    @property
    def cam_layers(self) -> dict[str, nn.Module]:
        """The extractor's layers, shallow to deep."""
        return self.extractor.layers

    @property
    def default_cam_layer(self) -> str:
        """The extractor's last layer."""
        return self.extractor.last


class PooledNetwork(BackboneNetwork):
    """A linear layer after an average of the last map, so that CAM is exact.

    Args:
        windows: one a channel.
        extractor: from these channels to the last map.
        outputs: of the linear layer.
        prior: bias of the outputs to start from where ``gain`` is not 1; most slices bear no bleed.
        mean: taken off each channel, if given.
        std: divided by, if given.
        gain: factor on the averaged map; where it is not 1 the weights start at zero.
        dropout: before the linear layer, while training.
        attention: average over the places that an attention looks at, not over the whole map [ours; no paper
            has it].
    """

    def __init__(
        self,
        windows: Sequence[Window],
        extractor: FeatureExtractor,
        outputs: int,
        *,
        prior: Sequence[float],
        mean: Sequence[float] | None = None,
        std: Sequence[float] | None = None,
        gain: float = 1.0,
        dropout: float = 0.0,
        attention: bool = False,
    ) -> None:
        super().__init__(windows, extractor, mean=mean, std=std, gain=gain)
        self.dropout = nn.Dropout(dropout)
        self.attention = AttentivePool(extractor.channels) if attention else None
        self.classify = nn.Linear(extractor.channels, outputs)
        if self.gain != 1.0:
            nn.init.zeros_(self.classify.weight)
            with torch.no_grad():
                self.classify.bias.copy_(torch.tensor(prior))

    def pooled(self, features: Tensor) -> Tensor:
        """Mean of the last map, ``(B, C)``, over all of it or where attention looks, times the gain."""
        if self.attention is None:
            return super().pooled(features)
        looked: Tensor = self.attention(features)
        return looked * self.gain

    def outputs(self, features: Tensor) -> Tensor:
        """What the linear layer says, ``(B, outputs)``."""
        said: Tensor = self.classify(self.dropout(self.pooled(features)))
        return said

    def output_maps(self, features: Tensor) -> Tensor:
        """CAM of the linear layer's outputs, ``(B, outputs, h, w)``; its means are they less their biases."""
        maps = nnf.conv2d(features.float(), (self.classify.weight * self.gain)[:, :, None, None])
        if self.attention is None:
            return maps
        return maps * self.attention.shares(features) * features[0, 0].numel()

    def from_features(self, features: Tensor) -> Tensor:
        """Logits ``(B, K)``; here the linear layer's outputs."""
        return self.outputs(features)

    def cam(self, features: Tensor) -> Tensor:
        """CAM ``(B, K, h, w)``; here the linear layer's outputs."""
        return self.output_maps(features)

    def class_weights(self) -> Tensor:
        """``(K, C)`` such that CAM of class k is ``Σ_c weight[k, c] · A_c``.

        Raises:
            IchError: if attention weighs places, so that no one weight a channel is exact.
        """
        if self.attention is not None:
            raise IchError(
                "This network averages where its attention looks, so it has no one weight a channel; use its "
                "own CAM, or explain it with gradcam, layercam or sfcam."
            )
        return self.classify.weight.detach() * self.gain


def chosen_extractor(system: str, size: str, backbone: str | None, at_paper_size: Sequence[str]) -> str:
    """The extractor's name for a size and, maybe, a named backbone.

    Args:
        system: for the message.
        size: ``paper`` or ``compact``.
        backbone: one of ``at_paper_size``; the first by default.
        at_paper_size: what the paper compares, best or default first.

    Raises:
        IchError: if there is no such size, or no such backbone at it.
    """
    if size not in ("paper", "compact"):
        raise IchError(f"{size!r} is no size of the {system} network; expected paper or compact.")
    if size == "compact":
        if backbone not in (None, "compact"):
            raise IchError(f"The compact {system} network has its own backbone; leave {backbone!r} out.")
        return "compact"
    name = backbone or at_paper_size[0]
    if name not in at_paper_size:
        raise IchError(
            f"{name!r} is no backbone of the {system} network; expected {', '.join(at_paper_size)}."
        )
    return name
