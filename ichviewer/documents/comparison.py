"""Several explanations of one slice beside each other: what each shows, and what has come of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from ichcore.explain.method import OFFERED, SLOW_METHODS, WITH_CONTEXT
from ichcore.subtypes import CLASSES
from ichviewer.documents.flags_around import flags_around

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ichcore.explain.agreement import Agreement
    from ichcore.explain.heatmap import Box, Heatmap
    from ichviewer.documents.case import Case

FEWEST, MOST = 2, 6
"""Panes of a comparison, that of the agreement among them."""


@dataclass(frozen=True)
class Explanation:
    """What one pane shows.

    Attributes:
        method: a name in :data:`ichcore.explain.method.OFFERED`.
        layer: layer of the network; ``None`` for the model's default.
        class_name: one of the six classes; ``None`` for the one that leads on the slice.
    """

    method: str
    layer: str | None = None
    class_name: str | None = None

    def on(self, case: Case, index: int) -> Explanation:
        """The same with the class that it means on a slice; still ``None`` where nothing is flagged."""
        return self if self.class_name else replace(self, class_name=leading_class(case, index))


@dataclass(frozen=True, eq=False)
class Found:
    """What has come of one explanation of one slice: a map with its box, or why there is none."""

    heatmap: Heatmap | None = None
    box: Box | None = None
    refusal: str = ""


Explanations = tuple[Explanation, ...]
"""In the order of the panes."""


@dataclass(frozen=True)
class Asked:
    """All that the maps, boxes and agreement of one slice depend on, beside the model.

    Attributes:
        compared: the explanations, their classes said.
        flagged: the classes that the slice is flagged for; there is no map of another.
        threshold: of boxes and masks.
        around: flags of the slices that a compared map hears beside its own.
    """

    compared: Explanations
    flagged: frozenset[str]
    threshold: float
    around: bytes = b""

    @classmethod
    def of(cls, case: Case, comparison: Comparison, index: int, threshold: float) -> Asked:
        """What is asked of a slice now."""
        compared = tuple(each.on(case, index) for each in comparison.explanations)
        flagged = frozenset(CLASSES[c] for c in np.flatnonzero(case.flags()[index]))
        around = flags_around(case, index, (each.method for each in compared))
        return cls(compared, flagged, threshold, around)


def leading_class(case: Case, index: int) -> str | None:
    """The likeliest flagged subtype of a slice, else ``any`` where that is flagged, else ``None``."""
    prediction = case.prediction
    if prediction is None or not prediction.done[index]:
        return None
    flagged = np.flatnonzero(case.flags()[index])
    subtypes = [c for c in flagged if CLASSES[c] != "any"]
    if subtypes:
        return CLASSES[max(subtypes, key=lambda c: float(prediction.probabilities[index, c]))]
    return "any" if flagged.size else None


class Comparison(QObject):
    """The panes as the reader chose them, and the maps of the slices that were looked at."""

    changed = Signal()
    """Other panes, or another explanation in one."""
    arrived = Signal(int)
    """More is known of a slice."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._methods: tuple[str, ...] = OFFERED
        self._chosen: Explanations = ()
        self._votes_shown = False
        self._found: dict[int, dict[Explanation, Found]] = {}
        self._agreements: dict[int, tuple[Asked, Agreement]] = {}

    # what is compared

    @property
    def explanations(self) -> Explanations:
        """What the panes show, in their order; the default methods until the reader chooses."""
        return self._chosen or _default(self._methods)

    @property
    def votes_shown(self) -> bool:
        """Whether one pane more shows how many of the maps exceed the threshold."""
        return self._votes_shown

    @property
    def panes(self) -> int:
        """How many panes there are, that of the agreement among them."""
        return len(self.explanations) + self._votes_shown

    def offer(self, methods: tuple[str, ...]) -> None:
        """The methods that the shown model defines; they are compared until the reader chooses."""
        if methods != self._methods:
            self._methods = methods
            self.changed.emit()

    def choose(self, place: int, **changes: Any) -> None:
        """Replace named fields of the explanation in a pane, such as ``choose(1, method="cam")``."""
        panes = list(self.explanations)
        panes[place] = replace(panes[place], **changes)
        self._set(tuple(panes))

    def add(self) -> None:
        """One pane more, while there is room: a method that is not compared yet, else another of the last."""
        if self.panes < MOST:
            shown = {pane.method for pane in self.explanations}
            method = next((name for name in self._methods if name not in shown), self._methods[0])
            self._set((*self.explanations, replace(self.explanations[-1], method=method)))

    def remove(self, place: int) -> None:
        """One pane less; two explanations stay."""
        panes = self.explanations
        if len(panes) > FEWEST:
            self._set((*panes[:place], *panes[place + 1 :]))

    def show_votes(self, on: bool) -> None:
        """Show the pane of the agreement where there is room for it, or hide it."""
        on = on and len(self.explanations) < MOST
        if on != self._votes_shown:
            self._votes_shown = on
            self.changed.emit()

    def forget_layers(self) -> None:
        """Another model has layers of its own: every pane shows its default layer."""
        if any(pane.layer for pane in self._chosen):
            self._set(tuple(replace(pane, layer=None) for pane in self._chosen))

    def _set(self, panes: Explanations) -> None:
        if panes != self._chosen:
            self._chosen = panes
            self.changed.emit()

    # what has come of it

    def found(self, index: int, explanation: Explanation) -> Found | None:
        """What has come of an explanation of a slice, its class said; ``None`` until then."""
        return self._found.get(index, {}).get(explanation)

    def kept(self, index: int) -> dict[Explanation, Found]:
        """All that has come of a slice, as a copy."""
        return dict(self._found.get(index, {}))

    def agreement(self, index: int, asked: Asked) -> Agreement | None:
        """How far the maps of a slice agree; ``None`` while that is not known for just these."""
        key, said = self._agreements.get(index, (None, None))
        return said if key == asked else None

    def put(self, index: int, explanation: Explanation, found: Found) -> None:
        """Take what has come of one explanation of a slice."""
        self._found.setdefault(index, {})[explanation] = found
        self.arrived.emit(index)

    def put_agreement(self, index: int, asked: Asked, said: Agreement) -> None:
        """Take how far the maps of a slice agree."""
        self._agreements[index] = (asked, said)
        self.arrived.emit(index)

    def keep_only(self, indices: Iterable[int]) -> None:
        """Forget every other slice."""
        kept = set(indices)
        for index in [i for i in self._found if i not in kept]:
            del self._found[index]
            self._agreements.pop(index, None)
            self.arrived.emit(index)


def _default(methods: tuple[str, ...]) -> Explanations:
    """Each fast method of a slice, on the default layer; a single one twice, for the reader to change."""
    fast = tuple(name for name in methods if name not in SLOW_METHODS and name not in WITH_CONTEXT) or methods
    named = fast[:MOST] if len(fast) >= FEWEST else fast * FEWEST
    return tuple(Explanation(name) for name in named)
