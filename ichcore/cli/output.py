"""What a verb prints: one JSON object, or calm aligned text; and a progress bar where someone watches."""

import contextlib
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ichcore.files import RESEARCH_USE, json_text
from ichcore.progress import Progress
from ichcore.subtypes import HEMORRHAGE_CLASSES

if TYPE_CHECKING:
    from ichcore.volume.passport import Finding

_PLAIN_WIDTH = 240
"""Columns where standard output is no terminal: wide enough that no cell is folded."""


def print_json(report: dict[str, Any]) -> None:
    """Print one object; what is no number becomes ``null``, since JSON has no NaN."""
    sys.stdout.write(json_text(report))


class Page:
    """Text for a person; colours only where standard output is a terminal."""

    def __init__(self) -> None:
        from rich.console import Console

        watched = sys.stdout.isatty()
        self._console = Console(
            file=sys.stdout,
            highlight=False,
            markup=False,
            emoji=False,
            width=None if watched else _PLAIN_WIDTH,
        )

    def line(self, text: str = "", style: str = "") -> None:
        """One line, not folded."""
        self._console.print(text, style=style or None, soft_wrap=True)

    def fields(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Names in one column, values in the next."""
        width = max(len(name) for name, _ in pairs)
        for name, value in pairs:
            self.line(f"{name:<{width}}  {value}")

    def table(
        self, header: Sequence[str], rows: Sequence[Sequence[Any]], *, left: Sequence[str] = ()
    ) -> None:
        """Columns without lines between them, to the right but for those named in ``left``."""
        from rich.table import Table

        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        for name in header:
            table.add_column(name, justify="left" if name in left else "right", no_wrap=name not in left)
        for row in rows:
            table.add_row(*(cell if not isinstance(cell, str) else _plain(cell) for cell in row))
        self._console.print(table)

    def warnings(self, findings: "Sequence[Finding]") -> None:
        """One line a finding."""
        for finding in findings:
            self.line(f"Warning  {finding.detail}", "yellow")

    def research_use(self) -> None:
        """The line that ends every report."""
        self.line(RESEARCH_USE, "dim")


def _plain(text: str) -> Any:
    from rich.text import Text

    return Text(text)


def class_names(columns: Sequence[int]) -> Any:
    """Short names of classes (indices), in their colours."""
    from rich.text import Text

    text = Text()
    for column in columns:
        one = HEMORRHAGE_CLASSES[column]
        text.append(one.short, style=one.colour).append(" ")
    return text


@contextlib.contextmanager
def progress_bar() -> Iterator[Progress | None]:
    """A bar on standard error while the block works, or ``None`` where that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Working", total=None)

        def report(done: int, total: int, message: str = "") -> None:
            bar.update(task, completed=done, total=total, description=message.capitalize() or "Working")

        yield report
