"""One slice whose picture may be changed before a model reads it; its neighbours speak as ever."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from ichcore.errors import IchError
from ichcore.models.network import SequenceNetwork
from ichcore.predict.model_input import ModelInput
from ichcore.predict.predictor import CPU_BATCH, DEVICE_BATCH
from ichcore.predict.reading import Reading
from ichcore.predict.sequence_reading import SequenceReading

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from ichcore.models.checkpoint import LoadedModel
    from ichcore.progress import CancelToken, Progress
    from ichcore.volume.volume import Volume

Memory = WeakKeyDictionary["Volume", "tuple[Any, ...]"]
"""What a model's readings have brought, by series; holds no series alive."""


class AlteredSlice:
    """A slice as a model hears it, and what the model would say of another picture in its place.

    The slice keeps its neighbours, as in a prediction: where the card gives them a say, the logits of those
    above and below are averaged in; a sequence network reads the whole scan with this slice described anew.
    Thin slices are looked at as the slab that they are averaged in.

    Args:
        model: a checkpoint on its device.
        volume: the series.
        index: the slice.
        memory: of this model; what neighbours said is taken from it and kept in it.
        cancel: looked at between batches of neighbours.

    Attributes:
        prepared: the series on the model's grid.
        slab: that the slice belongs to.
        near: int ``(R,)``, the slab and those next to it, as far as they have a say in what is said of it.
        picture: float32 ``(size, size)`` HU of the slab on the model's grid.
        pixel_mm: side of a pixel of that grid.
        batch: pictures that are looked at together.

    Raises:
        IchError: if there is no such slice, or it holds no picture.
        CancelledError: if cancelled.
    """

    def __init__(
        self, model: LoadedModel, volume: Volume, index: int, memory: Memory, cancel: CancelToken | None
    ) -> None:
        if not 0 <= index < volume.shape[0]:
            raise IchError(f"There is no slice {index}; the series has slices 0 to {volume.shape[0] - 1}.")
        self.prepared = ModelInput.of(volume, model.card)
        if not self.prepared.seen[index]:
            raise IchError(f"Slice {index} holds no picture, so a model has nothing to look at there.")
        self.slab = int(self.prepared.slabs.of_slice[index])
        self.picture = self.prepared.hu(self.slab)
        self.pixel_mm = model.card.pixel_mm
        sequence = isinstance(model.network, SequenceNetwork)
        self._reading = (SequenceReading if sequence else Reading)(model, self.prepared)
        self.batch = CPU_BATCH if model.device.type == "cpu" else DEVICE_BATCH
        waiting = self.prepared.waiting()
        near = np.intersect1d([self.slab - 1, self.slab, self.slab + 1], waiting)
        heard = sequence or bool(model.card.neighbour_weight)
        self.near = near if heard else np.array([self.slab])
        if volume.complete and volume in memory:
            self._reading.recall(memory[volume])
        self._listen(waiting if sequence else self.near, cancel)
        if volume.complete:
            memory[volume] = self._reading.memory()

    def says(
        self,
        pictures: NDArray[np.float32],
        *,
        slabs: NDArray[np.intp] | None = None,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
    ) -> NDArray[np.float32]:
        """Calibrated probabilities ``(N, 6)``; NaN for a class that the model does not predict.

        Args:
            pictures: float32 ``(N, size, size)`` HU in the slice's place; with ``slabs``
                ``(N, R, size, size)``.
            slabs: ``(R,)`` whose pictures are replaced; by default the slice's own slab alone.
            progress: pictures done of all; called between batches.
            cancel: looked at between batches.

        Raises:
            CancelledError: if cancelled.
        """
        replaced = np.array([self.slab]) if slabs is None else slabs
        stack = pictures[:, None] if slabs is None else pictures
        size = max(1, self.batch // len(replaced))
        said = []
        for start in range(0, len(stack), size):
            if cancel is not None:
                cancel.raise_if_cancelled()
            said.append(self._reading.if_shown(self.slab, replaced, stack[start : start + size]))
            if progress is not None:
                progress(min(start + size, len(stack)), len(stack), "Probing")
        return np.concatenate(said)

    def _listen(self, slabs: NDArray[np.intp], cancel: CancelToken | None) -> None:
        """Look at the neighbours that have a say and were not looked at yet."""
        unknown = slabs[~self._reading.read[slabs] & (slabs != self.slab)]
        for start in range(0, len(unknown), self.batch):
            if cancel is not None:
                cancel.raise_if_cancelled()
            self._reading.look(unknown[start : start + self.batch])
