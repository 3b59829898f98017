"""The inside of the skull, against phantoms whose inner table is known."""

from functools import lru_cache

import numpy as np
import pytest
from scipy import ndimage

from ichcore.masks.cranial_cavity import cranial_cavity
from ichcore.phantom.block import make_block
from ichcore.phantom.head import draw_head
from ichcore.phantom.mimics import draw_mimics
from ichcore.phantom.render import Scene, render_slice
from ichcore.phantom.scan import draw_scan

SLICES, SIZE = 20, 160


@lru_cache(maxsize=2)
def head(seed):
    """HU, true inside ``(N, H, W)`` and pixel size of a head without bleeds."""
    rng = np.random.default_rng(seed)
    person = draw_head(rng)
    scan = draw_scan(rng, person, SLICES, SIZE)
    scene = Scene(person, scan, draw_mimics(rng, person), ())
    hu, inside = [], np.zeros((SLICES, SIZE, SIZE), bool)
    for index in range(SLICES):
        hu.append(render_slice(scene, index, None, np.random.default_rng(index))[0])
        block = make_block(person, scan, index, 1, None)
        if block is not None:
            inside[index][block.rows, block.columns] = (block.depth > 0).mean(axis=0) > 0.5
    return np.stack(hu), inside, scan.geometry.pixel_spacing_mm[0]


@pytest.mark.parametrize("seed", [3, 4])
def test_it_is_the_inside_of_the_vault_but_for_its_border(seed):
    hu, inside, pixel_mm = head(seed)
    judged = 0
    for index in range(SLICES // 2, SLICES):
        if inside[index].sum() * pixel_mm**2 < 5000:
            continue
        found = cranial_cavity(hu[index], pixel_mm)
        assert found is not None
        border = np.maximum(
            ndimage.distance_transform_edt(inside[index]), ndimage.distance_transform_edt(~inside[index])
        )
        wrong = found ^ inside[index]
        assert (wrong & (border > 2)).sum() < 0.01 * inside[index].sum()
        judged += 1
    assert judged > 4


@pytest.mark.parametrize("seed", [3, 4])
def test_at_the_open_base_the_brain_is_in_and_the_scalp_is_out(seed):
    hu, inside, pixel_mm = head(seed)
    judged = 0
    for index in range(SLICES // 2):
        if inside[index].sum() * pixel_mm**2 < 5000:
            continue
        found = cranial_cavity(hu[index], pixel_mm)
        assert found is not None
        assert (found & inside[index]).sum() > 0.9 * inside[index].sum()
        rim = np.zeros(found.shape, bool)
        body = np.argwhere(hu[index] > -300)
        (top, left), (bottom, right) = body.min(axis=0), body.max(axis=0)
        rim[[top, bottom], :] = rim[:, [left, right]] = True
        assert not (found & rim).any()
        judged += 1
    assert judged > 1


def ring(size=120, *, gap=0):
    row, column = np.mgrid[:size, :size] - (size - 1) / 2
    radius = np.hypot(row, column)
    hu = np.where(radius < 52, 35.0, -1000.0)
    hu[(radius >= 40) & (radius < 46) & (np.abs(column) > gap)] = 900
    return hu, radius


def test_a_hole_in_the_bone_does_not_open_the_head():
    hu, radius = ring(gap=8)
    found = cranial_cavity(hu, 1.5)
    assert found[radius < 30].all()
    assert not found[radius > 47].any(), "the scalp"


def test_blood_as_bright_as_bone_in_a_picture_is_inside():
    hu, radius = ring()
    hu = np.clip(hu, -10, 80)
    clot = np.zeros(hu.shape, bool)
    clot[50:64, 40:60] = True
    hu[clot] = 80
    found = cranial_cavity(hu, 1.5)
    assert found[clot].all()
    assert not found[radius > 40].any()


def test_a_sinus_and_a_slice_without_bone_are_not_inside():
    hu, radius = ring()
    hu[20:40, 50:70][radius[20:40, 50:70] < 38] = -900
    found = cranial_cavity(hu, 1.5)
    assert not found[hu < -500].any()
    assert found[70, 60]
    assert cranial_cavity(np.full((60, 60), 30.0), 1.5) is None
    assert cranial_cavity(np.full((60, 60), -1000.0), 1.5) is None
