"""A network's feature extractor started from another system's, as papers start from ImageNet [ours].

Published weights need a connection and have seen no head. The compact networks share one family of blocks, so
what one has learned of heads is a start for all; what follows the blocks is each system's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichcore.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor, nn

BLOCKS = "blocks."
"""The compact blocks, by themselves or as part of a feature extractor."""


def take_trunk(network: nn.Module, sources: Sequence[nn.Module], names: Sequence[str]) -> None:
    """Copy the blocks of other networks into the feature extractors of one.

    A first convolution that reads one window where the source reads several starts from the sum of its
    filters, as timm has it for grey pictures.

    Args:
        network: whose feature extractors start so.
        sources: compact networks, for its extractors in turn; the last one for all that are left.
        names: of the sources, for messages.

    Raises:
        InputError: if either has no such blocks, or their widths or depths differ.
    """
    ours = network.state_dict()
    extractors: dict[str, list[str]] = {}
    for key in ours:
        if _is_block(key):
            extractors.setdefault(key[: key.index(BLOCKS)], []).append(key)
    taken: dict[str, Tensor] = {}
    named = list(zip(sources, names, strict=True))
    for at, (prefix, keys) in enumerate(extractors.items()):
        source, name = named[min(at, len(named) - 1)]
        given = _blocks(source)
        for key in keys:
            values = given.get(key[len(prefix) :])
            if values is not None and values.dim() == 4 and ours[key].shape[1] == 1:
                values = values.sum(dim=1, keepdim=True)
            if values is None or values.shape != ours[key].shape:
                raise InputError(
                    f"The feature extractor of {name!r} does not fit; give the network the same widths and "
                    "depths, or leave out trunk."
                )
            taken[key] = values
    if not taken:
        raise InputError("This network has no compact feature extractor that a trunk fits; leave out trunk.")
    network.load_state_dict(taken, strict=False)


def _blocks(network: nn.Module) -> dict[str, Tensor]:
    """The first extractor's blocks, by their names within it."""
    found: dict[str, Tensor] = {}
    for key, value in network.state_dict().items():
        if _is_block(key):
            found.setdefault(key[key.index(BLOCKS) :], value)
    return found


def _is_block(key: str) -> bool:
    return key.startswith(BLOCKS) or f".{BLOCKS}" in key
