"""How far one gets by counting bright pixels; the figure that issue 2 asks for."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage
from scipy.stats import rankdata

from ichcore.phantom import iterate_cases


def bright_share(hu: np.ndarray) -> float:
    """Share of 50–90 HU pixels inside the skull of one slice."""
    bone = hu > 150
    closed = ndimage.binary_fill_holes(ndimage.binary_closing(np.pad(bone, 8), iterations=4))[8:-8, 8:-8]
    inside = ndimage.binary_opening(closed & ~bone)
    count = int(inside.sum())
    return float(((hu >= 50) & (hu <= 90) & inside).sum() / count) if count > 50 else 0.0


def auc(scores: np.ndarray, truth: np.ndarray) -> float:
    ranks = rankdata(scores)
    positive = int(truth.sum())
    return float((ranks[truth].sum() - positive * (positive + 1) / 2) / (positive * (~truth).sum()))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_counting_bright_pixels_is_not_enough() -> None:
    scores, smooth, truth = [], [], []
    for case in iterate_cases(30, 77, mix="even", slices=24, size=160):
        for hu, label in zip(case.volume.hu.astype(float), case.labels, strict=True):
            scores.append(bright_share(hu))
            smooth.append(bright_share(ndimage.gaussian_filter(hu, 1.0)))
            truth.append(bool(label[0]))
    found = auc(np.array(scores), np.array(truth)), auc(np.array(smooth), np.array(truth))
    print(f"slice AUC of the bright share: {found[0]:.3f}, after smoothing {found[1]:.3f}")  # noqa: T201
    assert max(found) <= 0.85
