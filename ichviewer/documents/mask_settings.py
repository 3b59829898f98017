"""How the weak mask is made and shown."""

from __future__ import annotations

from dataclasses import dataclass

from ichcore.masks.chain import OF_ONE_NETWORK, WeakChain


@dataclass(frozen=True)
class MaskSettings:
    """The chain's settings and what of it is drawn.

    Attributes:
        visible: whether the mask is drawn over the image.
        chain: threshold, edges, neighbours, dense CRF.
        draw: whether the U-Net's step is taken, where one learned from the shown model.
        step: name of the step that is shown; ``None`` for the last.
        changes: whether what the shown step lost and leaked is tinted.
        opacity: of the mask's filling, 0 to 1; its outline is always drawn.
    """

    visible: bool = False
    chain: WeakChain = OF_ONE_NETWORK
    draw: bool = True
    step: str | None = None
    changes: bool = False
    opacity: float = 0.3
