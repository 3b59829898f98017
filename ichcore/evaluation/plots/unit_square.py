"""Axes from 0 to 1 both ways, and what is drawn in them, as SVG."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

SIDE, LEFT, TOP, RIGHT, BOTTOM = 300, 48, 34, 14, 46
"""Side of the square and its margins, in pixels of the drawing."""
_TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_LEGEND_ROW, _LEGEND_WIDTH = 17, 132
THEMED = {
    "ink": ("#1b1f24", "#d7dbe0"),
    "muted": ("#5d6670", "#848d98"),
    "line": ("#e1e4e8", "#22262c"),
    "ground": ("#ffffff", "#14171b"),
}
"""Colours that differ between light and dark; they are written as light and changed by a style sheet."""


class UnitSquare:
    """A plot; a viewer that knows style sheets shows it light or dark as it is set.

    Args:
        title: above it, and what a screen reader says.
        x: name of the horizontal axis.
        y: name of the vertical axis.
        x_ticks: places in [0, 1] with their text, where the horizontal axis is not even.
    """

    def __init__(
        self, title: str, x: str, y: str, *, x_ticks: Sequence[tuple[float, str]] | None = None
    ) -> None:
        self.title, self.x, self.y = title, x, y
        self._x_ticks = [(at, f"{at:g}") for at in _TICKS] if x_ticks is None else list(x_ticks)
        self._drawn: list[str] = []
        self._legend: list[tuple[str, str, str, float]] = []

    @property
    def empty(self) -> bool:
        """Whether no line was drawn."""
        return not self._legend

    def diagonal(self) -> None:
        """The line where chance, or perfect calibration, lies."""
        ends = f'x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"'
        self._drawn.append(f'<line {ends} {_paint("stroke", "muted")} stroke-dasharray="3 4"/>')

    def line(
        self,
        x: NDArray[np.floating] | Sequence[float],
        y: NDArray[np.floating] | Sequence[float],
        colour: str,
        name: str,
        *,
        dash: str = "",
        width: float = 1.75,
    ) -> None:
        """A line through points in [0, 1], named in the legend; every line has dashes of its own."""
        points = " ".join(f"{_x(a)},{_y(b)}" for a, b in zip(x, y, strict=True))
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        stroke = f'{_paint("stroke", colour)} stroke-width="{width}"{dashes}'
        self._drawn.append(
            f'<polyline points="{points}" fill="none" {stroke} stroke-linejoin="round">'
            f"<title>{escape(name)}</title></polyline>"
        )
        self._legend.append((colour, dash, name, width))

    def dots(self, x: Sequence[float], y: Sequence[float], radius: Sequence[float], colour: str) -> None:
        """Points in [0, 1] with radii in pixels."""
        self._drawn += [
            f'<circle cx="{_x(a)}" cy="{_y(b)}" r="{r:.1f}" {_paint("fill", colour)} fill-opacity="0.85"/>'
            for a, b, r in zip(x, y, radius, strict=True)
        ]

    def svg(self, *, legend: str = "bottom right", alone: bool = True) -> str:
        """The drawing.

        Args:
            legend: a corner, such as ``bottom left``.
            alone: whether it is a file of its own and brings its colours.
        """
        width, height = LEFT + SIDE + RIGHT, TOP + SIDE + BOTTOM
        style = f"<style>@media(prefers-color-scheme:dark){{{dark_rules()}}}</style>" if alone else ""
        ground = f'<rect width="{width}" height="{height}" {_paint("fill", "ground")}/>'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="plot" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" role="img" aria-label="{escape(self.title)}" '
            f'font-family="system-ui,sans-serif" font-size="11">{style}{ground}'
            f'<text x="{LEFT}" y="18" {_paint("fill", "ink")} font-size="13" font-weight="600">'
            f"{escape(self.title)}</text>"
            f"{self._axes()}{''.join(self._drawn)}{self._key(legend)}</svg>\n"
        )

    def _axes(self) -> str:
        ink, muted, grid = _paint("fill", "ink"), _paint("fill", "muted"), _paint("stroke", "line")
        parts = []
        for at, text in self._x_ticks:
            parts += [
                f'<path d="M{_x(at)} {_y(0)}V{_y(1)}" {grid}/>',
                f'<text x="{_x(at)}" y="{_y(0) + 16}" text-anchor="middle" {muted}>{escape(text)}</text>',
            ]
        for at in _TICKS:
            parts += [
                f'<path d="M{_x(0)} {_y(at)}H{_x(1)}" {grid}/>',
                f'<text x="{_x(0) - 7}" y="{_y(at) + 4}" text-anchor="end" {muted}>{at:g}</text>',
            ]
        middle = TOP + SIDE / 2
        below = f'x="{LEFT + SIDE / 2}" y="{TOP + SIDE + 36}" text-anchor="middle"'
        beside = f'x="13" y="{middle}" text-anchor="middle" transform="rotate(-90 13 {middle})"'
        parts += [
            f"<text {below} {ink}>{escape(self.x)}</text>",
            f"<text {beside} {ink}>{escape(self.y)}</text>",
        ]
        return "".join(parts)

    def _key(self, corner: str) -> str:
        if not self._legend:
            return ""
        height = _LEGEND_ROW * len(self._legend) + 8
        left = _x(1) - _LEGEND_WIDTH - 6 if "right" in corner else _x(0) + 6
        top = _y(0) - height - 6 if "bottom" in corner else _y(1) + 6
        box = f'x="{left}" y="{top}" width="{_LEGEND_WIDTH}" height="{height}" rx="3"'
        paint = f'{_paint("fill", "ground")} fill-opacity="0.88" {_paint("stroke", "line")}'
        parts = [f"<rect {box} {paint}/>"]
        for i, (colour, dash, name, width) in enumerate(self._legend):
            y = top + 4 + _LEGEND_ROW * i + _LEGEND_ROW / 2
            dashes = f' stroke-dasharray="{dash}"' if dash else ""
            parts.append(
                f'<line x1="{left + 7}" y1="{y}" x2="{left + 31}" y2="{y}" {_paint("stroke", colour)} '
                f'stroke-width="{width}"{dashes}/>'
                f'<text x="{left + 38}" y="{y + 4}" {_paint("fill", "ink")}>{escape(name)}</text>'
            )
        return "".join(parts)


def _x(value: float) -> float:
    return round(LEFT + SIDE * float(value), 1)


def _y(value: float) -> float:
    return round(TOP + SIDE * (1 - float(value)), 1)


def _paint(what: str, colour: str) -> str:
    """``fill`` or ``stroke`` of a colour or of one of :data:`THEMED`, found by its value in a sheet."""
    return f'{what}="{THEMED[colour][0] if colour in THEMED else colour}"'


def dark_rules() -> str:
    """Style rules that turn a drawing dark, for a page or for a file of its own."""
    return "".join(
        f'.plot [{what}="{light}"]{{{what}:{dark}}}'
        for light, dark in THEMED.values()
        for what in ("fill", "stroke")
    )
