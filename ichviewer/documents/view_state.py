"""What the reader is looking at and how: slice, window, overlay, tool, layout. Knows nothing of its views."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from ichcore.explain.method import DEFAULT_METHOD
from ichcore.volume.window import BRAIN, Transfer, Window

if TYPE_CHECKING:
    from collections.abc import Sequence


class Display(Enum):
    """What the main view shows of a slice."""

    GREY = "grey"
    """HU through :attr:`ViewState.window`."""
    COMPOSITE = "composite"
    """The model's three windowed channels as red, green and blue."""
    MODEL_INPUT = "model input"
    """The exact picture the model was given, on its own grid."""


class Layout(Enum):
    """How many views share the image area."""

    ONE_UP = "1-up"
    FOUR_UP = "4-up"
    """Brain, subdural, bone, learned; linked slice, zoom and cursor."""
    COMPARE = "compare"
    """Two to six explanations of the slice through the main window; linked in all."""


class Tool(Enum):
    """What the left mouse button does on the image."""

    WINDOW = "window"
    PAN = "pan"
    ZOOM = "zoom"
    DISTANCE = "distance"
    ANGLE = "angle"
    ROI_ELLIPSE = "ellipse ROI"
    ROI_RECTANGLE = "rectangle ROI"
    OCCLUDE = "paint away"
    BRUSH = "brush"
    ERASER = "eraser"
    SCRIBBLE = "smart scribble"
    """What belongs to a scribble is proposed."""
    LASSO = "lasso"
    POLYGON = "polygon"
    FILL = "fill"
    LEVEL_TRACE = "level trace"
    REGION_GROW = "region grow"
    RELABEL = "relabel"
    DROP_ISLAND = "drop island"
    BOX = "box"
    """Boxes are drawn and adjusted."""


@dataclass(frozen=True)
class OverlaySettings:
    """How activation is drawn over the image.

    Attributes:
        visible: overlay on or off (O); boxes have a switch of their own.
        method: a name in :data:`ichcore.explain.method.OFFERED`.
        layer: layer of the network; ``None`` for the model's default.
        class_name: one class, or ``None`` for every positive class jointly.
        opacity: 0 to 1, one constant for all activation; transparent where activation is zero.
        colour_map: ``inferno``, ``viridis``, ``cividis`` or ``class`` (each class in its own colour).
        threshold: activation below this fraction of the maximum is not drawn; also the box threshold.
        boxes: whether CAM boxes are drawn (X), with the overlay or without it.
        raw_grid: whether the layer's own cells are drawn instead of the smoothed map.
    """

    visible: bool = True
    method: str = DEFAULT_METHOD
    layer: str | None = None
    class_name: str | None = None
    opacity: float = 0.5
    colour_map: str = "inferno"
    threshold: float = 0.2
    boxes: bool = True
    raw_grid: bool = False


class ViewState(QObject):
    """One reader's view of the open case; every view and panel listens to it and writes to it."""

    slice_changed = Signal(int)
    window_changed = Signal()
    overlay_changed = Signal()
    display_changed = Signal()
    """Display mode, inversion or privacy."""
    tool_changed = Signal()
    selection_changed = Signal()
    """Another measurement is selected, or none."""
    layout_changed = Signal()
    cursor_moved = Signal(object)
    """``(slice, row, column)`` as floats within the slice grid, or ``None`` when the mouse has left."""
    viewport_changed = Signal(object)
    """Sent by the view that moved: its visible ``(row0, column0, row1, column1)``; linked views follow."""
    reset_requested = Signal()
    """Fit the slice into the view again."""
    learned_changed = Signal()
    """The model's learned windows, the chosen channel, or whether the learned window is on."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._slices = 0
        self._slice_index = 0
        self._window = BRAIN
        self._default_window = self._opening_window = BRAIN
        self._before_learned: Window | None = None
        self._learned: tuple[Window | None, ...] = ()
        self._learned_channel = 0
        self._overlay = OverlaySettings()
        self._display = Display.GREY
        self._inverted = False
        self._identity_hidden = False
        self._tool = Tool.WINDOW
        self._selected_measurement: int | None = None
        self._layout = Layout.ONE_UP

    # slices

    @property
    def slices(self) -> int:
        """Number of slices of the open case; 0 without one."""
        return self._slices

    @property
    def slice_index(self) -> int:
        """The shown slice, 0-based, ascending towards the head."""
        return self._slice_index

    def open_stack(
        self, slices: int, *, first: int, window: Window, shown_through: Window | None = None
    ) -> None:
        """Start on a new case.

        Args:
            slices: how many it has.
            first: the slice to show.
            window: its own.
            shown_through: the window to start with, where its own is not fit for reading.
        """
        self._slices = slices
        self._slice_index = max(0, min(first, slices - 1))
        self._default_window, self._opening_window = window, shown_through or window
        self._before_learned = None
        self._display = Display.GREY
        self._window = self._opening_window
        self.select_measurement(None)
        self.slice_changed.emit(self._slice_index)
        self.window_changed.emit()
        self.display_changed.emit()
        self.learned_changed.emit()
        self.reset_requested.emit()

    def go_to_slice(self, index: int) -> None:
        """Show a slice; out-of-range indices stop at the ends."""
        index = max(0, min(index, self._slices - 1))
        if self._slices and index != self._slice_index:
            self._slice_index = index
            self.slice_changed.emit(index)

    def step(self, by: int) -> None:
        """Move ``by`` slices towards the head (negative: towards the feet)."""
        self.go_to_slice(self._slice_index + by)

    # window

    @property
    def window(self) -> Window:
        """The window of the main view."""
        return self._window

    @property
    def default_window(self) -> Window:
        """The series' own window (key 0)."""
        return self._default_window

    @property
    def opening_window(self) -> Window:
        """The window that the case was first shown through; a reset returns to it."""
        return self._opening_window

    def set_window(self, window: Window) -> None:
        """Show through another window; leaves learned mode, and any special display, behind."""
        self._before_learned = None
        self._show_grey(window)

    def _show_grey(self, window: Window) -> None:
        was_learned, self._window = self.learned_on, window
        if self._display is not Display.GREY:
            self._display = Display.GREY
            self.display_changed.emit()
        self.window_changed.emit()
        if was_learned or self.learned_on:
            self.learned_changed.emit()

    # learned window

    @property
    def learned_windows(self) -> tuple[Window | None, ...]:
        """One a channel of the model's window layer; ``None`` for a degenerate channel."""
        return self._learned

    @property
    def learned_channel(self) -> int:
        """The channel that the Learned window button shows."""
        return self._learned_channel

    @property
    def learned_on(self) -> bool:
        """Whether the main view shows a learned window now."""
        return self._before_learned is not None

    def set_learned_windows(self, windows: Sequence[Window | None]) -> None:
        """Take the learned windows of a newly loaded model (empty: none)."""
        self._learned = tuple(windows)
        usable = [i for i, window in enumerate(self._learned) if window is not None]
        if self._learned_channel not in usable:
            self._learned_channel = usable[0] if usable else 0
        if self.learned_on:
            self.toggle_learned()
        self.learned_changed.emit()

    def toggle_learned(self) -> None:
        """L: show the learned window, or go back to the window before it."""
        if self._before_learned is not None:
            before, self._before_learned = self._before_learned, None
            self._show_grey(before)
            self.learned_changed.emit()
            return
        window = self._learned[self._learned_channel] if self._learned else None
        if window is not None:
            self._before_learned = self._window
            self._show_grey(window)
            self.learned_changed.emit()

    def choose_learned_channel(self, channel: int, transfer: Transfer = Transfer.SIGMOID) -> None:
        """Show one channel's learned window, as its true sigmoid or its linear approximation."""
        window = self._learned[channel]
        if window is None:
            return
        self._learned_channel = channel
        if self._before_learned is None:
            self._before_learned = self._window
        self._show_grey(window.with_transfer(transfer))
        self.learned_changed.emit()

    # overlay, display, tool, layout

    @property
    def overlay(self) -> OverlaySettings:
        """How activation is drawn."""
        return self._overlay

    def change_overlay(self, **changes: Any) -> None:
        """Replace named fields of :attr:`overlay`, such as ``change_overlay(opacity=0.4)``."""
        overlay = replace(self._overlay, **changes)
        if overlay != self._overlay:
            self._overlay = overlay
            self.overlay_changed.emit()

    @property
    def display(self) -> Display:
        """Grey, the colour composite, or the model's own input."""
        return self._display

    def set_display(self, display: Display) -> None:
        """Choose what the main view shows."""
        if display is not self._display:
            self._display = display
            self.display_changed.emit()

    @property
    def inverted(self) -> bool:
        """Whether black and white are swapped (I)."""
        return self._inverted

    def set_inverted(self, inverted: bool) -> None:
        """Swap black and white."""
        if inverted != self._inverted:
            self._inverted = inverted
            self.display_changed.emit()

    @property
    def identity_hidden(self) -> bool:
        """Whether patient identity is hidden on screen, in title, recents and thumbnails."""
        return self._identity_hidden

    def set_identity_hidden(self, hidden: bool) -> None:
        """The privacy switch."""
        if hidden != self._identity_hidden:
            self._identity_hidden = hidden
            self.display_changed.emit()

    @property
    def tool(self) -> Tool:
        """What the left button does."""
        return self._tool

    def set_tool(self, tool: Tool) -> None:
        """Choose a tool."""
        if tool is not self._tool:
            self._tool = tool
            self.tool_changed.emit()

    @property
    def selected_measurement(self) -> int | None:
        """Identifier of the measurement that is selected, on the image and in the list alike."""
        return self._selected_measurement

    def select_measurement(self, identifier: int | None) -> None:
        """Select a measurement, or none."""
        if identifier != self._selected_measurement:
            self._selected_measurement = identifier
            self.selection_changed.emit()

    @property
    def layout(self) -> Layout:
        """One view, four, or compared explanations."""
        return self._layout

    def set_layout(self, layout: Layout) -> None:
        """Choose how many views share the image area."""
        if layout is not self._layout:
            self._layout = layout
            self.layout_changed.emit()
