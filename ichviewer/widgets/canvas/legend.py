"""What the overlay's colours mean, with the unit they are in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF
from PySide6.QtGui import QFont, QImage, QPainter

from ichcore.subtypes import hemorrhage_class
from ichviewer.documents.view_state import Display
from ichviewer.widgets.canvas.activation_image import as_image, colour_map_of
from ichviewer.widgets.canvas.colour_maps import colour_map
from ichviewer.widgets.canvas.corner_text import level_text, tr
from ichviewer.widgets.canvas.grey_table import OPAQUE
from ichviewer.widgets.canvas.halo_text import Block, HaloText, Run, line_height, plain, size_of
from ichviewer.widgets.canvas.ink import HALO, Tone, colour
from ichviewer.widgets.canvas.mirror_layer import draw_mirror_legend
from ichviewer.widgets.canvas.votes import draw_steps

if TYPE_CHECKING:
    from ichcore.explain.heatmap import Heatmap
    from ichviewer.documents.view_state import OverlaySettings
    from ichviewer.widgets.canvas.scene import Scene
    from ichviewer.widgets.canvas.stamps import Stamps

SMALL_PX = 11
BAR_WIDTH, BAR_HEIGHT = 8.0, 136.0
SWATCH_WIDTH, SWATCH_HEIGHT = 36.0, 8.0
ROW = 20.0
CHANNEL_COLOURS = ("#ff6b6b", "#63d471", "#6ba8ff")
"""Red, green and blue that can be read on black; each row also says its letter."""


def draw_legend(
    painter: QPainter,
    stamps: Stamps,
    text: HaloText,
    scene: Scene,
    shown: tuple[Heatmap, ...],
    right: float,
    middle: float,
    *,
    brief: bool = False,
) -> QRectF:
    """Draw the legend with its right side at ``right`` and its middle at ``middle``.

    Args:
        painter: where to.
        stamps: keeps its pictures.
        text: draws its words.
        scene: what is on screen.
        shown: the heat maps that are drawn.
        right: x of its right side.
        middle: y of its middle.
        brief: without its caption, where room is short.

    Returns:
        The rectangle that it covers; empty where it has nothing to say.
    """
    if scene.display is Display.COMPOSITE:
        return _channels(painter, stamps, text, scene, right, middle)
    if scene.votes is not None:
        return draw_steps(painter, stamps, text, scene.votes, right, middle)
    if scene.mirrored:
        return draw_mirror_legend(painter, stamps, text, scene, right, middle, brief=brief)
    if not shown:
        return QRectF()
    if colour_map_of(shown, scene.overlay) == "class":
        return _classes(painter, stamps, text, shown, right, middle, brief=brief)
    return _bar(painter, stamps, text, scene.overlay, shown[0], right, middle, brief=brief)


def _bar(
    painter: QPainter,
    stamps: Stamps,
    text: HaloText,
    settings: OverlaySettings,
    heatmap: Heatmap,
    right: float,
    middle: float,
    *,
    brief: bool,
) -> QRectF:
    """One class: a vertical bar from 0 to 1 with a mark at the threshold."""
    height = BAR_HEIGHT / 2 if brief else BAR_HEIGHT
    top = round(middle - height / 2)
    bar = QRectF(right - BAR_WIDTH, top, BAR_WIDTH, height)
    name, class_name = settings.colour_map, heatmap.class_name
    mark = round(height * (1.0 - min(1.0, settings.threshold))) if settings.threshold > 0 else None
    around = QPointF(4, 2)

    def paint(stamp: QPainter) -> None:
        area = QRectF(around.x(), around.y(), BAR_WIDTH, height)
        stamp.fillRect(area.adjusted(-1, -1, 1, 1).toRect(), HALO)
        stamp.drawImage(area, _ramp(name, class_name, vertical=True))
        if mark is not None:
            line = QRect(1, round(around.y()) + mark, int(BAR_WIDTH) + 6, 1)
            stamp.fillRect(line.adjusted(-1, -1, 1, 1), HALO)
            stamp.fillRect(line, colour(Tone.TEXT.value))

    size = QSizeF(BAR_WIDTH + 2 * around.x(), height + 2 * around.y() + 1)
    key = ("bar", name, class_name, height, mark)
    stamps.draw(painter, bar.topLeft() - around, size, key, paint)
    for value in (1.0, 0.5, 0.0):
        y = top + height * (1.0 - value) - line_height(SMALL_PX) / 2
        words = f"{value:.1f}" if value else "0"
        block = Block((plain(words, Tone.MUTED),), SMALL_PX, right=True)
        text.draw(painter, block, QPointF(bar.left() - 6, y))
    if not brief:
        _caption(painter, text, heatmap, right, top + height + 8)
    return bar.adjusted(-70 if not brief else -26, -8, 0, 8 if brief else 44)


def _caption(painter: QPainter, text: HaloText, heatmap: Heatmap, right: float, y: float) -> None:
    short = hemorrhage_class(heatmap.class_name).short
    lines = ((Run(short + " "), Run(tr("activation"), Tone.MUTED)), plain(tr("of slice max"), Tone.MUTED))
    text.draw(painter, Block(lines, SMALL_PX, right=True), QPointF(right, y))


def _classes(
    painter: QPainter,
    stamps: Stamps,
    text: HaloText,
    shown: tuple[Heatmap, ...],
    right: float,
    middle: float,
    *,
    brief: bool,
) -> QRectF:
    """Several classes: a row each, with its short name and its own ramp from 0 to 1."""
    top = round(middle - ROW * len(shown) / 2)
    for number, heatmap in enumerate(shown):
        y = top + number * ROW
        swatch = QRectF(right - SWATCH_WIDTH, y + (ROW - SWATCH_HEIGHT) / 2, SWATCH_WIDTH, SWATCH_HEIGHT)
        _swatch(painter, stamps, swatch, heatmap.class_name)
        short = hemorrhage_class(heatmap.class_name).short
        block = Block((plain(short),), 12, right=True, weight=QFont.Weight.Medium)
        text.draw(painter, block, QPointF(swatch.left() - 8, y + (ROW - line_height(12)) / 2))
    below = top + ROW * len(shown)
    covered = QRectF(right - SWATCH_WIDTH - 40, top, SWATCH_WIDTH + 40, below - top)
    if brief:
        return covered
    ends = QPointF(right - SWATCH_WIDTH, below)
    text.draw(painter, Block((plain("0", Tone.MUTED),), SMALL_PX), ends)
    text.draw(painter, Block((plain("1", Tone.MUTED),), SMALL_PX, right=True), QPointF(right, below))
    caption = Block(
        (plain(tr("activation"), Tone.MUTED), plain(tr("of slice max"), Tone.MUTED)), SMALL_PX, right=True
    )
    text.draw(painter, caption, QPointF(right, below + line_height(SMALL_PX) + 2))
    return covered.adjusted(0, 0, 0, 3 * line_height(SMALL_PX) + 2)


def _swatch(painter: QPainter, stamps: Stamps, at: QRectF, class_name: str) -> None:
    """A class's ramp with a thin dark rim."""

    def paint(stamp: QPainter) -> None:
        area = QRectF(1, 1, at.width(), at.height())
        stamp.fillRect(area.adjusted(-1, -1, 1, 1).toRect(), HALO)
        stamp.drawImage(area, _ramp("class", class_name, vertical=False))

    size = QSizeF(at.width() + 2, at.height() + 2)
    stamps.draw(painter, at.topLeft() - QPointF(1, 1), size, ("swatch", class_name), paint)


def _channels(
    painter: QPainter, stamps: Stamps, text: HaloText, scene: Scene, right: float, middle: float
) -> QRectF:
    """The colour composite: which learned window is red, which green, which blue."""
    rows = list(zip("RGB", CHANNEL_COLOURS, scene.learned_windows, strict=False))
    top = round(middle - ROW * (len(rows) + 1) / 2)
    title = Block((plain(tr("learned L / W"), Tone.MUTED),), SMALL_PX, right=True)
    text.draw(painter, title, QPointF(right, top))
    for number, (letter, value, window) in enumerate(rows, start=1):
        y = top + number * ROW
        words = (
            tr("degenerate")
            if window is None
            else f"{level_text(window.center)} / {level_text(window.width)}"
        )
        block = Block((plain(words),), 12, right=True)
        text.draw(painter, block, QPointF(right - 28, y + (ROW - line_height(12)) / 2))
        chip = QRectF(right - 20, y + 2, 20, ROW - 4)
        whole = QRectF(QPointF(0, 0), chip.size())
        stamps.draw(
            painter,
            chip.topLeft(),
            chip.size(),
            ("chip", value),
            lambda stamp, whole=whole, value=value: stamp.fillRect(whole, colour(value)),  # type: ignore[misc]
        )
        letters = Block((plain(letter),), 12, weight=QFont.Weight.Medium)
        text.draw(
            painter,
            letters,
            QPointF(chip.center().x() - size_of(letters).width() / 2, y + (ROW - line_height(12)) / 2),
        )
    return QRectF(right - 90, top, 90, ROW * (len(rows) + 1))


_RAMPS: dict[tuple[str, str, bool], QImage] = {}


def _ramp(name: str, class_name: str, *, vertical: bool) -> QImage:
    """A colour map as a one-pixel-wide image, 1 at the top or at the right."""
    key = (name, class_name, vertical)
    if key not in _RAMPS:
        colours = colour_map(name, class_name).astype("uint32")
        pixels = OPAQUE | (colours[:, 0] << 16) | (colours[:, 1] << 8) | colours[:, 2]
        _RAMPS[key] = as_image(pixels[::-1, None] if vertical else pixels[None, :])
    return _RAMPS[key]
