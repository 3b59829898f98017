"""One or two honest sentences on what the model says of a series."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication

from ichcore.subtypes import CLASSES
from ichviewer.widgets.panels.runs import spoken

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.models.card import Card
    from ichcore.predict.prediction import Prediction
    from ichviewer.documents.beyond_six import Alone


def tr(text: str) -> str:
    """Screen text of this module, translatable."""
    return QCoreApplication.translate("summary", text)


def series_probabilities(prediction: Prediction) -> NDArray[np.float32]:
    """``(6,)`` of the series: the model's own, or the highest slice so far while slices stream in."""
    if not np.isnan(prediction.series_probabilities).all():
        return prediction.series_probabilities
    known = np.where(np.isnan(prediction.probabilities), -np.inf, prediction.probabilities)
    highest = known.max(axis=0, initial=-np.inf)
    return np.where(np.isfinite(highest), highest, np.nan).astype(np.float32)


def findings_sentence(prediction: Prediction, flags: NDArray[np.bool_]) -> str:
    """Say what is flagged and where, as in ``Epidural 0.94 on slices 15–22, subdural 0.61 on slice 3.``.

    Args:
        prediction: perhaps of some slices only yet.
        flags: bool ``(slices, 6)`` at the operating points in use.
    """
    highest = series_probabilities(prediction)
    said = [c for c in range(1, len(CLASSES)) if flags[:, c].any()]
    if not said and flags[:, 0].any():
        said = [0]
    said.sort(key=lambda c: -float(highest[c]))
    parts = [
        tr("{name} {value:.2f} on {slices}").format(
            name=tr("any hemorrhage") if c == 0 else CLASSES[c],
            value=float(np.nanmax(prediction.probabilities[:, c])),
            slices=_slices(np.flatnonzero(flags[:, c])),
        )
        for c in said
    ]
    if parts:
        sentence = ", ".join(parts) + "."
        return sentence[0].upper() + sentence[1:]
    if np.isnan(highest).all():
        return tr("No slice is predicted yet.")
    top = int(np.nanargmax(highest))
    column = prediction.probabilities[:, top]
    return tr("No slice reaches its threshold; highest is {name} {value:.2f} on slice {slice}.").format(
        name=CLASSES[top], value=float(highest[top]), slice=int(np.nanargmax(column)) + 1
    )


def neighbours_sentence(prediction: Prediction, alone: Alone | None) -> str:
    """What a sequence network says of the scan and of its slices by themselves; empty for other networks."""
    if alone is None or not alone.complete or np.isnan(alone.series[0]):
        return ""
    changed = np.abs(prediction.probabilities - alone.probabilities)
    known = np.where(np.isnan(changed), -1.0, changed)
    index, column = np.unravel_index(int(known.argmax()), known.shape)
    return tr(
        "Scan {scan:.2f} for any, its slices by themselves {alone:.2f}; neighbours changed {name} on slice "
        "{slice} most, from {before:.2f} to {after:.2f}."
    ).format(
        scan=float(prediction.series_probabilities[0]),
        alone=float(alone.series[0]),
        name=CLASSES[int(column)],
        slice=int(index) + 1,
        before=float(alone.probabilities[index, column]),
        after=float(prediction.probabilities[index, column]),
    )


def caveat_sentence(
    prediction: Prediction, card: Card | None, *, own_thresholds: bool, out_of_scope: bool = False
) -> str:
    """How the figures came about: rule, calibration, whose thresholds, and that it is no diagnosis."""
    done, slices = int(prediction.done.sum()), int(prediction.done.size)
    parts = [tr("scored out of scope")] if out_of_scope else []
    if done < slices:
        parts.append(tr("{done} of {slices} slices so far").format(done=done, slices=slices))
    parts.append(tr("highest of all slices"))
    if prediction.calibrated:
        fitted_on = card.calibration.fitted_on if card is not None and card.calibration is not None else ""
        fitted_on = fitted_on.split(",")[0]  # the card itself tells the rest
        parts.append(tr("calibrated on {data}").format(data=fitted_on) if fitted_on else tr("calibrated"))
    else:
        parts.append(tr("not calibrated"))
    if own_thresholds:
        parts.append(tr("thresholds set by you"))
    parts.append(tr("not a diagnosis"))
    return " · ".join(parts)


def _slices(indices: NDArray[np.intp]) -> str:
    word = tr("slice") if indices.size == 1 else tr("slices")
    return f"{word} {spoken(indices.tolist())}"
