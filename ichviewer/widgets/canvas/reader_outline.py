"""Another reader's mask over the image: its outline alone, light and without the colours of the subtypes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QColor

from ichviewer.widgets.canvas.label_drawing import label_pen, outline

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QLineF
    from PySide6.QtGui import QPainter

    from ichviewer.widgets.canvas.viewport import Viewport

LINE, HALO = QColor("#F4F5F6"), QColor(0, 0, 0, 170)


class ReaderOutline:
    """Paints the borders of every label and keeps those of the last slice."""

    def __init__(self) -> None:
        self._labels: NDArray[np.uint8] | None = None
        self._lines: list[QLineF] = []

    def paint(self, painter: QPainter, viewport: Viewport, labels: NDArray[np.uint8]) -> None:
        """Paint a slice's outline into its view.

        Args:
            painter: where to.
            viewport: where the slice lies.
            labels: uint8 ``(rows, columns)``; they do not change, since the read is locked.
        """
        if not _same(labels, self._labels):
            # kept with its lines, so that its memory cannot be another slice's meanwhile
            self._labels, self._lines = labels, _borders(labels)
        if not self._lines:
            return
        painter.save()
        painter.setClipRect(viewport.rect)
        painter.translate(viewport.left, viewport.top)
        painter.scale(viewport.across, viewport.down)
        painter.setPen(label_pen(HALO, 2.5))
        painter.drawLines(self._lines)
        painter.setPen(label_pen(LINE, 1.2))
        painter.drawLines(self._lines)
        painter.restore()


def _same(labels: NDArray[np.uint8], before: NDArray[np.uint8] | None) -> bool:
    """Whether both are the same memory; every look at a slice of a mask is another object."""
    return before is not None and labels.__array_interface__["data"] == before.__array_interface__["data"]


def _borders(labels: NDArray[np.uint8]) -> list[QLineF]:
    """Those of each label in pixel edges."""
    lines: list[QLineF] = []
    for label in np.unique(labels[labels > 0]).tolist():
        inside = labels == label
        rows, columns = (np.flatnonzero(inside.any(axis=axis)) for axis in (1, 0))
        top, left = int(rows[0]), int(columns[0])
        lines += outline(inside[top : int(rows[-1]) + 1, left : int(columns[-1]) + 1], (top, left))
    return lines
