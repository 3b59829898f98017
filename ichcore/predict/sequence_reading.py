"""A sequence network going through a series: slices by themselves at once, then the scan as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch

from ichcore.predict.compute import worthwhile_precision
from ichcore.predict.prediction import json_numbers
from ichcore.predict.reading import Reading

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.models.checkpoint import LoadedModel
    from ichcore.models.network import SequenceNetwork
    from ichcore.predict.model_input import ModelInput


class SequenceReading(Reading):
    """What a slice is by itself streams in; once all were read, what it is among its neighbours.

    The network learned what an average with the neighbours only guesses, so the card's ``neighbour_weight``
    is not heard here. [ours] Slices by themselves go through the calibration that was fitted to the final
    word, so that the two differ by what the neighbours said and by nothing else.

    Attributes:
        alone: float32 ``(slabs, 6)`` logits of slices by themselves; NaN as in :attr:`logits`.
        complete: whether :attr:`logits` are the scan's.
    """

    def __init__(self, model: LoadedModel, prepared: ModelInput) -> None:
        super().__init__(model, prepared)
        self._network = cast("SequenceNetwork", model.network)
        self.alone, self.complete = self.logits.copy(), False
        count = len(prepared.slabs)
        self._described = torch.zeros((count, self._network.described), device=model.device)
        self._own = torch.zeros((count, len(model.network.classes)), device=model.device)

    def look(self, slabs: NDArray[np.intp]) -> None:
        """Read some slabs, each by itself; see :meth:`Reading.look`."""
        super().look(slabs)
        self.alone[slabs] = self.logits[slabs]

    def finish(self) -> None:
        """Read the scan: slabs in position order, those without a picture left out.

        Raises:
            CheckpointError: if the network gives numbers that are not finite.
        """
        there = torch.from_numpy(self.read).to(self.model.device)
        with torch.inference_mode():
            said = self._network.over_scan(self._described[None], self._own[None], there[None])[0]
        self.logits[self.read] = self._six(said[there])
        self.complete = True

    def if_shown(
        self, slab: int, slabs: NDArray[np.intp], pictures: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """See :meth:`Reading.if_shown`; the whole scan is read anew with the slabs' new descriptions."""
        alternatives, replaced = len(pictures), slabs.tolist()
        there = torch.from_numpy(self.read.copy()).to(self.model.device)
        there[replaced] = True
        with torch.inference_mode(), worthwhile_precision(self.model.network, self.model.device):
            read, own = self._network.read(self._together(pictures))
            described = self._described.repeat(alternatives, 1, 1)
            logits = self._own.repeat(alternatives, 1, 1)
            described[:, replaced] = read.float().reshape(alternatives, len(slabs), -1)
            logits[:, replaced] = own.float().reshape(alternatives, len(slabs), -1)
            said = self._network.over_scan(described, logits, there.repeat(alternatives, 1))[:, slab]
        return self.model.card.probabilities(self._six(said))

    def memory(self) -> tuple[Any, ...]:
        """See :meth:`Reading.memory`."""
        return *super().memory(), self.alone, self.complete, self._described, self._own

    def recall(self, memory: tuple[Any, ...]) -> None:
        """See :meth:`Reading.recall`."""
        super().recall(memory[:2])
        self.alone, self.complete, self._described, self._own = memory[2:]

    def probabilities(self) -> NDArray[np.float32]:
        """Calibrated ``(slabs, 6)``: the scan's where it was read, else those of slices by themselves."""
        return self.model.card.probabilities(self.logits)

    def extra(self) -> dict[str, Any]:
        """``sequence``: what slices said alone, and how their neighbours changed it once all were read."""
        alone = self.on_slices(self.model.card.probabilities(self.alone))
        change = self.on_slices(self.probabilities()) - alone
        if not self.complete:
            change[:] = np.nan
        return {
            "sequence": {
                "complete": self.complete,
                "slice_probabilities": json_numbers(alone),
                "changes": json_numbers(change),
                "series_probabilities": json_numbers(np.fmax.reduce(alone, axis=0)),
            }
        }

    def _look(self, slabs: NDArray[np.intp], hu: torch.Tensor) -> torch.Tensor:
        described, logits = self._network.read(hu)
        self._described[slabs.tolist()] = described.float()
        self._own[slabs.tolist()] = logits.float()
        return logits
