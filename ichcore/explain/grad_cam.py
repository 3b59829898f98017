"""Grad-CAM (Selvaraju 2017) on any layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from ichcore.explain.capture import captured, class_gradients
from ichcore.explain.method import RawMaps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from ichcore.models.network import IchNetwork


class GradCam:
    """``M_c = Σ_k α_ck A_k`` with ``α_ck`` the gradient of the logit, averaged over the map."""

    name = "gradcam"

    def raw_maps(
        self, network: IchNetwork, hu: Tensor, layers: Sequence[str], classes: Sequence[int]
    ) -> RawMaps:
        """Explain with one forward pass and one backward pass a class, down to the shallowest layer."""
        with captured(network, layers) as activations:
            logits = network(hu)
            kept = [activations[layer] for layer in layers]
            gradients = class_gradients(logits, kept, classes)
        maps = {
            layer: torch.stack([self.weigh(kept[i].detach(), of_class[i]) for of_class in gradients], dim=1)
            for i, layer in enumerate(layers)
        }
        return RawMaps(maps, logits.detach())

    def weigh(self, activation: Tensor, gradient: Tensor) -> Tensor:
        """``(B, h, w)`` map from activation and gradient, both ``(B, C, h, w)``."""
        weights = gradient.mean(dim=(2, 3))
        return torch.einsum("bc,bchw->bhw", weights, activation)
