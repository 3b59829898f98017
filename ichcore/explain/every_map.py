"""Maps of every method on every layer at once, for whoever compares them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichcore.errors import IchError
from ichcore.explain.cam import Cam
from ichcore.explain.grad_cam import GradCam, gradient_maps
from ichcore.explain.method import METHODS, SLOW_METHODS, explanation_method

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from ichcore.models.network import IchNetwork


def every_map(
    network: IchNetwork,
    hu: Tensor,
    column: int,
    *,
    layers: Sequence[str] | None = None,
    slow: bool = False,
) -> dict[tuple[str, str], Tensor]:
    """Raw maps of one class by method and layer, each ``(B, h, w)``; a method is left out where it has none.

    Methods that weigh by gradients share one forward and one backward pass over all layers.

    Args:
        network: any that predicts classes.
        hu: ``(B, 1, H, W)`` on its device.
        column: of the class among the network's own.
        layers: some of the network's; all by default.
        slow: whether to ask the methods too that take a hundred times as long (Score-CAM).
    """
    layers = list(network.cam_layers) if layers is None else list(layers)
    methods = [explanation_method(name) for name in METHODS if slow or name not in SLOW_METHODS]
    by_gradient = [method for method in methods if isinstance(method, GradCam)]
    found = {
        (method.name, layer): raw[:, 0]
        for method, maps in zip(
            by_gradient, gradient_maps(by_gradient, network, hu, layers, [column]), strict=True
        )
        for layer, raw in maps.maps.items()
    }
    for method in methods:
        if not isinstance(method, GradCam):
            asked = [network.default_cam_layer] if isinstance(method, Cam) else layers
            try:
                maps = method.raw_maps(network, hu, asked, [column])
            except IchError:
                continue  # no linear layer reads the map's average
            found |= {(method.name, layer): raw[:, 0] for layer, raw in maps.maps.items()}
    return found
