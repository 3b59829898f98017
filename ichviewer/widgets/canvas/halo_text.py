"""Text that reads over any image: each letter has a soft dark rim; blocks are drawn once and kept."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QSizeF, Qt
from PySide6.QtGui import QFont, QImage, QPainter

from ichviewer.widgets.canvas.ink import HALO, Tone, colour, font_of, metrics_of

if TYPE_CHECKING:
    from collections.abc import Sequence

RIM = 2
"""Points that the rim reaches beyond the letters."""
_OFFSETS = ((-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (1, 1), (-1, 1), (1, -1), (0, 1.6))
KEPT = 96


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
    """Draws blocks; the images of the last ones are kept, since most do not change from slice to slice."""

    def __init__(self) -> None:
        self._images: OrderedDict[tuple[Block, float, str], QImage] = OrderedDict()

    def draw(self, painter: QPainter, block: Block, at: QPointF) -> None:
        """Draw a block with its top left corner (top right, where it is aligned right) at a point."""
        if not block.lines:
            return
        ratio = painter.device().devicePixelRatioF()
        key = (block, ratio, font_of(block.pixels).family())
        image = self._images.get(key)
        if image is None:
            image = _image(block, ratio)
            self._images[key] = image
            while len(self._images) > KEPT:
                self._images.popitem(last=False)
        self._images.move_to_end(key)
        left = at.x() - (size_of(block).width() if block.right else 0.0)
        painter.drawImage(QPointF(round(left) - RIM, round(at.y()) - RIM), image)


def _image(block: Block, ratio: float) -> QImage:
    size = size_of(block)
    image = QImage(
        int((size.width() + 2 * RIM + 2) * ratio),
        int((size.height() + 2 * RIM + 2) * ratio),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setFont(font_of(block.pixels, block.weight))
    metrics = metrics_of(block.pixels, block.weight)
    high = line_height(block.pixels)
    baseline = RIM + (high - metrics.height()) / 2 + metrics.ascent()
    lines = [elided(line, block.pixels, block.weight, block.width) for line in block.lines]
    for halo in (True, False):
        for number, line in enumerate(lines):
            _line(painter, line, block, QPointF(RIM, baseline + number * high), size.width(), halo=halo)
    painter.end()
    return image


def _line(painter: QPainter, line: Line, block: Block, at: QPointF, width: float, *, halo: bool) -> None:
    metrics = metrics_of(block.pixels, block.weight)
    advances: Sequence[float] = [metrics.horizontalAdvance(run.text) for run in line]
    x = at.x() + (width - sum(advances) if block.right else 0.0)
    for run, advance in zip(line, advances, strict=True):
        if halo:
            painter.setPen(HALO)
            for dx, dy in _OFFSETS:
                painter.drawText(QPointF(x + dx, at.y() + dy), run.text)
        else:
            painter.setPen(colour(run.tone.value))
            painter.drawText(QPointF(x, at.y()), run.text)
        x += advance
