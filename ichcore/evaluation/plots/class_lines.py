"""ROC, precision–recall and calibration of the six classes, one line a class."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ichcore.evaluation.auc import auc
from ichcore.evaluation.calibration import expected_calibration_error, reliability_bins
from ichcore.evaluation.curves import (
    average_precision_of_scores,
    precision_recall_curve,
    roc_curve,
    thinned,
)
from ichcore.evaluation.plots.unit_square import UnitSquare
from ichcore.subtypes import HEMORRHAGE_CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from ichcore.evaluation.scored import Column, Scored

    Values = NDArray[np.floating] | Sequence[float]

_DASHES = {"EDH": "7 2", "IPH": "2 2", "IVH": "7 2 2 2", "SAH": "4 3", "SDH": "10 3 2 3 2 3"}
"""A dash pattern a class, since nothing may be told by colour alone; ``any`` is whole and thicker."""


def roc_plot(scored: Scored, title: str = "ROC, slices") -> UnitSquare:
    """Sensitivity over false positive rate; the legend gives the AUC."""
    plot = UnitSquare(title, "False positive rate (1 − specificity)", "Sensitivity")
    plot.diagonal()
    for short, colour, column in _classes(scored):
        if not column.labels.all():
            x, y = thinned(*roc_curve(column.scores, column.labels))
            _line(plot, x, y, short, colour, auc(column.scores, column.labels))
    return plot


def precision_recall_plot(scored: Scored, title: str = "Precision and recall, slices") -> UnitSquare:
    """Precision over recall; the legend gives the average precision."""
    plot = UnitSquare(title, "Recall (sensitivity)", "Precision (PPV on this set)")
    for short, colour, column in _classes(scored):
        recall, precision = precision_recall_curve(column.scores, column.labels)
        end = int(np.argmax(recall >= 1)) + 1  # below the last positive, precision only falls
        x, y = thinned(recall[:end], precision[:end])
        _line(plot, x, y, short, colour, average_precision_of_scores(column.scores, column.labels))
    return plot


def calibration_plot(scored: Scored, title: str = "Calibration, slices") -> UnitSquare:
    """Observed share over mean probability of each bin, by its size in dots; the legend gives the ECE."""
    plot = UnitSquare(title, "Predicted probability", "Observed share of positives")
    plot.diagonal()
    for short, colour, column in _classes(scored):
        bins = [b for b in reliability_bins(column.scores, column.labels) if b.count]
        x, y = [b.predicted for b in bins], [b.observed for b in bins]
        error = expected_calibration_error(column.scores, column.labels)
        _line(plot, x, y, short, colour, error)
        most = max(b.count for b in bins)
        plot.dots(x, y, [2 + 3 * math.sqrt(b.count / most) for b in bins], colour)
    return plot


PLOTS = {
    "roc": (roc_plot, "bottom right"),
    "precision-recall": (precision_recall_plot, "bottom left"),
    "calibration": (calibration_plot, "top left"),
}
"""File name to what draws it and the corner of its legend."""


def _classes(scored: Scored) -> Iterator[tuple[str, str, Column]]:
    """Those with a positive slice; ``any`` in the colour of ink, which shows on light and dark."""
    for one in HEMORRHAGE_CLASSES:
        column = scored.column(one.name)
        if column.labels.any():
            yield one.short, "ink" if one.label is None else one.colour, column


def _line(plot: UnitSquare, x: Values, y: Values, short: str, colour: str, figure: float) -> None:
    name = f"{short}  {figure:.3f}"
    plot.line(x, y, colour, name, dash=_DASHES.get(short, ""), width=2.5 if short == "ANY" else 1.75)
