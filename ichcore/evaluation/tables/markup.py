"""Tables as HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ichcore.evaluation.tables.table import Cell, Heading, Table


def as_html(table: Table) -> str:
    """A ``<figure>`` with caption, table and notes; all text is escaped."""
    head = "".join(f"<tr>{_headings(table, row)}</tr>" for row in table.header)
    body = "".join(_row(table, at, row) for at, row in enumerate(table.rows))
    notes = "".join(f"<p>{escape(note)}</p>" for note in table.notes)
    caption = f"<figcaption><b>{escape(table.paper)}</b> {escape(table.title)}</figcaption>"
    grid = f"<table><thead>{head}</thead><tbody>{body}</tbody></table>"
    return f'<figure class="table">{caption}<div class="scroll">{grid}</div>{notes}</figure>\n'


def _headings(table: Table, row: Sequence[Heading]) -> str:
    parts = []
    at = 0
    for heading in row:
        span = f" colspan={heading.span}" if heading.span > 1 else ""
        parts.append(f'<th scope="col"{span}{_class(table, at)}>{escape(heading.text)}</th>')
        at += heading.span
    return "".join(parts)


def _row(table: Table, number: int, row: Sequence[Cell]) -> str:
    texts = [escape(table.text(cell)) for cell in row]
    cells = [f"<b>{text}</b>" if (number, at) in table.best else text for at, text in enumerate(texts)]
    if len(cells) == 1 < table.columns:
        return f'<tr class="section"><th scope="rowgroup" colspan={table.columns}>{cells[0]}</th></tr>'
    name = f'<th scope="row">{cells[0]}</th>'
    rest = "".join(f"<td{_class(table, at)}>{cell}</td>" for at, cell in enumerate(cells[1:], 1))
    return f"<tr>{name}{rest}</tr>"


def _class(table: Table, column: int) -> str:
    return "" if column < table.labels else ' class="figure"'
