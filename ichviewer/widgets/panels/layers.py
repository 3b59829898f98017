"""Which layers of a network activation can be read from, known from its card without loading torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ichcore.models.card import Card

BLOCKS = tuple(f"block{number}" for number in range(1, 6))


def layers_of(card: Card | None) -> tuple[str, ...]:
    """Layer names, shallow to deep, the model's default last; empty where the card does not tell.

    The names are those of the architecture's ``cam_layers`` (window fusion: its five blocks and, unless
    ablated, the fused map).
    """
    if card is None or card.architecture != "window_fusion":
        return ()
    return (*BLOCKS, "fusion") if card.arguments.get("fusion", True) else BLOCKS
