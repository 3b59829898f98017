"""LayerCAM (Jiang 2021): every place weighted by its own positive gradient, so that shallow layers work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch.nn import functional

from ichcore.explain.grad_cam import GradCam

if TYPE_CHECKING:
    from torch import Tensor


class LayerCam(GradCam):
    """``M_c = Σ_k ReLU(∂y_c/∂A_k) A_k`` (its Eq. 5 and 6, before the outer ReLU)."""

    name = "layercam"

    def weigh(self, activation: Tensor, gradient: Tensor) -> Tensor:
        """``(B, h, w)`` map from activation and gradient, both ``(B, C, h, w)``."""
        return (functional.relu(gradient) * activation).sum(dim=1)
