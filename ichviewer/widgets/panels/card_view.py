"""A model card laid out for reading: rows of label and text, the windows as a table, figures by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from ichviewer.widgets.panels.figures_by_class import FiguresByClass, measures, without_measures
from ichviewer.widgets.panels.text import wrapped

if TYPE_CHECKING:
    from ichcore.models.card import Card, WindowRecord

LABELS = 76
"""Width of the label column, px."""
SHORT_VALUE = 12
"""Longer figures stand below their name."""
DIGEST = 16
"""Characters of the weights' digest that are shown."""
LICENCES = ("licence", "license", "data_licence")
DATA = ("data", "dataset")


class CardView(QWidget):
    """A card.

    Args:
        card: what to show.
        parent: the widget it stands in.
        short: leave the details out that the dialog shows (normalisation, digests, every figure).
    """

    def __init__(self, card: Card, parent: QWidget | None = None, *, short: bool = False) -> None:
        super().__init__(parent)
        self._short = short
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(wrapped("title" if not short else "", self, card.title or card.name))
        self._column.addWidget(wrapped("small", self, self.tr("Research use only. Not a medical device.")))
        self._pairs(self._facts(card))
        if card.windows:
            self._heading(self.tr("Windows, level/width in HU"))
            self._windows(card.windows)
        if card.figures:
            self._heading(self.tr("Figures as the card states them"))
            figures = list(_flat(without_measures(card.figures)))
            self._pairs(figures[:10] if short else figures, wide=True)
        for part, entries in card.figures.items():
            found = list(measures(entries)) if isinstance(entries, Mapping) else []
            if found:
                self._heading(self.tr("{figures}, by class").format(figures=_capital(_words(part))))
                self._column.addWidget(FiguresByClass(found, self, intervals=not short))
        if card.intended_use:
            self._heading(self.tr("Intended use"))
            self._column.addWidget(wrapped("", self, card.intended_use))
        if not short:
            self._heading(self.tr("Preparation and training"))
            self._pairs(self._details(card))
        self._column.addStretch(1)

    def _facts(self, card: Card) -> list[tuple[str, str]]:
        training = card.training
        licence = next((str(training[key]) for key in LICENCES if key in training), "")
        data = next((str(training[key]) for key in DATA if key in training), "")
        calibration = (
            self.tr("Platt scaling, fitted on {data}").format(
                data=card.calibration.fitted_on or self.tr("unstated data")
            )
            if card.calibration is not None
            else self.tr("none")
        )
        facts = [
            (self.tr("Name"), card.name),
            (self.tr("System"), f"{card.system} · {card.architecture}"),
            (self.tr("Input"), f"{card.size} × {card.size} px, {card.pixel_mm:g} mm"),
            (self.tr("Trained on"), data),
            (self.tr("Licence"), licence),
            (self.tr("Calibration"), calibration),
        ]
        if not self._short:
            facts.append((self.tr("Classes"), ", ".join(card.classes)))
            thresholds = ", ".join(f"{name} {value:.2f}" for name, value in card.thresholds.items())
            facts.append((self.tr("Thresholds"), thresholds))
        return [(label, text) for label, text in facts if text]

    def _details(self, card: Card) -> list[tuple[str, str]]:
        """What only those want to know who train or compare models, under the card's own names."""
        told = {*LICENCES, *DATA}
        training = {key: value for key, value in card.training.items() if key not in told}
        details = [(_capital(name), text) for name, text in (*_flat(card.normalisation), *_flat(training))]
        digest = str(card.weights.get("sha256", ""))
        return [*details, (self.tr("Weights"), f"SHA-256 {digest[:DIGEST]}…")] if digest else details

    def _heading(self, text: str) -> None:
        label = wrapped("small", self, text)
        label.setContentsMargins(0, 8, 0, 0)
        self._column.addWidget(label)

    def _pairs(self, pairs: list[tuple[str, str]], *, wide: bool = False) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(0, 2, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(0 if wide else 1, 1)
        for row, (name, text) in enumerate(pairs):
            label = wrapped("muted", self, name)
            if not wide:
                label.setFixedWidth(LABELS if self._short else 120)
            value = wrapped("", self, text)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            if wide and len(text) > SHORT_VALUE:
                grid.addWidget(label, 2 * row, 0, 1, 2)
                grid.addWidget(value, 2 * row + 1, 0, 1, 2)
                continue
            if wide:
                value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label, 2 * row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, 2 * row, 1, Qt.AlignmentFlag.AlignTop)
        self._column.addLayout(grid)

    def _windows(self, windows: tuple[WindowRecord, ...]) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(0, 2, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(0, 1)
        for column, text in enumerate((self.tr("channel"), self.tr("initial"), "", self.tr("learned"))):
            self._cell(grid, 0, column, text, "small")
        for row, record in enumerate(windows, start=1):
            window = record.window
            self._cell(grid, row, 0, f"{row} · {record.name}", "")
            self._cell(grid, row, 1, f"{record.initial_wl:g}/{record.initial_ww:g}", "muted")
            self._cell(grid, row, 2, "→", "muted")
            learned = self.tr("degenerate") if window is None else f"{window.center:.1f}/{window.width:.1f}"
            self._cell(grid, row, 3, learned, "")
        self._column.addLayout(grid)

    def _cell(self, grid: QGridLayout, row: int, column: int, text: str, role: str) -> None:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setText(text)
        label.setProperty("role", role)
        side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
        grid.addWidget(label, row, column, side)


def _words(key: str) -> str:
    """A key of a card as words."""
    return key.replace("_", " ").replace(".", ", ")


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _flat(entries: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Name and text of nested JSON: one entry a value, and one for a mapping that holds only values."""
    for key, value in entries.items():
        name = f"{before}{_words(str(key))}"
        if isinstance(value, Mapping) and before and not any(isinstance(v, Mapping) for v in value.values()):
            yield name, " · ".join(f"{_words(str(k))} {_text(v)}" for k, v in value.items() if v is not None)
        elif isinstance(value, Mapping):
            yield from _flat(value, f"{name}, ")
        elif value is not None:
            yield name, _text(value)


def _text(value: object) -> str:
    """A value of the card for reading: three digits, lists with commas and without repeats."""
    if isinstance(value, float):
        value = f"{value:.0f}" if value.is_integer() else f"{value:.3g}"
        return value.replace("-", "−")
    if isinstance(value, int):
        return str(value).replace("-", "−")
    if isinstance(value, list | tuple):
        return ", ".join(dict.fromkeys(_text(v) for v in value))
    return str(value)
