"""Score-CAM (Wang 2020): every channel weighted by what the network says of the picture seen through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from ichcore.explain.capture import captured, evaluating
from ichcore.explain.method import RawMaps

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from ichcore.models.network import IchNetwork
    from ichcore.progress import CancelToken, Progress

PIXELS = 2**20
"""Masked pictures go through the network together up to this many pixels: four of 512²."""
STABILISER = 1e-8
"""Added to a channel's range, as in pytorch-grad-cam, so that one that hardly varies lets nothing through."""


class ScoreCam:
    """``M_c = Σ_k softmax_k(y_c(X ∘ H_k)) A_k``, H_k being channel k enlarged to the picture, in [0, 1].

    No gradient is asked for, but one forward pass a channel, which serves all classes. The softmax makes the
    paper's baseline ``y_c(X_b)`` fall out. [ours] X is in HU, so what a mask takes away becomes 0 HU, water,
    which is black in the brain window; half of a bone, though, may have the HU of blood.
    """

    name = "scorecam"

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
        """Explain; no more than :data:`PIXELS` of masked pictures are in memory at a time."""
        with captured(network, layers) as activations, torch.no_grad():
            logits = network(hu)
            seen = {layer: activations[layer].detach() for layer in layers}
        step = _steps(sum(a.shape[0] * a.shape[1] for a in seen.values()), cancel, progress)
        maps = {}
        with evaluating(network), torch.no_grad():
            for layer, activation in seen.items():
                scores = torch.stack(
                    [
                        channel_scores(network, picture, channels, step)
                        for picture, channels in zip(hu, activation, strict=True)
                    ]
                )
                weights = torch.softmax(scores[:, :, list(classes)], dim=1)
                maps[layer] = torch.einsum("bck,bchw->bkhw", weights.to(activation), activation)
        return RawMaps(maps, logits)


def channel_scores(
    network: IchNetwork, picture: Tensor, channels: Tensor, step: Callable[[int], None]
) -> Tensor:
    """What the network says of one picture seen through each channel of a layer.

    A channel that is the same everywhere lets nothing through; what is said of nothing is asked once.

    Args:
        network: in evaluation mode.
        picture: ``(1, H, W)`` HU.
        channels: ``(C, h, w)`` activation.
        step: called after every few channels with how many are done.

    Returns:
        float32 ``(C, K)`` logits of the network's own classes.
    """
    flat = channels.flatten(1)
    varied = torch.nonzero(flat.amax(dim=1) > flat.amin(dim=1)).flatten()
    scores: Tensor = network(torch.zeros_like(picture)[None]).float().expand(len(channels), -1).clone()
    step(len(channels) - len(varied))
    together = max(1, PIXELS // (picture.shape[-2] * picture.shape[-1]))
    for start in range(0, len(varied), together):
        some = varied[start : start + together]
        scores[some] = network(picture[None] * _masks(channels[some], picture.shape[-2:])).float()
        step(len(some))
    return scores


def _masks(channels: Tensor, size: Sequence[int]) -> Tensor:
    """``(n, h, w)`` channels to ``(n, 1, H, W)`` in [0, 1], corner to corner as pytorch-grad-cam has it."""
    large = functional.interpolate(
        channels[:, None].float(), (size[0], size[1]), mode="bilinear", align_corners=True
    )
    low, high = large.amin(dim=(2, 3), keepdim=True), large.amax(dim=(2, 3), keepdim=True)
    return (large - low) / (high - low + STABILISER)


def _steps(total: int, cancel: CancelToken | None, progress: Progress | None) -> Callable[[int], None]:
    """A function that counts channels, reports them, and raises where a stop was asked for."""
    done = 0

    def step(channels: int) -> None:
        nonlocal done
        done += channels
        if cancel is not None:
            cancel.raise_if_cancelled()
        if progress is not None:
            progress(done, total, "Explaining")

    return step
