"""Paints the strip's cells, once for each change of what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from ichviewer.widgets.controls.ink import blend, ink
from ichviewer.widgets.panels.runs import runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ichviewer.widgets.strip.cells import Cells
    from ichviewer.widgets.strip.rows import StripRow

ROW, GAP = 13, 2
"""Height of a row of cells and the gap below it, px."""
GHOST = 3
"""Height of what a slice says by itself, at the bottom of its cell, px."""
LEAST_COLUMN = 2
"""A column is never narrower than this, px; more slices than fit are pooled."""
ROOMY = 16
"""From this width on cells are drawn one by one, rounded; below it each row is one small picture."""
SHADES = 64


@dataclass(frozen=True)
class Grid:
    """Where the columns and rows of cells lie.

    Attributes:
        left: left side of the first column, px.
        top: top of the first row, px.
        width: of all columns together, px.
        columns: how many.
        rows: how many.
    """

    left: float
    top: float
    width: float
    columns: int
    rows: int

    @property
    def step(self) -> float:
        """Width of a column with its gap, px."""
        return self.width / max(1, self.columns)

    @property
    def gap(self) -> float:
        """Gap between neighbouring cells; narrow ones touch."""
        return GAP if self.step >= 8 else 1.0 if self.step >= 5 else 0.0

    def row_top(self, row: int) -> float:
        """Top of a row, px."""
        return self.top + row * (ROW + GAP)

    def cell_rect(self, column: int, row: int) -> QRectF:
        """Where a cell is."""
        left = self.left + column * self.step
        return QRectF(left, self.row_top(row), max(1.0, self.step - self.gap), ROW)


def shades(full: QColor) -> list[QColor]:
    """Colours of probability 0 to 1: from nearly the strip's ground to a row's full colour."""
    ground = blend(ink().panel, full, 0.07)
    return [blend(ground, full, level / (SHADES - 1)) for level in range(SHADES)]


def pending_colour() -> QColor:
    """Ground of a cell whose slice is not done."""
    return blend(ink().panel, ink().muted, 0.05)


def paint_cells(painter: QPainter, grid: Grid, cells: Cells, rows: Sequence[StripRow]) -> None:
    """Paint the strip's cells.

    Args:
        painter: on the strip's picture.
        grid: where they lie.
        cells: what they say; as many columns as the grid.
        rows: what each row is; as many as the grid shows, or more.
    """
    for number, row in enumerate(rows[: grid.rows]):
        if row.silent:
            _paint_silent_row(painter, grid, number)
            continue
        colours, levels = shades(row.colour), _levels(cells.values[:, number])
        paint = _paint_roomy_row if grid.step >= ROOMY else _paint_narrow_row
        paint(painter, grid, number, levels, colours)
        if row.alone is not None:
            _paint_alone(painter, grid, number, _levels(cells.alone[:, number]), colours)
        _paint_flags(painter, grid, number, cells.marked[:, number])


def _levels(values: NDArray[np.float32]) -> NDArray[np.int_]:
    """Which shade each value has; −1 where it is not known."""
    return np.where(np.isnan(values), -1, np.clip(np.nan_to_num(values), 0.0, 1.0) * (SHADES - 1)).astype(int)


def _paint_roomy_row(
    painter: QPainter, grid: Grid, row: int, levels: NDArray[np.int_], colours: list[QColor]
) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    waiting, dot = pending_colour(), ink().faint
    for column, level in enumerate(levels.tolist()):
        area = grid.cell_rect(column, row)
        painter.setBrush(waiting if level < 0 else colours[level])
        painter.drawRoundedRect(area, 1.5, 1.5)
        if level < 0:
            painter.setBrush(dot)
            painter.drawEllipse(area.center(), 1.0, 1.0)


def _paint_narrow_row(
    painter: QPainter, grid: Grid, row: int, levels: NDArray[np.int_], colours: list[QColor]
) -> None:
    """The row as a picture one pixel high, stretched; then the gaps, if there is room for any."""
    _paint_line(painter, grid, QRectF(grid.left, grid.row_top(row), grid.width, ROW), levels, colours)


def _paint_alone(
    painter: QPainter, grid: Grid, row: int, levels: NDArray[np.int_], colours: list[QColor]
) -> None:
    """A thin ghost below: the shade that each slice has by itself, seen where its neighbours changed it."""
    top = grid.row_top(row) + ROW - GHOST
    painter.fillRect(QRectF(grid.left, top - 1, grid.width, 1), ink().ground)
    _paint_line(painter, grid, QRectF(grid.left, top, grid.width, GHOST), levels, colours)


def _paint_line(
    painter: QPainter, grid: Grid, area: QRectF, levels: NDArray[np.int_], colours: list[QColor]
) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    table = np.array([c.rgb() for c in colours] + [pending_colour().rgb()], np.uint32)
    line = np.ascontiguousarray(table[levels])  # level −1, pending, is the last entry
    image = QImage(line.tobytes(), line.size, 1, QImage.Format.Format_RGB32)
    painter.drawImage(area, image)
    if grid.gap:
        for column in range(1, grid.columns):
            left = grid.left + column * grid.step - grid.gap
            painter.fillRect(QRectF(left, area.top(), grid.gap, area.height()), ink().ground)


def _paint_flags(painter: QPainter, grid: Grid, row: int, flagged: NDArray[np.bool_]) -> None:
    """A light edge above marked cells, so that a flag is not told by colour alone."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    marked = np.flatnonzero(flagged).tolist()
    # touching cells share one edge
    spans = runs(marked) if grid.gap == 0 else [(column, column) for column in marked]
    for first, last in spans:
        area = grid.cell_rect(first, row)
        width = (last - first) * grid.step + area.width()
        painter.fillRect(QRectF(area.left(), area.top(), width, 2), ink().text)


def _paint_silent_row(painter: QPainter, grid: Grid, row: int) -> None:
    """A class the model does not speak of: a dashed line, not a row of zeros."""
    y = grid.row_top(row) + ROW / 2
    pen = QPen(ink().faint, 1.0)
    pen.setDashPattern([2.0, 4.0])
    painter.setPen(pen)
    painter.drawLine(QPointF(grid.left, y), QPointF(grid.left + grid.width, y))
