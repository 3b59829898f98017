from dataclasses import replace

import numpy as np
import pytest

from ichcore.datasets.case_files import read_case
from ichcore.datasets.hu_share import hu_share, inside_skull
from ichcore.datasets.phantom_set import (
    BLANK,
    BLEND_MIMIC,
    BLEND_SIGN,
    WIDE_CISTERN,
    PhantomSetSpec,
    make_phantom_set,
    open_phantom_set,
)
from ichcore.datasets.placing import place_labels
from ichcore.errors import CancelledError, InputError
from ichcore.models.placement import Placement
from ichcore.progress import CancelToken

SPEC = PhantomSetSpec(
    first_seed=5, cases=2, size=96, pixel_mm=2.4, slices=2, scan_size=96, kinds=("epidural", BLANK)
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp("set")
    return root, make_phantom_set(SPEC, root)


def test_cases_are_what_was_asked_for(made):
    _, cases = made
    assert [case.about["kind"] for case in cases] == ["epidural", BLANK]
    assert not cases[1].labels.any()
    assert cases[0].hu.shape == (2, 96, 96)
    assert cases[0].hu.dtype == np.int16
    for case in cases:
        assert not case.labels[:, [2, 3, 4, 5]].any()
        assert (case.labels[:, 0] == case.labels[:, 1]).all()
        assert case.about["height"][0] == 0
        assert case.about["height"][-1] == 1


def test_what_is_there_is_kept_and_what_is_missing_is_made_the_same(made):
    root, cases = made
    before = np.array(cases[0].hu)
    kept = (root / cases[1].patient / "hu.npy").stat().st_mtime_ns
    (root / cases[0].patient / "about.json").unlink()
    again = make_phantom_set(SPEC, root)
    assert np.array_equal(again[0].hu, before)
    assert (root / cases[1].patient / "hu.npy").stat().st_mtime_ns == kept


def test_an_unfinished_case_is_not_opened(made, tmp_path):
    root, _ = made
    spec = PhantomSetSpec(first_seed=4, cases=3, size=96, pixel_mm=2.4, slices=2, scan_size=96)
    assert len(open_phantom_set(spec, root)) == 2
    with pytest.raises(InputError, match="no complete case"):
        read_case(tmp_path)


def test_it_stops_when_asked(tmp_path):
    token = CancelToken()
    token.cancel()
    with pytest.raises(CancelledError):
        make_phantom_set(SPEC, tmp_path, cancel=token)


def test_mixtures_are_two_or_three_subtypes_and_repeat():
    spec = PhantomSetSpec(first_seed=0, cases=40, size=96, pixel_mm=2.4, kinds=("mixture",))
    for seed in spec.seeds():
        assert 2 <= len(spec.subtypes(seed)) <= 3
        assert spec.subtypes(seed) == spec.subtypes(seed)


def test_labels_lie_where_the_slices_do():
    truth = np.zeros((1, 200, 200), np.uint8)
    truth[0, 60:100, 120:160] = 3
    placement = Placement(100, (99.5, 99.5), (2.0, 2.0))
    placed = place_labels(truth, placement)
    grey = placement.place(truth.astype(np.float32) * 100)
    assert (placed[0] == 3).sum() == 400
    assert grey[0][placed[0] == 3].min() > 100


def test_labels_beyond_the_slice_are_background():
    truth = np.full((1, 20, 20), 2, np.uint8)
    placed = place_labels(truth, Placement(40, (9.5, 9.5), (1.0, 1.0)))
    assert (placed == 2).sum() == 400


def test_share_of_blood_inside_a_round_skull():
    r, c = np.mgrid[:120, :120]
    radius = np.hypot(r - 60, c - 60)
    hu = np.where(radius < 50, 1000, -1000)
    hu[radius < 44] = 30
    inside = inside_skull(hu, 1.0)
    assert 5000 < inside.sum() < 5600
    assert hu_share(hu, 1.0) == 0
    hu[55:65, 55:65] = 70
    assert hu_share(hu, 1.0) == pytest.approx(100 / inside.sum())
    assert hu_share(np.full((50, 50), -1000), 1.0) == 0


def test_wide_cisterns_bleed_every_second_time(tmp_path):
    spec = replace(SPEC, kinds=(WIDE_CISTERN,), slices=8, scan_size=128)
    blank, bleeding = make_phantom_set(spec, tmp_path)
    assert not blank.labels.any()
    assert bleeding.labels[:, 2].any()


def test_sets_of_blend_signs_and_their_mimics(tmp_path):
    spec = replace(SPEC, kinds=(BLEND_SIGN, BLEND_MIMIC), slices=8, scan_size=128)
    sign, mimic = make_phantom_set(spec, tmp_path)
    assert (sign.blend_sign == 1).any()
    assert not mimic.blend_sign.any()
    plain = replace(sign, about={**sign.about, "blend_sign": None})
    assert (plain.blend_sign == -1).all()
    doubtful = replace(sign, about={**sign.about, "blend_sign": [None, True, False]})
    assert doubtful.blend_sign.tolist() == [-1, 1, 0]
    assert sign.labels[:, 2].any()
    assert mimic.labels[:, 2].any()


def test_sets_of_one_seed_and_other_kinds_share_no_folder():
    plain = PhantomSetSpec(first_seed=5, cases=2, size=96, pixel_mm=2.4)
    names = {replace(plain, kinds=k).folder_name for k in ((BLANK,), (BLEND_SIGN,), (BLEND_SIGN, BLANK))}
    assert len(names) == 3
    assert plain.folder_name == "phantom-96-2.4mm-36x512-from5"
    assert plain.folder_name not in names


def test_an_unknown_kind_is_refused():
    with pytest.raises(InputError, match="no kind of phantom"):
        replace(SPEC, kinds=("blend",))
