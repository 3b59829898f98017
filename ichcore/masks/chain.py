"""How activation becomes a mask in the weak chain (Ma 2025); no torch, so that recipes are read without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ichcore.errors import CheckpointError
from ichcore.explain.spatial_context import REACH, WEIGHT

if TYPE_CHECKING:
    from ichcore.models.card import Card

LAYER_CAM, EDGES, NEIGHBOURS, LAYERS = "layercam", "edges", "neighbours", "layers"
CRF, DENSITY, U_NET = "crf", "density", "u_net"
STEPS = (LAYER_CAM, EDGES, NEIGHBOURS, LAYERS, CRF, DENSITY, U_NET)
"""In the order in which they are taken (Ma 2025, Table 4); the density is ours."""


@dataclass(frozen=True)
class WeakChain:
    """The chain's settings; other than by default they are rows of the paper's ablation.

    Attributes:
        threshold: activation above which a pixel bleeds; 0.17 and 0.22 were best on the paper's two sets.
        edges: whether the maps are sharpened by their features' PC1 (SF-CAM), or stay LayerCAM.
        neighbour_weight: ω of the spatial context; 0 for none.
        reach: c, slices up and down that are neighbours.
        layers: 2 for both shallow layers, 1 for the deeper alone.
        every: whether a pixel must exceed the threshold in every layer (AND), not in any (OR).
        crf_weight: of the dense CRF's appearance kernel; 0 for no CRF.
        least_hu: what is less dense than this, or as dense as bone, is taken out of the mask [ours]; 0 takes
            nothing out.
        least_mm2: smaller pieces of a slice's mask are taken out [ours]; 0 for none.
        border_share: pieces end where their density has gone this share of the way from what surrounds them
            to what they are [ours]; 0 leaves them.

    Raises:
        ValueError: if the threshold or the share lies outside 0 to 1, the weight, HU or the area below 0, or
            there is no such number of layers.
    """

    threshold: float = 0.2
    edges: bool = True
    neighbour_weight: float = WEIGHT
    reach: int = REACH
    layers: int = 2
    every: bool = False
    crf_weight: float = 0.0
    least_hu: float = 0.0
    least_mm2: float = 0.0
    border_share: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 < self.threshold < 1.0:
            raise ValueError(f"chain.threshold is {self.threshold}; expected between 0 and 1")
        if self.layers not in (1, 2):
            raise ValueError(f"chain.layers is {self.layers}; expected 1 or 2")
        if not self.crf_weight >= 0.0:
            raise ValueError(f"chain.crf_weight is {self.crf_weight}; expected 0 or more")
        for name in ("least_hu", "least_mm2"):
            if not getattr(self, name) >= 0.0:
                raise ValueError(f"chain.{name} is {getattr(self, name)}; expected 0 or more")

        if not 0.0 <= self.border_share < 1.0:
            raise ValueError(f"chain.border_share is {self.border_share}; expected 0 or more and below 1")

    @property
    def by_density(self) -> bool:
        """Whether anything is taken out of the mask in the end."""
        return max(self.least_hu, self.least_mm2, self.border_share) > 0.0


OF_ONE_NETWORK = WeakChain(threshold=0.4, neighbour_weight=0.0, layers=1, crf_weight=4.0)
"""What suits one network that points by SF-CAM of its default layer [ours] (decision 0038)."""


def stated_chain(card: Card) -> WeakChain | None:
    """The settings that were found for a model and stand on its card; ``None`` where none do.

    Raises:
        CheckpointError: if they are no settings of a chain.
    """
    if not card.chain:
        return None
    try:
        return WeakChain(**card.chain)
    except (TypeError, ValueError) as error:
        raise CheckpointError(f"The card of {card.name} states no weak chain: {error}.") from error
