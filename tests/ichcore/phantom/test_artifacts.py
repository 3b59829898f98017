from __future__ import annotations

import numpy as np

from ichcore.phantom.artifacts import GRID, beam_hardening, metal_streaks
from ichcore.phantom.upsampling import enlarge, upsample


def test_two_dense_bones_leave_a_dark_band_between_them() -> None:
    hu = np.full((192, 192), -1000.0, np.float32)
    row, column = np.mgrid[:192, :192] - 95.5
    hu[np.hypot(row, column) < 80] = 35.0
    hu[np.hypot(row, column - 35) < 12] = 1800.0
    hu[np.hypot(row, column + 35) < 12] = 1800.0
    error = beam_hardening(hu, 0.9, 1.0)
    assert error.shape == (GRID, GRID)
    middle = GRID // 2
    assert error[middle, middle] < error[middle // 2, middle] - 1.0


def test_soft_tissue_alone_is_left_as_it_is() -> None:
    assert np.abs(beam_hardening(np.full((128, 128), 30.0, np.float32), 0.9, 1.0)).max() == 0.0


def test_streaks_fade_with_distance_from_the_metal() -> None:
    streaks = metal_streaks(256, (128.0, 128.0), np.random.default_rng(0), 30.0)
    assert np.abs(streaks[118:138, 118:138]).max() > np.abs(streaks[:20]).max()


def test_upsampling_keeps_a_plane_and_makes_no_dark_rim_beside_bone() -> None:
    plane = np.add.outer(np.arange(32.0), 2 * np.arange(32.0)).astype(np.float32)
    fine = upsample(plane, 2)
    assert fine.shape == (64, 64)
    np.testing.assert_allclose(np.diff(fine[20:40, 30]), 0.5, atol=0.03)
    edge = np.full((32, 32), 35.0, np.float32)
    edge[:, 16:] = 1400.0
    assert upsample(edge, 2).min() > 28.0
    np.testing.assert_allclose(enlarge(np.ones((8, 8), np.float32), 20), 1.0, atol=1e-6)
