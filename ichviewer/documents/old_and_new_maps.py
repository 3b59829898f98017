"""Heat maps of the old and the new model on the shown slice, of one class, by the method in use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from ichcore.errors import CancelledError, IchError
from ichcore.subtypes import CLASSES
from ichviewer.base.timers import single_shot
from ichviewer.documents.comparison import Found
from ichviewer.documents.explaining import Explaining
from ichviewer.documents.old_and_new import Side

if TYPE_CHECKING:
    from ichcore.predict.prediction import Prediction
    from ichviewer.base.jobs import JobContext
    from ichviewer.documents.old_and_new import OldAndNew
    from ichviewer.documents.workspace import Workspace

KEY = "old-and-new-maps"
SETTLE_MS = 30
"""A reader who scrolls past a slice faster than this does not want its maps."""
KEPT = 48
"""Maps that are kept: one of 512² takes 1 MB."""


@dataclass(frozen=True)
class _Asked:
    """All that a map and its box depend on, beside the weights."""

    side: Side
    index: int
    class_name: str
    method: str
    layer: str | None
    threshold: float


class OldAndNewMaps(QObject):
    """Computes both maps of the shown slice once the reader rests there.

    Args:
        workspace: whose slice and overlay.
        old_and_new: what both models say; maps are of it alone.
        parent: owner.
    """

    changed = Signal()
    """A map is there, or another class is shown."""

    def __init__(self, workspace: Workspace, old_and_new: OldAndNew, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._said = workspace, old_and_new
        self._chosen: str | None = None
        self._found: dict[_Asked, Found] = {}
        self._of: tuple[object, ...] = ()
        self._settled = single_shot(self, self._compute, SETTLE_MS)
        old_and_new.changed.connect(self._renew)
        workspace.view.slice_changed.connect(self._settled.start)
        workspace.view.overlay_changed.connect(self._settled.start)

    @property
    def chosen(self) -> str | None:
        """The class whose maps are shown; ``None`` for that which leads on the slice."""
        return self._chosen

    def choose(self, class_name: str | None) -> None:
        """Show the maps of a class, or of that which leads."""
        if class_name != self._chosen:
            self._chosen = class_name
            self._settled.start()
            self.changed.emit()

    def class_name(self, index: int) -> str | None:
        """The chosen class, else the likeliest subtype that the new model, or else the old one, flags."""
        if self._chosen is not None:
            return self._chosen
        for side in (Side.NEW, Side.OLD):
            prediction = self._said.said(side)
            leading = None if prediction is None else _leading(prediction, index)
            if leading is not None:
                return leading
        return None

    def flagged(self, side: Side, index: int) -> bool | None:
        """Whether a model flags the shown class on a slice; ``None`` while it has said nothing."""
        prediction, name = self._said.said(side), self.class_name(index)
        if prediction is None or index >= len(prediction.done) or not prediction.done[index]:
            return None
        return name is not None and bool(prediction.flags()[index, CLASSES.index(name)])

    def found(self, side: Side, index: int) -> Found | None:
        """What has come of a model's map of a slice; ``None`` until then, and where nothing is flagged."""
        asked = self._asked(side, index)
        return None if asked is None else self._found.get(asked)

    def stop(self) -> None:
        """Nobody looks any more."""
        self._settled.stop()
        self._workspace.jobs.drop(KEY)

    def _asked(self, side: Side, index: int) -> _Asked | None:
        name, overlay = self.class_name(index), self._workspace.view.overlay
        if name is None or not self.flagged(side, index):
            return None
        return _Asked(side, index, name, overlay.method, overlay.layer, overlay.threshold)

    def _renew(self) -> None:
        """What was said changed; of another series or other weights all maps go."""
        of = (self._said.case, self._said.name(Side.NEW))
        if of != self._of:
            self._of = of
            self._found.clear()
            self._workspace.jobs.drop(KEY)
        self._settled.start()
        self.changed.emit()

    def _compute(self) -> None:
        case, index = self._said.case, self._workspace.view.slice_index
        asked = [one for side in Side if (one := self._asked(side, index)) and one not in self._found]
        if case is None or not asked:
            return
        explaining: dict[Side, Explaining] = {}
        for one in asked:
            said = self._said.said(one.side)
            if said is not None:
                explaining[one.side] = Explaining(
                    self._said.name(one.side), case.volume, said, said.thresholds
                )
        engine, of = self._said.engine, self._of

        def work(context: JobContext) -> None:
            from ichcore.masks.boxes import boxes

            for one in asked:
                context.cancel.raise_if_cancelled()
                try:
                    snapshot = explaining[one.side]
                    method = engine.explainer(snapshot.model_name).method_for(one.method)
                    (heatmap,) = snapshot.heatmaps(
                        engine,
                        one.index,
                        (one.class_name,),
                        method=method,
                        layer=one.layer,
                        cancel=context.cancel,
                    )
                except CancelledError:
                    raise
                except IchError as error:
                    context.post((one, Found(refusal=str(error))))
                else:
                    box = next(iter(boxes([heatmap], threshold=one.threshold)), None)
                    context.post((one, Found(heatmap, box)))

        def streamed(answer: tuple[_Asked, Found]) -> None:
            if of == self._of:
                self._found[answer[0]] = answer[1]
                while len(self._found) > KEPT:
                    del self._found[next(iter(self._found))]
                self.changed.emit()

        self._workspace.jobs.submit(
            "device", work, key=KEY, streamed=streamed, failed=lambda _: None, urgent=True
        )


def _leading(prediction: Prediction, index: int) -> str | None:
    """The likeliest flagged subtype of a slice, else ``any`` where that is flagged."""
    if index >= len(prediction.done) or not prediction.done[index]:
        return None
    flagged = np.flatnonzero(prediction.flags()[index])
    subtypes = [c for c in flagged if CLASSES[c] != "any"]
    if subtypes:
        return CLASSES[max(subtypes, key=lambda c: float(prediction.probabilities[index, c]))]
    return "any" if flagged.size else None
