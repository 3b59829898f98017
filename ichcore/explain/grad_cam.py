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
        return gradient_maps([self], network, hu, layers, classes)[0]

    def weigh(self, activation: Tensor, gradient: Tensor) -> Tensor:
        """``(B, h, w)`` map from activation and gradient, both ``(B, C, h, w)``."""
        weights = gradient.mean(dim=(2, 3))
        return torch.einsum("bc,bchw->bhw", weights, activation)

    def weigh_classes(self, activation: Tensor, gradients: Sequence[Tensor]) -> Tensor:
        """``(B, K, h, w)`` maps from one activation and each class's gradient, all ``(B, C, h, w)``."""
        return torch.stack([self.weigh(activation, gradient) for gradient in gradients], dim=1)


def gradient_maps(
    methods: Sequence[GradCam],
    network: IchNetwork,
    hu: Tensor,
    layers: Sequence[str],
    classes: Sequence[int],
) -> list[RawMaps]:
    """What several methods that weigh by gradients say, of the same passes; see :meth:`GradCam.raw_maps`."""
    with captured(network, layers) as activations:
        logits = network(hu)
        kept = [activations[layer] for layer in layers]
        gradients = class_gradients(logits, kept, classes)
    found = []
    for method in methods:
        maps = {
            layer: method.weigh_classes(kept[i].detach(), [of_class[i] for of_class in gradients])
            for i, layer in enumerate(layers)
        }
        found.append(RawMaps(maps, logits.detach()))
    return found
