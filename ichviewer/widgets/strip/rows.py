"""The strip's rows: classes that a model in use predicts, its own classes, and where models differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication

from ichcore.models.systems import system_of
from ichcore.predict.disagreement import disagreement
from ichcore.subtypes import CLASSES, HEMORRHAGE_CLASSES
from ichviewer.widgets.controls.ink import class_colour, ink, own_class_colour

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QColor

    from ichcore.models.card import Card
    from ichviewer.documents.case import Case
    from ichviewer.documents.workspace import Workspace


def tr(text: str) -> str:
    """Screen text of this module, translatable."""
    return QCoreApplication.translate("strip", text)


@dataclass(frozen=True, eq=False)
class StripRow:
    """One row of cells.

    Attributes:
        short: stands at its left.
        colour: of a full cell.
        values: float32 ``(slices,)`` in [0, 1]; NaN where not known.
        marked: bool ``(slices,)``: cells with a light edge above.
        alone: float32 ``(slices,)`` of slices by themselves; ``None`` where the model reads no neighbours.
        silent: whether the shown model says nothing of it.
    """

    short: str
    colour: QColor
    values: NDArray[np.float32]
    marked: NDArray[np.bool_]
    alone: NDArray[np.float32] | None = None
    silent: bool = False


def rows_of(workspace: Workspace, case: Case) -> tuple[StripRow, ...]:
    """The rows for what the models in use say of a case; at least one."""
    slices, prediction = case.volume.shape[0], case.prediction
    if prediction is not None and prediction.done.shape[0] != slices:
        prediction = None
    nothing = np.full(slices, np.nan, np.float32)
    flags, unmarked = case.flags(), np.zeros(slices, bool)
    alone = case.beyond.alone
    rows = []
    for index in _classes_in_use(workspace):
        named = HEMORRHAGE_CLASSES[index]
        rows.append(
            StripRow(
                named.short,
                class_colour(index),
                nothing if prediction is None else prediction.probabilities[:, index],
                unmarked if prediction is None else flags[:, index],
                None if alone is None or not alone.complete else alone.probabilities[:, index],
                silent=not _speaks(workspace, case, index),
            )
        )
    own = case.beyond.own if prediction is not None else None
    for number, name in _own_classes_in_use(workspace).items():
        speaks = own is not None and number < len(own.names) and own.names[number] == name
        rows.append(
            StripRow(
                name.split("_")[0].upper(),
                own_class_colour(),
                own.probabilities[:, number] if own is not None and speaks else nothing,
                own.said == number if own is not None and speaks else unmarked,
                silent=name not in _own_classes(workspace.models.card),
            )
        )
    differing = _differing(workspace, case)
    return (*rows, differing) if differing is not None else tuple(rows)


def _classes_in_use(workspace: Workspace) -> list[int]:
    """Classes that a model in use predicts; all six where no model is installed."""
    cards = [card for card in workspace.models.cards if card.name in workspace.models.ticked]
    said = {name for card in cards for name in card.classes}
    return [index for index, name in enumerate(CLASSES) if name in said or not cards]


def _own_classes_in_use(workspace: Workspace) -> dict[int, str]:
    """Own classes of the models in use, by their number, less the absence and the presence of any blood."""
    cards = [card for card in workspace.models.cards if card.name in workspace.models.ticked]
    return {number: name for card in cards for number, name in enumerate(_own_classes(card)) if number > 1}


def _own_classes(card: Card | None) -> tuple[str, ...]:
    return () if card is None else system_of(card).own_classes


def _speaks(workspace: Workspace, case: Case, index: int) -> bool:
    """Whether the shown model predicts a class: what it said counts, else its card."""
    if case.prediction is not None:
        return not bool(np.isnan(case.prediction.thresholds[index]))
    card = workspace.models.card
    return card is None or CLASSES[index] in card.classes


def _differing(workspace: Workspace, case: Case) -> StripRow | None:
    """How far the compared models are apart; marked where their flags differ."""
    if len(workspace.models.ticked) < 2:
        return None
    said = case.predictions.said
    names = [name for name in workspace.models.ticked if name in said]
    found = disagreement([said[name] for name in names], [case.predictions.flags(name) for name in names])
    slices = case.volume.shape[0]
    if found is None:
        return StripRow(tr("DIFF"), ink().amber, np.full(slices, np.nan, np.float32), np.zeros(slices, bool))
    return StripRow(tr("DIFF"), ink().amber, found.spread, found.split)
