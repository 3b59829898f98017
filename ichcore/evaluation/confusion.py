"""Exclusive classes, such as Wang's three: confusion matrix (rows = predicted), each against the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.evaluation.auc import auc
from ichcore.evaluation.counts import Counts

if TYPE_CHECKING:
    from numpy.typing import NDArray


def confusion_matrix(
    predicted: NDArray[np.integer], truth: NDArray[np.integer], classes: int
) -> NDArray[np.int64]:
    """``(classes, classes)`` counts; row = predicted, column = true (Wang 2023, Fig. 6).

    Args:
        predicted: ``(N,)``, 0 to ``classes`` − 1.
        truth: ``(N,)``, likewise.
        classes: how many there are.
    """
    cell = np.asarray(predicted, np.int64) * classes + np.asarray(truth, np.int64)
    return np.bincount(cell, minlength=classes * classes).reshape(classes, classes)


def shares_of_truth(matrix: NDArray[np.integer]) -> NDArray[np.float64]:
    """Each column divided by its sum: of the slices that are so, what they were called. NaN without any."""
    total = matrix.sum(axis=0, keepdims=True)
    shares = np.full(matrix.shape, np.nan)
    np.divide(matrix, total, out=shares, where=total > 0)
    return shares


def against_the_rest(matrix: NDArray[np.integer], which: int) -> Counts:
    """Counts of one class of a confusion matrix, all others together being its negative."""
    tp = int(matrix[which, which])
    fp, fn = int(matrix[which].sum()) - tp, int(matrix[:, which].sum()) - tp
    return Counts(tp=tp, fp=fp, tn=int(matrix.sum()) - tp - fp - fn, fn=fn)


def exclusive_figures(
    probabilities: NDArray[np.floating], truth: NDArray[np.integer], names: tuple[str, ...]
) -> dict[str, object]:
    """Sensitivity, specificity, F1 and AUC of each class, and the matrix (Wang 2023, Table 3 and Fig. 6).

    The most probable class is the answer; the AUC is that of its probability against the rest.

    Args:
        probabilities: ``(N, K)``, rows adding to 1.
        truth: ``(N,)``, 0 to K − 1.
        names: of the K classes.

    Returns:
        ``{"classes", "sensitivity": {name: …}, "specificity", "f1", "auc", "confusion": K rows of counts}``.
    """
    answer = probabilities.argmax(axis=1)
    matrix = confusion_matrix(answer, truth, len(names))
    each = {name: against_the_rest(matrix, i) for i, name in enumerate(names)}
    return {
        "classes": list(names),
        "sensitivity": {name: c.sensitivity for name, c in each.items()},
        "specificity": {name: c.specificity for name, c in each.items()},
        "f1": {name: c.f1 for name, c in each.items()},
        "auc": {name: auc(probabilities[:, i], truth == i) for i, name in enumerate(names)},
        "confusion": matrix.tolist(),
    }
