"""How far models are apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ichcore.predict.disagreement import disagreement
from ichcore.predict.prediction import Prediction
from tests.ichviewer.conftest import predicted


def saying(*rows: list[float]) -> Prediction:
    probabilities = np.array(rows, np.float32)
    return replace(predicted(len(rows)), probabilities=probabilities)


NAN = float("nan")


def test_the_class_that_divides_them_most_counts() -> None:
    one = saying([0.9, 0.1, 0.1, 0.1, 0.1, 0.2], [0.1] * 6)
    two = saying([0.8, 0.1, 0.1, 0.1, 0.1, 0.9], [0.1] * 6)
    found = disagreement([one, two], [one.flags(), two.flags()])
    assert found is not None
    np.testing.assert_allclose(found.spread, [0.7, 0.0], atol=1e-6)
    assert found.class_index[0] == 5
    assert found.split.tolist() == [True, False]


def test_a_class_that_one_of_them_does_not_predict_divides_nobody() -> None:
    one = saying([0.9, 0.9, 0.9, 0.9, 0.9, 0.9])
    two = saying([0.7, NAN, NAN, NAN, NAN, NAN])
    found = disagreement([one, two], [one.flags(), two.flags()])
    assert found is not None
    np.testing.assert_allclose(found.spread, [0.2], atol=1e-6)
    assert found.class_index.tolist() == [0]
    assert found.split.tolist() == [False]


def test_slices_of_which_one_has_spoken_are_open() -> None:
    one = saying([0.9] * 6, [0.9] * 6)
    two = saying([0.1] * 6, [NAN] * 6)
    found = disagreement([one, two], [one.flags(), two.flags()])
    assert found is not None
    assert np.isnan(found.spread).tolist() == [False, True]
    assert found.class_index[1] == -1
    assert found.split.tolist() == [True, False]


def test_one_model_disagrees_with_nobody() -> None:
    assert disagreement([predicted()], [predicted().flags()]) is None
