"""One model going through one series: what it has said so far, six logits a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from ichcore.errors import CheckpointError
from ichcore.models.network import standard_logits
from ichcore.predict.compute import worthwhile_precision
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.models.checkpoint import LoadedModel
    from ichcore.predict.model_input import ModelInput


class Reading:
    """A network of single slices; other shapes of networks say more and extend it.

    A picture is a slab: one slice, or the mean of several thin ones.

    Args:
        model: a checkpoint on its device.
        prepared: the series on the model's grid.

    Attributes:
        read: bool ``(slabs,)``: looked at so far.
        logits: float32 ``(slabs, 6)``; NaN where not looked at, or where the model does not predict a class.
    """

    def __init__(self, model: LoadedModel, prepared: ModelInput) -> None:
        self.model, self.prepared = model, prepared
        self.read = np.zeros(len(prepared.slabs), bool)
        self.logits = np.full((len(prepared.slabs), len(CLASSES)), np.nan, np.float32)

    def look(self, slabs: NDArray[np.intp]) -> None:
        """Run the network on some slabs.

        Raises:
            CheckpointError: if it gives numbers that are not finite.
        """
        hu = torch.from_numpy(self.prepared.batch(slabs.tolist()))
        with torch.inference_mode(), worthwhile_precision(self.model.network, self.model.device):
            logits = self._look(slabs, hu.to(self.model.device, memory_format=torch.channels_last))
        self.logits[slabs] = self._six(logits)
        self.read[slabs] = True

    def if_shown(
        self, slab: int, slabs: NDArray[np.intp], pictures: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """What would be said of a slab, were the pictures of some slabs others; nothing of it is kept.

        All other slabs say what they said when they were looked at; one that was not has no say.

        Args:
            slab: whose probabilities are asked for.
            slabs: ``(R,)`` whose pictures are replaced.
            pictures: float32 ``(N, R, size, size)`` HU on the model's grid: N alternatives.

        Returns:
            Calibrated ``(N, 6)``.

        Raises:
            CheckpointError: if the network gives numbers that are not finite.
        """
        with torch.inference_mode(), worthwhile_precision(self.model.network, self.model.device):
            said = self._six(self.model.network(self._together(pictures)))
        logits = np.repeat(self.logits[None], len(pictures), axis=0)
        logits[:, slabs] = said.reshape(len(pictures), len(slabs), -1)
        return np.stack([self.prepared.probabilities(one, self.model.card)[slab] for one in logits])

    def memory(self) -> tuple[Any, ...]:
        """What looking has brought so far, without the series itself; for :meth:`recall`."""
        return self.logits, self.read

    def recall(self, memory: tuple[Any, ...]) -> None:
        """Go on where another reading of the same series by the same model had come to."""
        self.logits, self.read = memory

    def finish(self) -> None:
        """Called once, when every slab that holds a picture was looked at."""

    def probabilities(self) -> NDArray[np.float32]:
        """Calibrated ``(slabs, 6)``; NaN like :attr:`logits`."""
        return self.prepared.probabilities(self.logits, self.model.card)

    def extra(self) -> dict[str, Any]:
        """What the model says beyond the six classes, ready for JSON; new objects every time."""
        return {}

    def on_slices(self, of_slabs: NDArray[Any]) -> NDArray[Any]:
        """``(slabs, …)`` floats to ``(slices, …)``; NaN for slices without a picture."""
        of_slices = of_slabs[self.prepared.slabs.of_slice]
        of_slices[~self.prepared.seen] = np.nan
        return of_slices

    def _together(self, pictures: NDArray[np.float32]) -> torch.Tensor:
        """``(N, R, size, size)`` HU as one batch ``(N · R, 1, size, size)`` on the model's device."""
        hu = torch.from_numpy(pictures.reshape(-1, 1, *pictures.shape[2:]))
        return hu.to(self.model.device, memory_format=torch.channels_last)

    def _look(self, _slabs: NDArray[np.intp], hu: torch.Tensor) -> torch.Tensor:
        """Logits ``(B, K)`` for HU ``(B, 1, size, size)`` of some slabs."""
        logits: torch.Tensor = self.model.network(hu)
        return logits

    def _six(self, logits: torch.Tensor) -> NDArray[np.float32]:
        """``(B, 6)`` of ``(B, K)``, NaN for classes that the network does not predict."""
        if not torch.isfinite(logits).all():
            raise CheckpointError(
                f"{self.model.name} gave numbers that are not finite; its weights are damaged or its windows "
                "edited beyond use. Install the checkpoint again."
            )
        six: NDArray[np.float32] = standard_logits(logits.float(), self.model.network.classes).cpu().numpy()
        return six
