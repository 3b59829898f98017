"""Colours, font and style sheet: dark, flat and quiet, so that the image owns the screen."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from string import Template

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette

from ichcore.files import resource

FONT_PX = 13
FONT_FILES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf")


@dataclass(frozen=True)
class Theme:
    """Colour tokens, ``#rrggbb``.

    Attributes:
        name: ``dark`` or ``light``.
        ground: behind everything.
        panel: bars and side panels.
        raised: buttons, fields and menus on a panel.
        hover: a raised thing under the mouse.
        line: separators and borders.
        strong_line: borders of what can be pressed or typed into.
        text: ordinary text.
        muted: secondary text.
        faint: disabled text, tracks.
        accent: kept for the learned window, the current slice and the keyboard focus.
        accent_ground: a switched-on button's ground.
        accent_text: text on it.
        amber: warnings.
        amber_ground: a warning's ground.
        red: errors.
        red_ground: an error's ground.
        image: the image's ground, black in both themes.
    """

    name: str
    ground: str
    panel: str
    raised: str
    hover: str
    line: str
    strong_line: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_ground: str
    accent_text: str
    amber: str
    amber_ground: str
    red: str
    red_ground: str
    image: str = "#000000"


DARK = Theme(
    name="dark",
    ground="#0c0e11",
    panel="#14171b",
    raised="#1a1e23",
    hover="#22272e",
    line="#22262c",
    strong_line="#2f353d",
    text="#d7dbe0",
    muted="#848d98",
    faint="#4a515b",
    accent="#4cc2ff",
    accent_ground="#11364a",
    accent_text="#d4efff",
    amber="#e5b454",
    amber_ground="#33270f",
    red="#ff7b72",
    red_ground="#3a1715",
)
LIGHT = Theme(
    name="light",
    ground="#e9ebee",
    panel="#f6f7f9",
    raised="#ffffff",
    hover="#eceff3",
    line="#d9dde3",
    strong_line="#c3c9d1",
    text="#1b2026",
    muted="#5c6672",
    faint="#a6aeb8",
    accent="#0077b6",
    accent_ground="#d8eefb",
    accent_text="#004b75",
    amber="#7a5200",
    amber_ground="#fdf0cf",
    red="#b3261e",
    red_ground="#fce4e2",
)
THEMES = {theme.name: theme for theme in (DARK, LIGHT)}


def theme_named(name: str) -> Theme:
    """The theme called ``name``; the dark one for a name that is not known."""
    return THEMES.get(name, DARK)


@cache
def load_fonts() -> str:
    """Register the bundled Inter with Qt and return its family; the system's sans where that fails.

    Once a process: each registration makes Qt forget every font it has measured.
    """
    family = ""
    for name in FONT_FILES:
        identifier = QFontDatabase.addApplicationFont(str(resource("fonts", name)))
        if identifier >= 0:
            families = QFontDatabase.applicationFontFamilies(identifier)
            # Medium may register as its own family on some platforms; the regular one leads.
            family = family or (families[0] if families else "")
    return family or QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()


def interface_font(
    family: str, *, pixels: int = FONT_PX, weight: QFont.Weight = QFont.Weight.Normal
) -> QFont:
    """The interface font with tabular figures, so that numbers do not dance while they change."""
    font = QFont(family)
    font.setPixelSize(pixels)
    font.setWeight(weight)
    font.setFeature(QFont.Tag("tnum"), 1)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def palette(theme: Theme) -> QPalette:
    """The palette for what a style sheet does not reach (placeholder text, item views, native dialogs)."""
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.panel,
        role.WindowText: theme.text,
        role.Base: theme.raised,
        role.AlternateBase: theme.panel,
        role.Text: theme.text,
        role.Button: theme.raised,
        role.ButtonText: theme.text,
        role.BrightText: theme.red,
        role.Highlight: theme.accent_ground,
        role.HighlightedText: theme.accent_text,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.PlaceholderText: theme.muted,
        role.Link: theme.accent,
        role.Mid: theme.line,
        role.Dark: theme.ground,
    }
    made = QPalette()
    for key, colour in colours.items():
        made.setColor(key, QColor(colour))
    for key in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, key, QColor(theme.faint))
    return made


def stylesheet(theme: Theme) -> str:
    """The one style sheet of the program.

    Widgets choose their look with the dynamic property ``role``: labels ``heading``, ``muted``, ``title``,
    ``badge`` (amber), ``value``; push buttons ``chip``, ``quiet``, ``primary``; frames ``panel``, ``line``,
    ``card``.
    """
    tokens = {item.name: getattr(theme, item.name) for item in fields(Theme)}
    icons = resource("icons").as_posix()
    text = resource("styles", "ichviewer.qss").read_text(encoding="utf-8")
    return Template(text).substitute(tokens, icons=icons)
