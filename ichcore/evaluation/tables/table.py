"""A table as plain data: header rows with spans, rows of cells, notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Cell = str | int | float | bool | None
"""Text, a count, a figure, a mark that is there or not, or nothing measured (``None``)."""

EMPTY = "–"
"""What stands where nothing was measured."""


@dataclass(frozen=True)
class Heading:
    """A header cell over ``span`` columns."""

    text: str
    span: int = 1


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes:
        paper: whose layout it has, such as ``He 2024, Table 3``.
        title: what it shows.
        header: header rows from the top; the spans of each add to the number of columns.
        rows: cells; a row of one cell is the name of a section.
        labels: how many columns at the left are names and not figures.
        decimals: of its figures.
        notes: one sentence each.
        best: row and column of cells that are set apart as the best of their column.
    """

    paper: str
    title: str
    header: tuple[tuple[Heading, ...], ...]
    rows: tuple[tuple[Cell, ...], ...]
    labels: int = 1
    decimals: int = 3
    notes: tuple[str, ...] = ()
    best: frozenset[tuple[int, int]] = frozenset()

    @property
    def columns(self) -> int:
        """How many there are."""
        return sum(heading.span for heading in self.header[-1])

    @property
    def measured(self) -> bool:
        """Whether any figure stands in it."""
        return any(
            isinstance(cell, float | int) and not isinstance(cell, bool)
            for row in self.rows
            for cell in row[self.labels :]
        )

    def text(self, cell: Cell) -> str:
        """A cell as it is printed."""
        if cell is None:
            return EMPTY
        if isinstance(cell, bool):
            return "✓" if cell else ""
        return f"{cell:.{self.decimals}f}" if isinstance(cell, float) else str(cell)

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        return {
            "paper": self.paper,
            "title": self.title,
            "header": [[{"text": h.text, "span": h.span} for h in row] for row in self.header],
            "rows": [list(row) for row in self.rows],
            "decimals": self.decimals,
            "notes": list(self.notes),
        }


def header(*names: str) -> tuple[Heading, ...]:
    """A header row without spans."""
    return tuple(Heading(name) for name in names)
