"""Figures that a model card gives for each class, as a table: a row a measure, a column a class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from ichcore.subtypes import CLASSES, HEMORRHAGE_CLASSES
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

COLUMN = 32
"""Least width of a class's column, px."""


def is_by_class(value: object) -> bool:
    """Whether a value of a card holds one figure a class and nothing else."""
    return isinstance(value, Mapping) and len(value) > 1 and all(key in CLASSES for key in value)


def measures(entries: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Name and figures of every measure by class in nested JSON, such as ``slice auc``.

    Where a class has several figures by name, such as a share and its interval, each is a measure. What is
    neither a number nor an interval, such as a curve, is left out.
    """
    for key, value in entries.items():
        name = f"{before} {key}".strip().replace("_", " ")
        if is_by_class(value):
            if any(isinstance(of_class, Mapping) for of_class in value.values()):
                yield from measures(_by_measure(value), name)
            elif all(_is_figure(of_class) for of_class in value.values()):
                yield name, value
        elif isinstance(value, Mapping):
            yield from measures(value, name)


def without_measures(entries: Mapping[str, Any]) -> dict[str, Any]:
    """The same nested JSON without figures by class and lists of records; an empty part goes, too."""
    rest: dict[str, Any] = {}
    for key, value in entries.items():
        if is_by_class(value) or _are_records(value):
            continue
        kept = without_measures(value) if isinstance(value, Mapping) else value
        if kept != {}:
            rest[key] = kept
    return rest


def _by_measure(by_class: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """``{class: {measure: figure}}`` turned inside out; a class without figures gets dashes."""
    there = {name: value for name, value in by_class.items() if isinstance(value, Mapping)}
    names = dict.fromkeys(measure for value in there.values() for measure in value)
    return {measure: {name: there.get(name, {}).get(measure) for name in by_class} for measure in names}


def _are_records(value: object) -> bool:
    return isinstance(value, list | tuple) and any(isinstance(part, Mapping) for part in value)


def _is_figure(value: object) -> bool:
    parts = value if isinstance(value, list | tuple) else [value]
    return all(part is None or isinstance(part, int | float) for part in parts)


class FiguresByClass(QWidget):
    """The table.

    Args:
        found: name and figures of each measure, as :func:`measures` gives them.
        parent: the widget it stands in.
        intervals: whether measures whose figures are intervals are shown; they need twice the room.
    """

    def __init__(
        self, found: list[tuple[str, Mapping[str, Any]]], parent: QWidget | None = None, *, intervals: bool
    ) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 2, 0, 0)
        grid.setHorizontalSpacing(8 if intervals else 2)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(0, 1)
        for column, each in enumerate(HEMORRHAGE_CLASSES, start=1):
            self._cell(grid, 0, column, each.short).setToolTip(each.name)
            grid.setColumnMinimumWidth(column, COLUMN)
        shown = [(name, figures) for name, figures in found if intervals or not _has_intervals(figures)]
        for row, (name, figures) in enumerate(shown, start=1):
            grid.addWidget(wrapped("small", self, name), row, 0)
            for column, class_name in enumerate(CLASSES, start=1):
                self._cell(grid, row, column, _figure(figures.get(class_name)))

    def _cell(self, grid: QGridLayout, row: int, column: int, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("role", "small")
        grid.addWidget(label, row, column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        return label


def _has_intervals(figures: Mapping[str, Any]) -> bool:
    return any(isinstance(value, list | tuple) for value in figures.values())


def _figure(value: object) -> str:
    """Two digits; an interval as ``0.87–0.93``; a dash where there is none."""
    if isinstance(value, list | tuple):
        return "–".join(_figure(part) for part in value)
    if isinstance(value, float):
        return f"{value:.2f}"
    return "–" if value is None else str(value)
