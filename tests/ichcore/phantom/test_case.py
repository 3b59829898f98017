from __future__ import annotations

import hashlib

import numpy as np
import pytest

from ichcore.errors import CancelledError, InputError
from ichcore.phantom import POSITIVE_AREA_MM2, PhantomCase, make_case
from ichcore.phantom.bleed_intraparenchymal import MIMICS
from ichcore.progress import CancelToken
from ichcore.subtypes import CLASSES, SUBTYPES, hemorrhage_class


def test_a_blank_head_holds_no_blood_but_mimics(blank: PhantomCase) -> None:
    assert not blank.labels.any()
    assert not blank.truth.any()
    assert blank.boxes == ()
    assert not blank.blend_sign.any()
    assert blank.volume.hu.dtype == np.int16
    assert blank.volume.hu.shape == (12, 256, 256) == blank.volume.geometry.shape


def test_every_asked_subtype_is_in_the_head(mixed: PhantomCase, all_in_one: list[PhantomCase]) -> None:
    present = {CLASSES[i] for i in np.flatnonzero(mixed.labels.any(axis=0))}
    assert present == {"any", "epidural", "subdural"}
    for case in all_in_one:
        assert case.labels.any(axis=0).all()


def test_labels_boxes_and_truth_agree(all_in_one: list[PhantomCase]) -> None:
    for case in all_in_one:
        pixel = case.volume.geometry.require_in_plane_mm()[0]
        boxes = {(b.index, b.subtype): b.box for b in case.boxes}
        for index in range(case.truth.shape[0]):
            for name in SUBTYPES:
                mask = case.truth[index] == hemorrhage_class(name).label
                positive = bool(mask.sum() * pixel**2 >= POSITIVE_AREA_MM2)
                assert bool(case.labels[index, CLASSES.index(name)]) is positive
                assert ((index, name) in boxes) is positive
                if positive:
                    row0, column0, row1, column1 = boxes[index, name]
                    assert mask[row0:row1, column0:column1].sum() == mask.sum()
                    assert all(mask[r].any() for r in (row0, row1 - 1))
                    assert all(mask[:, c].any() for c in (column0, column1 - 1))
            assert case.labels[index, 0] == case.labels[index, 1:].any()


def test_truth_stays_out_of_bone_and_out_of_the_scalp(all_in_one: list[PhantomCase]) -> None:
    for case in all_in_one:
        inside = case.truth > 0
        assert np.mean(case.volume.hu[inside] > 130) < 0.01


def test_one_seed_makes_one_case() -> None:
    first, again = (make_case(3, slices=4, size=96) for _ in range(2))
    other = make_case(4, slices=4, size=96)
    assert (
        hashlib.sha256(first.volume.hu.tobytes()).digest()
        == hashlib.sha256(again.volume.hu.tobytes()).digest()
    )
    assert first.volume.sop_instance_uids == again.volume.sop_instance_uids
    assert not np.array_equal(first.volume.hu, other.volume.hu)
    assert first.volume.identity.series_instance_uid != other.volume.identity.series_instance_uid


def test_uids_are_valid_and_differ_a_slice(mixed: PhantomCase) -> None:
    uids = mixed.volume.sop_instance_uids
    assert len(set(uids)) == len(uids) == 20
    assert all(uid.startswith("2.25.") and len(uid) <= 64 for uid in uids)


def test_blend_sign_can_be_asked_for() -> None:
    case = make_case(21, subtypes=("intraparenchymal",), blend_sign=True, slices=20, size=128)
    plain = make_case(21, subtypes=("intraparenchymal",), blend_sign=False, slices=20, size=128)
    assert case.blend_sign.any()
    assert not plain.blend_sign.any()
    # slices that show one part alone are no blend sign
    bleeds = case.labels[:, CLASSES.index("intraparenchymal")]
    assert not (case.blend_sign & ~bleeds).any()
    for index in np.flatnonzero(case.blend_sign):
        inside = case.volume.hu[index][case.truth[index] == 2]
        low, high = np.percentile(inside, [20, 80])
        assert high - low > 12
    clot = case.volume.hu[case.truth == 2].astype(float)
    assert np.percentile(clot, 85) - np.percentile(clot, 15) > 15


@pytest.mark.parametrize("seed", [22, 23, 24, 25])
def test_a_reader_sees_both_parts_of_a_blend_sign(seed: int) -> None:
    case = make_case(seed, subtypes=("intraparenchymal",), blend_sign=True, slices=20, size=128)
    slices = np.flatnonzero(case.blend_sign & case.blend_sign_sure)
    assert len(slices)
    inside = np.isin(np.arange(20), slices)[:, None, None]
    clot = case.volume.hu[inside & (case.truth == 2)].astype(float)
    head = case.volume.hu[inside & (case.truth == 0)].astype(float)
    brain = np.median(head[(head > 15) & (head < 60)])
    assert np.percentile(clot, 10) > brain + 2, "its darker part is no edema"
    unsure = ~case.blend_sign_sure
    assert not unsure[~(case.truth > 0).any(axis=(1, 2))].any(), "a slice without blood surely shows none"


def test_a_wide_cistern_is_fluid_behind_a_brighter_cerebellum() -> None:
    usual, wide = (
        make_case(3, subtypes=(), slices=28, size=128, wide_cistern=on).volume.hu[:5].astype(float)
        for on in (False, True)
    )
    brain = (usual > 25) & (usual < 55)
    now_fluid, brighter = brain & (wide < 18), brain & (wide > usual + 3)
    assert now_fluid.sum() > 150
    assert brighter.sum() > 1000
    assert (wide[brain] < 65).mean() > 0.99, "nothing that looks like acute blood"


def test_wrong_arguments_get_one_clear_sentence() -> None:
    with pytest.raises(InputError, match="'stroke' is no subtype"):
        make_case(1, subtypes=("stroke",))
    with pytest.raises(InputError, match="no mix"):
        make_case(1, mix="odd")
    with pytest.raises(InputError, match="slices"):
        make_case(1, slices=0)
    with pytest.raises(InputError, match="pixels wide"):
        make_case(1, size=63)


def test_cancelling_stops_between_slices() -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(CancelledError):
        make_case(1, subtypes=(), slices=30, cancel=token)


@pytest.mark.parametrize("seed", range(4))
def test_mimics_of_the_blend_sign_can_be_asked_for(seed: int) -> None:
    case = make_case(
        seed, subtypes=("intraparenchymal",), blend_sign=False, blend_mimic=True, slices=12, size=128
    )
    assert not case.blend_sign.any()
    assert any(name in case.description[0] for name in MIMICS)
    assert case.labels[:, 2].any()


def test_a_drifted_scanner_shows_the_same_head_brighter_and_noisier() -> None:
    usual = make_case(11, subtypes=("epidural",), slices=20, size=128)
    drifted = make_case(11, subtypes=("epidural",), slices=20, size=128, scanner="drifted")
    assert np.array_equal(usual.labels[:, 0] & usual.sure[:, 0], drifted.labels[:, 0] & usual.sure[:, 0])
    assert usual.volume.identity.series_instance_uid != drifted.volume.identity.series_instance_uid
    brain = (usual.volume.hu[10] > 15) & (usual.volume.hu[10] < 45)
    one, other = (case.volume.hu[10][brain].astype(float) for case in (usual, drifted))
    assert 5.0 < np.median(other) - np.median(one) < 9.0
    assert other.std() > one.std()
    with pytest.raises(InputError, match="scanner"):
        make_case(1, scanner="broken")
