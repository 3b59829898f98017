"""Which tables there are, paper by paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichcore.evaluation.tables import burduja, he, ko, ma, wang

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ichcore.evaluation.tables.outcome import Outcome
    from ichcore.evaluation.tables.table import Table

LAYOUTS: tuple[Callable[[Sequence[Outcome]], Table], ...] = (
    he.table_3,
    he.table_4,
    burduja.table_2,
    burduja.table_3,
    burduja.table_5,
    ko.table_1,
    wang.table_3,
    wang.table_4,
    wang.sign_against_mimics,
    ma.table_1,
    ma.table_2,
    ma.table_3,
    ma.table_4,
)
"""Those that outcomes alone can fill, in the papers' order."""


def paper_tables(outcomes: Sequence[Outcome]) -> list[Table]:
    """Every table in which a figure stands; confusion matrices; agreement where readers were scored."""
    tables = [layout(outcomes) for layout in LAYOUTS]
    matrices = [wang.confusion(one) for one in outcomes]
    agreed = [
        wang.table_2(one.report["readers_agreement"], tuple(one.report.get("readers", ())))
        for one in outcomes
        if one.report.get("readers_agreement")
    ]
    return [one for one in (*tables, *agreed) if one.measured] + [one for one in matrices if one is not None]
