"""The contact sheet: every explained slice with heat map and boxes on one dark page; no patient text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ichcore.explain.colour_map import inferno, overlay
from ichcore.explain.method import TITLES
from ichcore.files import resource
from ichcore.models.head import find_head
from ichcore.subtypes import CLASSES, HEMORRHAGE_CLASSES, hemorrhage_class
from ichcore.volume.window import BRAIN, Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ichcore.explain.heatmap import Box, Heatmap
    from ichcore.predict.prediction import Prediction
    from ichcore.volume.volume import Volume

GROUND, PANEL, LINE, TEXT, MUTED = "#0c0e11", "#14171b", "#22262c", "#d7dbe0", "#848d98"
TILE = 272
"""Side of a slice's picture, pixels."""
GAP = 12
CAPTION = 44
MARGIN = 28
HEADER = 76
FOOTER = 84
MOST_TILES = 40
"""More slices than this are thinned out evenly, and the sheet says so."""
TAG_HEIGHT = 16
OPACITY = 0.62
GREY_WINDOW = Window(127.5, 256, "grey as stored")

_Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def draw_contact_sheet(
    volume: Volume,
    prediction: Prediction,
    heatmaps: Sequence[Heatmap],
    boxes: Sequence[Box],
    *,
    window: Window | None = None,
) -> Image.Image:
    """Draw the page.

    Args:
        volume: the series.
        prediction: names what is flagged and with which probability.
        heatmaps: of any slices and classes; empty ones are not drawn.
        boxes: drawn in their class's colour with its short name.
        window: for the slices; by default brain 40/80, or the stored grey of pictures.

    Returns:
        An RGB image; one tile a slice that has activation, or one line saying that there is none.
    """
    window = window or (BRAIN if volume.is_hu else GREY_WINDOW)
    active = sorted({heatmap.slice_index for heatmap in heatmaps if not heatmap.empty})
    stride = -(-len(active) // MOST_TILES) if active else 1
    shown = active[::stride]
    columns = max(3, min(6, len(shown)))
    rows = max(1, -(-len(shown) // columns))
    width = 2 * MARGIN + columns * TILE + (columns - 1) * GAP
    body = rows * (TILE + CAPTION + GAP) if shown else 120
    page = Image.new("RGB", (width, HEADER + body + FOOTER), GROUND)
    draw = ImageDraw.Draw(page)
    note = (
        f"every {stride}. of {len(active)} explained slices"
        if stride > 1
        else f"{len(shown)} explained slices"
    )
    _header(draw, prediction, heatmaps, window, note, width)
    crop = _Crop.around_head(volume)
    for number, index in enumerate(shown):
        x = MARGIN + number % columns * (TILE + GAP)
        y = HEADER + number // columns * (TILE + CAPTION + GAP)
        of_slice = [heatmap for heatmap in heatmaps if heatmap.slice_index == index]
        page.paste(_tile(volume, index, of_slice, window, crop), (x, y))
        _letters(draw, volume, (x, y))
        _boxes(draw, [box for box in boxes if box.slice_index == index], crop, (x, y))
        _caption(draw, prediction, index, (x, y + TILE))
    if not shown:
        text = "No slice reaches the threshold of an explained class, so there is nothing to draw."
        draw.text((MARGIN, HEADER + 40), text, TEXT, _font(15))
    _footer(page, draw, heatmaps, HEADER + body)
    return page


@dataclass(frozen=True)
class _Crop:
    """A square in mm around the head, shown on every tile.

    Attributes:
        row: first slice pixel.
        column: first slice pixel.
        rows: its height in slice pixels.
        columns: its width in slice pixels.
    """

    row: float
    column: float
    rows: float
    columns: float

    @classmethod
    def around_head(cls, volume: Volume) -> _Crop:
        """The head with a little air; the whole slice where no head is found."""
        down, across = volume.geometry.pixel_spacing_mm or (1.0, 1.0)
        head = find_head(volume.hu)
        rows, columns = volume.shape[1:]
        if head is None:
            side, center = max(rows * down, columns * across), ((rows - 1) / 2, (columns - 1) / 2)
        else:
            side, center = head.length * max(down, across) * 1.16, head.center
        high, wide = side / down, side / across
        return cls(center[0] + 0.5 - high / 2, center[1] + 0.5 - wide / 2, high, wide)

    def cut(self, picture: np.ndarray, fill: int) -> Image.Image:
        """A tile of uint8 ``(rows, columns[, 3])``."""
        box = (self.column, self.row, self.column + self.columns, self.row + self.rows)
        data = (TILE / self.columns, TILE / self.rows)
        image = Image.fromarray(picture)
        scale = (1 / data[0], 0, box[0], 0, 1 / data[1], box[1])
        return image.transform(
            (TILE, TILE), Image.Transform.AFFINE, scale, Image.Resampling.BICUBIC, fillcolor=(fill,) * 3
        )

    def to_tile(self, row: float, column: float) -> tuple[float, float]:
        """(x, y) in the tile of a slice's pixel edge."""
        return ((column - self.column) * TILE / self.columns, (row - self.row) * TILE / self.rows)


def _tile(
    volume: Volume, index: int, heatmaps: Sequence[Heatmap], window: Window, crop: _Crop
) -> Image.Image:
    grey = window.apply(volume.hu[index])
    activation = np.max([heatmap.activation for heatmap in heatmaps], axis=0)
    return crop.cut(overlay(grey, activation, OPACITY), 0)


def _letters(draw: ImageDraw.ImageDraw, volume: Volume, at: tuple[int, int]) -> None:
    left, right, _, _ = volume.geometry.orientation_letters()
    middle = at[1] + TILE / 2
    draw.text((at[0] + 6, middle), left, MUTED, _font(12), anchor="lm")
    draw.text((at[0] + TILE - 6, middle), right, MUTED, _font(12), anchor="rm")


def _boxes(draw: ImageDraw.ImageDraw, boxes: Sequence[Box], crop: _Crop, at: tuple[int, int]) -> None:
    font = _font(12, "SemiBold")
    corners: list[tuple[float, float]] = []
    tags: list[tuple[float, float, float]] = []
    for box in boxes:
        one = hemorrhage_class(box.class_name)
        x0, y0 = crop.to_tile(box.box[0], box.box[1])
        x1, y1 = crop.to_tile(box.box[2], box.box[3])
        x0, y0, x1, y1 = (min(max(v, 1.0), TILE - 2.0) for v in (x0, y0, x1, y1))
        # boxes of several classes often coincide: each next one stands a little inside
        inset = 3.0 * sum(abs(x0 - x) < 4 and abs(y0 - y) < 4 for x, y in corners)
        corners.append((x0, y0))
        left, top = at[0] + x0 + inset, at[1] + y0 + inset
        right, bottom = max(at[0] + x1 - inset, left + 2), max(at[1] + y1 - inset, top + 2)
        draw.rectangle((left, top, right, bottom), outline=one.colour, width=2)
        width = draw.textlength(one.short, font) + 8
        tags.append(_free_place(x0, y0 - TAG_HEIGHT if y0 > TAG_HEIGHT else y0, width, tags))
    for box, (x, y, width) in zip(boxes, tags, strict=True):
        one = hemorrhage_class(box.class_name)
        x, y = at[0] + x, at[1] + y  # noqa: PLW2901
        draw.rectangle((x, y, x + width, y + TAG_HEIGHT), fill=one.colour)
        draw.text((x + width / 2, y + TAG_HEIGHT / 2), one.short, GROUND, font, anchor="mm")


def _free_place(
    x: float, y: float, width: float, taken: Sequence[tuple[float, float, float]]
) -> tuple[float, float, float]:
    """(x, y, width) of a tag near a box's corner, moved right and then down until it covers no other."""
    start = min(x, TILE - width)
    x = start
    while any(abs(y - ty) <= TAG_HEIGHT and x < tx + tw + 2 and tx < x + width + 2 for tx, ty, tw in taken):
        x += 4
        if x + width > TILE:
            x, y = start, y + 4
        if y > TILE - TAG_HEIGHT:
            return (start, 0.0, width)
    return (x, y, width)


def _caption(draw: ImageDraw.ImageDraw, prediction: Prediction, index: int, at: tuple[int, int]) -> None:
    x, y = at
    draw.text((x, y + 8), f"slice {index}", TEXT, _font(13, "Medium"))
    position = f"{prediction.positions_mm[index]:.1f} mm"
    draw.text((x + TILE, y + 8), position, MUTED, _font(12), anchor="ra")
    flags = prediction.flags()[index]
    for column in np.flatnonzero(flags):
        one = HEMORRHAGE_CLASSES[column]
        text = f"{one.short} {prediction.probabilities[index, column]:.2f}"
        draw.text((x, y + 26), text, one.colour, _font(12, "Medium"))
        x += int(draw.textlength(text, _font(12, "Medium"))) + 10


def _header(
    draw: ImageDraw.ImageDraw,
    prediction: Prediction,
    heatmaps: Sequence[Heatmap],
    window: Window,
    note: str,
    width: int,
) -> None:
    first = heatmaps[0] if heatmaps else None
    method = "" if first is None else f"{TITLES.get(first.method, first.method)} at {first.layer}"
    draw.text((MARGIN, 22), f"Where the model looked   {method}", TEXT, _font(19, "SemiBold"))
    shown = f"window {window.center:g}/{window.width:g} HU" if window is not GREY_WINDOW else window.name
    line = f"{prediction.model_name}   {note}   {shown}"
    draw.text((MARGIN, 49), line, MUTED, _font(13))
    side = _font(13)
    flagged = int(prediction.flags().any(axis=1).sum())
    text = f"{flagged} of {len(prediction.sop_instance_uids)} slices flagged"
    draw.text((width - MARGIN, 49), text, MUTED, side, anchor="ra")


def _footer(page: Image.Image, draw: ImageDraw.ImageDraw, heatmaps: Sequence[Heatmap], top: int) -> None:
    draw.line((MARGIN, top + 4, page.width - MARGIN, top + 4), fill=LINE)
    y, small = top + 22, _font(12)
    bar = np.broadcast_to(inferno(np.linspace(0.0, 1.0, 160)), (10, 160, 3))
    page.paste(Image.fromarray((bar * 255).astype(np.uint8)), (MARGIN, y))
    draw.text((MARGIN, y + 14), "0", MUTED, small)
    draw.text((MARGIN + 160, y + 14), "1", MUTED, small, anchor="ra")
    draw.text((MARGIN + 172, y - 2), "activation, share of the slice's own maximum", TEXT, small)
    draw.text(
        (MARGIN + 172, y + 14),
        "no unit, not a probability; the numbers below the slices are probabilities",
        MUTED,
        small,
    )
    x = page.width - MARGIN
    explained = {heatmap.class_name for heatmap in heatmaps}
    for name in reversed([c for c in CLASSES if c in explained]):
        one = hemorrhage_class(name)
        text = f"{one.short} {one.name}"
        x -= int(draw.textlength(text, small))
        draw.text((x, y - 2), text, TEXT, small)
        draw.rectangle((x - 16, y, x - 6, y + 10), fill=one.colour)
        x -= 30
    right = page.width - MARGIN
    draw.text((right, y + 24), "Research use only. Not a medical device.", MUTED, small, anchor="ra")


@cache
def _font(size: int, weight: str = "Regular") -> _Font:
    path = resource("fonts", f"Inter-{weight}.otf")
    return ImageFont.truetype(str(path), size) if path.is_file() else ImageFont.load_default(size)
