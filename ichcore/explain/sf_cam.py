"""Shallow-feature CAM (Ma 2025) of one network on any layer: LayerCAM, sharpened by its features' PC1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from ichcore.explain.layer_cam import LayerCam
from ichcore.explain.min_max import min_max
from ichcore.explain.principal_component import principal_scores, rising_with

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor


class SfCam(LayerCam):
    """``M_c = (Ĉ · PC1 + Ĉ) / 2`` times the maximum of the LayerCAM whose min–max is Ĉ.

    [ours] The factor keeps what the paper's map has lost, how strong it is; the form within a slice is the
    paper's. [ours] A head is nearly its own mirror image, so the map is averaged with the mirrored one
    (decision 0035). What the paper does with such maps further, over layers, classifiers and slices, is
    :mod:`ichcore.masks.pseudo_mask`.

    Args:
        mirrored: off for the paper's plain form, of the slice alone.
    """

    name = "sfcam"

    def __init__(self, *, mirrored: bool = True) -> None:
        self.mirrored = mirrored

    def weigh_classes(self, activation: Tensor, gradients: Sequence[Tensor]) -> Tensor:
        """``(B, K, h, w)`` maps; the activation's PC1 is found once, and only its sign is a class's own."""
        scores = principal_scores(activation)
        layer_cams = functional.relu(super().weigh_classes(activation, gradients))
        strength: Tensor = torch.amax(layer_cams, dim=(2, 3), keepdim=True)
        refined = [edge_refined(layer_cam, scores) for layer_cam in layer_cams.unbind(dim=1)]
        return torch.stack(refined, dim=1) * strength


def edge_refined(layer_cam: Tensor, scores: Tensor) -> Tensor:
    """``(Ĉ · PC1 + Ĉ) / 2`` in [0, 1].

    Args:
        layer_cam: ``(B, h, w)``, not negative; Ĉ is its min–max.
        scores: ``(B, h, w)`` of the same layer's features on their first principal component.
    """
    cam = min_max(layer_cam)
    return (cam * rising_with(scores, cam) + cam) / 2.0
