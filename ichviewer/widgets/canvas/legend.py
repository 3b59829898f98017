"""What the overlay's colours mean, with the unit they are in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QFont, QImage, QPainter

from ichcore.subtypes import hemorrhage_class
from ichviewer.documents.view_state import Display
from ichviewer.widgets.canvas.activation_image import as_image, colour_map_of
from ichviewer.widgets.canvas.colour_maps import colour_map
from ichviewer.widgets.canvas.corner_text import level_text, tr
from ichviewer.widgets.canvas.grey_table import OPAQUE
from ichviewer.widgets.canvas.halo_text import Block, HaloText, Run, line_height, plain, size_of
from ichviewer.widgets.canvas.ink import HALO, Tone, colour, pen

if TYPE_CHECKING:
    from ichcore.explain.heatmap import Heatmap
    from ichviewer.documents.view_state import OverlaySettings
    from ichviewer.widgets.canvas.scene import Scene

SMALL_PX = 11
BAR_WIDTH, BAR_HEIGHT = 8.0, 136.0
SWATCH_WIDTH, SWATCH_HEIGHT = 36.0, 8.0
ROW = 20.0
CHANNEL_COLOURS = ("#ff6b6b", "#63d471", "#6ba8ff")
"""Red, green and blue that can be read on black; each row also says its letter."""


def draw_legend(
    painter: QPainter, text: HaloText, scene: Scene, shown: tuple[Heatmap, ...], right: float, middle: float
) -> None:
    """Draw the legend with its right side at ``right`` and its middle at ``middle``.

    Args:
        painter: where to.
        text: draws its words.
        scene: what is on screen.
        shown: the heat maps that are drawn.
        right: x of its right side.
        middle: y of its middle.
    """
    if scene.display is Display.COMPOSITE:
        _channels(painter, text, scene, right, middle)
        return
    if not shown:
        return
    if colour_map_of(shown, scene.overlay) == "class":
        _classes(painter, text, scene.overlay, shown, right, middle)
    else:
        _bar(painter, text, scene.overlay, shown[0], right, middle)


def _bar(
    painter: QPainter,
    text: HaloText,
    settings: OverlaySettings,
    heatmap: Heatmap,
    right: float,
    middle: float,
) -> None:
    """One class: a vertical bar from 0 to 1 with a mark at the threshold."""
    top = round(middle - BAR_HEIGHT / 2)
    bar = QRectF(right - BAR_WIDTH, top, BAR_WIDTH, BAR_HEIGHT)
    painter.drawImage(bar, _ramp(settings.colour_map, heatmap.class_name, vertical=True))
    painter.setPen(pen(HALO, 1))
    painter.drawRect(bar.adjusted(-0.5, -0.5, 0.5, 0.5))
    for value in (1.0, 0.5, 0.0):
        y = top + BAR_HEIGHT * (1.0 - value) - line_height(SMALL_PX) / 2
        words = f"{value:.1f}" if value else "0"
        block = Block((plain(words, Tone.MUTED),), SMALL_PX, right=True)
        text.draw(painter, block, QPointF(bar.left() - 6, y))
    if settings.threshold > 0:
        _threshold_mark(painter, bar, settings.threshold)
    _caption(painter, text, heatmap, right, top + BAR_HEIGHT + 8)


def _threshold_mark(painter: QPainter, bar: QRectF, threshold: float) -> None:
    y = bar.bottom() - bar.height() * min(1.0, threshold)
    line = QLineF(bar.left() - 3, y, bar.right() + 3, y)
    for stroke in (pen(HALO, 3), pen(colour(Tone.TEXT.value), 1)):
        painter.setPen(stroke)
        painter.drawLine(line)


def _caption(painter: QPainter, text: HaloText, heatmap: Heatmap, right: float, y: float) -> None:
    short = hemorrhage_class(heatmap.class_name).short
    lines = ((Run(short + " "), Run(tr("activation"), Tone.MUTED)), plain(tr("of slice max"), Tone.MUTED))
    text.draw(painter, Block(lines, SMALL_PX, right=True), QPointF(right, y))


def _classes(
    painter: QPainter,
    text: HaloText,
    settings: OverlaySettings,
    shown: tuple[Heatmap, ...],
    right: float,
    middle: float,
) -> None:
    """Several classes: a row each, with its short name and its own ramp from 0 to 1."""
    top = round(middle - ROW * len(shown) / 2)
    for number, heatmap in enumerate(shown):
        y = top + number * ROW
        swatch = QRectF(right - SWATCH_WIDTH, y + (ROW - SWATCH_HEIGHT) / 2, SWATCH_WIDTH, SWATCH_HEIGHT)
        painter.drawImage(swatch, _ramp("class", heatmap.class_name, vertical=False))
        painter.setPen(pen(HALO, 1))
        painter.drawRect(swatch.adjusted(-0.5, -0.5, 0.5, 0.5))
        short = hemorrhage_class(heatmap.class_name).short
        block = Block((plain(short),), 12, right=True, weight=QFont.Weight.Medium)
        text.draw(painter, block, QPointF(swatch.left() - 8, y + (ROW - line_height(12)) / 2))
    below = top + ROW * len(shown)
    ends = QPointF(right - SWATCH_WIDTH, below)
    text.draw(painter, Block((plain("0", Tone.MUTED),), SMALL_PX), ends)
    text.draw(painter, Block((plain("1", Tone.MUTED),), SMALL_PX, right=True), QPointF(right, below))
    caption = Block(
        (plain(tr("activation"), Tone.MUTED), plain(tr("of slice max"), Tone.MUTED)), SMALL_PX, right=True
    )
    text.draw(painter, caption, QPointF(right, below + line_height(SMALL_PX) + 2))


def _channels(painter: QPainter, text: HaloText, scene: Scene, right: float, middle: float) -> None:
    """The colour composite: which learned window is red, which green, which blue."""
    rows = list(zip("RGB", CHANNEL_COLOURS, scene.learned_windows, strict=False))
    top = round(middle - ROW * (len(rows) + 1) / 2)
    title = Block((plain(tr("learned W / L"), Tone.MUTED),), SMALL_PX, right=True)
    text.draw(painter, title, QPointF(right, top))
    for number, (letter, value, window) in enumerate(rows, start=1):
        y = top + number * ROW
        words = (
            tr("degenerate")
            if window is None
            else f"{level_text(window.width)} / {level_text(window.center)}"
        )
        block = Block((plain(words),), 12, right=True)
        text.draw(painter, block, QPointF(right - 28, y + (ROW - line_height(12)) / 2))
        chip = QRectF(right - 20, y + 2, 20, ROW - 4)
        painter.fillRect(chip, colour(value))
        letters = Block((plain(letter),), 12, weight=QFont.Weight.Medium)
        text.draw(
            painter,
            letters,
            QPointF(chip.center().x() - size_of(letters).width() / 2, y + (ROW - line_height(12)) / 2),
        )


_RAMPS: dict[tuple[str, str, bool], QImage] = {}


def _ramp(name: str, class_name: str, *, vertical: bool) -> QImage:
    """A colour map as a one-pixel-wide image, 1 at the top or at the right."""
    key = (name, class_name, vertical)
    if key not in _RAMPS:
        colours = colour_map(name, class_name).astype("uint32")
        pixels = OPAQUE | (colours[:, 0] << 16) | (colours[:, 1] << 8) | colours[:, 2]
        _RAMPS[key] = as_image(pixels[::-1, None] if vertical else pixels[None, :])
    return _RAMPS[key]
