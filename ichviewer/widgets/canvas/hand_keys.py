"""Keys that belong to the hand on the slice before they belong to the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from ichviewer.documents.view_state import Tool
from ichviewer.widgets.canvas.measuring import KIND_OF

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from ichviewer.documents.workspace import Workspace
    from ichviewer.widgets.canvas.hands import Hands
    from ichviewer.widgets.canvas.slice_view import SliceView

ARROWS = {
    Qt.Key.Key_Left: (0.0, -1.0),
    Qt.Key.Key_Right: (0.0, 1.0),
    Qt.Key.Key_Up: (-1.0, 0.0),
    Qt.Key.Key_Down: (1.0, 0.0),
}
FAR = 10.0
"""Pixels that an arrow moves by with Shift held."""
_DELETE = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class HandKeys:
    """Delete, Escape, Enter, and Alt with the arrows, in one view."""

    def __init__(self, view: SliceView, workspace: Workspace, hands: Hands) -> None:
        self._view, self._workspace, self._hands = view, workspace, hands

    def claims(self, event: QKeyEvent) -> bool:
        """Whether a key is the hand's and no shortcut."""
        if event.key() == Qt.Key.Key_Escape:
            return self._hands.can_cancel
        if event.key() in _DELETE:
            # with Ctrl they are the program's
            return not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return bool(event.modifiers() & Qt.KeyboardModifier.AltModifier) and event.key() in ARROWS

    def press(self, event: QKeyEvent) -> bool:
        """Do what a key says; ``False`` where it is none of the hand's."""
        key = event.key()
        if key in _DELETE:
            return self._hands.boxes.remove_selected() or self._hands.measuring.remove_selected()
        if key == Qt.Key.Key_Escape:
            return self._hands.cancel()
        if key in _ENTER:
            return self._enter()
        if key in ARROWS and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            far = FAR if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
            rows, columns = ARROWS[Qt.Key(key)]
            return self._arrow(rows * far, columns * far)
        return False

    def _enter(self) -> bool:
        """Place a point at the probe; without a measuring tool, select the next measurement."""
        viewport, hands = self._view.viewport(), self._hands
        if viewport is None:
            return False
        point = self._view.probe.point or viewport.centre
        if hands.boxes.enter(point, viewport) or hands.painting.enter(point):
            return True
        if self._workspace.view.tool is Tool.OCCLUDE:
            hands.occlusion.begin(point)
            return hands.occlusion.end()
        if self._workspace.view.tool not in KIND_OF:
            hands.measuring.select_next()
            return True
        at = viewport.point(*point)
        hands.measuring.press(point, at, viewport)
        hands.measuring.release(point, at)
        return True

    def _arrow(self, rows: float, columns: float) -> bool:
        """Move what is selected; else the probe, with what is being drawn at its end."""
        viewport, hands = self._view.viewport(), self._hands
        if viewport is None:
            return False
        if hands.boxes.nudge(rows, columns, viewport):
            return True
        if not hands.measuring.active and hands.measuring.nudge(rows, columns):
            return True
        row, column = self._view.probe.point or viewport.centre
        point = (
            min(max(row + rows, 0.0), viewport.rows - 1.0),
            min(max(column + columns, 0.0), viewport.columns - 1.0),
        )
        self._view.probe.move(point, viewport)
        self._view.move_tip(point)
        hands.measuring.move(point)
        hands.boxes.move(point)
        hands.painting.move(point)
        return True
