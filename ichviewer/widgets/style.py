"""Putting a theme on the running program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStyleFactory

from ichviewer.base.theme import interface_font, load_fonts, palette, stylesheet, theme_named

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


def prepare(application: QApplication) -> None:
    """Fusion style and the bundled font; once, before the first window."""
    application.setStyle(QStyleFactory.create("Fusion"))
    application.setFont(interface_font(load_fonts()))


def apply_theme(application: QApplication, name: str) -> None:
    """Use the theme called ``name`` from now on, in every window."""
    theme = theme_named(name)
    application.setPalette(palette(theme))
    application.setStyleSheet(stylesheet(theme))
