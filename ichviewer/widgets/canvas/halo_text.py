"""Text that reads over any image: each letter has a soft dark rim; blocks are drawn once and kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QImage, QPainter

from ichviewer.widgets.canvas.ink import Tone, colour, font_of, metrics_of
from ichviewer.widgets.canvas.stamps import Stamps, blank

RIM = 3
"""Points that the rim reaches beyond the letters."""
_RINGS = (
    (0.22, ((-2, 0), (2, 0), (0, -2), (0, 2), (-1.5, -1.5), (1.5, 1.5), (-1.5, 1.5), (1.5, -1.5))),
    (0.55, ((-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (1, 1), (-1, 1), (1, -1))),
)
"""Opacity and offsets of the copies of the letters that make the rim: a soft ring around a firm one."""


@dataclass(frozen=True)
class Run:
    """A piece of a line in one tone."""

    text: str
    tone: Tone = Tone.TEXT


Line = tuple[Run, ...]


@dataclass(frozen=True)
class Block:
    """Lines of text, aligned at one side.

    Attributes:
        lines: top to bottom.
        pixels: font size.
        right: aligned at the right side.
        weight: font weight.
        width: widest it may get, points; longer lines end in an ellipsis. 0 for no limit.
    """

    lines: tuple[Line, ...]
    pixels: int = 13
    right: bool = False
    weight: QFont.Weight = QFont.Weight.Normal
    width: float = 0.0


def plain(text: str, tone: Tone = Tone.TEXT) -> Line:
    """A line in one tone."""
    return (Run(text, tone),)


@lru_cache(maxsize=256)
def elided(line: Line, pixels: int, weight: QFont.Weight, width: float) -> Line:
    """The line, cut with an ellipsis where it is wider than ``width`` points."""
    metrics = metrics_of(pixels, weight)
    left, kept = width, []
    for run in line:
        advance = metrics.horizontalAdvance(run.text)
        if width <= 0 or advance <= left:
            kept.append(run)
            left -= advance
            continue
        cut = metrics.elidedText(run.text, Qt.TextElideMode.ElideRight, max(0.0, left))
        if cut:
            kept.append(Run(cut, run.tone))
        break
    return tuple(kept)


@lru_cache(maxsize=256)
def size_of(block: Block) -> QSizeF:
    """Width and height of a block in points, without its rim."""
    metrics = metrics_of(block.pixels, block.weight)
    lines = [elided(line, block.pixels, block.weight, block.width) for line in block.lines]
    width = max((sum(metrics.horizontalAdvance(run.text) for run in line) for line in lines), default=0.0)
    return QSizeF(width, line_height(block.pixels) * len(lines))


def line_height(pixels: int) -> int:
    """Height of one line: on the four-pixel grid for the common sizes."""
    return round(pixels * 1.4)


class HaloText:
    """Draws blocks; the last ones are kept as images, since most do not change from slice to slice."""

    def __init__(self, stamps: Stamps) -> None:
        self._stamps = stamps

    def draw(self, painter: QPainter, block: Block, at: QPointF) -> QRectF:
        """Draw a block with its top left corner (top right, where it is aligned right) at a point.

        Returns:
            The rectangle that it covers.
        """
        if not block.lines:
            return QRectF()
        size = size_of(block)
        left, top = round(at.x() - (size.width() if block.right else 0.0)), round(at.y())
        whole = QSizeF(size.width() + 2 * RIM + 2, size.height() + 2 * RIM + 2)
        self._stamps.draw(
            painter, QPointF(left - RIM, top - RIM), whole, block, lambda stamp: _paint(stamp, block, whole)
        )
        return QRectF(QPointF(left, top), size)


def _paint(painter: QPainter, block: Block, size: QSizeF) -> None:
    ratio = painter.device().devicePixelRatioF()
    shade = _letters(block, size, ratio, rim=True)
    # copies of a small image are cheaper than writing the same words seventeen times
    for opacity, offsets in _RINGS:
        painter.setOpacity(opacity)
        for dx, dy in offsets:
            painter.drawImage(QPointF(dx, dy), shade)
    painter.setOpacity(1.0)
    painter.drawImage(0, 0, _letters(block, size, ratio, rim=False))


def _letters(block: Block, size: QSizeF, ratio: float, *, rim: bool) -> QImage:
    """The words alone, in their tones or all in black."""
    image, width = blank(size, ratio), size_of(block).width()
    metrics, high = metrics_of(block.pixels, block.weight), line_height(block.pixels)
    painter = QPainter(image)
    painter.setFont(font_of(block.pixels, block.weight))
    y = RIM + (high - metrics.height()) / 2 + metrics.ascent()
    for full in block.lines:
        line = elided(full, block.pixels, block.weight, block.width)
        advances = [metrics.horizontalAdvance(run.text) for run in line]
        x = RIM + (width - sum(advances) if block.right else 0.0)
        for run, advance in zip(line, advances, strict=True):
            painter.setPen(Qt.GlobalColor.black if rim else colour(run.tone.value))
            painter.drawText(QPointF(x, y), run.text)
            x += advance
        y += high
    painter.end()
    return image
