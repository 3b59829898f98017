"""A recipe that goes on from an installed model: what its card says of the network holds for the new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ichcore.models.card import read_card
from ichcore.models.catalogue import find

if TYPE_CHECKING:
    from collections.abc import Mapping

CONTINUES = "continues"


def continued(table: Mapping[str, Any]) -> dict[str, Any]:
    """A recipe's table, completed by the card of the checkpoint that its ``continues`` names.

    Network, grid and system are the card's, and so is how the network's words become probabilities:
    ``neighbour_weight``, ``any_from_subtypes`` and ``brain_level``, and its activation a mask, ``chain``. The
    weights start from the checkpoint.
    What the table says itself goes before. A table without ``continues`` is returned as it is.

    Raises:
        CheckpointError: if there is no such checkpoint, or its card cannot be read.
    """
    said = dict(table)
    name = said.pop(CONTINUES, None)
    if name is None:
        return said
    card = read_card(find(name))
    own: dict[str, Any] = {
        "system": card.system,
        "network": {"architecture": card.architecture, **card.arguments},
        "grid": {"size": card.size, "pixel_mm": card.pixel_mm},
        "neighbour_weight": card.neighbour_weight,
        "any_from_subtypes": card.any_from_subtypes,
        "brain_level": card.brain_level,
        "chain": dict(card.chain),
        "start": str(name),
    }
    return {**own, **said}
