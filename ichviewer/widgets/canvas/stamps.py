"""Small pictures that are drawn again and again: rendered once, kept, and put down as images."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QImage, QPainter

from ichviewer.widgets.canvas.ink import LABEL_GROUND, font_of, metrics_of, pen

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from PySide6.QtGui import QColor

KEPT = 160

Put = tuple[QPointF, QImage]
"""A picture and where its top left corner went."""


class Stamps:
    """The last small pictures by what they show; the oldest are let go."""

    def __init__(self) -> None:
        self._images: OrderedDict[Hashable, QImage] = OrderedDict()
        self._record: list[Put] | None = None

    @contextmanager
    def recording(self) -> Iterator[list[Put]]:
        """Gives a list of all that is put down inside the ``with``, to :meth:`replay` later."""
        record: list[Put] = []
        self._record = record
        try:
            yield record
        finally:
            self._record = None

    @staticmethod
    def replay(painter: QPainter, record: list[Put]) -> None:
        """Put down again what was recorded."""
        for at, image in record:
            painter.drawImage(at, image)

    def draw(
        self, painter: QPainter, at: QPointF, size: QSizeF, key: Hashable, paint: Callable[[QPainter], None]
    ) -> None:
        """Put a picture down; painted only where it is not kept.

        Args:
            painter: where to.
            at: its top left corner.
            size: its size in points.
            key: everything that it depends on.
            paint: paints it at (0, 0) onto nothing.
        """
        ratio = painter.device().devicePixelRatioF()
        whole = (key, ratio)
        image = self._images.get(whole)
        if image is None:
            image = blank(size, ratio)
            stamp = QPainter(image)
            stamp.setRenderHint(QPainter.RenderHint.Antialiasing)
            try:
                paint(stamp)
            finally:
                stamp.end()
            self._images[whole] = image
            while len(self._images) > KEPT:
                self._images.popitem(last=False)
        self._images.move_to_end(whole)
        painter.drawImage(at, image)
        if self._record is not None:
            self._record.append((at, image))

    def label(
        self,
        painter: QPainter,
        rect: QRectF,
        text: str,
        ink: QColor,
        *,
        pixels: int = 12,
        weight: QFont.Weight = QFont.Weight.Medium,
        ground: QColor = LABEL_GROUND,
        border: QColor | None = None,
    ) -> None:
        """Words on a small rounded ground, cut with an ellipsis where they are wider than it."""
        rect = QRectF(round(rect.left()), round(rect.top()), round(rect.width()), round(rect.height()))
        names = (ink.rgba(), ground.rgba(), None if border is None else border.rgba())
        key = ("label", rect.width(), rect.height(), text, pixels, weight, names)

        def paint(stamp: QPainter) -> None:
            metrics = metrics_of(pixels, weight)
            stamp.setBrush(ground)
            stamp.setPen(Qt.PenStyle.NoPen if border is None else pen(border, 1))
            inset = 0.0 if border is None else 0.5
            area = QRectF(0, 0, rect.width(), rect.height()).adjusted(inset, inset, -inset, -inset)
            stamp.drawRoundedRect(area, 3.5, 3.5)
            stamp.setPen(ink)
            stamp.setFont(font_of(pixels, weight))
            words = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width() - 8)
            x = (rect.width() - metrics.horizontalAdvance(words)) / 2
            stamp.drawText(QPointF(x, (rect.height() + metrics.ascent() - metrics.descent()) / 2), words)

        self.draw(painter, rect.topLeft(), rect.size(), key, paint)


def blank(size: QSizeF, ratio: float) -> QImage:
    """A transparent picture of ``size`` points with ``ratio`` pixels a point."""
    image = QImage(
        max(1, int(size.width() * ratio + 0.999)),
        max(1, int(size.height() * ratio + 0.999)),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    return image


def strips(rect: QRectF, width: int) -> tuple[QRect, ...]:
    """The four sides of a rectangle, ``width`` points wide inwards.

    Filling rectangles of whole points is a memory write; a pen around a large rectangle costs a millisecond.
    """
    left, top, right, bottom = (
        round(edge) for edge in (rect.left(), rect.top(), rect.right(), rect.bottom())
    )
    wide, high = max(0, right - left), max(0, bottom - top - 2 * width)
    return (
        QRect(left, top, wide, width),
        QRect(left, bottom - width, wide, width),
        QRect(left, top + width, width, high),
        QRect(right - width, top + width, width, high),
    )
