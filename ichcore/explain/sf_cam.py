"""Shallow-feature CAM (Ma 2025) of one network on any layer: LayerCAM, sharpened by its features' PC1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from ichcore.explain.layer_cam import LayerCam
from ichcore.explain.min_max import min_max
from ichcore.explain.principal_component import first_principal_component

if TYPE_CHECKING:
    from torch import Tensor


class SfCam(LayerCam):
    """``M_c = (Ĉ · PC1 + Ĉ) / 2`` times the maximum of the LayerCAM whose min–max is Ĉ.

    [ours] The factor keeps what the paper's map has lost, how strong it is; the form within a slice is the
    paper's. What the paper does with such maps further, over layers, classifiers and slices, is
    :mod:`ichcore.masks.pseudo_mask`.
    """

    name = "sfcam"

    def weigh(self, activation: Tensor, gradient: Tensor) -> Tensor:
        """``(B, h, w)`` map from activation and gradient, both ``(B, C, h, w)``."""
        layer_cam = functional.relu(super().weigh(activation, gradient))
        cam = min_max(layer_cam)
        refined = edge_refined(cam, first_principal_component(activation, cam))
        strength: Tensor = torch.amax(layer_cam, dim=(1, 2), keepdim=True)
        return refined * strength


def edge_refined(cam: Tensor, principal: Tensor) -> Tensor:
    """``(Ĉ · PC1 + Ĉ) / 2``; all ``(B, h, w)`` in [0, 1]."""
    return (cam * principal + cam) / 2.0
