from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from ichcore.phantom import PhantomCase
from ichcore.phantom.head import draw_head
from ichcore.phantom.scan import draw_scan
from ichcore.phantom.vault import measure_base, measure_vault
from tests.ichcore.phantom.measures import brain_mask


def test_a_middle_slice_holds_air_bone_brain_and_csf(blank: PhantomCase) -> None:
    hu = blank.volume.hu[7]
    pixel = blank.volume.geometry.require_in_plane_mm()[0]
    assert (hu < -900).mean() > 0.3
    assert (hu > 700).mean() > 0.02
    brain = hu[brain_mask(hu, pixel)]
    assert brain.size * pixel**2 > 6000
    assert 25 < np.median(brain) < 48
    smooth = ndimage.gaussian_filter(np.clip(blank.volume.hu, -50, 200).astype(float), (0, 1, 1))
    darkest = [s[m].min() for s in smooth if (m := brain_mask(s, pixel)).any()]
    assert min(darkest) < 22, "ventricles, cisterns or sulci are seen"


def test_hemispheres_are_alike_but_never_mirrored(blank: PhantomCase) -> None:
    hu = np.clip(blank.volume.hu[7].astype(float), 0, 80)
    flipped = hu[:, ::-1]
    assert np.corrcoef(hu.ravel(), flipped.ravel())[0, 1] < 0.98


@pytest.mark.parametrize("seed", range(6))
def test_the_cavity_is_closed_and_open_at_the_foramen_magnum(seed: int) -> None:
    head = draw_head(np.random.default_rng(seed))
    point = [np.array([[[v]]], np.float32) for v in (0.0, 16.0, 4.0)]
    assert 55 < float(measure_vault(head, *point)[0, 0, 0]) < 95
    through = [np.array([[[v]]], np.float32) for v in (0.0, 41.0, -75.0)]
    beside = [np.array([[[v]]], np.float32) for v in (38.0, 60.0, -75.0)]
    assert float(measure_base(*through)[0, 0, 0]) > 0 > float(measure_base(*beside)[0, 0, 0])


def test_acquisitions_vary_in_tilt_step_and_field_of_view() -> None:
    scans = []
    for seed in range(14):
        rng = np.random.default_rng(seed)
        head = draw_head(rng)
        scans.append((head, draw_scan(rng, head, 36, 512)))
    tilts = np.array([abs(s.tilt_deg) for _, s in scans])
    pixels = np.array([s.geometry.require_in_plane_mm()[0] for _, s in scans])
    assert 0.15 < (tilts == 0).mean() < 0.55
    assert tilts.max() > 15
    assert pixels.min() > 0.40
    assert pixels.max() < 0.52
    assert np.ptp(pixels) > 0.04
    assert any(not s.geometry.even for _, s in scans)
    for head, scan in scans:
        low, high = scan.head_z_range_mm()
        assert low < -25, "the skull base is covered"
        assert high > head.height_up - 12, "the vertex is covered"
        assert abs(scan.geometry.tilt_deg - scan.tilt_deg) < 1e-6
