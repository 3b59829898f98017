"""What the actions of the View, Window and Measure menus do: they change the view state."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ichcore.subtypes import CLASSES
from ichcore.volume.window import PRESETS, Transfer, Window
from ichviewer.documents.view_state import Display, Layout, Tool

if TYPE_CHECKING:
    from collections.abc import Callable

    from ichviewer.documents.workspace import Workspace
    from ichviewer.widgets.canvas import ImageArea

TOOLS = {
    "tool.window": Tool.WINDOW,
    "tool.pan": Tool.PAN,
    "tool.zoom": Tool.ZOOM,
    "tool.distance": Tool.DISTANCE,
    "tool.angle": Tool.ANGLE,
    "tool.ellipse": Tool.ROI_ELLIPSE,
    "tool.rectangle": Tool.ROI_RECTANGLE,
    "tool.occlude": Tool.OCCLUDE,
    "tool.brush": Tool.BRUSH,
    "tool.eraser": Tool.ERASER,
    "tool.scribble": Tool.SCRIBBLE,
    "tool.lasso": Tool.LASSO,
    "tool.polygon": Tool.POLYGON,
    "tool.fill": Tool.FILL,
    "tool.level_trace": Tool.LEVEL_TRACE,
    "tool.region_grow": Tool.REGION_GROW,
    "tool.relabel": Tool.RELABEL,
    "tool.drop_island": Tool.DROP_ISLAND,
    "tool.box": Tool.BOX,
}
KEY_STEP = 1 / 40
"""One press of a window key moves level or width by this share of the width."""

ZOOM_STEP = 1.25


class ViewCommands:
    """Handlers that change how the open series is looked at."""

    def __init__(self, workspace: Workspace, image: ImageArea) -> None:
        self._workspace = workspace
        self._image = image
        self._view = workspace.view

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Handlers by action identifier."""
        view = self._view
        return {
            "view.learned": self.toggle_learned,
            "view.learned_linear": self.toggle_linear,
            **{f"view.learned_channel_{i + 1}": partial(self.learned_channel, i) for i in range(3)},
            "view.composite": partial(self.toggle_display, Display.COMPOSITE),
            "view.model_input": partial(self.toggle_display, Display.MODEL_INPUT),
            "view.mirror": self._workspace.mirror.toggle_tint,
            "view.flip": self._workspace.mirror.toggle_flip,
            "view.midline": self._workspace.mirror.compute_midline,
            "view.overlay": lambda: view.change_overlay(visible=not view.overlay.visible),
            "view.boxes": lambda: view.change_overlay(boxes=not view.overlay.boxes),
            "view.mask": self.toggle_mask,
            "view.joint": self.toggle_joint,
            "view.next_class": self.next_class,
            "view.raw_grid": lambda: view.change_overlay(raw_grid=not view.overlay.raw_grid),
            "view.four_up": partial(self.toggle_layout, Layout.FOUR_UP),
            "view.compare": partial(self.toggle_layout, Layout.COMPARE),
            "view.invert": lambda: view.set_inverted(not view.inverted),
            "view.reset": self.reset,
            "view.zoom_in": partial(self._image.zoom_by, ZOOM_STEP),
            "view.zoom_out": partial(self._image.zoom_by, 1 / ZOOM_STEP),
            "view.privacy": lambda: view.set_identity_hidden(not view.identity_hidden),
            **{f"window.preset_{n}": partial(view.set_window, w) for n, w in enumerate(PRESETS[:9], 1)},
            "window.default": lambda: view.set_window(view.default_window),
            "window.level_up": partial(self.move_window, 1, 0),
            "window.level_down": partial(self.move_window, -1, 0),
            "window.widen": partial(self.move_window, 0, 1),
            "window.narrow": partial(self.move_window, 0, -1),
            **{name: partial(view.set_tool, tool) for name, tool in TOOLS.items()},
            "edit.undo": self._workspace.undo,
            "edit.redo": self._workspace.redo,
        }

    def toggle_learned(self) -> None:
        """Show the learned window or go back; from a special display, back to grey first."""
        if self._view.display is not Display.GREY:
            self._view.set_display(Display.GREY)
            if self._view.learned_on:
                return
        self._view.toggle_learned()

    def toggle_linear(self) -> None:
        """Show the learned window as its linear approximation, or as the true sigmoid again."""
        view = self._view
        linear = view.learned_on and view.window.transfer is not Transfer.SIGMOID
        view.choose_learned_channel(view.learned_channel, Transfer.SIGMOID if linear else Transfer.LINEAR)

    def learned_channel(self, channel: int) -> None:
        """Show one channel's learned window."""
        if channel < len(self._view.learned_windows):
            self._view.choose_learned_channel(channel)

    def toggle_display(self, display: Display) -> None:
        """Show a special display, or grey again."""
        self._view.set_display(Display.GREY if self._view.display is display else display)

    def toggle_mask(self) -> None:
        """Show the weak mask, or hide it."""
        masks = self._workspace.inference.masks
        masks.change(visible=not masks.settings.visible)

    def toggle_joint(self) -> None:
        """All positive classes jointly, or the shown slice's leading one alone."""
        if self._view.overlay.class_name is not None:
            self._view.change_overlay(class_name=None)
        else:
            self.next_class()

    def next_class(self) -> None:
        """Explain the next class of those flagged in the series (all that the model knows, if none is)."""
        case, current = self._workspace.case, self._view.overlay.class_name
        if case is None:
            return
        flagged = [c for c, hit in zip(CLASSES, np.atleast_1d(case.flags().any(axis=0)), strict=True) if hit]
        card = self._workspace.models.card
        choices = flagged or [c for c in CLASSES if card is None or c in card.classes]
        at = choices.index(current) + 1 if current in choices else 0
        self._view.change_overlay(class_name=choices[at % len(choices)])

    def toggle_layout(self, layout: Layout) -> None:
        """Several views, or one again."""
        self._view.set_layout(Layout.ONE_UP if self._view.layout is layout else layout)

    def reset(self) -> None:
        """As the series was opened: the slice fitted, the window it was shown through, black where it was."""
        self._view.set_window(self._view.opening_window)
        self._view.set_inverted(False)
        self._view.reset_requested.emit()

    def move_window(self, level: int, width: int) -> None:
        """Move level or width by one step in proportion to the width, at least 1 HU."""
        window = self._view.window
        step = max(1.0, window.width * KEY_STEP)
        wider = max(1.0, window.width + width * step * 2)
        self._view.set_window(Window(window.center + level * step, wider, "", Transfer.LINEAR))
