"""The window a series is first shown through when it brings none itself."""

from __future__ import annotations

from ichcore.volume.window import BRAIN, Window

PICTURE = Window(127.5, 255.0, "picture")
"""Shows 8-bit grey values as they are."""


WIDEST_BRAIN = 200.0
LEVELS_OF_BRAIN = (20.0, 80.0)


def shows_blood(window: Window) -> bool:
    """Whether a series' own window tells blood from brain; many scanners store one for bone or for all HU."""
    low, high = LEVELS_OF_BRAIN
    return window.width <= WIDEST_BRAIN and low <= window.center <= high


def default_window(*, is_hu: bool) -> Window:
    """Brain for HU, the whole grey scale for pictures."""
    return BRAIN if is_hu else PICTURE
