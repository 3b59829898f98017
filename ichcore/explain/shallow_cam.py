"""Shallow-feature CAM (Ma 2025): LayerCAM of shallow layers, sharpened by their PC1, of two classifiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch
from torch.nn import functional

from ichcore.explain.capture import captured, class_gradients
from ichcore.explain.min_max import min_max
from ichcore.explain.principal_component import principal_scores
from ichcore.explain.sf_cam import edge_refined

if TYPE_CHECKING:
    from torch import Tensor

    from ichcore.models.shallow_cam import ClassifierPair

AMPLIFY = 2.0
"""λ of the shallowest layer's amplification (after Jiang 2021)."""


class ShallowMaps(NamedTuple):
    """What a pair of classifiers points at.

    Attributes:
        depths: for each of the pair's shallow depths, the shallowest first, ``(B, h, w)`` in [0, 1], the mean
            of both classifiers, on that layer's own grid.
        logits: ``(B, 1)`` of ``any``.
        layer_cams: as ``depths``, neither sharpened by PC1 nor amplified: each the mean of both LayerCAMs,
            min–max.
    """

    depths: tuple[Tensor, ...]
    logits: Tensor
    layer_cams: tuple[Tensor, ...] = ()


def shallow_cams(pair: ClassifierPair, hu: Tensor) -> ShallowMaps:
    """SF-CAM of ``any`` of every slice, both classifiers put together.

    Args:
        pair: whose two classifiers have grids of the same size at a depth, as all our pairs do.
        hu: ``(B, 1, H, W)``.
    """
    members = member_cams(pair, hu)
    depths, layer_cams = (
        tuple(both.mean(dim=0) for both in maps) for maps in (members.depths, members.layer_cams)
    )
    return ShallowMaps(depths, members.logits, layer_cams)


def member_cams(pair: ClassifierPair, hu: Tensor) -> ShallowMaps:
    """The same before the mean: ``(2, B, h, w)`` for each depth.

    Each layer's ``CAM = (Ĉ · PC1 + Ĉ) / 2`` with Ĉ its LayerCAM; the shallowest is amplified.
    """
    names = [name for depth in pair.shallow_layers for name in depth]
    with captured(pair, names) as activations:
        logits = pair(hu)
        kept = [activations[name] for name in names]
        (gradients,) = class_gradients(logits, kept, [0])
    cams: dict[str, Tensor] = {}
    plain: dict[str, Tensor] = {}
    for name, activation, gradient in zip(names, (a.detach() for a in kept), gradients, strict=True):
        layer_cam = functional.relu((without_grid(functional.relu(gradient)) * activation).sum(dim=1))
        plain[name] = min_max(layer_cam)
        cams[name] = edge_refined(layer_cam, principal_scores(activation))
    depths = []
    for number, depth in enumerate(pair.shallow_layers):
        depths.append(torch.stack([amplified(cams[name]) if number == 0 else cams[name] for name in depth]))
    layer_cams = tuple(torch.stack([plain[name] for name in depth]) for depth in pair.shallow_layers)
    return ShallowMaps(tuple(depths), logits.detach(), layer_cams)


def without_grid(gradient: Tensor) -> Tensor:
    """``(B, C, h, w)`` smoothed by 1-2-1 along rows and columns.

    [ours] What follows a shallow layer skips every other cell (a stride) or looks at one in four (a maximum),
    which leaves a grid of period two in the gradient; there this filter is zero.
    """
    tap = gradient.new_tensor([0.25, 0.5, 0.25])
    kernel = torch.outer(tap, tap).expand(gradient.shape[1], 1, 3, 3)
    padded = functional.pad(gradient, (1, 1, 1, 1), mode="replicate")
    return functional.conv2d(padded, kernel, groups=gradient.shape[1])


def amplified(cam: Tensor) -> Tensor:
    """``tanh(λ CAM / max CAM)`` of each ``(h, w)``; an empty map stays empty."""
    highest = cam.flatten(1).amax(dim=1)[:, None, None]
    return torch.tanh(AMPLIFY * cam / highest.where(highest > 0, highest.new_ones(())))
