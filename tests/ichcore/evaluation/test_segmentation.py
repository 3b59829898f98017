"""Masks that a network draws."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from ichcore.errors import InputError
from ichcore.evaluation.segmentation import segmentation_report
from ichcore.models.card import Card
from ichcore.models.checkpoint import LoadedSegmenter
from ichcore.models.network import SegmentationNetwork
from tests.ichcore.evaluation.bright_spot import PIXEL_MM, SIZE, heads


class Brighter(SegmentationNetwork):
    """Draws what is brighter than 50 HU and no bone."""

    def forward(self, hu):
        blood = ((hu > 50) & (hu < 200)).float()
        return torch.cat([0.5 - blood, blood - 0.5], dim=1)


def segmenter():
    card = Card("masks", "Masks", "ma2025", "u_net", {}, SIZE, PIXEL_MM)
    return LoadedSegmenter("masks", card, "", Brighter().eval(), Path("masks"), torch.device("cpu"))


def test_a_network_that_draws_the_bleeds_is_right_in_every_figure():
    report = segmentation_report(segmenter(), heads(), resamples=10)
    assert (report["cases"], report["patients"], report["slices"]) == (3, 3, 18)
    masks = report["masks"]
    assert all(masks[name] == 1 for name in ("iou", "dice", "miou_over_pixels", "miou_over_images", "cl"))
    assert masks["fpl"] == masks["ml"] == 0
    assert masks["iou_interval"] == [1, 1]


def test_slices_that_were_not_drawn_are_left_out():
    case = heads(1)[0]
    about = {**case.about, "drawn": [True] * 4 + [False] * 2}
    hu = case.hu.copy()
    hu[0, 20:24, 26:30] = 80
    report = segmentation_report(segmenter(), [replace(case, hu=hu, about=about)], resamples=10)
    assert report["slices"] == report["masks"]["images"] == 4
    assert report["masks"]["sites"] == 1
    assert report["masks"]["fpl"] == 0.5
    assert report["masks"]["iou"] == pytest.approx(48 / 64)
    positive = report["masks_positive"]
    assert 0 < positive["images"] < 4
    assert positive["iou"] == 1
    assert (positive["sites"], positive["fpl"]) == (1, 0)
    with pytest.raises(InputError, match="drawn"):
        segmentation_report(segmenter(), [replace(case, about={**about, "drawn": False})])


def test_intervals_are_over_patients():
    cases = heads(2)
    wrong = replace(cases[0], truth=np.roll(cases[0].truth, 12, axis=2))
    masks = segmentation_report(segmenter(), [wrong, cases[1]], resamples=60)["masks"]
    assert masks["cl"] == 0.5
    assert masks["cl_interval"] == [0, 1]
