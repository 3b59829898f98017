"""CAM (Zhou 2016): the map before global average pooling, weighted by the classifier."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from ichcore.errors import IchError
from ichcore.explain.capture import captured
from ichcore.explain.method import RawMaps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from ichcore.models.network import IchNetwork
    from ichcore.progress import CancelToken, Progress


class Cam:
    """``M_c = Σ_k w_ck A_k``; its mean is the class's logit less the bias (He 2024, from its fused map)."""

    name = "cam"

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
        """Explain; no backward pass is needed.

        Raises:
            IchError: on any layer but the one that is averaged and classified.
        """
        only = network.default_cam_layer
        for layer in layers:
            if layer != only:
                raise IchError(
                    f"CAM is defined only on {only!r}, the map that is averaged and classified; "
                    f"explain {layer!r} with gradcam or layercam."
                )
        with captured(network, [only]) as activations, torch.no_grad():
            logits = network(hu)
            weights = network.class_weights()[list(classes)].to(logits)
            maps = torch.einsum("kc,bchw->bkhw", weights, activations[only].detach())
        return RawMaps({only: maps}, logits)
