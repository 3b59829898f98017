"""Our own tables of one evaluation: what a reader wants to know before any paper's layout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichcore.evaluation.tables.beyond_height import beyond_height
from ichcore.evaluation.tables.table import EMPTY, Heading, Table, header
from ichcore.subtypes import CLASSES, HEMORRHAGE_CLASSES, SUBTYPES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ichcore.evaluation.tables.outcome import Outcome
    from ichcore.evaluation.tables.table import Cell

_TITLES = {
    c.name: "Any" if c.label is None else f"{c.name.capitalize()} ({c.short})" for c in HEMORRHAGE_CLASSES
}


def overview(outcome: Outcome) -> list[Table]:
    """Slices, shortcuts, series, operating points, places and what was asked for, as far as measured."""
    tables = [
        _answers(outcome, "slice", "Slices"),
        _shortcuts(outcome),
        _answers(outcome, "series", "Series"),
        _operating_points(outcome),
        _places(outcome),
        _masks(outcome),
        *beyond_height(outcome),
    ]
    return [table for table in tables if table.measured]


def with_interval(outcome: Outcome, of: str, figure: str, name: str) -> str:
    """``0.912 (0.880–0.941)``, or a dash."""
    value = outcome.figure(of, figure, name)
    bounds = outcome.report.get(of, {}).get(f"{figure}_interval", {}).get(name) or (None, None)
    if value is None:
        return EMPTY
    if None in bounds:
        return f"{value:.3f}"
    return f"{value:.3f} ({bounds[0]:.3f}–{bounds[1]:.3f})"


def interval_text(bounds: Sequence[float | None] | None) -> str:
    """``0.880–0.941``, or a dash."""
    low, high = bounds or (None, None)
    return EMPTY if low is None or high is None else f"{low:.3f}–{high:.3f}"


def _answers(outcome: Outcome, of: str, title: str) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for name in CLASSES:
        cells = (with_interval(outcome, of, key, name) for key in ("auc", "sensitivity", "specificity"))
        rest = (
            outcome.figure(of, key, name) for key in ("accuracy", "f1", "average_precision", "ece", "brier")
        )
        rows.append((_TITLES[name], *cells, *rest))
    names = ("AUC", "Sensitivity", "Specificity", "Accuracy", "F1", "Average precision", "ECE", "Brier")
    note = "95 % intervals by bootstrap over patients; sensitivity to F1 at the model's own threshold."
    return Table(title, "each class.", (header("", *names),), tuple(rows), notes=(note,))


def _shortcuts(outcome: Outcome) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            _TITLES[name],
            outcome.figure("positives", name),
            outcome.figure("known", name),
            outcome.figure("slice", "auc", name),
            with_interval(outcome, "slice", "auc_matched", name),
            outcome.figure("slice", "auc_position_only", name),
        )
        for name in CLASSES
    ]
    names = ("Positive", "Known", "AUC", "AUC at one height", "AUC of height alone")
    note = "At one height: pairs of slices within 0.03 of the same relative height."
    return Table(
        "Shortcuts", "what position alone would reach.", (header("", *names),), tuple(rows), notes=(note,)
    )


def _operating_points(outcome: Outcome) -> Table:
    prevalence = outcome.figure("prevalence")
    found = outcome.report.get("slice", {}).get("operating_points", {}).get("any", [])
    keys = ("threshold", "sensitivity", "specificity", "ppv", "npv")
    rows: list[tuple[Cell, ...]] = [(one["name"], *(one[key] for key in keys)) for one in found]
    shown = EMPTY if prevalence is None else f"{100 * prevalence:g} %"
    names = (Heading(""), Heading("Threshold"), Heading("Sensitivity"), Heading("Specificity"))
    return Table(
        "Operating points",
        f"any hemorrhage on slices; PPV and NPV at a prevalence of {shown}.",
        ((*names, Heading("PPV"), Heading("NPV")),),
        tuple(rows),
        notes=("All but the first are chosen on this very set and flatter the model a little.",),
    )


def _places(outcome: Outcome) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            _TITLES[name],
            outcome.figure("localization", "ap", name),
            outcome.figure("localization", "around", "ap", name),
            outcome.figure("localization", "pointing", name),
        )
        for name in SUBTYPES
    ]
    keys = (("map_five",), ("map_present",), ("around", "map_five"))
    means = (outcome.figure("localization", *key) for key in keys)
    five, present, around = ("–" if value is None else f"{value:.3f}" for value in means)
    note = (
        f"mAP {five} over the five subtypes with an absent one as 0, {present} over those present; {around} "
        "of boxes around all that SF-CAM activates above half of its maximum."
    )
    return Table(
        "Places",
        "boxes of the class activation map at IoU above 0.5, and where its peak lies.",
        (header("", "Box AP", "Box around all, AP", "Peak on the bleed"),),
        tuple(rows),
        notes=(note,),
    )


def _masks(outcome: Outcome) -> Table:
    own = outcome.report.get("masks") or outcome.report.get("localization", {}).get("masks") or {}
    named = (
        ("mIoU over pixels", "miou_over_pixels"),
        ("mIoU over images", "miou_over_images"),
        ("IoU of the bleeds", "iou"),
        ("Dice", "dice"),
        ("Dice over images", "dice_over_images"),
        ("Sites located (CL)", "cl"),
        ("Sites missed (ML)", "ml"),
        ("False sites (FPL)", "fpl"),
    )
    rows: list[tuple[Cell, ...]] = [
        (text, own.get(key), interval_text(own.get(f"{key}_interval"))) for text, key in named
    ]
    return Table("Masks", "against the drawn truth.", (header("", "Figure", "Interval"),), tuple(rows))
