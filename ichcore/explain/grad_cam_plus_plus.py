"""Grad-CAM++ (Chattopadhay 2018): places weighted within a channel, so that several bleeds count like one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from ichcore.explain.grad_cam import GradCam

if TYPE_CHECKING:
    from torch import Tensor

STABILISER = 1e-6
"""What pytorch-grad-cam adds to the denominator."""


class GradCamPlusPlus(GradCam):
    """``M_c = Σ_k w_ck A_k`` with ``w_ck = Σ_ij α_ij ReLU(g_ij)`` (its Eq. 5 and 19), before the outer ReLU.

    ``α_ij = g_ij² / (2 g_ij² + S_k g_ij³)``, g the gradient of the logit and S_k the sum of A_k. The paper's
    score is ``exp(logit)``, whose own factor is the same for a whole map and is left out.

    Args:
        stabiliser: added to the denominator. With pytorch-grad-cam's, maps equal its maps; where gradients
            are much smaller than 0.001 it holds channels down more than the paper does. 0 is the paper's.
    """

    name = "gradcampp"

    def __init__(self, *, stabiliser: float = STABILISER) -> None:
        self.stabiliser = stabiliser

    def weigh(self, activation: Tensor, gradient: Tensor) -> Tensor:
        """``(B, h, w)`` map from activation and gradient, both ``(B, C, h, w)``."""
        square = gradient.square()
        total = activation.sum(dim=(2, 3), keepdim=True)
        below = 2 * square + total * square * gradient + self.stabiliser
        alpha = torch.where(below != 0, square / below, 0.0)
        weights = (alpha * functional.relu(gradient)).sum(dim=(2, 3))
        return torch.einsum("bc,bchw->bhw", weights, activation)
