"""Which actions are possible now, and which switches are on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichcore.volume.window import Transfer
from ichviewer.app.mask_commands import SWITCHES
from ichviewer.app.view_commands import TOOLS
from ichviewer.documents.view_state import Display, Layout

if TYPE_CHECKING:
    from ichviewer.actions.book import ActionBook
    from ichviewer.documents.workspace import Workspace


def needs_met(workspace: Workspace) -> frozenset[str]:
    """The needs of the table (``case``, ``prediction``, …) that are met now."""
    case = workspace.case
    learned = any(window is not None for window in workspace.view.learned_windows)
    facts = {
        "case": case is not None,
        "prediction": case is not None and case.prediction is not None,
        "model": case is not None and bool(workspace.models.shown),
        "models": len(workspace.models.cards) > 1,
        "card": workspace.models.card is not None,
        "learned": case is not None and learned,
        "undo": workspace.can_undo,
        "redo": workspace.can_redo,
    }
    return frozenset(name for name, met in facts.items() if met)


def show_switches(book: ActionBook, workspace: Workspace, *, cine: bool, full_screen: bool) -> None:
    """Check every switch that is on."""
    view, preferences = workspace.view, workspace.settings.preferences
    states = {
        "view.learned": view.learned_on,
        "view.learned_linear": view.learned_on and view.window.transfer is not Transfer.SIGMOID,
        "view.composite": view.display is Display.COMPOSITE,
        "view.model_input": view.display is Display.MODEL_INPUT,
        "view.mirror": workspace.mirror.tinted,
        "view.flip": workspace.mirror.flipped,
        "view.overlay": view.overlay.visible,
        "view.boxes": view.overlay.boxes,
        "view.mask": workspace.inference.masks.settings.visible,
        "view.joint": view.overlay.class_name is None,
        "view.raw_grid": view.overlay.raw_grid,
        "view.four_up": view.layout is Layout.FOUR_UP,
        "view.compare": view.layout is Layout.COMPARE,
        "view.invert": view.inverted,
        "view.privacy": view.identity_hidden,
        "view.corner_text": preferences.corner_text,
        "view.side_panel": preferences.side_panel_shown,
        "view.theme": preferences.theme == "light",
        "view.full_screen": full_screen,
        "slice.cine": cine,
        **{name: getattr(workspace.annotating.settings, setting) for name, setting in SWITCHES.items()},
        **{name: view.tool is tool for name, tool in TOOLS.items()},
    }
    for identifier, on in states.items():
        book.check(identifier, on)
