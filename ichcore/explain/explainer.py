"""The explainer: heat maps of slices and classes on the slices' own grid."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
import torch

from ichcore.errors import IchError
from ichcore.explain.capture import cam_modules, captured
from ichcore.explain.heatmap import Heatmap
from ichcore.explain.method import (
    DEFAULT_METHOD,
    OFFERED,
    SLOW_METHODS,
    WITH_CONTEXT,
    explanation_method,
)
from ichcore.explain.slab_context import SlabContext
from ichcore.models.network import SequenceNetwork
from ichcore.predict.compute import considerate_threads, limited_threads
from ichcore.predict.model_input import ModelInput
from ichcore.predict.predictor import Predictor
from ichcore.predict.reading import Reading
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ichcore.models.checkpoint import LoadedModel
    from ichcore.predict.prediction import Prediction
    from ichcore.progress import CancelToken, Progress
    from ichcore.volume.volume import Volume

BATCH = 4
"""Slices explained together."""
CACHED_BYTES = 64 * 2**20
"""Raw maps kept a series; a 32×32 map of one class takes 4 kB."""

_Key = tuple[int, str, str, str]


class Explainer:
    """Explains one loaded model.

    Raw maps are remembered by series, slice, class, method and layer for as long as the volume lives, so
    going back to a slice costs only its resizing.

    Args:
        model: a checkpoint on its device.
        threads: torch threads; by default all cores but one (see ``predict.compute``).
    """

    def __init__(self, model: LoadedModel, threads: int | None = None) -> None:
        self.model = model
        self.threads = considerate_threads() if threads is None else max(1, threads)
        self._network = model.network.eval().to(memory_format=torch.channels_last)
        self._memory: WeakKeyDictionary[Volume, _Memory] = WeakKeyDictionary()
        self._shapes: dict[str, tuple[int, int]] = {}

    @property
    def layers(self) -> tuple[str, ...]:
        """Layers that can be explained, shallow to deep."""
        return tuple(self._network.cam_layers)

    @property
    def default_layer(self) -> str:
        """The layer whose map is averaged and classified."""
        return self._network.default_cam_layer

    @property
    def methods(self) -> tuple[str, ...]:
        """Methods that are defined for this network; CAM needs a linear layer after the average."""
        try:
            self._network.class_weights()
        except IchError:
            return tuple(name for name in OFFERED if name != "cam")
        return OFFERED

    def method_for(self, wanted: str) -> str:
        """``wanted`` where the network defines it, else the first method that it does define.

        What is no method at all is handed back, so that :meth:`explain` refuses it by name.
        """
        return self.methods[0] if wanted in OFFERED and wanted not in self.methods else wanted

    def explain(
        self,
        volume: Volume,
        slice_indices: Sequence[int],
        classes: Sequence[str],
        *,
        method: str = DEFAULT_METHOD,
        layer: str | None = None,
        prediction: Prediction | None = None,
        thresholds: NDArray[np.float32] | None = None,
        ungated: bool = False,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
    ) -> list[Heatmap]:
        """One heat map for every slice and class, slices outer, classes inner, in the order given.

        A class that the model does not flag in a slice gets an empty map: scaled to its own maximum, the
        map of an absent class would be noise that looks like a finding. So does, gated or not, a class that
        the model does not predict.

        With spatial context (``explain.slab_context``) a map is put together with its neighbours' in the run
        of slices flagged for the class; a slice that is not flagged is in no run, so that ungated it shows
        its own map.

        Args:
            volume: the series.
            slice_indices: slices to explain.
            classes: names among the six.
            method: one of :attr:`methods`.
            layer: a name of :attr:`layers`; by default :attr:`default_layer`.
            prediction: whose probabilities gate the maps; by default the model is asked first.
            thresholds: ``(6,)`` operating points that gate instead of the model's own.
            ungated: explain unflagged classes too.
            progress: slices done of all; with a slow method its steps in all of them.
            cancel: looked at between batches, and between the steps of a slow method.

        Raises:
            IchError: if a class, slice, method or layer does not exist, or the method is not defined there.
            CancelledError: if cancelled.
        """
        _check(classes)
        if method not in OFFERED:
            raise IchError(
                f"There is no explanation method {method!r}; the methods are {', '.join(OFFERED)}."
            )
        predicted = [name for name in classes if name in self.model.card.classes]
        layer = self.default_layer if layer is None else layer
        cam_modules(self._network, [layer])
        for index in slice_indices:
            if not 0 <= index < volume.shape[0]:
                raise IchError(
                    f"There is no slice {index}; the series has slices 0 to {volume.shape[0] - 1}."
                )
        prepared = ModelInput.of(volume, self.model.card)
        memory = self._memory.setdefault(volume, _Memory())
        context = SlabContext.of(prepared.slabs, volume.geometry) if method in WITH_CONTEXT else None
        flagged = np.ones((volume.shape[0], len(CLASSES)), bool)
        if not ungated or context is not None:
            if prediction is None:
                near = slice_indices if context is None else context.around(slice_indices)
                with limited_threads(self.threads):
                    said = self._probabilities(prepared, memory, near, cancel)
            else:
                said = prediction.probabilities
            limits = self.model.card.threshold_array() if thresholds is None else thresholds
            with np.errstate(invalid="ignore"):
                flagged = said >= limits
        asked = _Asked(
            prepared, context, flagged, predicted, WITH_CONTEXT.get(method, method), layer, ungated
        )
        slabs = asked.missing(memory, slice_indices, classes)
        with limited_threads(self.threads):
            self._draw(asked, memory, slabs, progress, cancel)
            heatmaps = []
            for index in slice_indices:
                for name in classes:
                    raw = asked.raw(memory, index, name)
                    if raw is None:
                        raw = np.zeros(self._grid_shape(layer), np.float32)
                    heatmaps.append(_heatmap(prepared, raw, method, layer, name, index))
        memory.trim()
        return heatmaps

    def _draw(
        self,
        asked: _Asked,
        memory: _Memory,
        slabs: list[int],
        progress: Progress | None,
        cancel: CancelToken | None,
    ) -> None:
        """Draw the maps of some slabs and remember them."""
        chosen, layer = explanation_method(asked.method), asked.layer
        columns = [self._network.classes.index(name) for name in asked.predicted]
        for start in range(0, len(slabs), BATCH):
            if cancel is not None:
                cancel.raise_if_cancelled()
            run = slabs[start : start + BATCH]
            hu = self._tensor(asked.prepared, run)
            slow = asked.method in SLOW_METHODS
            inner = _of_batch(progress, start, len(run), len(slabs)) if slow else None
            result = chosen.raw_maps(self._network, hu, [layer], columns, cancel=cancel, progress=inner)
            maps = result.maps[layer].float().cpu().numpy()
            self._shapes[layer] = (maps.shape[2], maps.shape[3])
            memory.keep(run, asked.predicted, asked.method, layer, maps)
            if progress is not None and inner is None:
                progress(min(start + BATCH, len(slabs)), len(slabs), "Explaining")

    def _probabilities(
        self, prepared: ModelInput, memory: _Memory, slices: Sequence[int], cancel: CancelToken | None
    ) -> NDArray[np.float32]:
        """``(N, 6)`` of all slices, as the predictor has them; NaN but for those asked for.

        Looks at their slabs and, where the model hears neighbours, at those above and below; a sequence
        network has to read all of them.
        """
        if isinstance(self._network, SequenceNetwork):
            said = memory.said
            if said is None:
                volume = prepared.volume
                said = Predictor(self.model, self.threads).predict(volume, cancel=cancel).probabilities
                memory.said = said if volume.complete else None
            return said
        asked = np.unique(prepared.slabs.of_slice[list(slices)])
        around = asked if not self.model.card.neighbour_weight else np.unique([asked - 1, asked, asked + 1])
        reading = Reading(self.model, prepared)
        if memory.heard is not None:
            reading.logits, reading.read = memory.heard
        unknown = np.intersect1d(around, prepared.waiting())
        unknown = unknown[~reading.read[unknown]]
        for start in range(0, len(unknown), BATCH):
            if cancel is not None:
                cancel.raise_if_cancelled()
            reading.look(unknown[start : start + BATCH])
        memory.heard = reading.logits, reading.read
        return reading.probabilities()[prepared.slabs.of_slice]

    def _tensor(self, prepared: ModelInput, slabs: list[int]) -> torch.Tensor:
        """``(len(slabs), 1, size, size)`` HU on the model's device."""
        batch = torch.from_numpy(prepared.batch(slabs))
        return batch.to(self.model.device, memory_format=torch.channels_last)

    def _grid_shape(self, layer: str) -> tuple[int, int]:
        """(rows, columns) of a layer's maps, from one look at air."""
        if layer not in self._shapes:
            size = self.model.card.size
            with captured(self._network, [layer]) as activations, torch.no_grad():
                self._network(torch.full((1, 1, size, size), -1000.0, device=self.model.device))
            rows, columns = activations[layer].shape[-2:]
            self._shapes[layer] = (int(rows), int(columns))
        return self._shapes[layer]


@dataclass(frozen=True, eq=False)
class _Asked:
    """Which maps are asked for, and of which slabs' maps each is made.

    Attributes:
        prepared: the series as the model gets it.
        context: what puts maps together; ``None`` where each slab's is its own.
        flagged: ``(slices, 6)``.
        predicted: classes that are asked for and that the model predicts.
        method: of a slab.
        layer: of the network.
        ungated: whether classes that are not flagged have maps too.
    """

    prepared: ModelInput
    context: SlabContext | None
    flagged: NDArray[np.bool_]
    predicted: list[str]
    method: str
    layer: str
    ungated: bool

    @cached_property
    def runs(self) -> NDArray[np.bool_]:
        """``(slabs, 6)`` flagged in a slice that holds a picture."""
        seen, starts = self.prepared.seen[:, None], self.prepared.slabs.starts[:-1]
        runs: NDArray[np.bool_] = np.logical_or.reduceat(self.flagged & seen, starts, axis=0)
        return runs

    def sources(self, index: int, name: str) -> list[int]:
        """The slabs whose maps make that of a slice, its own first; none where it has no map."""
        column, slab = CLASSES.index(name), int(self.prepared.slabs.of_slice[index])
        if name not in self.predicted or not (self.ungated or self.flagged[index, column]):
            return []
        return [slab] if self.context is None else self.context.sources(slab, self.runs[:, column])

    def missing(self, memory: _Memory, indices: Sequence[int], classes: Sequence[str]) -> list[int]:
        """The slabs of which a map is asked for that is not remembered."""
        slabs = ((slab, name) for index in indices for name in classes for slab in self.sources(index, name))
        return list(
            dict.fromkeys(
                slab for slab, name in slabs if (slab, name, self.method, self.layer) not in memory.raw
            )
        )

    def raw(self, memory: _Memory, index: int, name: str) -> NDArray[np.float32] | None:
        """``(h, w)`` map of a slice, all its sources drawn; ``None`` where it has none."""
        sources = self.sources(index, name)
        if not sources:
            return None
        found = {slab: memory.raw[slab, name, self.method, self.layer] for slab in sources}
        if self.context is None:
            return found[sources[0]]
        return self.context.together(sources[0], self.runs[:, CLASSES.index(name)], found)


class _Memory:
    """Raw maps and logits of one volume's slabs; the least recent maps go first."""

    def __init__(self) -> None:
        self.raw: OrderedDict[_Key, NDArray[np.float32]] = OrderedDict()
        # logits and which slabs were looked at; not the reading, which would keep its volume alive
        self.heard: tuple[NDArray[np.float32], NDArray[np.bool_]] | None = None
        self.said: NDArray[np.float32] | None = None  # of a sequence network, whose scan is read at once

    def keep(
        self, slabs: list[int], classes: Sequence[str], method: str, layer: str, maps: NDArray[np.float32]
    ) -> None:
        """Remember ``(slabs, classes, h, w)`` maps."""
        for slab, of_slab in zip(slabs, maps, strict=True):
            for name, raw in zip(classes, of_slab, strict=True):
                key = (slab, name, method, layer)
                self.raw[key] = raw.copy()
                self.raw.move_to_end(key)

    def trim(self) -> None:
        """Forget the oldest maps above the limit."""
        size = sum(raw.nbytes for raw in self.raw.values())
        while size > CACHED_BYTES:
            _, raw = self.raw.popitem(last=False)
            size -= raw.nbytes


def _of_batch(progress: Progress | None, before: int, slabs: int, every: int) -> Progress | None:
    """Progress in all slabs from that in a batch, whose every slab takes the same number of steps."""
    if progress is None:
        return None

    def report(done: int, total: int, message: str = "") -> None:
        each = total // slabs
        progress(before * each + done, every * each, message)

    return report


def _heatmap(
    prepared: ModelInput, raw: NDArray[np.float32], method: str, layer: str, name: str, index: int
) -> Heatmap:
    """A raw map divided by its own positive maximum and laid on the slice."""
    positive = np.maximum(raw, 0.0)
    # the peak lies between the slice's pixels, so the map is scaled after it was laid on them
    activation = prepared.placement.to_slice(positive, prepared.volume.shape[1:])
    highest = float(activation.max())
    if highest > 0.0:
        activation = np.clip(activation / np.float32(highest), 0.0, 1.0)
    to_slice = prepared.placement.grid_to_slice((raw.shape[0], raw.shape[1]))
    return Heatmap(method, layer, name, index, activation, raw, float(positive.max()), to_slice)


def _check(classes: Sequence[str]) -> None:
    """Refuse names that are no classes.

    Raises:
        IchError: if there is no such class.
    """
    for name in classes:
        if name not in CLASSES:
            raise IchError(f"There is no class {name!r}; the classes are {', '.join(CLASSES)}.")
