"""What every network offers to the predictor and to the explanation methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor, nn

if TYPE_CHECKING:
    from ichcore.models.window_layer import HuScaling, WindowLayer


class IchNetwork(nn.Module):
    """A network from HU to six logits.

    Attributes:
        window: the layer that turns HU into grey.
    """

    window: WindowLayer | HuScaling

    def forward(self, hu: Tensor) -> Tensor:
        """HU float32 ``(B, 1, H, W)`` to logits ``(B, 6)`` in class order."""
        raise NotImplementedError

    def features(self, hu: Tensor) -> Tensor:
        """The map of the default CAM layer, ``(B, C, h, w)``, for HU ``(B, 1, H, W)``."""
        raise NotImplementedError

    def from_features(self, features: Tensor) -> Tensor:
        """Logits ``(B, 6)`` from the map that :meth:`features` gives."""
        raise NotImplementedError

    def cam(self, features: Tensor) -> Tensor:
        """CAM of the six classes, ``(B, 6, h, w)``, from what :meth:`features` gives; differentiable."""
        raise NotImplementedError

    @property
    def cam_layers(self) -> dict[str, nn.Module]:
        """Layers that activation may be read from, shallow to deep; each puts out ``(B, C, h, w)``."""
        raise NotImplementedError

    @property
    def default_cam_layer(self) -> str:
        """The layer whose map is averaged and classified, so that the original CAM is exact on it."""
        raise NotImplementedError

    def class_weights(self) -> Tensor:
        """``(6, C)`` weights of the linear layer after the global average of the default CAM layer."""
        raise NotImplementedError
