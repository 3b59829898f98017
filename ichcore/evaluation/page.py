"""The report as one HTML file that needs nothing beside it: no script, no font, no connection."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ichcore.evaluation.page_style import STYLE
from ichcore.evaluation.tables.beyond_height import percent
from ichcore.evaluation.tables.chain import chain_tables
from ichcore.evaluation.tables.markup import as_html
from ichcore.evaluation.tables.overview import overview, with_interval
from ichcore.evaluation.tables.table import EMPTY
from ichcore.evaluation.tables.where_it_looks import where_it_looks
from ichcore.files import RESEARCH_USE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ichcore.evaluation.tables.outcome import Outcome
    from ichcore.evaluation.tables.table import Table

_MASK_TILES = (
    ("Mean IoU over pixels", "miou_over_pixels"),
    ("Dice", "dice"),
    ("Sites located", "cl"),
    ("False sites", "fpl"),
)
_MAPS_OF_PHANTOMS = "Measured on phantoms, whose masks may have taught the model where to look."
PHANTOM_NOTE = "Phantom figures: they say nothing of real patients."


def report_page(
    outcome: Outcome,
    drawings: Sequence[str],
    papers: Sequence[Table],
    *,
    looks: Sequence[str] = (),
    phantoms: bool,
) -> str:
    """The page of one evaluation.

    Args:
        outcome: the evaluation.
        drawings: its plots as SVG elements.
        papers: the papers' tables; those may hold other evaluations beside this one.
        looks: plots of where it looks.
        phantoms: whether the set was synthetic, which the page then says first.
    """
    facts = f"{outcome.data} · {_count(outcome, 'patients')} patients, {_count(outcome, 'cases')} series, "
    note = f'<div class="note">{PHANTOM_NOTE}</div>' if phantoms else ""
    parts = [
        f"<header><h1>{escape(outcome.name)}</h1>",
        f"<p>{escape(facts)}{_count(outcome, 'slices')} slices</p></header>",
        note,
        f'<dl class="tiles">{"".join(_tiles(outcome))}</dl>',
        f'<section><h2>Curves</h2><div class="plots">{"".join(drawings)}</div></section>' if drawings else "",
        f"<section><h2>Figures</h2>{''.join(as_html(table) for table in overview(outcome))}</section>",
    ]
    tables = where_it_looks(outcome)
    if tables:
        plots = f'<div class="plots">{"".join(looks)}</div>' if looks else ""
        said = f"<p>{_MAPS_OF_PHANTOMS}</p>" if phantoms else ""
        first, *rest = map(as_html, tables)
        parts.append(f"<section><h2>Where it looks</h2>{said}{first}{plots}{''.join(rest)}</section>")
    steps = chain_tables(outcome)
    if steps:
        parts.append(f"<section><h2>From activation to mask</h2>{''.join(map(as_html, steps))}</section>")
    if papers:
        parts.append(f"<section><h2>As in the papers</h2>{''.join(map(as_html, papers))}</section>")
    parts.append(f"<footer>{RESEARCH_USE}</footer>")
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(outcome.name)}: evaluation</title><style>{STYLE}</style>"
    )
    body = "\n".join(part for part in parts if part)
    return (
        f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body><main>\n{body}\n</main></body></html>\n'
    )


def _tiles(outcome: Outcome) -> list[str]:
    if "slice" not in outcome.report:
        return [_tile(text, *_of_masks(outcome, key)) for text, key in _MASK_TILES]
    any_auc, _, around = with_interval(outcome, "slice", "auc", "any").partition(" ")
    matched, _, matched_around = with_interval(outcome, "slice", "auc_matched", "any").partition(" ")
    alone = outcome.figure("slice", "auc_position_only", "any")
    beside = f"height alone {alone:.3f}" if alone is not None else matched_around
    flagged = outcome.report.get("false_flags", {}).get("flagged", {})
    alarms, _, alarms_around = percent(flagged.get("share"), flagged.get("interval")).partition(" (")
    named = [
        ("AUC, any hemorrhage", any_auc, around.strip("()")),
        ("the same at one height", matched, beside),
        ("AUC, mean of classes", *_with_bounds(outcome, "auc_mean", 3)),
        ("Weighted log loss", *_with_bounds(outcome, "log_loss", 4)),
        ("Flagged without blood", alarms, alarms_around.rstrip(")")),
    ]
    return [_tile(*one) for one in named if one[1] != EMPTY]


def _of_masks(outcome: Outcome, key: str) -> tuple[str, str]:
    masks = outcome.report.get("masks", {})
    value, interval = masks.get(key), masks.get(f"{key}_interval")
    shown, _, bounds = percent(value, interval).partition(" (")
    return shown, bounds.rstrip(")")


def _with_bounds(outcome: Outcome, key: str, decimals: int) -> tuple[str, str]:
    value = outcome.figure("slice", key)
    low, high = outcome.report.get("slice", {}).get(f"{key}_interval") or (None, None)
    shown = EMPTY if value is None else f"{value:.{decimals}f}"
    return shown, "" if low is None or high is None else f"{low:.{decimals}f}–{high:.{decimals}f}"


def _tile(name: str, value: str, beside: str) -> str:
    return f'<div class="tile"><dt>{escape(name)}</dt><dd>{escape(value)}</dd><dd>{escape(beside)}</dd></div>'


def _count(outcome: Outcome, key: str) -> str:
    value = outcome.figure(key)
    return EMPTY if value is None else str(value)
