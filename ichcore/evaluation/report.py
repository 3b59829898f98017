"""One report of a model on labelled cases: slices, series, boxes, and what shortcuts would reach."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.errors import IchError
from ichcore.evaluation.auc import auc
from ichcore.evaluation.bootstrap import RESAMPLES, Interval, bootstrap, intervals
from ichcore.evaluation.box_rule import boxes_around
from ichcore.evaluation.class_figures import (
    FIGURES,
    calibration_entry,
    class_figures,
    operating_entries,
    shortcut_figures,
)
from ichcore.evaluation.confusion import exclusive_figures
from ichcore.evaluation.false_flags import false_flags
from ichcore.evaluation.localization import localization
from ichcore.evaluation.log_loss import log_losses, weighted_log_loss
from ichcore.evaluation.scoring import score
from ichcore.evaluation.sign_figures import sign_figures
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ichcore.datasets.case_files import CaseFiles
    from ichcore.evaluation.scored import Scored
    from ichcore.models.checkpoint import LoadedModel

PREVALENCE = 0.14
"""Share of slices with a bleed that PPV and NPV are stated for: that of RSNA 2019 (He 2024, Fig. 5)."""


def evaluate(
    model: LoadedModel,
    cases: Sequence[CaseFiles],
    *,
    boxes: bool = True,
    prevalence: float = PREVALENCE,
    resamples: int = RESAMPLES,
) -> dict[str, Any]:
    """Evaluate a checkpoint on labelled cases on its own grid; see :func:`report_of`.

    Args:
        model: loaded checkpoint.
        cases: of the model's size and pixel size.
        boxes: whether the CAM's boxes are scored too, under ``localization``.
        prevalence: for PPV and NPV.
        resamples: draws of each interval.
    """
    scored = score(model, cases)
    report = report_of(scored, prevalence=prevalence, resamples=resamples)
    if boxes:
        report["localization"] = boxes_of(model, cases, scored)
    return report


def boxes_of(model: LoadedModel, cases: Sequence[CaseFiles], scored: Scored) -> dict[str, Any]:
    """He's boxes and, under ``around``, ours; or why a network has none.

    See :func:`~ichcore.evaluation.localization.localization` and
    :func:`~ichcore.evaluation.box_rule.boxes_around`.
    """
    try:
        found: dict[str, Any] = localization(model.network, cases, scored.probabilities)
        found["around"] = boxes_around(model.network, cases, scored.probabilities)
    except IchError as error:
        return {"left_out": str(error)}
    plain: dict[str, Any] = rounded(found)
    return plain


def report_of(
    scored: Scored, *, prevalence: float = PREVALENCE, resamples: int = RESAMPLES
) -> dict[str, Any]:
    """Every figure of scored slices and of the series they make up, as plain JSON; ``None`` where undefined.

    Returns:
        ``{"cases", "patients", "slices", "positives", "known", "prevalence", "slice": {…}, "series": {…},
        "false_flags": {…}}``; see :func:`~ichcore.evaluation.false_flags.false_flags`.
        ``slice`` and ``series`` hold, by class name, each of
        :data:`~ichcore.evaluation.class_figures.FIGURES` and its interval under ``<figure>_interval``;
        ``slice`` further ``auc_matched``, ``auc_position_only``, ``auc_mean``, ``log_loss``,
        ``log_loss_by_class``, ``calibration`` and ``operating_points``; ``exclusive`` stands beside them for
        a system with classes of its own, with :func:`~ichcore.evaluation.sign_figures.sign_figures`.
    """
    counted = scored.labels & scored.known
    report: dict[str, Any] = {
        "cases": len(scored.patients),
        "patients": len(set(scored.patients)),
        "slices": len(scored),
        "positives": dict(zip(CLASSES, counted.sum(axis=0).tolist(), strict=True)),
        "known": dict(zip(CLASSES, scored.known.sum(axis=0).tolist(), strict=True)),
        "prevalence": prevalence,
        "slice": _slices(scored, prevalence, resamples),
        "series": _by_class(scored.series, resamples),
        "false_flags": false_flags(scored, resamples=resamples),
    }
    if scored.exclusive is not None:
        said = scored.exclusive
        there = said.truth >= 0
        report["exclusive"] = exclusive_figures(said.probabilities[there], said.truth[there], said.names)
        report["exclusive"] |= sign_figures(scored, resamples=resamples)
    plain: dict[str, Any] = rounded(report)
    return plain


def _slices(scored: Scored, prevalence: float, resamples: int) -> dict[str, Any]:
    """The figures of single slices."""
    found = _by_class(scored, resamples)
    columns = {name: scored.column(name) for name in CLASSES}
    shortcuts = {name: shortcut_figures(column, resamples=resamples) for name, column in columns.items()}
    found["auc_matched"] = {name: matched.value for name, (matched, _) in shortcuts.items()}
    found["auc_matched_interval"] = {name: _pair(matched) for name, (matched, _) in shortcuts.items()}
    found["auc_position_only"] = {name: alone for name, (_, alone) in shortcuts.items()}
    if scored.brightness is not None:
        column = columns["any"]
        found["auc_hu_share"] = auc(scored.brightness[column.rows], column.labels)
    mean, loss = _means(scored, resamples)
    found |= {"auc_mean": mean.value, "auc_mean_interval": _pair(mean)}
    found |= {"log_loss": loss.value, "log_loss_interval": _pair(loss)}
    found["log_loss_by_class"] = {
        name: float(log_losses(column.scores, column.labels).mean()) if len(column.labels) else math.nan
        for name, column in columns.items()
    }
    found["calibration"] = {name: calibration_entry(column) for name, column in columns.items()}
    found["operating_points"] = {
        name: operating_entries(column, prevalence) for name, column in columns.items()
    }
    return found


def _by_class(scored: Scored, resamples: int) -> dict[str, Any]:
    """``{figure: {class: value}, figure_interval: {class: [low, high]}}``."""
    each = {name: class_figures(scored.column(name), resamples=resamples) for name in CLASSES}
    found: dict[str, Any] = {}
    for figure in FIGURES:
        found[figure] = {name: figures[figure].value for name, figures in each.items()}
        found[f"{figure}_interval"] = {name: _pair(figures[figure]) for name, figures in each.items()}
    return found


def _means(scored: Scored, resamples: int) -> tuple[Interval, Interval]:
    """Mean AUC over the classes that have one, and the weighted log loss."""
    patients = np.asarray(scored.patients)[scored.case].tolist()
    said = [name in scored.predicted for name in CLASSES]

    def figures(rows: NDArray[np.intp]) -> NDArray[np.float64]:
        p, labels, known = scored.probabilities[rows], scored.labels[rows], scored.known[rows]
        aucs = []
        for c in np.flatnonzero(said):
            there = known[:, c] & ~np.isnan(p[:, c])
            aucs.append(auc(p[there, c], labels[there, c]))
        present = [one for one in aucs if not math.isnan(one)]
        return np.array(
            [float(np.mean(present)) if present else math.nan, weighted_log_loss(p, labels, known)]
        )

    value = figures(np.arange(len(scored)))
    mean, loss = intervals(value, bootstrap(figures, patients, resamples=resamples))
    return mean, loss


def _pair(interval: Interval) -> list[float]:
    return [interval.low, interval.high]


def rounded(value: Any) -> Any:
    """Four decimals, which is what a set of some thousand slices supports; ``None`` for NaN."""
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    if isinstance(value, list):
        return [rounded(one) for one in value]
    if not isinstance(value, float):
        return value
    return round(value, 4) if math.isfinite(value) else None
