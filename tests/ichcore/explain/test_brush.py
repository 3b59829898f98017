"""Brush strokes cover what the hand went over, in mm."""

from __future__ import annotations

import numpy as np
import pytest

from ichcore.explain.brush import brushed


def test_a_dab_is_a_disc_in_mm() -> None:
    mask = brushed([(20.0, 30.0)], 6.0, (1.0, 2.0), (48, 48))
    assert mask[20, 30]
    assert np.flatnonzero(mask[:, 30]).tolist() == list(range(14, 27))
    assert np.flatnonzero(mask[20]).tolist() == list(range(27, 34))
    assert mask.sum() * 2.0 == pytest.approx(np.pi * 36, rel=0.08)


def test_a_stroke_is_as_wide_as_the_brush_all_along() -> None:
    mask = brushed([(10.0, 5.0), (10.0, 25.0), (30.0, 25.0)], 3.0, (1.0, 1.0), (40, 40))
    assert np.flatnonzero(mask[:, 15]).tolist() == list(range(7, 14))
    assert np.flatnonzero(mask[20]).tolist() == list(range(22, 29))


def test_a_stroke_over_the_edge_stays_on_the_slice() -> None:
    mask = brushed([(-4.0, -4.0), (50.0, 4.0)], 5.0, (1.0, 1.0), (40, 40))
    assert mask[0, 0]
    assert not mask[:, 20:].any()
    assert not brushed([(-50.0, -50.0)], 5.0, (1.0, 1.0), (40, 40)).any()
