"""Four views, one window each: brain, subdural, bone and learned; one of them is the documents' own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ichcore.volume.window import PRESETS
from ichviewer.documents.view_state import Layout
from ichviewer.widgets.canvas.corner_text import tr
from ichviewer.widgets.canvas.scene import Corners

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ichcore.volume import Window
    from ichviewer.documents.view_state import ViewState
    from ichviewer.widgets.canvas.slice_view import SliceView

PRESET_NAMES = ("brain", "subdural", "bone")
LEARNED = 3
"""Place of the learned window among the four."""
_BY_NAME = {preset.name: preset for preset in PRESETS}

ONE_UP_CORNERS = Corners()
FOUR_UP_CORNERS = (
    Corners(title=True, study=False, slice_place=False, ruler=False, legend=False),
    Corners(title=True, patient=False, slice_place=False, ruler=False),
    Corners(title=True, patient=False, study=False, slice_place=False, ruler=False, legend=False),
    Corners(title=True, patient=False, study=False, ruler=False, legend=False),
)
"""The four share patient, study, slice and legend, each at the corner of the area where one view has it."""


class PaneWindows(QObject):
    """Keeps the windows of the views: the active one is the documents' window, the others hold theirs."""

    def __init__(self, view: ViewState, panes: Sequence[SliceView], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._panes = panes
        self._active = 0
        self._before: tuple[Window, Window] | None = None
        """The one-up window that no pane had, and the window that took its place."""
        self._layout = Layout.ONE_UP
        view.window_changed.connect(self.follow)
        view.learned_changed.connect(self._learned_changed)
        self.follow()

    @property
    def active(self) -> int:
        """Place of the view that the documents' window belongs to; 0 in one-up."""
        return self._active

    def follow(self) -> None:
        """The documents' window changed: the active view shows it."""
        pane = self._panes[self._active]
        pane.window_shown = self._view.window
        pane.update()

    def activate(self, place: int) -> None:
        """The reader works in another view: its window becomes the documents' window."""
        if self._layout is not Layout.FOUR_UP or place == self._active:
            return
        if self._panes[place].empty_words is not None:
            return
        window = self._panes[place].window_shown
        self._active = place
        self._mark()
        if place == LEARNED and window == self._learned() and not self._view.learned_on:
            self._view.toggle_learned()
        else:
            self._view.set_window(window)

    def set_layout(self, layout: Layout) -> None:
        """Hand out windows for four views, or gather them for one."""
        if layout is self._layout:
            return
        self._layout = layout
        if layout is Layout.FOUR_UP:
            self._open()
        else:
            self._close()

    def restart(self) -> None:
        """Another case: presets again; the first view takes the series' own window."""
        if self._layout is Layout.FOUR_UP:
            self._active = 0
            self._before = None
            self._hand_out()
            self.follow()
            self._mark()

    def _open(self) -> None:
        window = self._view.window
        self._hand_out()
        shown = [pane.window_shown for pane in self._panes]
        places = [place for place, other in enumerate(shown) if _same(other, window)]
        self._before = None
        if self._view.learned_on and self._panes[LEARNED].empty_words is None:
            self._active = LEARNED
        elif places:
            self._active = places[0]
        else:
            self._active = 0
            self._before = (window, shown[0])
            self._view.set_window(shown[0])
        self.follow()
        self._mark()

    def _close(self) -> None:
        window, self._active = self._view.window, 0
        for pane in self._panes:
            pane.empty_words = None
        if self._before is not None and _same(window, self._before[1]):
            self._view.set_window(self._before[0])
        self._before = None
        self.follow()
        self._mark()

    def _hand_out(self) -> None:
        for pane, name in zip(self._panes, PRESET_NAMES, strict=False):
            pane.window_shown = _BY_NAME[name]
        self._hand_out_learned()

    def _hand_out_learned(self) -> None:
        pane, learned = self._panes[LEARNED], self._learned()
        if learned is None:
            pane.empty_words = (tr("No learned window"), tr("This model's window layer has none to show"))
        else:
            pane.empty_words = None
            pane.window_shown = learned
        pane.update()

    def _learned(self) -> Window | None:
        windows, channel = self._view.learned_windows, self._view.learned_channel
        return windows[channel] if channel < len(windows) else None

    def _learned_changed(self) -> None:
        if self._layout is Layout.FOUR_UP and self._active != LEARNED:
            self._hand_out_learned()

    def _mark(self) -> None:
        four = self._layout is Layout.FOUR_UP
        for place, pane in enumerate(self._panes):
            pane.active = place == self._active
            pane.framed = four and pane.active
            pane.corners = FOUR_UP_CORNERS[place] if four else ONE_UP_CORNERS
            pane.update()


def _same(one: Window, other: Window) -> bool:
    return (one.center, one.width, one.transfer) == (other.center, other.width, other.transfer)
