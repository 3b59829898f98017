"""The blend sign by rule, on drawn clots."""

import numpy as np
import pytest
from scipy import ndimage

from ichcore.predict.blend_rule import TwoParts, two_parts

SPACING = (0.6, 0.6)
BOX = (20, 20, 108, 108)


def clot(darker: float, *, slope_mm: float = 0.0, enclosed: bool = False, noise: float = 4.0) -> np.ndarray:
    """A round clot of 36 mm in brain, its right side darker than its left of 70 HU, slightly blurred."""
    row, column = (np.mgrid[:128, :128] - 63.5) * SPACING[0]
    hu = np.full((128, 128), 28.0)
    part = np.hypot(row, column) < 7 if enclosed else column > 0
    if slope_mm:
        part = np.clip(column / slope_mm + 0.5, 0, 1)
    inside = np.hypot(row, column) < 18
    hu[inside] = (70 - (70 - darker) * part)[inside]
    blurred = ndimage.gaussian_filter(hu, 0.8)
    return blurred + ndimage.gaussian_filter(np.random.default_rng(4).normal(0, 2.5 * noise, hu.shape), 1.0)


def measured(hu: np.ndarray) -> TwoParts:
    found = two_parts(hu, SPACING, BOX)
    assert found is not None
    return found


def test_two_parts_with_a_sharp_border_are_a_blend_sign() -> None:
    found = measured(clot(46))
    assert found.blend_sign
    assert found.brighter_hu == pytest.approx(70, abs=3)
    assert found.darker_hu == pytest.approx(46, abs=3)
    assert found.as_json()["blend_sign"] is True


def test_parts_less_than_18_hu_apart_are_none() -> None:
    found = measured(clot(58))
    assert found.difference_hu == pytest.approx(12, abs=3)
    assert not found.blend_sign


def test_a_slope_is_no_border() -> None:
    found = measured(clot(41, slope_mm=36))
    assert found.sharpness < measured(clot(46)).sharpness - 0.3
    assert not found.blend_sign


def test_a_darker_part_enclosed_by_the_brighter_is_none() -> None:
    found = measured(clot(45, enclosed=True))
    assert found.difference_hu > 18
    assert found.surrounded > 0.9
    assert not found.blend_sign


def test_a_clot_of_one_tone_is_none() -> None:
    found = two_parts(clot(70), SPACING, BOX)
    assert found is None or not found.blend_sign


def test_a_box_without_blood_or_within_bone_says_nothing() -> None:
    assert two_parts(np.full((128, 128), 30.0), SPACING, BOX) is None
    assert two_parts(np.full((128, 128), 900.0), SPACING, BOX) is None
    assert two_parts(np.full((128, 128), 60.0), SPACING, (0, 0, 2, 2)) is None


def test_finer_pixels_measure_the_same() -> None:
    fine = np.kron(clot(46), np.ones((2, 2)))
    found = two_parts(fine, (0.3, 0.3), tuple(2 * v for v in BOX))  # type: ignore[arg-type]
    assert found is not None
    assert found.blend_sign
    assert found.difference_hu == pytest.approx(measured(clot(46)).difference_hu, abs=1.5)
