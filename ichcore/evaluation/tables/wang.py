"""Tables 2, 3 and 4 and the confusion matrix of Wang 2023: three exclusive classes, readers, backbones."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ichcore.evaluation.tables.outcome import figure_of, of_system
from ichcore.evaluation.tables.table import Heading, Table, header

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ichcore.evaluation.tables.outcome import Outcome
    from ichcore.evaluation.tables.table import Cell

SYSTEM = "wang2023"
CLASSES = (
    ("Blend sign", "blend_sign"),
    ("Other hemorrhage", "hemorrhage"),
    ("No hemorrhage", "no_hemorrhage"),
)
"""In the order of the tables: what is printed, and the name in a report."""
_UNITS = ("slice", "series")
_FIGURES = (("Sensitivity", "sensitivity"), ("Specificity", "specificity"), ("F1", "f1"), ("AUC", "auc"))


def table_2(reliability: Mapping[str, Any], names: Sequence[str] = ()) -> Table:
    """Agreement of readers: by pairs in percent and Cohen's kappa, of all Fleiss' kappa.

    Args:
        reliability: as :func:`~ichcore.annotations.kappa.reliability` gives it.
        names: of the readers; numbered where left out.
    """
    some: Mapping[str, Any] = next(iter(reliability.values()), {"pairs": []})
    pairs = [tuple(pair["raters"]) for pair in some["pairs"]]
    raters = max((max(pair) for pair in pairs), default=0) + 1
    named = list(names) or [f"R{i + 1}" for i in range(raters)]
    rows: list[tuple[Cell, ...]] = []
    for category, found in reliability.items():
        cells: list[Cell] = []
        for pair in found["pairs"]:
            cells += [f"{100 * pair['agreement']:.0f}", _number(pair["cohen_kappa"])]
        rows.append((category, *cells, _number(found["fleiss_kappa"])))
    return Table(
        "Wang 2023, Table 2",
        "Agreement of the readers.",
        (
            (Heading(""), *(Heading(f"{named[a]} and {named[b]}", 2) for a, b in pairs), Heading("All")),
            header("", *["p (%)", "κ"] * len(pairs), "Fleiss κ"),
        ),
        tuple(rows),
        decimals=2,
    )


def table_3(outcomes: Sequence[Outcome]) -> Table:
    """Each class with the weighted loss alone, with the detector, and with self-distillation too."""
    own = of_system(outcomes, SYSTEM)
    rows: list[tuple[Cell, ...]] = []
    for text, name in CLASSES:
        for detector, distilled in ((False, False), (True, False), (True, True)):
            one = next((o for o in own if _is(o, detector=detector, distilled=distilled)), None)
            figures = (figure_of(one, "exclusive", key, name) for _, key in _FIGURES)
            rows.append((text, True, detector, distilled, *figures))
    return Table(
        "Wang 2023, Table 3",
        "Three exclusive classes, each against the rest.",
        (header("", "Weighted loss", "Detector", "Distillation", *(text for text, _ in _FIGURES)),),
        tuple(rows),
        labels=4,
        notes=("In the paper, on real data: blend sign sensitivity 0.845, AUC 0.977 with all three.",),
    )


def table_4(outcomes: Sequence[Outcome]) -> Table:
    """F1 and AUC by backbone; of several runs with one, the most complete."""
    own = sorted(
        of_system(outcomes, SYSTEM),
        key=lambda o: (bool(o.place.get("distilled")), bool(o.place.get("detector"))),
        reverse=True,
    )
    by_backbone: dict[str, Outcome] = {}
    for one in own:
        by_backbone.setdefault(str(one.place.get("backbone", "not stated")), one)
    rows = [
        (text, backbone, figure_of(one, "exclusive", "f1", name), figure_of(one, "exclusive", "auc", name))
        for text, name in CLASSES
        for backbone, one in by_backbone.items()
    ]
    return Table(
        "Wang 2023, Table 4",
        "Three exclusive classes by backbone.",
        (header("", "Backbone", "F1", "AUC"),),
        tuple(rows),
        labels=2,
    )


def sign_against_mimics(outcomes: Sequence[Outcome]) -> Table:
    """What its Table 3 leaves open: the sign against bleeds alone, and against its mimics [ours]."""
    rows: list[tuple[Cell, ...]] = []
    for one in of_system(outcomes, SYSTEM):
        for text, against in (("other bleeds", "against_hemorrhage"), ("mimics alone", "against_mimics")):
            entries = [one.report.get("exclusive", {}).get(against, {}).get(of, {}) for of in _UNITS]
            cells = (cell for entry in entries for cell in _area(entry))
            rows.append((one.name, text, *cells))
    return Table(
        "Blend sign among bleeds",
        "AUC of the sign against other bleeds and against its mimics; slices without blood are left out.",
        (
            (Heading("", 2), Heading("Slices", 4), Heading("Series", 4)),
            header("", "Against", *["AUC", "95 %", "Signs", "Others"] * 2),
        ),
        tuple(rows),
        labels=2,
    )


def _area(entry: Mapping[str, Any]) -> tuple[Cell, ...]:
    low, high = entry.get("auc_interval") or (None, None)
    between = None if low is None or high is None else f"{low:.3f}–{high:.3f}"
    return entry.get("auc"), between, entry.get("signs"), entry.get("others")


def confusion(outcome: Outcome) -> Table | None:
    """Counts with rows = predicted, columns = true (Fig. 6), and under each the share of its column."""
    found = outcome.report.get("exclusive")
    if not found:
        return None
    names, matrix = found["classes"], found["confusion"]
    totals = [sum(row[i] for row in matrix) for i in range(len(names))]
    titles = {name: text for text, name in CLASSES}
    rows = [
        (
            titles.get(name, name),
            *(
                f"{count} ({100 * count / total:.0f} %)" if total else str(count)
                for count, total in zip(row, totals, strict=True)
            ),
        )
        for name, row in zip(names, matrix, strict=True)
    ]
    return Table(
        "Wang 2023, Figure 6",
        f"Confusion matrix of {outcome.name}: rows predicted, columns true.",
        (header("Predicted", *(titles.get(name, name) for name in names)),),
        tuple(rows),
    )


def _is(one: Outcome, *, detector: bool, distilled: bool) -> bool:
    place = one.place
    return bool(place.get("detector", True)) is detector and bool(place.get("distilled")) is distilled


def _number(value: float | None) -> Cell:
    return None if value is None or math.isnan(value) else float(value)
