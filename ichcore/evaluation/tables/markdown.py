"""Tables as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ichcore.evaluation.tables.table import Heading, Table


def as_markdown(table: Table) -> str:
    """The table with its title and notes; Markdown knows no spans, so header rows are joined downwards."""
    names = [_spread(row) for row in table.header]
    heads = [" ".join(part for part in column if part) for column in zip(*names, strict=True)]
    rules = [":--" if i < table.labels else "--:" for i in range(table.columns)]
    lines = [f"**{table.paper}**: {table.title}", "", _line(heads), _line(rules)]
    for number, row in enumerate(table.rows):
        texts = [table.text(cell) for cell in row]
        cells = [f"**{text}**" if (number, at) in table.best else text for at, text in enumerate(texts)]
        if len(cells) == 1 < table.columns:
            cells = [f"**{cells[0]}**"] + [""] * (table.columns - 1)
        lines.append(_line(cells))
    for note in table.notes:
        lines += ["", note]
    return "\n".join(lines) + "\n"


def _spread(row: Sequence[Heading]) -> list[str]:
    return [heading.text for heading in row for _ in range(heading.span)]


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
