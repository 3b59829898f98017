"""Weak masks of the open case in the background: the chain over what the shown model points at."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from ichcore.masks.chain import OF_ONE_NETWORK, stated_chain
from ichviewer.base.timers import single_shot
from ichviewer.documents.case_following import answers_of, follow_instead
from ichviewer.documents.mask_settings import MaskSettings

if TYPE_CHECKING:
    from ichcore.masks.pointing import Pointing
    from ichcore.masks.segmenter import SliceMask
    from ichcore.masks.volumes import AbcOverTwo
    from ichcore.models.card import Card
    from ichviewer.base.jobs import JobContext, Jobs
    from ichviewer.documents.case import Case
    from ichviewer.documents.engine import Engine
    from ichviewer.documents.view_state import ViewState

POINT, SHOWN, AHEAD, BLOOD = "mask-pointing", "mask-shown", "mask-ahead", "mask-blood"
SETTLE_MS = 20
"""A reader who scrolls past a slice faster than this does not want its mask."""
REST_MS = 300
"""Other slices follow, and all of them for the volumes, once slice and settings rest this long."""
NEIGHBOURS = 6
KEPT = 48

_OWN = {item.name for item in fields(MaskSettings)}
Setting = tuple[object, ...]
"""What a slice's mask depends on beside the pointing."""


@dataclass(frozen=True)
class Blood:
    """How much blood the series' mask holds.

    Attributes:
        slices: with a mask.
        volumes_ml: by subtype, ``unstated`` and ``any``; ``None`` where withheld.
        abc: of the largest bleed.
        withheld: why there are no volumes; empty where there are.
    """

    slices: int
    volumes_ml: dict[str, float] | None
    abc: AbcOverTwo | None
    withheld: str


class WeakMasks(QObject):
    """Makes the masks that are looked at, nearest first, and how much blood they hold in all."""

    settings_changed = Signal()
    mask_changed = Signal(int)
    """A slice's mask is there, or is gone."""
    blood_changed = Signal()
    failed = Signal(str)

    def __init__(self, jobs: Jobs, engine: Engine, view: ViewState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs, self._engine, self._view = jobs, engine, view
        self._settings = MaskSettings()
        self._suited = self._settings.chain
        self._case: Case | None = None
        self._model = ""
        self._pointing: Pointing | None = None
        self._pointed_for: tuple[object, ...] = ()
        self._masks: dict[int, tuple[Setting, SliceMask]] = {}
        self._blood: Blood | None = None
        self._settled = single_shot(self, self._make, SETTLE_MS)
        self._at_once = single_shot(self, self._make)
        self._rested = single_shot(self, self._make_the_rest, REST_MS)
        view.slice_changed.connect(self.request)

    # what is shown

    @property
    def settings(self) -> MaskSettings:
        """How masks are made and shown."""
        return self._settings

    def change(self, **changes: Any) -> None:
        """Change some settings; ``threshold``, ``edges``, … go to the chain."""
        own = {name: changes.pop(name) for name in _OWN & changes.keys()}
        if changes:
            own["chain"] = replace(self._settings.chain, **changes)
        settings = replace(self._settings, **own)
        if settings != self._settings:
            before, self._settings = self._settings, settings
            self.settings_changed.emit()
            if (settings.chain, settings.draw) != (before.chain, before.draw):
                for key in (AHEAD, BLOOD):
                    self._jobs.drop(key)
                self._forget_blood()
            if self._case is not None and settings.visible:
                self._at_once.start()

    def suit(self, card: Card) -> None:
        """Take over the settings that were found for a model, unless the reader has tuned them."""
        suited = stated_chain(card) or OF_ONE_NETWORK
        before, self._suited = self._suited, suited
        if self._settings.chain == before:
            self.change(chain=suited)

    def mask(self, index: int) -> SliceMask | None:
        """A slice's mask as last made; while a setting moves, that of the setting before."""
        found = self._masks.get(index)
        return found[1] if found is not None else None

    @property
    def pointing(self) -> Pointing | None:
        """What the model points at in the whole series; ``None`` until it was asked."""
        return self._pointing

    @property
    def blood(self) -> Blood | None:
        """Volumes of the whole series; ``None`` until they are there."""
        return self._blood

    @property
    def waiting(self) -> bool:
        """Whether something that is shown is still to come."""
        timers = (self._settled, self._at_once)
        return any(timer.isActive() for timer in timers) or any(
            self._jobs.running(key) for key in (POINT, SHOWN)
        )

    # case

    def set_case(self, case: Case | None, model: str) -> None:
        """Work for another case or model; what is under way is dropped."""
        for key in (POINT, SHOWN, AHEAD, BLOOD):
            self._jobs.drop(key)
        follow_instead(self._case, case, answers_of, self.request)
        self._case, self._model = case, model
        self._forget()
        self.request()

    def request(self) -> None:
        """Make what is missing, once the reader rests."""
        if self._case is not None and self._settings.visible and not self._settled.isActive():
            self._settled.start()

    def _forget(self) -> None:
        self._pointing, self._pointed_for = None, ()
        stale, self._masks = list(self._masks), {}
        for index in stale:
            self.mask_changed.emit(index)
        self._forget_blood()

    def _forget_blood(self) -> None:
        if self._blood is not None:
            self._blood = None
            self.blood_changed.emit()

    # work

    def _make(self) -> None:
        case = self._case
        prediction = None if case is None else case.prediction
        if case is None or prediction is None or not self._settings.visible or not prediction.done.all():
            return  # what the scan says of a slice may still change with its neighbours
        wanted = (prediction, case.thresholds.tobytes())
        if wanted != self._pointed_for:
            self._forget()
            self._pointed_for = wanted
            self._point(case, wanted)
            return
        if self._pointing is None:
            return  # under way
        shown = self._view.slice_index
        if self._missing(shown):
            self._submit(SHOWN, (shown,), urgent=True)
        self._rested.start()

    def _make_the_rest(self) -> None:
        pointing, shown = self._pointing, self._view.slice_index
        if pointing is None or not self._settings.visible:
            return
        flagged = np.flatnonzero(pointing.positive[pointing.prepared.slabs.of_slice]).tolist()
        near = sorted((i for i in flagged if i != shown and self._missing(i)), key=lambda i: abs(i - shown))
        if near:
            self._submit(AHEAD, tuple(near[:NEIGHBOURS]), urgent=False)
        if self._blood is None and not self._jobs.running(BLOOD):
            self._measure(pointing)

    def _point(self, case: Case, wanted: tuple[object, ...]) -> None:
        engine, name, volume, prediction = self._engine, self._model, case.volume, case.prediction
        thresholds = case.thresholds.copy()

        def work(context: JobContext) -> Pointing:
            assert prediction is not None  # noqa: S101 - asked for above
            return engine.segmenter(name).point(
                volume, prediction, thresholds=thresholds, cancel=context.cancel
            )

        def done(pointing: Pointing) -> None:
            if self._pointed_for == wanted:
                self._pointing = pointing
                self.request()

        self._jobs.submit("device", work, key=POINT, done=done, failed=self.failed.emit)

    def _setting(self) -> Setting:
        return (self._settings.chain, self._settings.draw)

    def _missing(self, index: int) -> bool:
        found = self._masks.get(index)
        return found is None or found[0] != self._setting()

    def _submit(self, key: str, indices: tuple[int, ...], *, urgent: bool) -> None:
        engine, name, pointing, setting = self._engine, self._model, self._pointing, self._setting()
        chain, draw = self._settings.chain, self._settings.draw
        if pointing is None:
            return

        def work(context: JobContext) -> None:
            segmenter = engine.segmenter(name)
            for index in indices:
                context.cancel.raise_if_cancelled()
                context.post((index, segmenter.slice_mask(pointing, chain, index, draw=draw)))
                context.let_urgent_pass()

        def streamed(answer: tuple[int, SliceMask]) -> None:
            index, made = answer
            if self._pointing is pointing:
                self._masks[index] = (setting, made)
                self._trim(index)
                self.mask_changed.emit(index)

        self._jobs.submit("device", work, key=key, streamed=streamed, failed=self.failed.emit, urgent=urgent)

    def _trim(self, arrived: int) -> None:
        """Let go of the slices farthest from the shown one."""
        shown = self._view.slice_index
        others = sorted((i for i in self._masks if i != arrived), key=lambda i: abs(i - shown))
        for index in others[KEPT - 1 :]:
            del self._masks[index]

    def _measure(self, pointing: Pointing) -> None:
        engine, name = self._engine, self._model
        chain, draw = self._settings.chain, self._settings.draw

        def work(context: JobContext) -> Blood:
            from ichcore.masks.volumes import abc_over_2, volumes_ml, why_no_volumes

            segmenter, volume = engine.segmenter(name), pointing.prepared.volume
            labels = segmenter.labels(
                pointing,
                chain,
                draw=draw,
                progress=lambda *_: context.let_urgent_pass(),
                cancel=context.cancel,
            )
            slices, withheld = int(labels.any(axis=(1, 2)).sum()), why_no_volumes(volume.geometry)
            if withheld:
                return Blood(slices, None, None, withheld)
            return Blood(slices, volumes_ml(labels, volume.geometry), abc_over_2(labels, volume.geometry), "")

        def done(blood: Blood) -> None:
            if self._pointing is pointing:
                self._blood = blood
                self.blood_changed.emit()

        self._jobs.submit("device", work, key=BLOOD, done=done, failed=self.failed.emit)
