"""Four reasons to look at a series, each from 0 to 1: what is unsure, and what does not fit together.

Definitions, all ours. `p` is a slice's probability of `any`, `t` the threshold that flags it::

    above = (p − t) / (1 − t)  where p ≥ t, else 0
    below = (t − p) / t        where p < t, else 0

so that both are 0 at the threshold and 1 at certainty. Of a series' slices the *largest quarter* speaks (at
least one slice): a mean over all would drown a small bleed, and a maximum would call every series unsure,
since each bleed ends somewhere. A quarter does not hang on how thin slices are.

- **uncertainty** of a slice: ``1 − above − below``; of the series: mean of the largest quarter.
- **disagreement of models** on a slice: the largest difference of a class' probability between two of them;
  of the series: mean of the largest quarter.
- **probability against mask** of a slice whose mask covers an area ``a``, with ``m = min(1, a / 1 cm²)``:
  ``above · (1 − m) + below · m``; of the series: mean over slices that are flagged or have a mask.
- **activation against mask** of a slice with activation ``A`` in [0, 1] and mask ``M`` in {0, 1}: the mean of
  the share of activation outside the mask, ``Σ A (1 − M) / Σ A``, and of the share of mask without
  activation, ``Σ M (1 − A) / Σ M``; 1 where only one of the two is there; of the series: mean over slices
  that are flagged or have a mask.

The last two are 0 where nothing is flagged and nothing drawn: then nothing speaks against anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.predict.disagreement import disagreement

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from ichcore.predict.prediction import Prediction

SURE_MM2 = 100.0
"""A mask of this area in a slice is as much as a sure probability asks for."""
ANY = 0
"""Column of the class `any`."""


def uncertainty(prediction: Prediction) -> float | None:
    """How near `any` is to its threshold.

    Args:
        prediction: of the series; slices without a picture do not count.

    Returns:
        0 to 1; ``None`` where the model says nothing of `any`.
    """
    above, below = _sides(prediction)
    near = 1.0 - above - below
    return _largest_quarter(near[~np.isnan(near)])


def model_disagreement(predictions: Sequence[Prediction]) -> float | None:
    """How far models are apart.

    Args:
        predictions: of one series, one a model.

    Returns:
        0 to 1; ``None`` where no two speak of the same class.
    """
    found = disagreement(predictions, [prediction.flags() for prediction in predictions])
    if found is None:
        return None
    return _largest_quarter(found.spread[~np.isnan(found.spread)].astype(np.float64))


def volume_mismatch(
    prediction: Prediction, labels: NDArray[np.uint8], pixel_mm2: float | None
) -> float | None:
    """Whether much is drawn where the model says little, or little where it says much.

    Args:
        prediction: of the series.
        labels: ``(slices, rows, columns)`` label map.
        pixel_mm2: area of a pixel; ``None`` where the source does not say.

    Returns:
        0 to 1; ``None`` without an area, or where the model says nothing of `any`.
    """
    above, below = _sides(prediction)
    if pixel_mm2 is None or np.isnan(above).all():
        return None
    drawn = np.count_nonzero(labels, axis=(1, 2)) * pixel_mm2
    share = np.minimum(1.0, drawn / SURE_MM2)
    asked = in_question(prediction, labels) & ~np.isnan(above)
    return float((above * (1.0 - share) + below * share)[asked].mean()) if asked.any() else 0.0


def activation_mismatch(
    prediction: Prediction, labels: NDArray[np.uint8], activation: Callable[[int], NDArray[np.float32]]
) -> float:
    """Whether the model looks where nothing is drawn, or something is drawn where it does not look.

    Args:
        prediction: of the series.
        labels: ``(slices, rows, columns)`` label map.
        activation: gives the map of a slice, ``(rows, columns)`` in [0, 1]; asked for flagged and drawn ones.

    Returns:
        0 to 1.
    """
    apart = [
        _apart(activation(index).astype(np.float64), labels[index] > 0)
        for index in np.flatnonzero(in_question(prediction, labels)).tolist()
    ]
    return float(np.mean(apart)) if apart else 0.0


def in_question(prediction: Prediction, labels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """``(slices,)`` that are flagged for any class or have a mask."""
    asked: NDArray[np.bool_] = np.logical_or(prediction.flags().any(axis=1), labels.any(axis=(1, 2)))
    return asked


def _sides(prediction: Prediction) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """``(slices,)`` above and below; NaN where nothing was said."""
    p = prediction.probabilities[:, ANY].astype(np.float64)
    t = float(prediction.thresholds[ANY])
    # at a threshold of 0 or 1 one side has no room; nothing is ever there but the threshold itself
    above, below = (p - t) / ((1.0 - t) or 1.0), (t - p) / (t or 1.0)
    return np.clip(above, 0.0, 1.0), np.clip(below, 0.0, 1.0)


def _apart(activation: NDArray[np.float64], mask: NDArray[np.bool_]) -> float:
    shown, drawn = float(activation.sum()), int(mask.sum())
    if not shown or not drawn:
        return 1.0 if shown or drawn else 0.0
    both = float(activation[mask].sum())
    return float(np.clip(1.0 - (both / shown + both / drawn) / 2.0, 0.0, 1.0))


def _largest_quarter(values: NDArray[np.float64]) -> float | None:
    """Mean of the largest quarter, at least one value; ``None`` of none."""
    if not values.size:
        return None
    count = (values.size + 3) // 4
    return float(np.sort(values)[-count:].mean())
