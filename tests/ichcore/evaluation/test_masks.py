"""Overlap and bleeding sites of drawn masks."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torchmetrics.functional.classification import binary_f1_score, multiclass_jaccard_index

from ichcore.evaluation.overlap import MaskOverlap
from ichcore.evaluation.sites import Sites, sites, sites_of


def mask(*boxes, side=10):
    drawn = np.zeros((side, side), bool)
    for r0, c0, r1, c1 in boxes:
        drawn[r0:r1, c0:c1] = True
    return drawn


def test_the_two_readings_of_miou_differ_where_a_bleed_is_small():
    right = (mask((0, 0, 5, 10)), mask((0, 0, 5, 10)))
    missed = (mask(), mask((0, 0, 1, 1)))
    found = MaskOverlap.of([right, missed])
    assert found.iou == pytest.approx(50 / 51)
    assert found.miou_of_images.tolist() == pytest.approx([1, (0 + 0.99) / 2])
    assert found.miou_over_images == pytest.approx((1 + 0.495) / 2)
    assert found.miou_over_pixels == pytest.approx((50 / 51 + 149 / 150) / 2)
    assert found.dice == pytest.approx(100 / 101)
    assert found.dice_over_images == pytest.approx(0.5)


def test_nothing_drawn_where_nothing_is_has_its_background_alone():
    found = MaskOverlap.of([(mask(), mask())])
    assert found.miou_over_images == 1
    assert math.isnan(found.iou)
    assert math.isnan(found.dice_over_images)
    assert math.isnan(MaskOverlap().miou_over_images)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_overlaps_are_those_of_torchmetrics(seed):
    random = np.random.default_rng(seed)
    predicted, truth = random.random((2, 8, 8)) < 0.4
    found = MaskOverlap.of([(predicted, truth)])
    p, t = (torch.from_numpy(m.astype(int)) for m in (predicted, truth))
    assert found.miou_over_pixels == pytest.approx(float(multiclass_jaccard_index(p, t, 2)), abs=1e-6)
    assert found.dice == pytest.approx(float(binary_f1_score(p, t)), abs=1e-6)
    assert found.miou_over_images == pytest.approx(found.miou_over_pixels)


def test_sites_found_missed_and_imagined():
    truth = mask((0, 0, 2, 2), (0, 6, 2, 8), (6, 0, 8, 2))
    predicted = mask((1, 1, 4, 3), (8, 8, 10, 10), (4, 6, 5, 7))
    found = sites(predicted, truth)
    assert found == Sites(true=3, located=1, predicted=3, false=2)
    assert found.correct_localization == pytest.approx(1 / 3)
    assert found.missed_localization == pytest.approx(2 / 3)
    assert found.false_positive_localization == pytest.approx(2 / 3)
    both = sites_of([(predicted, truth), (mask(), mask())])
    assert both == found
    assert math.isnan(sites(mask(), mask()).correct_localization)


def test_corners_that_touch_are_one_site_and_one_stroke_may_find_two():
    assert sites(mask(), mask((0, 0, 2, 2), (2, 2, 4, 4))).true == 1
    assert sites(mask((0, 0, 1, 10)), mask((0, 0, 2, 2), (0, 6, 2, 8))) == Sites(2, 2, 1, 0)
