"""Slice numbers as a reader says them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ichviewer.widgets.panels.runs import runs, spoken


@pytest.mark.parametrize(
    ("indices", "words"),
    [
        ([], ""),
        ([2], "3"),
        ([14, 15, 16], "15–17"),
        ([0, 4, 5], "1, 5–6"),
        ([0, 2, 4, 6, 8], "1, 3, 5 and 2 more"),
    ],
)
def test_spoken(indices: list[int], words: str) -> None:
    assert spoken(indices) == words


@settings(max_examples=40, deadline=None)
@given(st.sets(st.integers(0, 60)))
def test_runs_hold_every_index_once(indices: set[int]) -> None:
    assert [i for first, last in runs(indices) for i in range(first, last + 1)] == sorted(indices)
