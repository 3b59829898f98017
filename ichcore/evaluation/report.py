"""One report of a model on labelled cases: slices, series, boxes, and what shortcuts would reach."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.evaluation.auc import auc, auc_interval, matched_auc, position_scores
from ichcore.evaluation.localization import localization
from ichcore.evaluation.log_loss import weighted_log_loss
from ichcore.subtypes import CLASSES
from ichcore.training.batches import SliceTable
from ichcore.training.run import predict_logits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ichcore.datasets.case_files import CaseFiles
    from ichcore.models.checkpoint import LoadedModel


def evaluate(model: LoadedModel, cases: Sequence[CaseFiles], *, boxes: bool = True) -> dict[str, Any]:
    """Evaluate a checkpoint on labelled cases on its own grid.

    Args:
        model: loaded checkpoint.
        cases: of the model's size and pixel size.
        boxes: whether the CAM's boxes are scored too.

    Returns:
        ``{"cases", "slices", "positives", "slice": {"auc", "auc_interval", "auc_matched",
        "auc_position_only", "auc_hu_share", "auc_mean", "sensitivity", "specificity", "log_loss"},
        "series": {"auc"}, "localization"}``; AUCs by class name, ``None`` where one kind is missing.
    """
    table = SliceTable(cases)
    probabilities = slice_probabilities(model, cases)
    heights = np.concatenate([np.asarray(case.about["height"], float) for case in cases])
    share = np.concatenate([np.asarray(case.about["share"], float) for case in cases])
    patients = [cases[i].patient for i in table.case]
    report: dict[str, Any] = {
        "cases": len(cases),
        "slices": len(table),
        "positives": dict(zip(CLASSES, table.labels.sum(axis=0).tolist(), strict=True)),
        "slice": _slices(model, probabilities, table.labels, heights, patients),
        "series": {"auc": _series(probabilities, table)},
    }
    report["slice"]["auc_hu_share"] = _number(auc(share, table.labels[:, 0]))
    if boxes:
        report["localization"] = localization(model.network, cases, probabilities)
    return report


def slice_probabilities(model: LoadedModel, cases: Sequence[CaseFiles]) -> NDArray[np.float32]:
    """``(slices, 6)`` calibrated probabilities of every slice of the cases, in order."""
    logits = predict_logits(model.network, cases, neighbour_weight=model.card.neighbour_weight)
    return model.card.probabilities(logits)


def _slices(
    model: LoadedModel,
    probabilities: NDArray[np.float32],
    labels: NDArray[np.bool_],
    heights: NDArray[np.float64],
    patients: list[str],
) -> dict[str, Any]:
    """The figures of single slices."""
    out: dict[str, dict[str, Any]] = {
        key: {}
        for key in ("auc", "auc_interval", "auc_matched", "auc_position_only", "sensitivity", "specificity")
    }
    for column, name in enumerate(CLASSES):
        score, label = probabilities[:, column], labels[:, column]
        interval = auc_interval(score, label, patients)
        out["auc"][name] = _number(interval.value)
        out["auc_interval"][name] = [_number(interval.low), _number(interval.high)]
        out["auc_matched"][name] = _number(matched_auc(score, label, heights))
        out["auc_position_only"][name] = _number(auc(position_scores(label, heights, patients), label))
        flagged = score >= model.card.thresholds.get(name, math.nan)
        out["sensitivity"][name] = _number(float(flagged[label].mean()) if label.any() else math.nan)
        out["specificity"][name] = _number(float((~flagged[~label]).mean()) if not label.all() else math.nan)
    there = [value for value in out["auc"].values() if value is not None]
    return {
        **out,
        "auc_mean": _number(float(np.mean(there)) if there else math.nan),
        "log_loss": _number(weighted_log_loss(np.nan_to_num(probabilities), labels)),
    }


def _series(probabilities: NDArray[np.float32], table: SliceTable) -> dict[str, float | None]:
    """AUC of the series' maximum over its slices [ours]."""
    count = len(table.cases)
    score = np.stack([probabilities[table.case == i].max(axis=0) for i in range(count)])
    label = np.stack([table.labels[table.case == i].any(axis=0) for i in range(count)])
    return {name: _number(auc(score[:, c], label[:, c])) for c, name in enumerate(CLASSES)}


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)
