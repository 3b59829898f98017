"""Pairwise figures of compared maps as a small matrix: Dice above the diagonal, rank correlation below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ichviewer.widgets.controls.ink import blend, ink, sized

if TYPE_CHECKING:
    from ichcore.explain.agreement import Agreement

ROW, CELL, GAP = 22, 34, 8
NARROW, MOST_WIDE = 30, 4
"""A cell where there are more than so many, so that no name is cut."""


class AgreementMatrix(QWidget):
    """A row and a column a map; the ground of a cell is the lighter the better the two agree."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._said: Agreement | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Agreement of the maps"))

    def show_agreement(self, names: tuple[str, ...], said: Agreement | None) -> None:
        """Take the names of the panes and what is known of them."""
        if len(names) != len(self._names):
            self.updateGeometry()
        self._names, self._said = names, said
        self.setAccessibleDescription(self._in_words())
        self.update()

    def text_of(self, row: int, column: int) -> str:
        """What stands in a cell: two decimals; a dash where nothing can be compared; empty while waiting."""
        value = self._value(row, column)
        if value is None or row == column:
            return ""
        return "–" if np.isnan(value) else f"{value:.2f}".replace("-", "−")

    def sizeHint(self) -> QSize:
        """A row each and one of numbers."""
        return QSize(280, ROW * (len(self._names) + 1))

    def _value(self, row: int, column: int) -> float | None:
        if self._said is None or max(row, column) >= len(self._said.dice):
            return None
        return float((self._said.dice if column > row else self._said.rank)[row, column])

    def _in_words(self) -> str:
        pairs = []
        for row, one in enumerate(self._names):
            for column in range(row + 1, len(self._names)):
                dice, rank = self.text_of(row, column), self.text_of(column, row)
                pairs.append(self.tr("{0} and {1}: Dice {2}, rank {3}").format(one, column + 1, dice, rank))
        return "; ".join(pairs)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Names at the left, numbers above, figures in the cells."""
        painter = QPainter(self)
        colours, count = ink(), len(self._names)
        cell_width = CELL if count <= MOST_WIDE else NARROW
        left = self.width() - count * cell_width
        middle, right = Qt.AlignmentFlag.AlignCenter, Qt.AlignmentFlag.AlignVCenter
        painter.setFont(sized(self.font(), 11))
        painter.setPen(colours.muted)
        for column in range(count):
            painter.drawText(
                QRect(left + column * cell_width, 0, cell_width, ROW), int(middle), str(column + 1)
            )
        for row, name in enumerate(self._names):
            y = (row + 1) * ROW
            painter.setFont(sized(self.font(), 12))
            painter.setPen(colours.text)
            words = f"{row + 1}  {name}"
            shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, left - GAP)
            painter.drawText(QRect(0, y, left - GAP, ROW), int(right | Qt.AlignmentFlag.AlignLeft), shown)
            for column in range(count):
                cell = QRect(left + column * cell_width, y, cell_width - 1, ROW - 1)
                value, text = self._value(row, column), self.text_of(row, column)
                if row == column:
                    painter.fillRect(cell, colours.line)
                    continue
                known = 0.0 if value is None or np.isnan(value) else max(0.0, value)
                painter.fillRect(cell, blend(colours.panel, colours.muted, 0.55 * known))
                bold = value is not None and known >= 0.5
                weight = QFont.Weight.Medium if bold else QFont.Weight.Normal
                painter.setFont(sized(self.font(), 11, weight=weight))
                painter.setPen(colours.text if text != "–" else colours.muted)
                painter.drawText(cell, int(middle), text)
