"""The window a series is first shown through when it brings none itself."""

from __future__ import annotations

from ichcore.volume.window import BRAIN, Window

PICTURE = Window(127.5, 255.0, "picture")
"""Shows 8-bit grey values as they are."""


def default_window(*, is_hu: bool) -> Window:
    """Brain for HU, the whole grey scale for pictures."""
    return BRAIN if is_hu else PICTURE
