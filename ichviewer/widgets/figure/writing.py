"""A figure as PNG (300 dpi), SVG or PDF, written to a temporary name and renamed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMarginsF, QRectF, QSize, QSizeF
from PySide6.QtGui import QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from ichcore.errors import IchError
from ichcore.files import atomic_path
from ichviewer.widgets.figure.content import DPI
from ichviewer.widgets.figure.drawing import PX_A_MM, FigureDrawing

if TYPE_CHECKING:
    from pathlib import Path

    from ichviewer.widgets.figure.content import Figure

UNIT = DPI / 96.0
"""Pixels or points of the device a unit of the drawing."""


def write_figure(figure: Figure, target: Path) -> None:
    """Write a figure in the format that the target's suffix names.

    Raises:
        IchError: if the format is none of the three, or Qt cannot write it.
        OSError: if the folder cannot be written.
    """
    write = {".png": _png, ".svg": _svg, ".pdf": _pdf}.get(target.suffix.lower())
    if write is None:
        raise IchError(
            f"A figure cannot be written as {target.suffix or target.name!r}; choose .pdf, .svg or .png."
        )
    with atomic_path(target) as temporary:
        if not write(figure, FigureDrawing(figure), temporary):
            raise IchError(f"{target.name} could not be written; choose another folder.")


def _png(figure: Figure, drawing: FigureDrawing, path: Path) -> bool:
    image = QImage(round(drawing.width * UNIT), round(drawing.height * UNIT), QImage.Format.Format_RGB32)
    image.setDotsPerMeterX(round(DPI / 0.0254))
    image.setDotsPerMeterY(round(DPI / 0.0254))
    image.setText("Title", figure.title)
    image.setText("Description", "\n".join(figure.parameters))
    image.setText("Software", "ichviewer")
    return _drawn(drawing, QPainter(image), UNIT) and image.save(str(path))


def _svg(figure: Figure, drawing: FigureDrawing, path: Path) -> bool:
    generator = QSvgGenerator()
    generator.setFileName(str(path))
    generator.setResolution(96)
    generator.setSize(QSize(round(drawing.width), round(drawing.height)))
    generator.setViewBox(QRectF(0, 0, drawing.width, drawing.height))
    generator.setTitle(figure.title)
    generator.setDescription("\n".join(figure.parameters))
    return _drawn(drawing, QPainter(generator), 1.0)


def _pdf(figure: Figure, drawing: FigureDrawing, path: Path) -> bool:
    writer = QPdfWriter(str(path))
    writer.setResolution(DPI)
    writer.setTitle(figure.title)
    writer.setCreator("ichviewer")
    size = QSizeF(drawing.width / PX_A_MM, drawing.height / PX_A_MM)
    exact = QPageSize.SizeMatchPolicy.ExactMatch
    writer.setPageSize(QPageSize(size, QPageSize.Unit.Millimeter, "", exact))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    return _drawn(drawing, QPainter(writer), UNIT)


def _drawn(drawing: FigureDrawing, painter: QPainter, unit: float) -> bool:
    """Draw through a painter that has just been opened, and close it."""
    if not painter.isActive():
        return False
    try:
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        painter.scale(unit, unit)
        drawing.draw(painter)
    finally:
        ended = painter.end()
    return ended
