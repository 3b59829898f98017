"""Reading a network's inner activations, and their gradients, without leaving a trace in it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import torch

from ichcore.errors import IchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from torch import Tensor, nn

    from ichcore.models.network import IchNetwork


@contextlib.contextmanager
def captured(network: IchNetwork, layers: Sequence[str]) -> Iterator[dict[str, Tensor]]:
    """Activations of named layers, filled while the network runs inside the block.

    The graph starts at the shallowest of the layers, so that neither forward nor backward pays for what lies
    above it. On leaving, hooks are gone, and mode, ``requires_grad`` and memory of gradients are as before.

    Args:
        network: any network with ``cam_layers``.
        layers: names among them.

    Yields:
        Name → ``(B, C, h, w)`` activation that :func:`torch.autograd.grad` can be asked for.

    Raises:
        IchError: if there is no such layer.
    """
    modules = cam_modules(network, layers)
    activations: dict[str, Tensor] = {}
    handles = [module.register_forward_hook(_keep(name, activations)) for name, module in modules.items()]
    try:
        with evaluating(network), torch.enable_grad():
            yield activations
    finally:
        for handle in handles:
            handle.remove()


@contextlib.contextmanager
def evaluating(network: nn.Module) -> Iterator[None]:
    """The network in evaluation mode, its weights without gradients; both as before on leaving."""
    training = network.training
    trainable = [parameter for parameter in network.parameters() if parameter.requires_grad]
    try:
        network.eval()
        for parameter in trainable:
            parameter.requires_grad_(False)
        yield
    finally:
        for parameter in trainable:
            parameter.requires_grad_(True)
        network.train(training)


def cam_modules(network: IchNetwork, layers: Sequence[str]) -> dict[str, nn.Module]:
    """The modules of named layers.

    Raises:
        IchError: if there is no such layer.
    """
    known = network.cam_layers
    for layer in layers:
        if layer not in known:
            raise IchError(f"The model has no layer {layer!r}; its layers are {', '.join(known)}.")
    return {layer: known[layer] for layer in layers}


def class_gradients(
    logits: Tensor, activations: Sequence[Tensor], classes: Sequence[int]
) -> list[list[Tensor]]:
    """Gradient of each class's logit with respect to each activation.

    One backward pass a class, and only down to the shallowest activation. Pictures of a batch do not touch
    each other in evaluation mode, so the sum over the batch gives every picture its own gradient.

    Returns:
        ``[class][activation]``, each of its activation's shape.
    """
    last = len(classes) - 1
    gradients = []
    for order, index in enumerate(classes):
        target = torch.zeros_like(logits)
        target[:, index] = 1.0
        of_class = torch.autograd.grad(logits, activations, target, retain_graph=order < last)
        gradients.append(list(of_class))
    return gradients


def _keep(name: str, activations: dict[str, Tensor]) -> Callable[[nn.Module, object, Tensor], Tensor]:
    """A forward hook that stores a layer's output under its name."""

    def hook(_module: nn.Module, _inputs: object, output: Tensor) -> Tensor:
        kept = output if output.requires_grad else output.detach().requires_grad_()
        activations[name] = kept
        # what follows may work in place (a ReLU on a batch norm), which must not reach what is kept
        return kept.clone()

    return hook
