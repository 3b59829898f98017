"""The predictor: a model's probabilities for every slice, nearest to the shown one first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import torch

from ichcore.models.network import SequenceNetwork
from ichcore.predict.blend_reading import BlendReading
from ichcore.predict.compute import considerate_threads, limited_threads
from ichcore.predict.model_input import ModelInput
from ichcore.predict.pair_reading import Pair, PairReading
from ichcore.predict.prediction import Prediction
from ichcore.predict.reading import Reading
from ichcore.predict.scope import scope_warnings
from ichcore.predict.sequence_reading import SequenceReading

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.models.checkpoint import LoadedModel
    from ichcore.models.placement import Placement
    from ichcore.progress import CancelToken, Progress
    from ichcore.volume.passport import Finding
    from ichcore.volume.volume import Volume

CPU_BATCH = 4
"""Pictures a batch on a processor: larger ones gain nothing there and answer a cancel later."""
DEVICE_BATCH = 16
"""Pictures a batch on an accelerator."""

First = int | Callable[[], int] | None
"""Index of the shown slice, or how to ask for it before every batch; ``None`` is the middle."""


class Predictor:
    """Runs one loaded model over series.

    Args:
        model: a checkpoint on its device.
        threads: torch threads; by default all cores but one, so that an interface keeps a core's worth of
            air; on a busy machine that is faster than all, since threads then wait for each other.

    The network is turned to ``channels_last``, which convolutions on a processor are faster in; its
    values stay.
    """

    def __init__(self, model: LoadedModel, threads: int | None = None) -> None:
        self.model = model
        self.threads = considerate_threads() if threads is None else max(1, threads)
        self._network = model.network.eval().to(memory_format=torch.channels_last)
        self._batch = CPU_BATCH if model.device.type == "cpu" else DEVICE_BATCH

    def predict(
        self,
        volume: Volume,
        *,
        first: First = None,
        on_slices: Callable[[Prediction], None] | None = None,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
    ) -> Prediction:
        """Probabilities of every slice that holds a picture.

        Slices nearest to ``first`` come first; where ``first`` is a callable it is asked before every
        batch, so the order follows a reader who scrolls. The first batch is one picture. A sequence network
        says first what each slice is by itself; the last snapshot, in which all slices are done, holds what
        they are among their neighbours.

        Args:
            volume: the series; slices not decoded or empty are left out (NaN, not done).
            first: index of the shown slice or how to ask for it.
            on_slices: called after every batch, on this thread, with a new immutable snapshot.
            progress: slices done of all.
            cancel: looked at between batches.

        Raises:
            CancelledError: if cancelled.
            CheckpointError: if the network gives numbers that are not finite.
        """
        prepared = ModelInput.of(volume, self.model.card)
        reading, warnings = _reading(self.model, prepared), scope_warnings(prepared)
        waiting = prepared.waiting()
        total, size = int(prepared.seen.sum()), 1
        with limited_threads(self.threads):
            while waiting.size:
                if cancel is not None:
                    cancel.raise_if_cancelled()
                order = np.argsort(_distance(prepared, waiting, first), kind="stable")
                chosen, waiting = waiting[order[:size]], np.sort(waiting[order[size:]])
                reading.look(chosen)
                size = self._batch
                if not waiting.size:
                    if cancel is not None:
                        cancel.raise_if_cancelled()
                    reading.finish()
                if on_slices is not None:
                    on_slices(_snapshot(reading, warnings))
                if progress is not None:
                    progress(int(_done(reading).sum()), total, "Predicting")
        return _snapshot(reading, warnings)

    def exact_input(self, volume: Volume, index: int) -> tuple[NDArray[np.float32], Placement]:
        """The exact picture that the network was given for a slice.

        Args:
            volume: the series.
            index: a slice.

        Returns:
            Channels after the window layer, float32 ``(C, size, size)`` in [0, 1], and the placement whose
            ``matrix`` brings their pixels to the slice's. Thin slices show their average.

        Raises:
            IndexError: if there is no such slice.
        """
        if not 0 <= index < volume.shape[0]:
            raise IndexError(f"slice {index} is not among the {volume.shape[0]} of the series")
        prepared = ModelInput.of(volume, self.model.card)
        with limited_threads(self.threads), torch.inference_mode():
            hu = torch.from_numpy(prepared.batch([int(prepared.slabs.of_slice[index])]))
            channels = self._network.window(hu.to(self.model.device))
        picture: NDArray[np.float32] = channels[0].float().cpu().contiguous().numpy()
        return picture, prepared.placement


def _reading(model: LoadedModel, prepared: ModelInput) -> Reading:
    """The reading that fits the shape of the model's network."""
    if isinstance(model.network, SequenceNetwork):
        return SequenceReading(model, prepared)
    if model.network.own_classes:
        return BlendReading(model, prepared)
    if isinstance(model.network, Pair):
        return PairReading(model, prepared)
    return Reading(model, prepared)


def _snapshot(reading: Reading, warnings: tuple[Finding, ...]) -> Prediction:
    """What is known so far; its arrays are copies, so what was handed out never changes."""
    model, prepared = reading.model, reading.prepared
    volume = prepared.volume
    probabilities = reading.on_slices(reading.probabilities())
    return Prediction(
        series_instance_uid=volume.identity.series_instance_uid,
        model_name=model.name,
        model_sha256=model.sha256,
        device=str(model.device),
        sop_instance_uids=volume.sop_instance_uids,
        positions_mm=volume.geometry.positions_mm,
        probabilities=probabilities,
        thresholds=model.card.threshold_array(),
        done=_done(reading),
        calibrated=model.card.calibration is not None,
        # a class that the model does not predict is NaN in every slice, and so in the series
        series_probabilities=np.fmax.reduce(probabilities, axis=0),
        extra=reading.extra(),
        warnings=warnings,
    )


def _done(reading: Reading) -> NDArray[np.bool_]:
    """``(slices,)`` that hold a picture and were looked at."""
    done: NDArray[np.bool_] = reading.read[reading.prepared.slabs.of_slice] & reading.prepared.seen
    return done


def _distance(prepared: ModelInput, slabs: NDArray[np.intp], first: First) -> NDArray[np.intp]:
    """``(slabs,)`` how many slices each slab is away from the shown slice."""
    shown = first() if callable(first) else first
    slices = prepared.volume.shape[0]
    shown = slices // 2 if shown is None else min(max(shown, 0), slices - 1)
    starts = prepared.slabs.starts
    away: NDArray[np.intp] = np.maximum(np.maximum(starts[slabs] - shown, shown - (starts[slabs + 1] - 1)), 0)
    return away
