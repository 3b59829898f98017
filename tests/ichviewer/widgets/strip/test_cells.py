"""Pooling keeps every slice, every maximum and every flag."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QColor

from ichviewer.widgets.strip.cells import pool
from ichviewer.widgets.strip.rows import StripRow


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 120), st.integers(1, 60), st.integers(0, 2**31))
def test_pooling(slices: int, columns: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    p = rng.random((slices, 6)).astype(np.float32)
    flags, done = p > 0.8, rng.random(slices) > 0.3
    colour = QColor("white")
    rows = [StripRow("ANY", colour, p[:, c], flags[:, c], p[:, c] / 2 if c else None) for c in range(6)]
    cells = pool(rows, done, columns)
    covered = [i for a, b in zip(cells.first, cells.last, strict=True) for i in range(a, b + 1)]
    assert covered == list(range(slices))
    assert np.array_equal(np.nanmax(cells.values, axis=0), p.max(axis=0))
    assert np.array_equal(cells.marked.any(axis=0), flags.any(axis=0))
    assert np.isnan(cells.alone[:, 0]).all(), "a row without such values has none"
    assert np.array_equal(np.nanmax(cells.alone[:, 1:], axis=0), p[:, 1:].max(axis=0) / 2)
    assert cells.pending.any() == (~done).any()
    assert cells.first.size <= min(slices, columns) or columns < 1
