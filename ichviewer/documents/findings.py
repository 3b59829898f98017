"""What the model found, as a table or a JSON object, at the operating points in use."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.errors import IchError
from ichcore.files import write_text
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from pathlib import Path

    from ichcore.predict.prediction import Prediction
    from ichviewer.documents.case import Case

NOTE = "Research use only. Not a medical device."


def findings_json(case: Case) -> dict[str, Any]:
    """The prediction (schema ``ichcore.prediction/1``) with flags at the reader's operating points.

    Raises:
        IchError: if nothing is predicted yet.
    """
    prediction = _prediction(case)
    report = prediction.as_json()
    flags = case.flags()
    report["thresholds"] = [None if np.isnan(t) else round(float(t), 6) for t in case.thresholds]
    report["model_thresholds"] = [None if np.isnan(t) else round(float(t), 6) for t in prediction.thresholds]
    for entry in report["slices"]:
        entry["flags"] = [CLASSES[c] for c in np.flatnonzero(flags[entry["index"]])]
    report["scored_out_of_scope"] = bool(case.refusal)
    report["note"] = _note(case)
    return report


def findings_csv(case: Case) -> str:
    """One row a slice and a last one for the series; empty cells where the model says nothing.

    Raises:
        IchError: if nothing is predicted yet.
    """
    prediction = _prediction(case)
    flags = case.flags()
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(
        [
            "index",
            "sop_instance_uid",
            "position_mm",
            *CLASSES,
            *(f"{name}_flag" for name in CLASSES),
            "model",
            "note",
        ]
    )
    for index, uid in enumerate(prediction.sop_instance_uids):
        table.writerow(
            [
                index,
                uid,
                f"{prediction.positions_mm[index]:.3f}",
                *(_number(p) for p in prediction.probabilities[index]),
                *(int(f) for f in flags[index]),
                prediction.model_name,
                _note(case),
            ]
        )
    table.writerow(
        [
            "series",
            prediction.series_instance_uid,
            "",
            *(_number(p) for p in prediction.series_probabilities),
            *(int(f) for f in np.atleast_1d(flags.any(axis=0))),
            prediction.model_name,
            _note(case),
        ]
    )
    return text.getvalue()


def write_findings(case: Case, target: Path) -> None:
    """Write the findings to ``target`` atomically: ``.json`` as JSON, anything else as CSV.

    Raises:
        IchError: if nothing is predicted yet.
        OSError: if the file cannot be written.
    """
    if target.suffix.lower() == ".json":
        write_text(target, json.dumps(findings_json(case), indent=1) + "\n")
    else:
        write_text(target, findings_csv(case))


def _note(case: Case) -> str:
    """What every reader of the findings must know."""
    if not case.refusal:
        return NOTE
    reasons = " ".join(finding.detail for finding in case.refusal)
    return f"{NOTE} Scored out of scope at the reader's request: {reasons}"


def _prediction(case: Case) -> Prediction:
    if case.prediction is None:
        raise IchError("Nothing is predicted yet, so there are no findings to export; press F5 first.")
    return case.prediction


def _number(value: np.floating[Any]) -> str:
    return "" if np.isnan(value) else f"{float(value):.6f}"
