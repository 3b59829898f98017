import math

import numpy as np
import pytest
import torch
from torchmetrics.functional.classification import binary_cohen_kappa
from torchmetrics.functional.nominal import fleiss_kappa as fleiss_by_torchmetrics

from ichcore.annotations.kappa import cohen_kappa, fleiss_kappa, reliability
from ichcore.errors import InputError


def test_cohens_kappa_of_a_table_worked_by_hand():
    # both yes 20, first only 5, second only 10, both no 15: agreement 0.7, by chance 0.5
    a = np.repeat([1, 1, 0, 0], [20, 5, 10, 15])
    b = np.repeat([1, 0, 1, 0], [20, 5, 10, 15])
    assert cohen_kappa(a, b) == pytest.approx(0.4)
    assert cohen_kappa(a, a) == 1
    assert math.isnan(cohen_kappa(np.ones(4, int), np.ones(4, int))), "no chance to disagree"


def test_fleiss_kappa_of_two_subjects_worked_by_hand():
    # one subject 2:1, one 3:0: agreement 2/3, by chance 1/9 + 4/9
    assert fleiss_kappa(np.array([[1, 1, 0], [0, 0, 0]])) == pytest.approx(0.25)


def test_kappas_are_those_of_torchmetrics():
    random = np.random.default_rng(0)
    truth = random.integers(0, 3, 60)
    ratings = np.stack(
        [np.where(random.random(60) < 0.8, truth, random.integers(0, 3, 60)) for _ in range(3)], 1
    )
    votes = np.stack([(ratings == c).sum(1) for c in range(3)], 1)
    assert fleiss_kappa(ratings) == pytest.approx(
        float(fleiss_by_torchmetrics(torch.from_numpy(votes))),
        abs=1e-4,  # it adds 1e-5 to the divisor
    )
    first, second = (torch.from_numpy((ratings[:, i] == 2).astype(int)) for i in (0, 1))
    expected = float(binary_cohen_kappa(first, second))
    found = reliability(ratings, ("Non-ICH", "Normal ICH", "Blend sign"))
    pair = found["Blend sign"]["pairs"][0]
    assert pair["raters"] == [0, 1]
    assert pair["cohen_kappa"] == pytest.approx(expected, abs=1e-6)
    assert [p["raters"] for p in found["Non-ICH"]["pairs"]] == [[0, 1], [0, 2], [1, 2]]


def test_one_rater_alone_agrees_with_nobody():
    with pytest.raises(InputError, match="two raters"):
        fleiss_kappa(np.zeros((4, 1), int))
