"""Tables 2, 3 and 5 of Burduja 2020: losses of variants, figures on slices and scans, beside readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichcore.evaluation.tables.outcome import READER, of_system
from ichcore.evaluation.tables.table import Heading, Table, header
from ichcore.subtypes import CLASSES, HEMORRHAGE_CLASSES, SUBTYPES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ichcore.evaluation.tables.outcome import Outcome
    from ichcore.evaluation.tables.table import Cell

SYSTEM = "burduja2020"
_FEATURES = {
    "predictions": "predictions of the CNN",
    "largest_deviation": "largest standard deviation",
    "largest_weight": "weights of largest magnitude",
    "smallest_weight": "weights of smallest magnitude",
    "pca": "PCA",
}
_FIGURES = (
    ("Accuracy", "accuracy"),
    ("ROC AUC", "auc"),
    ("Sensitivity", "sensitivity"),
    ("Specificity", "specificity"),
)
_SHORT = {one.name: "Any" if one.label is None else one.short for one in HEMORRHAGE_CLASSES}


def table_2(outcomes: Sequence[Outcome]) -> Table:
    """Weighted log loss of the CNN alone and of each sequence stage."""
    own = of_system(outcomes, SYSTEM)
    rows = tuple((one.name, *_variant(one), one.figure("slice", "log_loss")) for one in own)
    return Table(
        "Burduja 2020, Table 2",
        "Weighted log loss of slices.",
        (header("Method", "BiLSTM", "Features", "Count", "Loss"),),
        rows,
        labels=4,
        decimals=5,
        notes=("In the paper, on real data: 0.06259 for the CNN alone, 0.04989 for the best of them.",),
    )


def _variant(one: Outcome) -> tuple[Cell, Cell, Cell]:
    place = one.place
    if "selection" not in place:
        return "–", "all", "–"
    layers, hidden = place.get("layers"), place.get("hidden")
    features = _FEATURES.get(str(place.get("selection")), str(place.get("selection")))
    if place.get("join", True) and place.get("selection") != "predictions":
        features += " + predictions of the CNN"
    return (f"{layers}×{hidden}" if layers and hidden else "compact"), features, str(place.get("count", "–"))


def table_3(outcomes: Sequence[Outcome]) -> Table:
    """Accuracy, AUC, sensitivity and specificity on slices and on scans; one section a model."""
    rows: list[tuple[Cell, ...]] = []
    for one in of_system(outcomes, SYSTEM):
        rows.append((one.name,))
        for name in CLASSES:
            figures = (one.figure(of, key, name) for _, key in _FIGURES for of in ("slice", "series"))
            title = "Any" if name == "any" else f"{name.capitalize()} ({_SHORT[name]})"
            rows.append((title, *figures))
    return Table(
        "Burduja 2020, Table 3",
        "Figures on slices and on scans.",
        (
            (Heading(""), *(Heading(text, 2) for text, _ in _FIGURES)),
            header("Type", *["slices", "scans"] * len(_FIGURES)),
        ),
        tuple(rows),
        decimals=4,
        notes=("A scan scores as its highest slice; thresholds are the model's own.",),
    )


def table_5(outcomes: Sequence[Outcome]) -> Table:
    """Readers and models on the same scans; one section each."""
    order = (*SUBTYPES, "any")
    figures = (_FIGURES[0], _FIGURES[2], _FIGURES[3], _FIGURES[1])
    rows: list[tuple[Cell, ...]] = []
    for one in (*of_system(outcomes, READER), *of_system(outcomes, SYSTEM)):
        rows.append((one.name,))
        rows += [(text, *(one.figure("series", key, name) for name in order)) for text, key in figures]
    return Table(
        "Burduja 2020, Table 5",
        "Readers beside models, on scans.",
        (header("", *(_SHORT[name] for name in order)),),
        tuple(rows),
        decimals=2,
        notes=("A reader's AUC is that of yes and no: the mean of sensitivity and specificity.",),
    )
