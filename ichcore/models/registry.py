"""Architectures by name; the network's module is imported only when it is built."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ichcore.errors import CheckpointError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ichcore.models.network import IchNetwork

ARCHITECTURES: Mapping[str, str] = {
    "window_fusion": "ichcore.models.window_fusion:WindowFusion",
}
"""Name in a card → ``module:class``; one file an architecture."""


def build(architecture: str, arguments: Mapping[str, Any]) -> IchNetwork:
    """A freshly initialised network.

    Raises:
        CheckpointError: if the architecture is unknown or does not take these arguments.
    """
    if architecture not in ARCHITECTURES:
        raise CheckpointError(
            f"Architecture {architecture!r} is unknown; known are {', '.join(sorted(ARCHITECTURES))}."
        )
    module, _, name = ARCHITECTURES[architecture].partition(":")
    network_class = getattr(importlib.import_module(module), name)
    try:
        network: IchNetwork = network_class(**arguments)
    except TypeError as error:
        raise CheckpointError(
            f"Architecture {architecture!r} does not take {dict(arguments)}: {error}."
        ) from error
    return network
