"""Deletion and insertion curves against a reader whose rule is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from ichcore.explain.deletion import SHARES, blurred, deletion_curves, in_head

if TYPE_CHECKING:
    from numpy.typing import NDArray

PIXEL_MM = 1.0


@pytest.fixture
def head() -> NDArray[np.float32]:
    """A disc of brain in air with a square of blood."""
    rows, columns = np.mgrid[:96, :96]
    hu = np.where(np.hypot(rows - 48, columns - 48) < 40, 33.0, -1000.0).astype(np.float32)
    hu[40:48, 52:60] = 70.0
    return hu


def says(hu: NDArray[np.float32]) -> NDArray[np.float64]:
    """The share of the square that is bright."""
    return (hu[:, 40:48, 52:60] > 55).mean(axis=(1, 2))


def pointing(at: tuple[slice, slice]) -> NDArray[np.float32]:
    activation = np.zeros((96, 96), np.float32)
    activation[at] = 1.0
    return activation


def test_a_map_on_the_blood_takes_the_finding_away_and_brings_it_back_at_once(
    head: NDArray[np.float32],
) -> None:
    curves = deletion_curves(says, head, pointing(np.s_[40:48, 52:60]), PIXEL_MM)
    assert curves.deletion[0] == 1.0
    assert curves.insertion[-1] == 1.0
    small = SHARES.index(0.02)  # the square is 1.3 % of the disc
    assert curves.deletion[small] == 0.0
    assert curves.insertion[small] == 1.0


def test_a_map_beside_the_blood_is_worse_in_both(head: NDArray[np.float32]) -> None:
    right = deletion_curves(says, head, pointing(np.s_[40:48, 52:60]), PIXEL_MM)
    wrong = deletion_curves(says, head, pointing(np.s_[60:68, 20:28]), PIXEL_MM)
    assert right.deletion_area < wrong.deletion_area
    assert right.insertion_area > wrong.insertion_area
    assert 0.0 <= right.deletion_area <= 1.0


def test_the_lot_is_the_same_every_time(head: NDArray[np.float32]) -> None:
    first = deletion_curves(says, head, np.zeros((96, 96)), PIXEL_MM)
    again = deletion_curves(says, head, np.zeros((96, 96)), PIXEL_MM)
    np.testing.assert_array_equal(first.deletion, again.deletion)


def test_the_blur_leaves_bone_and_air(head: NDArray[np.float32]) -> None:
    head[48, 10:14] = 900.0
    bare = blurred(head, PIXEL_MM)
    assert (bare[48, 10:14] == 900.0).all()
    assert bare[0, 0] == -1000.0
    assert bare[43, 55] < 50.0
    assert bare[70, 40] == pytest.approx(33.0, abs=2.0)


def test_a_slice_of_air_is_all_head() -> None:
    assert in_head(np.full((8, 8), -1000.0)).all()
