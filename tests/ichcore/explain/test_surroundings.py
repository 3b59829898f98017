"""What a patch is painted away with."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ichcore.explain.deletion import soft_tissue
from ichcore.explain.surroundings import Surroundings


@pytest.fixture
def head() -> NDArray[np.float32]:
    """A disc of brain in air with a square of blood and a calcification in it."""
    rows, columns = np.mgrid[:96, :96]
    hu = np.where(np.hypot(rows - 48, columns - 48) < 40, 33.0, -1000.0).astype(np.float32)
    hu[36:60, 44:68] = 70.0
    hu[40, 50] = 400.0
    return hu


def without(hu: NDArray[np.float32], patch: NDArray[np.bool_]) -> NDArray[np.float32]:
    return Surroundings(hu, soft_tissue(hu), (1.0, 1.0)).without(patch)


def test_blood_under_the_patch_does_not_come_through(head: NDArray[np.float32]) -> None:
    patch = np.zeros(head.shape, bool)
    patch[34:62, 42:70] = True
    painted = without(head, patch)
    soft = patch & soft_tissue(head)
    np.testing.assert_allclose(painted[soft], 33.0, atol=0.5)
    np.testing.assert_array_equal(painted[~patch], head[~patch])


def test_blood_beside_the_patch_is_what_fills_it(head: NDArray[np.float32]) -> None:
    patch = np.zeros(head.shape, bool)
    patch[46:50, 54:58] = True
    assert without(head, patch)[48, 56] > 45.0


def test_calcification_and_air_stay(head: NDArray[np.float32]) -> None:
    painted = without(head, np.ones(head.shape, bool))
    assert painted[40, 50] == 400.0
    assert painted[0, 0] == -1000.0
    mean = head[soft_tissue(head)].mean()
    assert painted[48, 48] == pytest.approx(mean, abs=0.1)


def test_an_empty_patch_changes_nothing(head: NDArray[np.float32]) -> None:
    np.testing.assert_array_equal(without(head, np.zeros(head.shape, bool)), head)
