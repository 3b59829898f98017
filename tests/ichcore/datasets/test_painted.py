"""Heads without their bleeds: what the model lights up is gone, the rest stays, and no mask was looked at."""

import dataclasses

import numpy as np
import pytest
import torch

from ichcore.datasets.case_files import WEAK_MARGIN, read_case, write_case
from ichcore.datasets.painted import lit_regions, make_painted_set
from ichcore.errors import InputError
from ichcore.models.network import IchNetwork
from ichcore.subtypes import CLASSES

SIZE, PIXEL_MM = 96, 2.2
BLEEDING = 5


class SeesBrightness(IchNetwork):
    """A network whose CAM of every class is where a slice is brighter than brain and darker than bone."""

    def features(self, hu):
        return torch.nn.functional.avg_pool2d(((hu > 55) & (hu < 90)).float(), 4)

    def from_features(self, features):
        return features.amax(dim=(2, 3)).expand(-1, len(CLASSES))

    def cam(self, features):
        return features.expand(-1, len(CLASSES), -1, -1) - 0.05


@pytest.fixture
def head(tmp_path):
    """Nine slices of a head with a skull; in two of them a clot, of which only the first is labelled."""
    random = np.random.default_rng(4)
    rows, columns = np.indices((SIZE, SIZE)) - (SIZE - 1) / 2
    away = np.hypot(rows, columns)
    hu = np.full((9, SIZE, SIZE), -1000, np.int16)
    hu[:, away < 42] = 900
    hu[:, away < 38] = 0
    hu[:, away < 38] += np.rint(random.normal(33, 3, (9, int((away < 38).sum())))).astype(np.int16)
    clot = np.hypot(rows - 4, columns - 14) < 7
    hu[BLEEDING, clot] += 35
    hu[BLEEDING + 1, clot] += 35
    labels = np.zeros((9, len(CLASSES)), bool)
    labels[BLEEDING, [0, CLASSES.index("intraparenchymal")]] = True
    known = np.zeros(labels.shape, bool)
    known[:, [0, CLASSES.index("intraparenchymal")]] = True
    about = {"patient": "p", "case": "c", "pixel_mm": PIXEL_MM, "masks_teach": False}
    about |= {"height": np.linspace(0, 1, 9).tolist(), "share": [0.0] * 9}
    write_case(tmp_path / "host", hu, None, labels, about, known=known)
    return read_case(tmp_path / "host"), clot


def test_the_blood_is_gone_and_the_slices_are_known_to_be_blank(head, tmp_path):
    host, clot = head
    (painted,) = make_painted_set([host], tmp_path / "set", SeesBrightness())
    for index in (BLEEDING, BLEEDING + 1):
        assert host.hu[index][clot].mean() > 60
        assert painted.hu[index][clot].mean() < 40
    assert not painted.labels.any()
    assert painted.known.all(), "no hemorrhage is no subtype either"
    assert painted.patient == host.patient
    assert painted.masks_teach, "a host of implants like any blank head"


def test_slices_away_from_the_bleed_stay_as_they_were(head, tmp_path):
    host, _ = head
    (painted,) = make_painted_set([host], tmp_path / "set", SeesBrightness())
    far = [i for i in range(9) if abs(i - BLEEDING) > WEAK_MARGIN]
    np.testing.assert_array_equal(painted.hu[far], host.hu[far])


def test_beside_a_weak_label_no_slice_is_surely_blank(head):
    host, _ = head
    assert np.flatnonzero(host.free_of_blood).tolist() == [0, 1, 2, 8]
    strong = dataclasses.replace(host, about={**host.about, "masks_teach": True})
    assert np.flatnonzero(~strong.free_of_blood).tolist() == [BLEEDING]


def test_what_is_painted_follows_the_map_and_not_a_mask(head):
    host, clot = head
    drawn = dataclasses.replace(host, truth=np.ones(host.hu.shape, np.uint8))
    regions = lit_regions(SeesBrightness(), drawn)
    np.testing.assert_array_equal(regions, lit_regions(SeesBrightness(), host))
    assert regions[BLEEDING][clot].mean() > 0.95
    assert regions[BLEEDING].sum() < 3 * clot.sum()
    assert not regions[0].any()


def test_heads_without_blood_are_passed_over_and_done_ones_are_kept(head, tmp_path):
    host, _ = head
    blank = dataclasses.replace(host, labels=np.zeros_like(host.labels))
    assert make_painted_set([blank], tmp_path / "set", SeesBrightness()) == []
    make_painted_set([host], tmp_path / "set", SeesBrightness())
    written = (tmp_path / "set" / "painted-c" / "hu.npy").stat().st_mtime_ns
    make_painted_set([host], tmp_path / "set", SeesBrightness())
    assert (tmp_path / "set" / "painted-c" / "hu.npy").stat().st_mtime_ns == written


def test_only_a_classifier_can_say_where_blood_is(head, tmp_path):
    with pytest.raises(InputError, match="checkpoint of one"):
        make_painted_set([head[0]], tmp_path / "set", torch.nn.Identity())
