"""Draws a figure on white paper in points of 1/96 inch; text stays text, slices are pictures."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QLinearGradient, QPainter, QPen
from PySide6.QtWidgets import QApplication

from ichcore.subtypes import hemorrhage_class
from ichviewer.widgets.canvas.colour_maps import colour_map
from ichviewer.widgets.canvas.corner_text import tr
from ichviewer.widgets.canvas.marks import RULER_LENGTHS_MM
from ichviewer.widgets.canvas.votes import step_colours
from ichviewer.widgets.figure.content import GAP_MM, LONE_MM, WIDTH_MM

if TYPE_CHECKING:
    from ichviewer.widgets.figure.content import Figure, FigurePane, Scale

PX_A_MM = 96.0 / 25.4
MARGIN = 4 * PX_A_MM
CAPTION, ROW = 18.0, 15.0
TEXT_PX, SMALL_PX = 10, 8
INK, MUTED, FRAME = QColor("#111417"), QColor("#55606b"), QColor("#b8bfc7")
BAR = (170.0, 9.0)
"""Width and height of a colour bar."""
SCALE_ROW = 34.0
CELL = 34.0
LETTERS = "abcdefghi"
AT_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
AT_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
CENTRED = int(Qt.AlignmentFlag.AlignCenter)
WRAPPED = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)


class FigureDrawing:
    """Lays a figure out once and draws it wherever it is asked to."""

    def __init__(self, figure: Figure) -> None:
        self._figure = figure
        lone = figure.agreement is None and len(figure.panes) == 1
        self.width = (LONE_MM if lone else WIDTH_MM) * PX_A_MM + 2 * MARGIN
        inner, gap = self.width - 2 * MARGIN, GAP_MM * PX_A_MM
        self._pane_width = (inner - (figure.columns - 1) * gap) / figure.columns
        first = figure.panes[0].image
        self._pane_height = self._pane_width * first.height() / first.width()
        rows = -(-len(figure.panes) // figure.columns)
        self._identity = ROW if figure.identity else 0.0
        self._scales_top = MARGIN + self._identity + rows * (CAPTION + self._pane_height + gap)
        self._matrix_top = self._scales_top + (SCALE_ROW if figure.scales or figure.votes else 0.0)
        matrix = (len(figure.names) + 1) * ROW + 10 if figure.agreement is not None else 0.0
        self._foot_top = self._matrix_top + matrix
        self.height = self._foot_top + self._foot_height(inner) + MARGIN

    def draw(self, painter: QPainter) -> None:
        """Draw all of it; one unit of the painter is 1/96 inch."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(QRectF(0, 0, self.width, self.height), Qt.GlobalColor.white)
        figure, gap = self._figure, GAP_MM * PX_A_MM
        if figure.identity:
            area = QRectF(MARGIN, MARGIN, self.width - 2 * MARGIN, ROW)
            _write(painter, area, AT_LEFT, figure.identity, SMALL_PX, MUTED)
        for place, pane in enumerate(figure.panes):
            x = MARGIN + place % figure.columns * (self._pane_width + gap)
            row = CAPTION + self._pane_height + gap
            y = MARGIN + self._identity + place // figure.columns * row
            self._pane(painter, pane, place, QPointF(x, y))
        self._scales(painter)
        if figure.agreement is not None:
            self._matrix(painter)
        self._foot(painter)

    def _pane(self, painter: QPainter, pane: FigurePane, place: int, at: QPointF) -> None:
        line = QRectF(at.x(), at.y(), self._pane_width, CAPTION - 3)
        several = len(self._figure.panes) > 1
        shift = 0.0
        if several:
            _write(painter, line, AT_LEFT, LETTERS[place], TEXT_PX, INK, QFont.Weight.DemiBold)
            shift = 13.0
        _write(painter, line.adjusted(shift, 0, 0, 0), AT_LEFT, pane.caption, TEXT_PX, INK)
        _write(painter, line, AT_RIGHT, pane.aside, SMALL_PX, MUTED)
        area = QRectF(at.x(), at.y() + CAPTION, self._pane_width, self._pane_height)
        painter.drawImage(area, pane.image)
        painter.save()
        painter.setClipRect(area)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for part, class_name in pane.boxes:
            painter.setPen(QPen(QColor(hemorrhage_class(class_name).colour), 1.2))
            painter.drawRect(_inside(area, part))
        painter.restore()
        for side, align in zip(self._figure.sides, (AT_LEFT, AT_RIGHT), strict=True):
            _write(painter, area.adjusted(5, 0, -5, 0), align, side, TEXT_PX, QColor(Qt.GlobalColor.white))
        if pane.note:
            top = QRectF(area.left(), area.top() + 4, area.width(), ROW)
            _write(painter, top, CENTRED, pane.note, TEXT_PX, QColor(Qt.GlobalColor.white))
        if place == 0:
            self._ruler(painter, area)

    def _ruler(self, painter: QPainter, area: QRectF) -> None:
        across = self._figure.mm_across
        if across is None:
            return
        length = next((mm for mm in RULER_LENGTHS_MM if mm <= across * 0.3), None)
        if length is None:
            return
        white = QColor(Qt.GlobalColor.white)
        bar = QRectF(area.left() + 7, area.bottom() - 9, area.width() * length / across, 2)
        painter.fillRect(bar, white)
        words = f"{length / 10:.0f} cm" if length >= 10 else f"{length:.0f} mm"
        _write(painter, QRectF(bar.left(), bar.top() - 13, 80, 11), AT_LEFT, words, SMALL_PX, white)

    def _scales(self, painter: QPainter) -> None:
        x, y = MARGIN, self._scales_top
        wide = BAR[0] if len(self._figure.scales) <= 1 else 66.0
        for scale in self._figure.scales:
            self._bar(painter, scale, QRectF(x, y + 2, wide, BAR[1]))
            x += wide + 14
        if self._figure.scales:
            words = tr("activation, share of the slice's maximum")
            _write(painter, QRectF(x - 4, y - 1, 260, ROW), AT_LEFT, words, SMALL_PX, INK)
            x += QFontMetricsF(_font(SMALL_PX)).horizontalAdvance(words) + 30
        for count, colour in enumerate(step_colours(self._figure.votes) if self._figure.votes else (), 1):
            chip = QRectF(x, y + 2, 18, BAR[1])
            painter.fillRect(chip, colour)
            below = QRectF(x, y + 2 + BAR[1], 18, 12)
            _write(painter, below, CENTRED, str(count), SMALL_PX, INK)
            x += 18
        if self._figure.votes:
            area = QRectF(x + 8, y - 1, 120, ROW)
            _write(painter, area, AT_LEFT, tr("maps above it"), SMALL_PX, INK)

    def _bar(self, painter: QPainter, scale: Scale, area: QRectF) -> None:
        """A ramp from 0 to 1, empty below the threshold, where nothing is drawn over the slice either."""
        table = colour_map(scale.colour_map, scale.class_name or "any")
        ramp = QLinearGradient(area.topLeft(), area.topRight())
        for at in np.linspace(0.0, 1.0, 17):
            ramp.setColorAt(float(at), QColor(*(int(v) for v in table[round(float(at) * 255)])))
        painter.fillRect(area.adjusted(area.width() * scale.threshold, 0, 0, 0), ramp)
        painter.setPen(QPen(FRAME, 0.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area)
        # a class has its name in the middle
        marks = [0.0, 1.0] if area.width() < BAR[0] or scale.class_name else [0.0, 0.5, 1.0]
        marks = [at for at in marks if at in (0.0, 1.0) or abs(at - scale.threshold) > 0.1]
        texts = {at: f"{at:g}" for at in marks}
        named_there = bool(scale.class_name) and abs(scale.threshold - 0.5) < 0.15
        if 0.06 < scale.threshold < 0.94 and area.width() >= BAR[0] and not named_there:
            texts[scale.threshold] = f"{scale.threshold:.2f}"
        for at, words in texts.items():
            place = QRectF(area.left() + area.width() * at - 15, area.bottom() + 1, 30, 12)
            _write(painter, place, CENTRED, words, SMALL_PX, INK)
        if scale.class_name:
            short = hemorrhage_class(scale.class_name).short
            middle = QRectF(area.left(), area.bottom() + 1, area.width(), 12)
            _write(painter, middle, CENTRED, short, SMALL_PX, INK, QFont.Weight.DemiBold)

    def _matrix(self, painter: QPainter) -> None:
        said, names, top = self._figure.agreement, self._figure.names, self._matrix_top
        if said is None:
            return
        left = MARGIN + 92
        for column in range(len(names)):
            head = QRectF(left + column * CELL, top, CELL, ROW)
            _write(painter, head, CENTRED, LETTERS[column], SMALL_PX, INK, QFont.Weight.DemiBold)
        for row, name in enumerate(names):
            y = top + (row + 1) * ROW
            line = QRectF(MARGIN, y, 88, ROW)
            _write(painter, line, AT_LEFT, LETTERS[row], SMALL_PX, INK, QFont.Weight.DemiBold)
            _write(painter, line.adjusted(12, 0, 0, 0), AT_LEFT, name, SMALL_PX, INK)
            for column in range(len(names)):
                cell = QRectF(left + column * CELL, y, CELL - 1, ROW - 1)
                value = float((said.dice if column > row else said.rank)[row, column])
                shade = 0.0 if np.isnan(value) or row == column else max(0.0, value)
                grey = round(255 - 70 * shade)
                painter.fillRect(cell, QColor(grey, grey, grey))
                words = "–" if np.isnan(value) else f"{value:.2f}".replace("-", "−")
                _write(painter, cell, CENTRED, "" if row == column else words, SMALL_PX, INK)
        x = left + len(names) * CELL + 14
        area = QRectF(x, top + ROW, self.width - MARGIN - x, ROW * len(names) + 6)
        words = tr("Right of the diagonal: Dice of the masks above the threshold. Left: rank correlation.")
        _write(painter, area, WRAPPED, f"{words}\n{self._figure.peaks}", SMALL_PX, INK)

    def _foot_height(self, width: float) -> float:
        metrics, tall = QFontMetricsF(_font(SMALL_PX)), 0.0
        for line in self._figure.parameters:
            tall += metrics.boundingRect(QRectF(0, 0, width, 1000), WRAPPED, line).height() + 2
        return tall

    def _foot(self, painter: QPainter) -> None:
        metrics, y = QFontMetricsF(_font(SMALL_PX)), self._foot_top
        width = self.width - 2 * MARGIN
        for line in self._figure.parameters:
            tall = metrics.boundingRect(QRectF(0, 0, width, 1000), WRAPPED, line).height() + 2
            _write(painter, QRectF(MARGIN, y, width, tall), WRAPPED, line, SMALL_PX, MUTED)
            y += tall


def _inside(area: QRectF, part: QRectF) -> QRectF:
    """A rectangle given in parts of an area."""
    return QRectF(
        area.x() + part.x() * area.width(),
        area.y() + part.y() * area.height(),
        part.width() * area.width(),
        part.height() * area.height(),
    )


@lru_cache(maxsize=8)
def _font(pixels: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The program's face with its ordinary signs: alternates of a face cannot be copied out of a PDF."""
    font = QFont(QApplication.font().family())
    font.setPixelSize(pixels)
    font.setWeight(weight)
    # said and not left out: a painter fills what a font leaves open from the program's own, which has them
    for alternates in ("tnum", "calt"):
        font.setFeature(QFont.Tag(alternates), 0)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def _write(
    painter: QPainter,
    area: QRectF,
    flags: int,
    words: str,
    pixels: int,
    ink: QColor,
    weight: QFont.Weight = QFont.Weight.Normal,
) -> None:
    if words:
        painter.setFont(_font(pixels, weight))
        painter.setPen(ink)
        painter.drawText(area, flags, words)
