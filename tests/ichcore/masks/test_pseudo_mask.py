from dataclasses import replace

import numpy as np
import pytest
import torch

from ichcore.errors import InputError
from ichcore.explain.shallow_cam import ShallowMaps
from ichcore.masks import pseudo_mask
from ichcore.masks.chain import WeakChain
from ichcore.masks.pseudo_mask import pseudo_masks
from ichcore.masks.threshold import joined
from ichcore.models.registry import build


def test_layers_are_joined_by_or_unless_every_one_is_asked_for():
    shallow, deep = np.array([0.1, 0.3, 0.3, 0.2]), np.array([0.3, 0.1, 0.3, 0.2])
    assert joined([shallow, deep], 0.2).tolist() == [True, True, True, False]
    assert joined([shallow, deep], 0.2, every=True).tolist() == [False, False, True, False]


class Pointing:
    """In place of a pair's SF-CAM: the bright half of each slice, at two depths, and a logit."""

    def __init__(self, logits):
        self.logits, self.asked = torch.tensor(logits)[:, None], []

    def __call__(self, _pair, hu):
        bright = (hu[:, 0] > 50).float()
        depths = tuple(torch.nn.functional.avg_pool2d(bright[:, None], by)[:, 0] for by in (2, 4))
        which = hu[:, 0, 0, 0].long()
        self.asked += which.tolist()
        return ShallowMaps(depths, self.logits[which])


@pytest.fixture
def scan():
    hu = np.full((12, 16, 16), 30, np.int16)
    hu[:, 4:12, 4:12] = 70
    hu[:, 0, 0] = range(12)  # in a corner, so that the stand-in knows which slice it sees
    return hu


def chain_over(monkeypatch, scan, logits, **how):
    pointing = how.pop("pointing", None) or Pointing(logits)
    monkeypatch.setattr(pseudo_mask, "shallow_cams", pointing)
    pair = build("classifier_pair", {"widths": [[4] * 5] * 2, "depths": [[1] * 5] * 2})
    return pseudo_masks(pair, scan, **how)


def test_masks_lie_where_both_point_in_slices_that_are_called_positive(monkeypatch, scan):
    logits = [1.0 if 3 <= index <= 9 else -1.0 for index in range(12)]
    masks = chain_over(monkeypatch, scan, logits)
    assert masks.any(axis=(1, 2)).tolist() == [logit > 0 for logit in logits]
    assert masks[5, 5:11, 5:11].all()
    assert not masks[5, :3].any()


def test_a_slice_beyond_a_gap_lends_its_neighbours_nothing(monkeypatch, scan):
    scan[1::2, 4:12, 4:12] = 30
    scan[1, 12:15, 4:12] = 70
    positions = np.array([0.0, 5.0, *range(60, 110, 5)])
    near = chain_over(monkeypatch, scan, [1.0] * 12, positions_mm=np.arange(12) * 5.0)
    apart = chain_over(monkeypatch, scan, [1.0] * 12, positions_mm=positions)
    plain = chain_over(monkeypatch, scan, [1.0] * 12)
    assert (near == plain).all()
    assert plain[2, 12:15].any()
    assert not apart[2, 13:15].any()
    assert (apart[6:] == plain[6:]).all()


def test_a_known_label_outweighs_what_the_pair_says(monkeypatch, scan):
    known, label = np.zeros(12, bool), np.zeros(12, bool)
    known[:2], label[1] = True, True
    masks = chain_over(monkeypatch, scan, [1.0, -1.0] + [1.0] * 10, positive=label, known=known)
    assert masks.any(axis=(1, 2)).tolist() == [False, True] + [True] * 10


def test_settings_that_make_no_sense_are_refused():
    for wrong in (
        {"threshold": 1.0},
        {"layers": 3},
        {"crf_weight": -1.0},
        {"least_hu": -1.0},
        {"least_mm2": -1.0},
    ):
        with pytest.raises(ValueError, match="expected"):
            WeakChain(**wrong)


def test_slices_known_to_be_free_of_blood_are_not_explained(monkeypatch, scan):
    known, label = np.ones(12, bool), np.zeros(12, bool)
    known[10:], label[4:7] = False, True
    pointing = Pointing([-1.0] * 12)
    masks = chain_over(monkeypatch, scan, (), pointing=pointing, positive=label, known=known)
    assert pointing.asked == [4, 5, 6, 10, 11]
    assert masks.any(axis=(1, 2)).tolist() == label.tolist()


def test_a_scan_without_blood_has_empty_masks(monkeypatch, scan):
    nothing = np.zeros(12, bool)
    assert not chain_over(monkeypatch, scan, [1.0] * 12, positive=nothing).any()
    assert not chain_over(monkeypatch, scan, [-1.0] * 12).any()


def test_the_crf_draws_the_mask_to_the_borders_of_the_blood(monkeypatch, scan):
    truth = scan == 70
    chain = WeakChain(threshold=0.3)
    plain = chain_over(monkeypatch, scan, [1.0] * 12, chain=chain)
    drawn = chain_over(monkeypatch, scan, [1.0] * 12, chain=replace(chain, crf_weight=4.0), pixel_mm=3.0)
    assert (plain != truth).sum() > 100, "maps are coarser than the blood"
    assert (drawn != truth).sum() < 0.2 * (plain != truth).sum()


def test_the_crf_needs_to_know_how_large_pixels_are(monkeypatch, scan):
    for asked in ({"crf_weight": 4.0}, {"least_hu": 30.0}, {"least_mm2": 4.0}):
        with pytest.raises(InputError, match="how large"):
            chain_over(monkeypatch, scan, [1.0] * 12, chain=WeakChain(**asked))


def test_any_network_that_predicts_hemorrhage_may_point(scan):
    torch.manual_seed(0)
    network = build("window_fusion", {"widths": [4] * 5, "depths": [1] * 5, "fused": 8}).eval()
    label = np.arange(12) == 5
    masks = pseudo_masks(
        network,
        np.repeat(np.repeat(scan, 4, axis=1), 4, axis=2),
        positive=label,
        chain=WeakChain(neighbour_weight=0.0, layers=1, crf_weight=1.0),
        pixel_mm=3.0,
    )
    assert masks.shape == (12, 64, 64)
    assert not masks[~label].any()
