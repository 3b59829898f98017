"""Table I of Ko 2020: weighted log loss after each epoch, with and without balancing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichcore.evaluation.tables.outcome import figure_of, first, of_system
from ichcore.evaluation.tables.table import Table, header

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ichcore.evaluation.tables.outcome import Outcome

SYSTEM = "ko2020"
EPOCHS = 5


def table_1(outcomes: Sequence[Outcome]) -> Table:
    """An outcome whose epoch is not stated is the checkpoint that was kept, in the last column."""
    own = of_system(outcomes, SYSTEM)
    epochs = max([EPOCHS, *(int(one.place["epoch"]) for one in own if one.place.get("epoch"))])
    rows = []
    for text, balanced in (("Unbalanced data", False), ("Balanced data", True)):
        of_row = [one for one in own if bool(one.place.get("balanced", False)) is balanced]
        cells = [figure_of(first(of_row, epoch=n), "slice", "log_loss") for n in range(1, epochs + 1)]
        kept = next((one for one in of_row if not one.place.get("epoch")), None)
        rows.append((text, *cells, figure_of(kept, "slice", "log_loss")))
    return Table(
        "Ko 2020, Table I",
        "Weighted log loss of slices after each epoch.",
        (header("", *(f"Epoch {n}" for n in range(1, epochs + 1)), "Kept"),),
        tuple(rows),
        decimals=5,
        notes=("In the paper, on real data, at the end: 0.08942 unbalanced, 0.07582 balanced.",),
    )
