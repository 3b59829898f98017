"""Slice pixels to screen pixels: table look-up, overlay, smooth scaling, each done once and kept."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

if TYPE_CHECKING:
    from collections.abc import Hashable

    from numpy.typing import NDArray

    from ichviewer.widgets.canvas.activation_image import Overlay
    from ichviewer.widgets.canvas.viewport import Viewport

Pixels = np.ndarray[Any, np.dtype[np.uint32]]

DRAFT_LIMIT = 1_200_000
"""While the image moves, no more screen pixels than these are interpolated; the rest when it rests."""
BLOCK = 16
"""Enlarged parts are cut at multiples of this many pixels, so that panning does not shimmer."""


class SourceImage:
    """One slice as an image of its own size, coloured and with its overlay, in memory that is used again."""

    def __init__(self) -> None:
        self._image = QImage()
        self._pixels: Pixels | None = None
        self._key: Hashable = None

    def render(
        self, hu: NDArray[np.int16], table: NDArray[np.uint32], overlay: Overlay | None, key: Hashable
    ) -> QImage:
        """The slice through ``table``; computed only if ``key`` differs from the last one.

        Args:
            hu: int16 ``(rows, columns)``.
            table: ``(65536,)`` colours by bit pattern (see :mod:`.grey_table`).
            overlay: activation to blend in, or ``None``.
            key: everything the result depends on.
        """
        rows, columns = hu.shape
        if self._pixels is None or self._pixels.shape != (rows, columns):
            self._image = QImage(columns, rows, QImage.Format.Format_RGB32)
            self._pixels = writable_pixels(self._image)
            self._key = None
        if key != self._key:
            # mode "clip" skips numpy's bounds pass and its buffer; a uint16 index cannot leave the table
            np.take(table, np.ascontiguousarray(hu).view(np.uint16), out=self._pixels, mode="clip")
            if overlay is not None:
                painter = QPainter(self._image)
                painter.drawImage(overlay.column, overlay.row, overlay.image)
                painter.end()
            self._key = key
        return self._image


def writable_pixels(image: QImage) -> Pixels:
    """``(height, width)`` uint32 view of a 32-bit image's own memory; keep the image alive and unshared."""
    pixels: Pixels = np.frombuffer(image.bits(), np.uint32).reshape(image.height(), image.width())
    return pixels


@dataclass(frozen=True)
class Placed:
    """An image and the point where its top left corner goes."""

    image: QImage
    at: QPointF
    draft: bool = False
    """Whether it was interpolated more coarsely than the screen, to keep up with the hand."""

    @property
    def rect(self) -> QRectF:
        """What it covers, points."""
        return QRectF(self.at, self.image.deviceIndependentSize())


class ScreenImage:
    """The visible part of a slice at screen resolution, scaled once for each change."""

    def __init__(self) -> None:
        self._key: Hashable = None
        self._placed = Placed(QImage(), QPointF())

    def render(
        self,
        source: QImage,
        viewport: Viewport,
        *,
        ratio: float,
        smooth: bool,
        hurry: bool,
        key: Hashable,
    ) -> Placed:
        """Scale the visible part.

        Args:
            source: the slice at its own size.
            viewport: where it goes.
            ratio: device pixels a point.
            smooth: interpolate; otherwise each pixel is a sharp rectangle.
            hurry: the image is moving: large areas may be interpolated coarsely.
            key: everything that ``source`` depends on.
        """
        whole = (key, viewport, ratio, smooth)
        if whole == self._key and (hurry or not self._placed.draft):
            return self._placed
        # painted into where it has the size already: a new one costs as much in page faults as in pixels
        self._placed = _scaled(source, viewport, ratio, smooth=smooth, hurry=hurry, into=self._placed.image)
        self._key = whole
        return self._placed


class Raster:
    """A slice at its own size and at the screen's, each kept until it changes."""

    def __init__(self) -> None:
        self.source = SourceImage()
        self.screen = ScreenImage()


def _scaled(
    source: QImage, viewport: Viewport, ratio: float, *, smooth: bool, hurry: bool, into: QImage
) -> Placed:
    across, down = viewport.across * ratio, viewport.down * ratio
    left, top = viewport.left * ratio, viewport.top * ratio
    first_column, last_column = _visible(left, across, viewport.width * ratio, source.width())
    first_row, last_row = _visible(top, down, viewport.height * ratio, source.height())
    if first_column >= last_column or first_row >= last_row:
        return Placed(QImage(), QPointF())
    x0, x1 = round(left + first_column * across), round(left + last_column * across)
    y0, y1 = round(top + first_row * down), round(top + last_row * down)
    width, height = max(1, x1 - x0), max(1, y1 - y0)
    crop = QRect(first_column, first_row, last_column - first_column, last_row - first_row)
    draft = hurry and smooth and width * height > DRAFT_LIMIT
    if draft:
        shrink = math.sqrt(DRAFT_LIMIT / (width * height))
        coarse = _resized(source.copy(crop), max(1, int(width * shrink)), max(1, int(height * shrink)))
        image = coarse.scaled(width, height)
    elif smooth and width >= crop.width() and height >= crop.height():
        image = _enlarged(source, crop, width, height, into)
    elif smooth:
        image = _resized(source.copy(crop), width, height)
    else:
        # a copy: scaled() to the same size shares memory, which the next slice will be written into
        image = source.copy(crop).scaled(width, height)
    image.setDevicePixelRatio(ratio)
    return Placed(image, QPointF(x0 / ratio, y0 / ratio), draft)


def _enlarged(source: QImage, crop: QRect, width: int, height: int, into: QImage) -> QImage:
    """A part interpolated between pixel centres; a painter takes half the time of :meth:`QImage.scaled`."""
    same = (into.width(), into.height(), into.format()) == (width, height, source.format())
    image = into if same else QImage(width, height, source.format())
    # painted in pixels, whatever a point is
    image.setDevicePixelRatio(1)
    painter = QPainter(image)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(QRectF(0, 0, width, height), source, QRectF(crop))
    painter.end()
    return image


def _resized(part: QImage, width: int, height: int) -> QImage:
    """Interpolated; where it becomes smaller, every pixel counts in the mean."""
    return part.scaled(
        width, height, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )


def _visible(start: float, step: float, extent: float, count: int) -> tuple[int, int]:
    """Half-open range of pixels that touch ``[0, extent)``, widened to whole blocks when it is a part."""
    first = math.floor(-start / step) - 1
    last = math.ceil((extent - start) / step) + 1
    if first <= 0 and last >= count:
        return 0, count
    return max(0, first // BLOCK * BLOCK), min(count, -(-last // BLOCK) * BLOCK)
