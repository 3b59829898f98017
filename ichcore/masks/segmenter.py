"""Hemorrhage masks of a series, by the weak chain or by a U-Net, with a subtype for every piece."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from ichcore.masks.chain import OF_ONE_NETWORK, WeakChain, stated_chain
from ichcore.masks.chain_steps import chain_steps
from ichcore.masks.naming import named
from ichcore.masks.pointing import Pointing, point
from ichcore.models.shallow_cam import ClassifierPair
from ichcore.predict.compute import considerate_threads, limited_threads
from ichcore.predict.mask_drawing import bleeding
from ichcore.predict.model_input import ModelInput
from ichcore.subtypes import SUBTYPES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.masks.chain_steps import ChainStep
    from ichcore.models.checkpoint import LoadedModel, LoadedSegmenter
    from ichcore.predict.prediction import Prediction
    from ichcore.progress import CancelToken, Progress
    from ichcore.volume.volume import Volume


@dataclass(frozen=True, eq=False)
class SliceMask:
    """What was made of one slice.

    Attributes:
        steps: of the chain; none where the slice is not flagged.
        labels: uint8 ``(rows, columns)`` label map of the last step.
    """

    steps: tuple[ChainStep, ...]
    labels: NDArray[np.uint8]


def chain_for(model: LoadedModel) -> WeakChain:
    """The settings that suit a model: its card's, else the paper's for a pair and ours for one network.

    Raises:
        CheckpointError: if the card states something else than settings.
    """
    general = WeakChain() if isinstance(model.network, ClassifierPair) else OF_ONE_NETWORK
    return stated_chain(model.card) or general


class Segmenter:
    """Makes masks of what one model points at and, where there is one, a U-Net draws.

    A slice has a mask only where the model flags it, so the U-Net never draws on what is called free of
    blood; pieces get their subtype from the model's maps.

    Args:
        model: that predicts ``any``.
        u_net: whose drawing is the last step; ``None`` for the chain alone.
        threads: torch threads; by default all cores but one.
    """

    def __init__(
        self, model: LoadedModel, u_net: LoadedSegmenter | None = None, threads: int | None = None
    ) -> None:
        self.model, self.u_net = model, u_net
        self.threads = considerate_threads() if threads is None else max(1, threads)
        self._drawn: WeakKeyDictionary[Volume, dict[int, NDArray[np.float32]]] = WeakKeyDictionary()

    def point(
        self,
        volume: Volume,
        prediction: Prediction,
        *,
        thresholds: NDArray[np.float32] | None = None,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
    ) -> Pointing:
        """What the chain works on; see :func:`~ichcore.masks.pointing.point`."""
        with limited_threads(self.threads):
            return point(
                self.model, volume, prediction, thresholds=thresholds, progress=progress, cancel=cancel
            )

    def slice_mask(self, pointing: Pointing, chain: WeakChain, index: int, *, draw: bool = True) -> SliceMask:
        """One slice.

        Args:
            pointing: of the series.
            chain: settings.
            index: slice of the series.
            draw: whether the U-Net's step is taken, where there is a U-Net.
        """
        prepared = pointing.prepared
        slab = int(prepared.slabs.of_slice[index])
        shape = prepared.volume.shape[1:]
        if not pointing.positive[slab] or not prepared.seen[index]:
            return SliceMask((), np.zeros(shape, np.uint8))
        drawn = self._draws(prepared.volume, index) if draw and self.u_net is not None else None
        steps = chain_steps(pointing, chain, index, drawn=drawn)
        there = np.flatnonzero(pointing.subtypes[slab].any(axis=(1, 2))).tolist()
        maps = {SUBTYPES[at]: pointing.on_slice("subtypes", at, slab) for at in there}
        return SliceMask(steps, named(steps[-1].mask, maps))

    def labels(
        self,
        pointing: Pointing,
        chain: WeakChain,
        *,
        draw: bool = True,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
    ) -> NDArray[np.uint8]:
        """Label map of the whole series, uint8 ``(slices, rows, columns)``.

        Raises:
            CancelledError: if cancelled.
        """
        prepared = pointing.prepared
        labels = np.zeros(prepared.volume.shape, np.uint8)
        flagged = np.flatnonzero(pointing.positive[prepared.slabs.of_slice])
        for done, index in enumerate(flagged.tolist(), start=1):
            if cancel is not None:
                cancel.raise_if_cancelled()
            labels[index] = self.slice_mask(pointing, chain, index, draw=draw).labels
            if progress is not None:
                progress(done, len(flagged), "Drawing masks")
        return labels

    def _draws(self, volume: Volume, index: int) -> NDArray[np.float32] | None:
        """What the U-Net makes of each pixel, kept for as long as the volume lives."""
        if self.u_net is None:
            return None
        prepared = ModelInput.of(volume, self.u_net.card)
        slab = int(prepared.slabs.of_slice[index])
        kept = self._drawn.setdefault(volume, {})
        if slab not in kept:
            with limited_threads(self.threads):
                kept[slab] = bleeding(self.u_net.network, prepared.hu(slab)[None])[0]
        return prepared.placement.to_slice(kept[slab], volume.shape[1:])
