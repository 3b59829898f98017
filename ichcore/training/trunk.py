"""A network's feature extractor started from another system's, as papers start from ImageNet [ours].

Published weights need a connection and have seen no head. The compact networks share one family of blocks, so
what one has learned of heads is a start for all; what follows the blocks is each system's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichcore.errors import InputError

if TYPE_CHECKING:
    from torch import Tensor, nn

BLOCKS = "blocks."
"""The compact blocks, by themselves or as part of a feature extractor."""


def take_trunk(network: nn.Module, source: nn.Module, name: str) -> None:
    """Copy the blocks of a network into every feature extractor of another.

    Args:
        network: whose feature extractors start so.
        source: a compact network.
        name: of the source, for messages.

    Raises:
        InputError: if either has no such blocks, or their widths or depths differ.
    """
    given = _blocks(source)
    ours = network.state_dict()
    wanted = {key: key[key.index(BLOCKS) :] for key in ours if _is_block(key)}
    taken: dict[str, Tensor] = {
        key: given[block]
        for key, block in wanted.items()
        if block in given and given[block].shape == ours[key].shape
    }
    if not wanted or len(taken) != len(wanted):
        raise InputError(
            f"The feature extractor of {name!r} does not fit; give the network the same widths and depths, "
            "or leave out trunk."
        )
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
