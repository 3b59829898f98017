"""Fuzzy matching: letters in order, better at the start of words and together."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ichviewer.widgets.dialogs.fuzzy import score


@pytest.mark.parametrize(
    ("query", "better", "worse"),
    [
        ("learn", "Learned window", "Overlay intraventricular alone"),
        ("nf", "Next flagged slice", "Invert overlay fully"),
        ("brain", "Brain window 40/80", "Box around intraparenchymal"),
        ("win brain", "Brain window 40/80", "Subdural window 80/200"),
    ],
)
def test_the_better_fit_scores_more(query: str, better: str, worse: str) -> None:
    good, bad = score(query, better), score(query, worse)
    assert good is not None
    assert bad is None or good > bad


def test_letters_that_are_not_there_do_not_fit() -> None:
    assert score("xyz", "Learned window") is None


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="abcdef ", min_size=0, max_size=20))
def test_every_text_fits_itself_and_nothing_fits_everything(text: str) -> None:
    assert score(text, text) is not None
    assert score("", text) == 0
