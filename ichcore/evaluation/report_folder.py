"""An evaluation as a folder: JSON, tables, plots, and the page that shows them all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ichcore.evaluation.page import PHANTOM_NOTE, report_page
from ichcore.evaluation.plots.class_lines import PLOTS
from ichcore.evaluation.plots.map_lines import map_plots
from ichcore.evaluation.tables.chain import chain_tables
from ichcore.evaluation.tables.markdown import as_markdown
from ichcore.evaluation.tables.overview import overview
from ichcore.evaluation.tables.papers import paper_tables
from ichcore.evaluation.tables.where_it_looks import where_it_looks
from ichcore.files import RESEARCH_USE, write_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ichcore.evaluation.scored import Scored
    from ichcore.evaluation.tables.outcome import Outcome

JSON_FILE, TABLES_FILE, PAGE_FILE = "evaluation.json", "tables.md", "report.html"


def write_report(
    folder: Path, outcome: Outcome, scored: Scored | None, *, beside: Sequence[Outcome] = (), phantoms: bool
) -> None:
    """Write everything; the page last, so that it never shows what is not there.

    A set without positives has no curves, and a network that draws masks has none either.

    Args:
        folder: made if it is not there.
        outcome: the evaluation; its report holds plain JSON.
        scored: what it was made of, for the curves; ``None`` for masks.
        beside: further evaluations that fill the other columns of the papers' tables.
        phantoms: whether the set was synthetic.

    Raises:
        OSError: if the folder cannot be written.
    """
    drawn = {}
    if scored is not None:
        plots = {name: (draw(scored), corner) for name, (draw, corner) in PLOTS.items()}
        drawn = {name: one for name, one in plots.items() if not one[0].empty}
    explained = outcome.report.get("explanations")
    looks = map_plots(explained) if explained else {}
    papers = paper_tables([outcome, *beside])
    write_text(folder / JSON_FILE, json.dumps(outcome.as_json(), indent=2, allow_nan=False) + "\n")
    for name, (plot, corner) in {**drawn, **looks}.items():
        write_text(folder / f"{name}.svg", plot.svg(legend=corner))
    text = [f"# {outcome.name} on {outcome.data}\n"] + ([f"{PHANTOM_NOTE}\n"] if phantoms else [])
    text += [
        as_markdown(table)
        for table in (*overview(outcome), *where_it_looks(outcome), *chain_tables(outcome), *papers)
    ]
    write_text(folder / TABLES_FILE, "\n".join([*text, RESEARCH_USE]) + "\n")
    inline, looked = (
        [plot.svg(legend=corner, alone=False) for plot, corner in plots.values()] for plots in (drawn, looks)
    )
    write_text(folder / PAGE_FILE, report_page(outcome, inline, papers, looks=looked, phantoms=phantoms))
