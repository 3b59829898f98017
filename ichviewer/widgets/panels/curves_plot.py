"""Deletion and insertion curves of one heat map."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ichviewer.widgets.controls.ink import ink
from ichviewer.widgets.panels.probability_axes import EndName, ProbabilityAxes

if TYPE_CHECKING:
    from PySide6.QtGui import QColor

    from ichcore.explain.deletion import DeletionCurves

NAMES_ROOM = 56.0
TICKS = (0.0, 0.05, 0.2, 0.5, 1.0)


class CurvesPlot(QWidget):
    """Both curves over the share of the head; the axis is stretched where shares are small, as bleeds are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves: DeletionCurves | None = None
        self._colour: QColor | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Deletion and insertion curves"))

    def sizeHint(self) -> QSize:
        """As the sweep above it."""
        return QSize(288, 116)

    def show_curves(self, curves: DeletionCurves | None, colour: QColor | None = None) -> None:
        """Take curves and the colour of their class; ``None`` for an empty frame."""
        self._curves, self._colour = curves, colour
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Deletion as a full line, insertion dashed."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        axes = ProbabilityAxes(self.width(), self.height(), NAMES_ROOM)

        def x(share: float) -> float:
            return axes.area.left() + math.sqrt(share) * axes.area.width()

        ticks = [(x(share), f"{share:.0%}".replace("%", "")) for share in TICKS]
        axes.paint(painter, self.font(), [*ticks[:-1], (ticks[-1][0], self.tr("100 % of head"))])
        curves = self._curves
        if curves is None:
            return
        stroke = self._colour or ink().text
        names = []
        for said, text, dashed in (
            (curves.deletion, self.tr("Deletion"), False),
            (curves.insertion, self.tr("Insertion"), True),
        ):
            pen = QPen(stroke, 2.0, j=Qt.PenJoinStyle.RoundJoin)
            if dashed:
                pen.setDashPattern([3.0, 2.0])
            painter.setPen(pen)
            points = zip(curves.shares.tolist(), said.tolist(), strict=True)
            painter.drawPolyline(QPolygonF([QPointF(x(share), axes.y(p)) for share, p in points]))
            names.append(EndName(float(said[-1]), text, ink().text))
        axes.paint_names(painter, self.font(), names)
