from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ichcore.errors import CancelledError, InputError
from ichcore.masks.crf_parameters import CrfParameters
from ichcore.masks.dense_crf import dense_crf
from ichcore.progress import CancelToken
from tests.ichcore.masks._crf_pictures import head, vague
from tests.ichcore.masks._exact_crf import exact_crf

WIDE = CrfParameters(appearance_mm=15.0, appearance_hu=8.0, appearance_weight=3.0, smoothness_weight=2.0)
PIXEL_MM = (0.9, 0.9)


def dice(a: np.ndarray, b: np.ndarray) -> float:
    return 2 * float((a & b).sum()) / float(a.sum() + b.sum())


def compare(exact: np.ndarray, ours: np.ndarray, unary: np.ndarray) -> tuple[int, float, float]:
    """Pixels that the exact field moved, the share of them on which we agree, and Dice of the foreground."""
    truth, mine, before = exact.argmax(0), ours.argmax(0), unary.argmax(0)
    moved = truth != before
    return int(moved.sum()), float((truth == mine)[moved].mean()), dice(truth > 0, mine > 0)


@pytest.mark.parametrize("parameters", [CrfParameters(), WIDE], ids=["default", "wide"])
@pytest.mark.parametrize(("labels", "seed"), [(2, 0), (2, 1), (4, 1), (4, 2)])
def test_it_moves_the_pixels_that_the_exact_field_moves(
    labels: int, seed: int, parameters: CrfParameters
) -> None:
    hu, truth = head(seed, (64, 64))
    unary = vague(truth, labels, 5.0, seed)
    exact = exact_crf(unary, hu, PIXEL_MM, parameters)
    ours = dense_crf(unary, hu, pixel_mm=PIXEL_MM, parameters=parameters)
    moved, agreed, overlap = compare(exact, ours, unary)
    assert moved > 50
    assert agreed >= 0.95
    assert overlap >= 0.99
    found = exact.argmax(0) > 0
    assert dice(found, truth > 0) > dice(unary.argmax(0) > 0, truth > 0)  # and it helped


@pytest.mark.parametrize("labels", [2, 4])
def test_it_moves_the_voxels_that_the_exact_field_moves(labels: int) -> None:
    hu, truth = head(3, (8, 32, 32))
    unary = vague(truth, labels, 2.5, 3)
    places = np.array([0, 5, 10, 15, 22, 27, 32, 37.0])  # an uneven gap
    parameters = replace(CrfParameters(), appearance_slice_mm=6.0, smoothness_slice_mm=3.0)
    exact = exact_crf(unary, hu, (1.8, 1.8), parameters, places)
    ours = dense_crf(unary, hu, pixel_mm=(1.8, 1.8), positions_mm=places, parameters=parameters)
    moved, agreed, overlap = compare(exact, ours, unary)
    assert moved > 50
    assert agreed >= 0.95
    assert overlap >= 0.99


@pytest.mark.parametrize("seed", [0, 2])
def test_it_is_nearer_to_the_exact_field_than_pydensecrf(seed: int) -> None:
    densecrf = pytest.importorskip("pydensecrf.densecrf")
    helpers = pytest.importorskip("pydensecrf.utils")
    hu, truth = head(seed, (48, 48))
    unary = vague(truth, 2, 4.0, seed)
    peer = densecrf.DenseCRF(hu.size, 2)
    peer.setUnaryEnergy(np.ascontiguousarray(-np.log(unary).reshape(2, -1)))
    seen = np.clip(hu, *WIDE.hu_range).astype(np.float32)[..., None]
    wide, near = (tuple(w / mm for mm in PIXEL_MM) for w in (WIDE.appearance_mm, WIDE.smoothness_mm))
    appearance = helpers.create_pairwise_bilateral(wide, (WIDE.appearance_hu,), seen, chdim=2)
    peer.addPairwiseEnergy(appearance, compat=WIDE.appearance_weight)
    peer.addPairwiseEnergy(helpers.create_pairwise_gaussian(near, hu.shape), compat=WIDE.smoothness_weight)
    theirs = np.array(peer.inference(WIDE.iterations)).reshape(2, *hu.shape)
    exact = exact_crf(unary, hu, PIXEL_MM, WIDE)
    ours = dense_crf(unary, hu, pixel_mm=PIXEL_MM, parameters=WIDE)
    assert np.abs(ours - exact).mean() < np.abs(theirs - exact).mean()
    assert np.abs(theirs - exact).mean() < 0.05  # it is the same field


fields = st.tuples(st.integers(0, 10**6), st.integers(2, 4), st.integers(5, 20), st.integers(5, 20))


def drawn(field: tuple[int, int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities and HU of a small random picture."""
    seed, labels, rows, columns = field
    rng = np.random.default_rng(seed)
    hu = rng.choice([-1000, 5, 33, 62, 900], (rows, columns)) + rng.integers(-6, 7, (rows, columns))
    odds = rng.random((labels, rows, columns)) + 0.01
    return (odds / odds.sum(0)).astype(np.float32), hu.astype(np.int16)


@settings(max_examples=25, deadline=None)
@given(fields)
def test_probabilities_sum_to_one(field: tuple[int, int, int, int]) -> None:
    unary, hu = drawn(field)
    found = dense_crf(unary, hu, pixel_mm=PIXEL_MM)
    assert found.shape == unary.shape
    assert found.dtype == np.float32
    assert found.min() >= -1e-6
    np.testing.assert_allclose(found.sum(0), 1, atol=1e-5)


@settings(max_examples=25, deadline=None)
@given(fields)
def test_no_evidence_stays_no_evidence_whatever_the_picture(field: tuple[int, int, int, int]) -> None:
    _, hu = drawn(field)
    unary = np.full((field[1], *hu.shape), 1 / field[1], np.float32)
    np.testing.assert_allclose(dense_crf(unary, hu, pixel_mm=PIXEL_MM), unary, atol=1e-4)


@given(st.floats(0.05, 0.95), st.integers(1, 30), st.integers(1, 30))
@settings(max_examples=25, deadline=None)
def test_a_flat_picture_and_flat_evidence_keep_their_label(share: float, rows: int, columns: int) -> None:
    flat = np.full((rows, columns), share, np.float32)
    found = dense_crf(flat, np.full((rows, columns), 33), pixel_mm=PIXEL_MM)
    assert ((found - 0.5) * (share - 0.5) >= -1e-6).all()
    assert (np.abs(found - 0.5) >= abs(share - 0.5) - 1e-4).all()


@settings(max_examples=25, deadline=None)
@given(fields, st.sampled_from([(1,), (2,), (1, 2)]))
def test_a_mirrored_picture_has_a_mirrored_field(
    field: tuple[int, int, int, int], axes: tuple[int, ...]
) -> None:
    unary, hu = drawn(field)
    found = dense_crf(unary, hu, pixel_mm=(0.5, 0.7))
    there = dense_crf(np.flip(unary, axes), np.flip(hu, [a - 1 for a in axes]), pixel_mm=(0.5, 0.7))
    np.testing.assert_allclose(np.flip(there, axes), found, atol=1e-3)


@settings(max_examples=25, deadline=None)
@given(fields, st.randoms(use_true_random=False))
def test_labels_may_come_in_any_order(field: tuple[int, int, int, int], random: object) -> None:
    unary, hu = drawn(field)
    order = list(range(field[1]))
    random.shuffle(order)
    found = dense_crf(unary, hu, pixel_mm=PIXEL_MM)
    np.testing.assert_allclose(dense_crf(unary[order], hu, pixel_mm=PIXEL_MM), found[order], atol=1e-3)


@settings(max_examples=25, deadline=None)
@given(fields)
def test_widths_are_in_mm(field: tuple[int, int, int, int]) -> None:
    unary, hu = drawn(field)
    one = CrfParameters(appearance_mm=5, smoothness_mm=1)
    two = CrfParameters(appearance_mm=10, smoothness_mm=2)
    found = dense_crf(unary, hu, pixel_mm=(0.5, 0.6), parameters=one)
    assert np.array_equal(dense_crf(unary, hu, pixel_mm=(1.0, 1.2), parameters=two), found)


@settings(max_examples=25, deadline=None)
@given(fields, st.integers(-300, 300))
def test_only_differences_of_hu_count(field: tuple[int, int, int, int], shift: int) -> None:
    unary, hu = drawn(field)
    uncut = CrfParameters(hu_range=None)
    found = dense_crf(unary, hu, pixel_mm=PIXEL_MM, parameters=uncut)
    assert np.array_equal(dense_crf(unary, hu + shift, pixel_mm=PIXEL_MM, parameters=uncut), found)


@settings(max_examples=25, deadline=None)
@given(fields)
def test_outside_the_region_nothing_changes_and_nothing_is_heard(field: tuple[int, int, int, int]) -> None:
    unary, hu = drawn(field)
    rng = np.random.default_rng(field[0])
    region = rng.random(hu.shape) < 0.6
    found = dense_crf(unary, hu, pixel_mm=PIXEL_MM, region=region)
    np.testing.assert_allclose(found[:, ~region], unary[:, ~region], atol=1e-6)
    other, elsewhere = unary.copy(), hu.copy()
    other[:, ~region] = 1 / field[1]
    elsewhere[~region] = 40
    there = dense_crf(other, elsewhere, pixel_mm=PIXEL_MM, region=region)
    np.testing.assert_allclose(there[:, region], found[:, region], atol=1e-5)


def test_one_label_is_two_with_the_background() -> None:
    hu, truth = head(0, (40, 50))
    unary = vague(truth, 2, 4.0, 0)
    both = dense_crf(unary, hu, pixel_mm=PIXEL_MM)
    np.testing.assert_allclose(dense_crf(unary[1], hu, pixel_mm=PIXEL_MM), both[1], atol=1e-4)


def test_slices_far_apart_do_not_hear_each_other() -> None:
    hu, truth = head(1, (3, 32, 40))
    unary = vague(truth, 2, 3.0, 1)[1]
    apart = dense_crf(unary, hu, pixel_mm=PIXEL_MM, positions_mm=[0.0, 1e4, 2e4])
    alone = [dense_crf(u, h, pixel_mm=PIXEL_MM) for u, h in zip(unary, hu, strict=True)]
    np.testing.assert_allclose(apart, alone, atol=1e-3)
    near = dense_crf(unary, hu, pixel_mm=PIXEL_MM, positions_mm=[0.0, 5.0, 10.0])
    assert np.abs(near - apart).max() > 0.05


def test_a_wide_picture_is_smoothed_as_a_narrow_one() -> None:
    """Large planes are smoothed block by block, small ones at once."""
    parameters = CrfParameters(appearance_weight=0, smoothness_weight=4)
    rng = np.random.default_rng(0)
    unary = rng.random((150, 300)).astype(np.float32)
    hu = np.zeros(unary.shape)
    found = dense_crf(unary, hu, pixel_mm=PIXEL_MM, parameters=replace(parameters, iterations=1))
    cut = dense_crf(
        unary[40:100, 120:200],
        hu[40:100, 120:200],
        pixel_mm=PIXEL_MM,
        parameters=replace(parameters, iterations=1),
    )
    np.testing.assert_allclose(found[55:85, 135:185], cut[15:45, 15:65], atol=1e-3)


def test_it_can_be_stopped() -> None:
    token = CancelToken()
    token.cancel()
    hu, truth = head(0, (16, 16))
    with pytest.raises(CancelledError):
        dense_crf(vague(truth, 2, 2.0, 0), hu, pixel_mm=PIXEL_MM, cancel=token)


def test_nothing_inside_or_no_iteration_gives_back_what_came() -> None:
    hu, truth = head(0, (16, 16))
    unary = vague(truth, 2, 2.0, 0)[1]
    nothing = np.zeros(hu.shape, bool)
    assert np.array_equal(dense_crf(unary, hu, pixel_mm=PIXEL_MM, region=nothing), unary)
    none = CrfParameters(iterations=0)
    assert np.array_equal(dense_crf(unary, hu, pixel_mm=PIXEL_MM, parameters=none), unary)


@pytest.mark.parametrize(
    ("probabilities", "hu", "more", "words"),
    [
        (np.zeros((4, 5)), np.zeros((5, 4)), {}, "shape"),
        (np.zeros((1, 4, 5)), np.zeros((4, 5)), {}, "two and more"),
        (np.full((4, 5), 1.5), np.zeros((4, 5)), {}, "from 0 to 1"),
        (np.full((4, 5), np.nan), np.zeros((4, 5)), {}, "from 0 to 1"),
        (np.zeros((2, 4, 5)), np.zeros((4, 5)), {}, "all labels"),
        (np.zeros((4, 5)), np.full((4, 5), np.nan), {}, "not finite"),
        (np.zeros((2, 4, 5)), np.zeros((2, 4, 5)), {}, "positions_mm"),
        (np.zeros((2, 4, 5)), np.zeros((2, 4, 5)), {"positions_mm": [1.0]}, "2 slices"),
        (np.zeros((4, 5)), np.zeros((4, 5)), {"region": np.zeros((4, 5))}, "bool"),
        (np.zeros((4, 5)), np.zeros((4, 5)), {"pixel_mm": (0.0, 1.0)}, "above 0"),
        (
            np.zeros((2000, 2000)),
            np.tile(np.arange(2000), (2000, 1)),
            {"parameters": CrfParameters(appearance_mm=1, appearance_hu=2, hu_range=None)},
            "too narrow",
        ),
    ],
)
def test_what_does_not_fit_is_refused(
    probabilities: np.ndarray, hu: np.ndarray, more: dict[str, object], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        dense_crf(probabilities, hu, **{"pixel_mm": (0.5, 0.5), **more})


@pytest.mark.parametrize(
    "wrong",
    [
        {"appearance_mm": 0.0},
        {"smoothness_slice_mm": float("nan")},
        {"appearance_weight": -1.0},
        {"iterations": -1},
        {"hu_range": (80.0, 0.0)},
        {"least_probability": 0.0},
    ],
)
def test_parameters_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError, match=next(iter(wrong))):
        CrfParameters(**wrong)
