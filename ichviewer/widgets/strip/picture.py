"""Paints the strip's cells into a pixmap, which is then shown as it is until something changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from ichviewer.widgets.controls.ink import blend, class_colour, ink

if TYPE_CHECKING:
    from ichviewer.widgets.strip.cells import Cells

ROW, GAP = 13, 2
"""Height of a row of cells and the gap below it, px."""
LEAST_COLUMN = 2
"""A column is never narrower than this, px; more slices than fit are pooled."""


@dataclass(frozen=True)
class Grid:
    """Where the columns and rows of cells lie.

    Attributes:
        left: left side of the first column, px.
        top: top of the first row, px.
        width: of all columns together, px.
        columns: how many.
        rows: class index of each row, top to bottom.
    """

    left: float
    top: float
    width: float
    columns: int
    rows: tuple[int, ...]

    def column_rect(self, column: int) -> QRectF:
        """Where a column is, over all rows."""
        step = self.width / max(1, self.columns)
        height = len(self.rows) * (ROW + GAP) - GAP
        return QRectF(self.left + column * step, self.top, step, height)

    def cell_rect(self, column: int, row: int) -> QRectF:
        """Where a cell is; wide ones leave a gap to the next, narrow ones touch."""
        step = self.width / max(1, self.columns)
        gap = GAP if step >= 8 else 1.0 if step >= 5 else 0.0
        top = self.top + row * (ROW + GAP)
        return QRectF(self.left + column * step, top, max(1.0, step - gap), ROW)


def shade(class_index: int, probability: float) -> QColor:
    """Colour of a cell: from nearly the panel's ground to the class's full colour."""
    ground = blend(ink().panel, class_colour(class_index), 0.07)
    return blend(ground, class_colour(class_index), float(np.clip(probability, 0.0, 1.0)))


def paint_cells(grid: Grid, cells: Cells, predicted: tuple[bool, ...], size: QSize, ratio: float) -> QPixmap:
    """The strip's cells on a transparent ground.

    Args:
        grid: where they lie.
        cells: what they say; as many columns as the grid.
        predicted: per class, whether the model speaks of it.
        size: of the widget, px.
        ratio: device pixels a px.
    """
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    for row, class_index in enumerate(grid.rows):
        if not predicted[class_index]:
            _paint_silent_row(painter, grid, row)
            continue
        for column in range(grid.columns):
            _paint_cell(painter, grid.cell_rect(column, row), class_index, cells, column)
    painter.end()
    return pixmap


def _paint_cell(painter: QPainter, area: QRectF, class_index: int, cells: Cells, column: int) -> None:
    wide = area.width() >= 4
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, wide)
    painter.setPen(Qt.PenStyle.NoPen)
    probability = float(cells.probability[column, class_index])
    if np.isnan(probability):
        _paint_pending(painter, area, wide=wide)
        return
    painter.setBrush(shade(class_index, probability))
    painter.drawRoundedRect(area, 1.5, 1.5) if wide else painter.drawRect(area)
    if cells.flagged[column, class_index]:
        # a light edge above, so that a flag is not told by colour alone
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(QRectF(area.left(), area.top(), area.width(), 2), ink().text)


def _paint_pending(painter: QPainter, area: QRectF, *, wide: bool) -> None:
    colours = ink()
    painter.setBrush(blend(colours.panel, colours.muted, 0.05))
    painter.drawRoundedRect(area, 1.5, 1.5) if wide else painter.drawRect(area)
    if wide:
        painter.setBrush(colours.faint)
        painter.drawEllipse(area.center(), 1.0, 1.0)


def _paint_silent_row(painter: QPainter, grid: Grid, row: int) -> None:
    """A class the model does not speak of: a dashed line, not a row of zeros."""
    y = grid.top + row * (ROW + GAP) + ROW / 2
    pen = QPen(ink().faint, 1.0)
    pen.setDashPattern([2.0, 4.0])
    painter.setPen(pen)
    painter.drawLine(QPointF(grid.left, y), QPointF(grid.left + grid.width, y))
