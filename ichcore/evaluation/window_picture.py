"""Figure 7 of He 2024 as a picture: a slice through the preset window beside the learned one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ichcore.volume.window import Transfer, Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ichcore.models.card import WindowRecord

_INK, _ACCENT, _GROUND = (215, 219, 224), (76, 194, 255), (12, 14, 17)
_MARGIN, _CAPTION = 12, 26


def window_picture(hu: NDArray[np.number], records: Sequence[WindowRecord]) -> Image.Image:
    """Rows of channels: left the initial window (linear, as on a console), right the learned sigmoid.

    Args:
        hu: ``(H, W)`` slice.
        records: a card's windows; degenerate channels are said to be so.
    """
    height, width = hu.shape
    across = 2 * width + 3 * _MARGIN
    down = len(records) * (height + _CAPTION + _MARGIN) + _MARGIN
    picture = Image.new("RGB", (across, down), _GROUND)
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=14)
    for row, record in enumerate(records):
        top = _MARGIN + row * (height + _CAPTION + _MARGIN)
        initial = Window(record.initial_wl, record.initial_ww)
        pairs: tuple[tuple[str, Window | None, tuple[int, int, int]], ...] = (
            (f"{record.name}, preset {initial.center:.0f}/{initial.width:.0f}", initial, _INK),
            (_learned_caption(record), record.window, _ACCENT),
        )
        for column, (caption, window, ink) in enumerate(pairs):
            left = _MARGIN + column * (width + _MARGIN)
            draw.text((left, top), caption, fill=ink, font=font)
            if window is not None:
                grey = (window.apply(hu) * 255.0).round().astype(np.uint8)
                picture.paste(Image.fromarray(grey), (left, top + _CAPTION))
    return picture


def _learned_caption(record: WindowRecord) -> str:
    window = record.window
    if window is None:
        return f"{record.name}: degenerate, no window"
    kind = "sigmoid" if window.transfer is Transfer.SIGMOID else "linear"
    return f"learned {window.center:.1f}/{window.width:.1f} ({kind})"
