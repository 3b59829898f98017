"""The pixel under the mouse, or under the mouse of a linked view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ichviewer.documents.measurements import Point
    from ichviewer.documents.view_state import ViewState
    from ichviewer.widgets.canvas.viewport import Viewport

WORDS_HEIGHT = 56
"""Height of the corner that says what is probed."""


class Probe:
    """One view's; it tells the linked views and hears of theirs."""

    def __init__(self, widget: QWidget, view: ViewState) -> None:
        self._widget, self._view = widget, view
        self.point: Point | None = None
        """(row, column) that is probed."""
        self.crosshair: Point | None = None
        """(row, column) under the mouse of a linked view."""

    def move(self, point: Point, viewport: Viewport) -> None:
        """Probe here; beside the slice, nothing."""
        inside = viewport.inside(*point)
        self._set(point if inside else None)
        self._view.cursor_moved.emit((float(self._view.slice_index), *point) if inside else None)

    def leave(self) -> None:
        """The mouse has left."""
        self._set(None)

    def follow(self, place: object) -> None:
        """Show where the mouse of a linked view is."""
        point = (place[1], place[2]) if isinstance(place, tuple) and len(place) == 3 else None
        if point is not None and point == self.point:
            return
        if point != self.crosshair:
            self.crosshair = point
            if point is not None:
                self.point = None
            self._widget.update()

    def _set(self, point: Point | None) -> None:
        if point != self.point or self.crosshair is not None:
            self.point, self.crosshair = point, None
            # the probe is one line of text: the rest of the picture need not be painted for it
            width, height = self._widget.width(), self._widget.height()
            self._widget.update(QRect(0, height - WORDS_HEIGHT, width // 2 + 8, WORDS_HEIGHT))
