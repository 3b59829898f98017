"""Probabilities of a slice along a path of windows; drag on it and the image goes through that window."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ichcore.subtypes import CLASSES, HEMORRHAGE_CLASSES
from ichviewer.documents.window_sweep_flow import SweepAxis
from ichviewer.widgets.controls.focus import paint_focus
from ichviewer.widgets.controls.ink import class_colour, ink
from ichviewer.widgets.controls.own_keys import SIDEWAYS, claims
from ichviewer.widgets.panels.line_names import NamedLine, paint_names
from ichviewer.widgets.panels.probability_axes import ProbabilityAxes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.explain.window_sweep import WindowSweep

RIGHT_ROOM = 8.0
QUIET_BELOW = 0.1
"""A class that stays below this, and below its threshold, has no line: it would only crowd the bottom."""
LEVEL_RANGE, WIDTH_RANGE = (0.0, 100.0), (10.0, 400.0)
TICKS = {SweepAxis.LEVEL: (0, 25, 50, 75, 100), SweepAxis.WIDTH: (10, 30, 80, 200, 400)}


class SweepPlot(QWidget):
    """A line a class, thick where it reaches its threshold, with the present window marked."""

    chosen = Signal(float)
    """The reader dragged to, clicked on, or moved by key to this level or width, HU."""
    pointed = Signal(object)
    """Level or width under the mouse, or ``None`` where it has left."""
    seen = Signal(bool)
    """Whether the plot is on screen, so that it is worth computing for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._axis = SweepAxis.LEVEL
        self._value = 40.0
        self._along: NDArray[np.float64] = np.zeros(0)
        self._said: NDArray[np.float32] = np.zeros((0, len(CLASSES)), np.float32)
        self._thresholds: NDArray[np.float32] = np.full(len(CLASSES), np.nan, np.float32)
        self._pointed: float | None = None
        self._pressed = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setAccessibleName(self.tr("Window sweep"))
        self.setToolTip(self.tr("Drag to look at the image through that window"))

    def sizeHint(self) -> QSize:
        """As wide as the panel lets it."""
        return QSize(288, 132)

    def show_sweep(self, axis: SweepAxis, sweep: WindowSweep | None, thresholds: NDArray[np.float32]) -> None:
        """Take a curve, perhaps of some windows only yet; ``None`` for an empty frame."""
        self._axis, self._thresholds = axis, thresholds
        windows = () if sweep is None else sweep.windows
        level = axis is SweepAxis.LEVEL
        self._along = np.array([window.center if level else window.width for window in windows], np.float64)
        self._said = np.zeros((0, len(CLASSES)), np.float32) if sweep is None else sweep.probabilities
        self.update()

    def show_value(self, value: float) -> None:
        """Mark the level or width that the image is shown through."""
        if value != self._value:
            self._value = value
            self.update()

    @property
    def empty(self) -> bool:
        """Whether there is no curve."""
        return not len(self._along)

    def lines(self) -> tuple[int, ...]:
        """Classes that have a line: those that reach their threshold or :data:`QUIET_BELOW` somewhere."""
        if self.empty:
            return ()
        with np.errstate(invalid="ignore"):
            highest = self._said.max(axis=0)
            loud = (highest >= QUIET_BELOW) | (highest >= self._thresholds)
        return tuple(int(c) for c in np.flatnonzero(loud))

    def at(self, value: float) -> NDArray[np.float64]:
        """``(6,)`` probabilities at a level or width, between the windows that were asked about."""
        said = self._said.astype(np.float64)
        along, value = (np.log(self._along), math.log(value)) if self._log else (self._along, value)
        return np.array([np.interp(value, along, said[:, c]) for c in range(len(CLASSES))])

    # geometry

    @property
    def _log(self) -> bool:
        return self._axis is SweepAxis.WIDTH

    @property
    def _range(self) -> tuple[float, float]:
        return WIDTH_RANGE if self._log else LEVEL_RANGE

    def _axes(self) -> ProbabilityAxes:
        return ProbabilityAxes(self.width(), self.height(), RIGHT_ROOM)

    def x_of(self, value: float) -> float:
        """Where a level or width lies, px from the left; beyond the path at its end."""
        (low, high), area = self._range, self._axes().area
        value = min(max(value, low), high)
        part = math.log(value / low) / math.log(high / low) if self._log else (value - low) / (high - low)
        return area.left() + part * area.width()

    def _value_at(self, x: float) -> float:
        (low, high), area = self._range, self._axes().area
        part = min(max((x - area.left()) / area.width(), 0.0), 1.0)
        return float(round(low * (high / low) ** part if self._log else low + part * (high - low)))

    # mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Show the image through this window."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed = True
            self._choose(self._value_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag; without a button, read off."""
        value = self._value_at(event.position().x())
        if self._pressed:
            self._choose(value)
        self._point(value)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The window stays."""
        self._pressed = False

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is pointed at."""
        self._point(None)

    def event(self, event: QEvent) -> bool:
        """Left and right are its own while it has the keyboard."""
        return claims(event, SIDEWAYS) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right move level or width by 1 HU, with Shift by 10."""
        far = 10.0 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        step = {Qt.Key.Key_Left: -far, Qt.Key.Key_Right: far}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        low, high = self._range
        self._choose(min(max(round(self._value) + step, low), high))

    def showEvent(self, event: QEvent) -> None:
        """Worth computing for."""
        self.seen.emit(True)

    def hideEvent(self, event: QEvent) -> None:
        """The tab or the section was closed."""
        self._pressed = False
        self.seen.emit(False)

    def _choose(self, value: float) -> None:
        self.show_value(value)
        self.chosen.emit(value)

    def _point(self, value: float | None) -> None:
        if value != self._pointed:
            self._pointed = value
            self.update()
            self.pointed.emit(value)

    # paint

    def paintEvent(self, event: QPaintEvent) -> None:
        """Frame, thresholds, lines, their names, the present window and the one pointed at."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        axes, colours = self._axes(), ink()
        ticks = [(self.x_of(value), f"{value}") for value in TICKS[self._axis]]
        axes.paint(painter, self.font(), [*ticks[:-1], (ticks[-1][0], f"{ticks[-1][1]} HU")])
        if self._pointed is not None and not self.empty:
            painter.setPen(QPen(colours.faint, 1.0))
            self._upright(painter, axes, self.x_of(self._pointed))
        for c in reversed(self.lines()):
            self._paint_line(painter, axes, c)
        self._paint_marker(painter, axes)
        paint_names(painter, self.font(), axes.area, self._named(axes))
        if self.hasFocus():
            paint_focus(painter, self.rect())

    def _named(self, axes: ProbabilityAxes) -> list[NamedLine]:
        xs = [self.x_of(value) for value in self._along.tolist()]
        return [
            NamedLine(
                HEMORRHAGE_CLASSES[c].short,
                class_colour(c),
                tuple((x, axes.y(p)) for x, p in zip(xs, self._said[:, c].tolist(), strict=True)),
            )
            for c in self.lines()
        ]

    def _paint_line(self, painter: QPainter, axes: ProbabilityAxes, c: int) -> None:
        """Thin below the threshold, thick from it on; a tick at the left says where that is."""
        stroke, threshold = class_colour(c), float(self._thresholds[c])
        points = [
            QPointF(self.x_of(value), axes.y(float(p)))
            for value, p in zip(self._along.tolist(), self._said[:, c].tolist(), strict=True)
        ]
        curve = QPolygonF(points)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(stroke, 1.2, j=Qt.PenJoinStyle.RoundJoin))
        painter.drawPolyline(curve)
        if math.isnan(threshold):
            return
        y = axes.y(threshold)
        painter.save()
        painter.setClipRect(axes.area.adjusted(-1, -2, 1, y - axes.area.bottom()))
        painter.setPen(QPen(stroke, 2.6, j=Qt.PenJoinStyle.RoundJoin))
        painter.drawPolyline(curve)
        painter.restore()
        painter.setPen(QPen(stroke, 2.0, c=Qt.PenCapStyle.FlatCap))
        painter.drawLine(QPointF(axes.area.left() - 4, y), QPointF(axes.area.left() + 5, y))

    def _paint_marker(self, painter: QPainter, axes: ProbabilityAxes) -> None:
        """An upright line; an arrow to the side where the window lies beyond the path."""
        low, high = self._range
        x, colours = self.x_of(self._value), ink()
        painter.setPen(QPen(colours.text, 1.4))
        self._upright(painter, axes, x)
        top = axes.area.top() - 1
        if low <= self._value <= high:
            head = [QPointF(x - 4, top - 5), QPointF(x + 4, top - 5), QPointF(x, top)]
        else:
            out = 5.0 if self._value > high else -5.0
            head = [QPointF(x, top - 6), QPointF(x, top + 2), QPointF(x + out, top - 2)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.text)
        painter.drawPolygon(QPolygonF(head))

    @staticmethod
    def _upright(painter: QPainter, axes: ProbabilityAxes, x: float) -> None:
        painter.drawLine(QPointF(x, axes.area.top() - 1), QPointF(x, axes.area.bottom()))
