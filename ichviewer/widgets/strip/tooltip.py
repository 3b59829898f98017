"""What the strip says under the mouse: one slice, class by class, of one model or of several."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from ichcore.subtypes import HEMORRHAGE_CLASSES
from ichviewer.documents.model_letters import model_letters
from ichviewer.widgets.strip.rows import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ichviewer.documents.case import Case
    from ichviewer.documents.workspace import Workspace

GAP = "&nbsp;&nbsp;"


def slice_tooltip(workspace: Workspace, case: Case, index: int) -> str:
    """Slice, position and probabilities as HTML; several models side by side under their letters."""
    head = f"<b>{escape(_head(case, index))}</b>"
    letters = model_letters(workspace.models.ticked)
    if letters:
        return head + _of_several(case, index, letters)
    prediction = case.prediction
    if prediction is None or not prediction.done[index]:
        return f"{head}<br>{escape(tr('not predicted yet'))}"
    return head + _of_one(case, index)


def _head(case: Case, index: int) -> str:
    head = tr("Slice {number}").format(number=index + 1)
    geometry = case.volume.geometry
    if geometry.positions_known:
        head += tr(" · {mm:.1f} mm").format(mm=geometry.positions_mm[index]).replace("-", "−")
    return head


def _of_one(case: Case, index: int) -> str:
    prediction, beyond = case.prediction, case.beyond
    if prediction is None:
        return ""
    flags = case.flags()[index]
    alone = beyond.alone if beyond.alone is not None and beyond.alone.complete else None
    lines = []
    for c, named in enumerate(HEMORRHAGE_CLASSES):
        value = prediction.probabilities[index, c]
        by_itself = (
            "" if alone is None else tr("alone {value}").format(value=_number(alone.probabilities[index, c]))
        )
        mark = tr("flagged") if flags[c] else ""
        text = tr("not predicted") if np.isnan(value) else _number(value)
        lines.append(
            _line((named.short, text, by_itself if not np.isnan(value) else "", mark), bold=bool(flags[c]))
        )
    if beyond.own is not None:
        said = beyond.own.said[index]
        for number, name in enumerate(beyond.own.names):
            value = beyond.own.probabilities[index, number]
            lines.append(_line((name.replace("_", " "), _number(value), "", ""), bold=number == said))
    return f"<table cellspacing='0'>{''.join(lines)}</table>"


def _of_several(case: Case, index: int, letters: dict[str, str]) -> str:
    said = {name: case.predictions.said.get(name) for name in letters}
    lines = [_line(("", *letters.values()), bold=True)]
    for c, named in enumerate(HEMORRHAGE_CLASSES):
        cells = []
        for name, prediction in said.items():
            value = np.nan if prediction is None else prediction.probabilities[index, c]
            hit = prediction is not None and bool(case.predictions.flags(name)[index, c])
            cells.append(f"<b>{_number(value)}</b>" if hit else _number(value))
        if any(cell != _number(np.nan) for cell in cells):
            lines.append(_line((named.short, *cells)))
    names = "<br>".join(f"{letter}{GAP}{escape(name)}" for name, letter in letters.items())
    return f"<table cellspacing='0'>{''.join(lines)}</table>{names}"


def _line(cells: Sequence[str], *, bold: bool = False) -> str:
    weight = "bold" if bold else "normal"
    first, *rest = cells
    columns = "".join(f"<td align='right'>{GAP}{cell}</td>" for cell in rest)
    return f"<tr style='font-weight:{weight}'><td>{first}</td>{columns}</tr>"


def _number(value: float | np.floating) -> str:
    return "–" if np.isnan(value) else f"{value:.2f}"
