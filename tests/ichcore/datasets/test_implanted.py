from dataclasses import replace

import numpy as np
import pytest

from ichcore.datasets.case_files import read_case
from ichcore.datasets.host_anatomy import estimate_host
from ichcore.datasets.implanted import implant, make_implanted_set
from ichcore.datasets.labelled import LabelledSeries
from ichcore.datasets.placing import Grid, write_on_grid
from ichcore.errors import InputError
from ichcore.pictures.display_window import as_picture, estimate_window
from ichcore.subtypes import SUBTYPES
from ichcore.volume import Volume, Window
from tests.ichcore.datasets.layouts import phantom

GRID = Grid(128, 1.8)


def host_case(folder, *, bleeding=False, window=None):
    """A blank phantom stands in for a real bleed-free head."""
    case = phantom(31, slices=8, size=128)
    volume = case.volume
    labels, known = case.labels.copy(), np.ones(case.labels.shape, bool)
    labels[:, :2] |= bleeding
    if window is not None:
        grey = as_picture(volume.hu, window).astype(np.int16)
        volume = Volume(grey, volume.geometry, volume.sop_instance_uids, is_hu=False)
        window = estimate_window(grey)
    series = LabelledSeries(volume, labels, known, window=window)
    write_on_grid(series, GRID, folder, {"patient": "host"})
    return read_case(folder)


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    return host_case(tmp_path_factory.mktemp("host") / "a")


@pytest.mark.parametrize("name", SUBTYPES)
def test_a_bleed_is_brighter_where_the_truth_says_and_nothing_changes_far_away(host, name):
    made = implant(host, 5, (name,))
    before = host.hu[made.index].astype(int)
    blood = made.truth == 1 + SUBTYPES.index(name)
    assert blood.any()
    assert (made.truth > 0).sum() == blood.sum()
    assert (made.hu[blood] - before[blood]).mean() > 8
    assert 20 < made.hu[blood].mean() < 80
    # bone and air stay as they are
    outside = (before > 400) | (before < -400)
    assert np.abs(made.hu - before)[outside].max() <= 1


def test_the_slice_keeps_its_own_noise_in_the_blood(host):
    made = implant(host, 5, ("intraparenchymal",))
    core = made.truth == 2
    index = int(np.argmax(core.sum(axis=(1, 2))))
    inner = core[index]

    def fine(picture):
        picture = picture.astype(float)
        return (picture[1:, 1:] - picture[:-1, 1:] - picture[1:, :-1] + picture[:-1, :-1])[inner[1:, 1:]]

    # a checkerboard of neighbours sees noise and no anatomy
    assert np.corrcoef(fine(made.hu[index]), fine(host.hu[made.index[index]]))[0, 1] > 0.4


def test_the_same_seed_gives_the_same(host):
    one, other = implant(host, 9, ("subdural",)), implant(host, 9, ("subdural",))
    assert np.array_equal(one.hu, other.hu)
    assert np.array_equal(one.truth, other.truth)


def test_without_bleeds_the_slices_come_back_as_they_are(host):
    made = implant(host, 1, ())
    assert np.array_equal(made.hu, host.hu[made.index])
    assert not made.truth.any()


def test_pictures_stay_within_their_window(tmp_path):
    host = host_case(tmp_path / "p", window=Window(40, 120))
    made = implant(host, 5, ("epidural",))
    assert made.hu.max() <= host.window.high
    assert made.hu[made.truth == 1].mean() > np.median(made.hu[made.truth == 0])


def test_only_slices_known_to_be_free_of_blood_are_used(tmp_path, host):
    with pytest.raises(InputError, match="no bleed-free slice"):
        implant(host_case(tmp_path / "b", bleeding=True), 1, ("epidural",))


def test_a_set_keeps_patient_and_terms_and_goes_on_where_it_was(host, tmp_path):
    made = make_implanted_set([host, host], tmp_path, first_seed=3, count=2)
    assert {case.patient for case in made} == {"host"}
    # hosts start at different subtypes
    assert [case.series_labels[1:].tolist().index(True) for case in made] == [0, 1]
    assert made[0].boxes
    assert made[0].terms == host.terms
    before = (tmp_path / "implanted-0000003" / "hu.npy").stat().st_mtime_ns
    make_implanted_set([host], tmp_path, first_seed=3, count=1)
    assert (tmp_path / "implanted-0000003" / "hu.npy").stat().st_mtime_ns == before


def test_depth_and_csf_of_a_drawn_head():
    rows, columns = np.mgrid[:160, :160]
    radius = np.hypot((rows - 80) / 1.2, columns - 80)
    hu = np.where(radius < 62, 1000.0, -1000.0)
    hu[radius < 55] = 33.0
    hu[(np.abs(columns - 72) < 4) & (np.abs(rows - 80) < 12)] = 7.0
    host = estimate_host(hu, 1.0)

    def at(part, row, column):
        """What was estimated around the inside, at a row and column of the slice."""
        return part[row - host.crop[0].start, column - host.crop[1].start]

    assert at(host.depth, 80, 80) == pytest.approx(55, abs=3)
    assert host.depth[:, 0].max() < 0
    assert host.brain_hu == pytest.approx(33)
    assert at(host.ventricle, 80, 72) == pytest.approx(1, abs=0.05)
    assert at(host.csf, 80, 100) == 0
    assert at(host.x, 80, 100) == pytest.approx(20, abs=1)
    # the inner table beside the middle lies on the same row
    assert at(host.foot[0], 80, 120) == pytest.approx(55, abs=2)
    assert at(host.foot[1], 80, 120) == pytest.approx(at(host.y, 80, 120), abs=2)
    assert estimate_host(np.full((160, 160), 30.0), 1.0) is None


def test_beside_a_weakly_labelled_bleed_no_slice_is_used(host):
    index = implant(host, 1, ()).index
    labels = host.labels.copy()
    labels[index[-1], 0] = True
    weak = replace(host, labels=labels, about={**host.about, "masks_teach": False})
    assert implant(weak, 1, ()).index.max() < index[-1] - 2
    assert implant(replace(host, labels=labels), 1, ()).index.max() == index[-2]
