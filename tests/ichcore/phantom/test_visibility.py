"""What a reader can see, and that the truth holds nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ichcore.phantom import make_case
from ichcore.phantom.case import read_truth, sure_labels
from ichcore.phantom.visibility import LEAST_SNR, SURE_SNR, forget_unseen, signal_to_noise
from ichcore.subtypes import SUBTYPES


def disk(area_mm2: float, pixel_mm: float = 0.5) -> np.ndarray:
    row, column = (np.mgrid[:128, :128] - 63.5) * pixel_mm
    return row**2 + column**2 <= area_mm2 / np.pi


@pytest.mark.parametrize(
    ("area_mm2", "change_hu", "is_seen"),
    [(12, 8.0, False), (12, 20.0, True), (100, 3.0, False), (100, 6.0, True), (1000, 1.0, False)],
)
def test_small_bleeds_must_stand_out_more(area_mm2: float, change_hu: float, is_seen: bool) -> None:
    found = signal_to_noise(np.full((128, 128), change_hu, np.float32), disk(area_mm2), 0.5, 3.5)
    assert (found >= LEAST_SNR) is is_seen


@given(st.floats(10, 1500), st.floats(0.5, 60), st.floats(1.0, 6.0))
def test_darker_is_as_visible_as_brighter_and_noise_never_helps(
    area_mm2: float, change_hu: float, noise_hu: float
) -> None:
    region = disk(area_mm2)
    picture = np.full((128, 128), change_hu, np.float32)
    bright = signal_to_noise(picture, region, 0.5, noise_hu)
    assert bright == pytest.approx(signal_to_noise(-picture, region, 0.5, noise_hu))
    assert signal_to_noise(picture, region, 0.5, noise_hu + 1.0) < bright
    assert signal_to_noise(picture * 2, region, 0.5, noise_hu) == pytest.approx(2 * bright, rel=1e-4)


def test_nothing_is_not_seen() -> None:
    assert signal_to_noise(np.ones((8, 8), np.float32), np.zeros((8, 8), bool), 0.5, 3.0) == 0.0


def test_every_head_that_was_asked_for_a_bleed_shows_it() -> None:
    for seed in range(3):
        case = make_case(seed, subtypes=("subdural",), slices=14, size=128)
        assert case.labels[:, 5].any()


def test_a_label_is_sure_where_every_reader_gives_it() -> None:
    truth = np.zeros((4, 32, 32), np.uint8)
    truth[1, :8, :8] = 1
    truth[2, :8, :8] = 1
    truth[2, 16:24, 16:24] = 5
    truth[3, 0, 0] = 3
    seen = np.zeros((4, 5), np.float32)
    seen[1, 0], seen[2, 0], seen[2, 4], seen[3, 2] = 4.0, 4.0, 9.0, 6.0
    labels, _ = read_truth(truth, 1.0)
    sure = sure_labels(labels, truth, seen)
    assert sure[0].all(), "nothing there is sure"
    assert sure[1].tolist() == [False, False, True, True, True, True], "one reader sees it, another does not"
    assert sure[2].tolist() == [True, False, True, True, True, True], "the subdural is there in any case"
    assert not sure[3, 3], "a few pixels of blood are neither a bleed nor none"
    assert not sure[3, 0]


@pytest.mark.parametrize(("name", "label"), [("subarachnoid", 4), ("intraventricular", 3)])
def test_blood_that_brings_a_sulcus_just_to_the_brains_hu_is_unsure(name: str, label: int) -> None:
    region = disk(150.0)
    labels = np.where(region, label, 0).astype(np.uint8)
    change = np.where(region, 28.0, 0.0).astype(np.float32)
    for above, sure in ((1.0, False), (-5.0, False), (18.0, True)):
        map_of_slice = labels.copy()
        seen = forget_unseen(map_of_slice, change, np.full(labels.shape, above, np.float32), 0.5, 3.5)
        assert (map_of_slice == labels).all(), "it stays where it is, so that it is not called blank"
        assert bool(seen[label - 1] >= SURE_SNR) == (sure or name != "subarachnoid")
    assert forget_unseen(labels, change * 0.1, change, 0.5, 3.5)[label - 1] == 0, "nothing changed"
    assert not labels.any()


def test_some_slices_of_a_phantom_are_unsure_and_most_are_not() -> None:
    cases = [make_case(seed, subtypes=(name,), slices=14, size=128) for seed, name in enumerate(SUBTYPES)]
    unsure = np.concatenate([~case.sure[:, 0] for case in cases])
    bleeding = np.concatenate([case.labels[:, 0] for case in cases])
    assert 0 < unsure.sum() < bleeding.sum()
    assert not (make_case(1, subtypes=(), slices=4, size=128).sure == 0).any()
