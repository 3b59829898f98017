"""Mouse drags and wheel turns as plain values: what a drag from here to there makes of the view."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from ichcore.volume.window import HU_RANGE

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF

    from ichcore.volume import Window
    from ichviewer.widgets.canvas.viewport import Camera, Viewport

GAIN_PIXELS = 80.0
"""A drag of this many points changes level or width by the width it started with."""
ZOOM_PIXELS = 120.0
"""A drag of this many points zooms by e."""
WHEEL_STEP = 120
"""Wheel units of one notch (an eighth of a degree each); touchpads send fractions, which add up."""
NARROWEST, WIDEST = 1.0, 4.0 * (HU_RANGE[1] - HU_RANGE[0])


@dataclass(frozen=True)
class WindowDrag:
    """Left drag: right widens; down raises the level, or lowers it where the reader prefers that."""

    start: Window
    at: QPointF
    down_raises: bool

    def window(self, point: QPointF) -> Window:
        """The window after dragging to a point; its transfer stays, its name goes once it differs."""
        gain = self.start.width / GAIN_PIXELS
        dx, dy = point.x() - self.at.x(), point.y() - self.at.y()
        width = min(max(self.start.width + dx * gain, NARROWEST), WIDEST)
        center = self.start.center + dy * gain * (1.0 if self.down_raises else -1.0)
        center = min(max(center, -32768.0), 32767.0)
        if (center, width) == (self.start.center, self.start.width):
            return self.start
        return replace(self.start, center=center, width=width, name="")


class CameraDrag(Protocol):
    """A drag that moves the camera."""

    def camera(self, point: QPointF) -> Camera:
        """The camera after dragging to a point."""
        ...


@dataclass(frozen=True)
class ZoomDrag:
    """Right drag: up enlarges, down shrinks, about the point that was pressed."""

    start: Camera
    viewport: Viewport
    at: QPointF

    def camera(self, point: QPointF) -> Camera:
        """The camera after dragging to a point."""
        factor = math.exp((self.at.y() - point.y()) / ZOOM_PIXELS)
        return self.viewport.zoomed(self.start, factor, self.at)


@dataclass(frozen=True)
class PanDrag:
    """Middle drag: the slice follows the mouse."""

    start: Camera
    viewport: Viewport
    at: QPointF

    def camera(self, point: QPointF) -> Camera:
        """The camera after dragging to a point."""
        return self.viewport.panned(self.start, point.x() - self.at.x(), point.y() - self.at.y())


class WheelSteps:
    """Adds up wheel turns, so that fine touchpads step once a notch and not once an event."""

    def __init__(self) -> None:
        self._rest = 0

    def steps(self, delta: int) -> int:
        """Whole notches of the turn so far; turning back starts anew."""
        if self._rest * delta < 0:
            self._rest = 0
        self._rest += delta
        steps = int(self._rest / WHEEL_STEP)
        self._rest -= steps * WHEEL_STEP
        return steps
