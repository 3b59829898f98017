"""Tables 3 and 4 of He 2024: AUC with and without its two modules, and by what the network is fed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichcore.evaluation.tables.outcome import READER, figure_of, first, of_system
from ichcore.evaluation.tables.table import Heading, Table, header

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ichcore.evaluation.tables.outcome import Outcome

SYSTEM = "he2024"
_ROWS = ("any", "epidural", "subdural", "subarachnoid", "intraventricular", "intraparenchymal")
_READERS = ("Junior radiologist", "Senior radiologist")


def table_3(outcomes: Sequence[Outcome]) -> Table:
    """AUC a class: the whole, without the window layer, without fusion; readers where they were scored."""
    own = of_system(outcomes, SYSTEM)
    readers = of_system(outcomes, READER)
    columns = [
        first(own, windows="three", trained_windows=True, fusion=True),
        first(own, windows="none", trained_windows=False, fusion=True),
        first(own, windows="three", trained_windows=True, fusion=False),
        *(first(readers, reader=name) for name in _READERS),
    ]
    rows = [(name.capitalize(), *(figure_of(one, "slice", "auc", name) for one in columns)) for name in _ROWS]
    rows.append(("Average", *(figure_of(one, "slice", "auc_mean") for one in columns)))
    return Table(
        "He 2024, Table 3",
        "AUC of slices with and without the two modules.",
        (header("", "Whole network", "Without window layer", "Without feature fusion", *_READERS),),
        tuple(rows),
        notes=("In the paper, on real data: average 0.973, 0.923 and 0.873.",),
    )


def table_4(outcomes: Sequence[Outcome]) -> Table:
    """AUC by initialisation of the window layer, and whether it learned."""
    own = of_system(outcomes, SYSTEM)
    initial = (("–", "none"), ("Brain window", "brain"), ("Three windows", "three"))
    rows = []
    for trained in (False, True):
        note = "VGG-16 + window layer" if trained else "VGG-16"
        for text, windows in initial:
            one = first(own, windows=windows, trained_windows=trained, fusion=True)
            rows.append(("HU", text, trained, note, figure_of(one, "slice", "auc_mean")))
    return Table(
        "He 2024, Table 4",
        "Mean AUC by what the network is fed.",
        (
            (Heading("Input"), Heading("Window layer", 2), Heading("Network"), Heading("AUC")),
            header("", "Starts as", "Learns", "", ""),
        ),
        tuple(rows),
        labels=4,
        notes=("In the paper, on real data, from the top: 0.891, 0.937, 0.961, 0.924, 0.959, 0.973.",),
    )
