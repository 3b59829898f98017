"""A network made of several classifiers going through a series: their mean, and what each says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, cast, runtime_checkable

import numpy as np

from ichcore.predict.prediction import json_numbers
from ichcore.predict.reading import Reading
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

    from ichcore.models.checkpoint import LoadedModel
    from ichcore.predict.model_input import ModelInput

MEMBERS = ("first", "second")
"""What the two classifiers of Ma 2025 are called, as in the names of their layers."""


@runtime_checkable
class Pair(Protocol):
    """What a network of two classifiers of ``any`` offers."""

    def features(self, hu: torch.Tensor) -> torch.Tensor:
        """Maps of both for HU ``(B, 1, H, W)``."""
        ...

    def from_features(self, features: torch.Tensor) -> torch.Tensor:
        """The pair's logit, ``(B, 1)``: the mean of its members'."""
        ...

    def member_logits(self, features: torch.Tensor) -> torch.Tensor:
        """Logits of ``any`` of each member, ``(B, 2)``."""
        ...


class PairReading(Reading):
    """Two classifiers; the pair says the mean of their logits.

    [ours] Each member goes through the pair's own calibration and neighbours, so that its probability can be
    held against the pair's threshold.
    """

    def __init__(self, model: LoadedModel, prepared: ModelInput) -> None:
        super().__init__(model, prepared)
        self._members = np.full((len(prepared.slabs), len(MEMBERS)), np.nan, np.float32)

    def extra(self) -> dict[str, Any]:
        """``members``: names and, in their order, probabilities of ``any`` a slice and of the series."""
        of_members = []
        for said in self._members.T:
            six = np.full((len(said), len(CLASSES)), np.nan, np.float32)
            six[:, 0] = said
            of_members.append(self.prepared.probabilities(six, self.model.card)[:, 0])
        probabilities = self.on_slices(np.stack(of_members, axis=1))
        return {
            "members": {
                "names": list(MEMBERS),
                "probabilities": json_numbers(probabilities),
                "series_probabilities": json_numbers(np.fmax.reduce(probabilities, axis=0)),
            }
        }

    def _look(self, slabs: NDArray[np.intp], hu: torch.Tensor) -> torch.Tensor:
        network = cast("Pair", self.model.network)
        features = network.features(hu)
        self._members[slabs] = network.member_logits(features).float().cpu().numpy()
        return network.from_features(features)
