"""What a reader can see, and that the truth holds nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ichcore.phantom import make_case
from ichcore.phantom.visibility import LEAST_SNR, signal_to_noise


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
