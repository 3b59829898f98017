"""Preferences and view state: what a reader last chose is there again at the next start."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ichviewer.base.settings import Preferences, Settings
    from ichviewer.documents.view_state import ViewState


def use_preferences(view: ViewState, preferences: Preferences) -> None:
    """Set privacy and overlay as preferred."""
    view.set_identity_hidden(preferences.identity_hidden)
    view.change_overlay(
        visible=preferences.overlay_visible,
        method=preferences.overlay_method,
        opacity=preferences.overlay_opacity,
        colour_map=preferences.overlay_colour_map,
        threshold=preferences.overlay_threshold,
        boxes=preferences.overlay_boxes,
    )


def keep_preferences(view: ViewState, settings: Settings) -> None:
    """Remember privacy; the overlay's defaults are set in the settings dialog, not by every slider move."""

    def remember() -> None:
        if view.identity_hidden != settings.preferences.identity_hidden:
            settings.change(identity_hidden=view.identity_hidden)

    def follow(name: str) -> None:
        if name == "identity_hidden":
            view.set_identity_hidden(settings.preferences.identity_hidden)
        elif name.startswith("overlay_"):
            view.change_overlay(**{name.removeprefix("overlay_"): getattr(settings.preferences, name)})

    view.display_changed.connect(remember)
    settings.changed.connect(follow)
