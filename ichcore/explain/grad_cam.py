"""Grad-CAM (Selvaraju 2017) on any layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor

from ichcore.explain.capture import captured, class_gradients
from ichcore.explain.method import RawMaps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ichcore.models.network import IchNetwork
    from ichcore.progress import CancelToken, Progress


class GradCam:
    """``M_c = Σ_k α_ck A_k`` with ``α_ck`` the gradient of the logit, averaged over the map."""

    name = "gradcam"
    mirrored = False
    """Whether the map is the mean of a slice's own and of its mirror image's, mirrored back."""

    def raw_maps(
        self,
        network: IchNetwork,
        hu: Tensor,
        layers: Sequence[str],
        classes: Sequence[int],
        *,
        cancel: CancelToken | None = None,
        progress: Progress | None = None,
    ) -> RawMaps:
        """Explain with one forward pass and one backward pass a class, down to the shallowest layer."""
        return gradient_maps([self], network, hu, layers, classes, cancel=cancel)[0]

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
    *,
    cancel: CancelToken | None = None,
) -> list[RawMaps]:
    """What several methods that weigh by gradients say, of the same passes; see :meth:`GradCam.raw_maps`."""
    seen = _passed(network, hu, layers, classes)
    mirrored = None
    if any(method.mirrored for method in methods):
        if cancel is not None:
            cancel.raise_if_cancelled()
        mirrored = _passed(network, hu.flip(-1), layers, classes)
    found = []
    for method in methods:
        maps = _weighed(method, seen, layers)
        if method.mirrored and mirrored is not None:
            other = _weighed(method, mirrored, layers)
            maps = {layer: (raw + other[layer].flip(-1)) / 2.0 for layer, raw in maps.items()}
        found.append(RawMaps(maps, seen.logits))
    return found


class _Passed(NamedTuple):
    """What the passes of a batch left: logits, the layers' activations, and their gradients of each class."""

    logits: Tensor
    activations: list[Tensor]
    gradients: list[list[Tensor]]


def _passed(network: IchNetwork, hu: Tensor, layers: Sequence[str], classes: Sequence[int]) -> _Passed:
    with captured(network, layers) as activations:
        logits = network(hu)
        kept = [activations[layer] for layer in layers]
        gradients = class_gradients(logits, kept, classes)
    return _Passed(logits.detach(), [activation.detach() for activation in kept], gradients)


def _weighed(method: GradCam, passed: _Passed, layers: Sequence[str]) -> dict[str, Tensor]:
    """Maps of every layer, ``(B, K, h, w)``."""
    return {
        layer: method.weigh_classes(passed.activations[i], [of_class[i] for of_class in passed.gradients])
        for i, layer in enumerate(layers)
    }
