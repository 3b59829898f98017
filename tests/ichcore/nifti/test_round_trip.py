from __future__ import annotations

import json
import tempfile
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ichcore.errors import GeometryError
from ichcore.nifti import read_nifti, write_nifti
from ichcore.volume.geometry import Geometry

LPS_TO_RAS = np.array([-1.0, -1.0, 1.0])
millimetres = st.floats(-200, 200)


@st.composite
def geometries(draw):
    """Axial stacks: tilted, turned in plane, sheared, uneven."""
    shape = tuple(draw(st.integers(2, 6)) for _ in range(3))
    tilt, turn = np.radians(draw(st.floats(-28, 28))), np.radians(draw(st.floats(-20, 20)))
    down = np.array([-np.sin(turn), np.cos(turn) * np.cos(tilt), np.cos(turn) * np.sin(tilt)])
    across = np.array([np.cos(turn), np.sin(turn) * np.cos(tilt), np.sin(turn) * np.sin(tilt)])
    steps = draw(st.lists(st.floats(0.5, 12), min_size=shape[0] - 1, max_size=shape[0] - 1))
    if draw(st.booleans()):
        steps = [steps[0]] * len(steps)
    heights = np.concatenate([[0.0], np.cumsum(steps)])
    start = np.array([draw(millimetres) for _ in range(3)])
    return Geometry(
        shape,
        start + heights[:, None] * np.array([0.0, 0.0, 1.0]),
        row_axis=down,
        column_axis=across,
        pixel_spacing_mm=(draw(st.floats(0.2, 1)), draw(st.floats(0.2, 1))),
    )


@settings(max_examples=40, deadline=None)
@given(geometries(), st.sampled_from([".nii", ".nii.gz"]))
def test_what_is_written_is_read_back_in_its_place(geometry, suffix):
    hu = np.random.default_rng(0).integers(-1024, 3071, geometry.shape).astype(np.int16)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a" + suffix)
        written = write_nifti(path, hu, geometry)
        assert len(written) == (1 if geometry.even else 2)
        volume = read_nifti(path)
    assert np.array_equal(volume.hu, hu)
    # a float32 affine holds some 1e-5 mm; what counts as even may deviate by 0.1 mm a step
    tolerance = 1e-3 if not geometry.even else 0.11
    assert volume.geometry.origins_mm == pytest.approx(geometry.origins_mm, abs=tolerance)
    assert volume.geometry.row_axis == pytest.approx(geometry.row_axis, abs=1e-5)
    assert volume.geometry.column_axis == pytest.approx(geometry.column_axis, abs=1e-5)
    assert volume.geometry.pixel_spacing_mm == pytest.approx(geometry.pixel_spacing_mm, abs=1e-5)


@settings(max_examples=25, deadline=None)
@given(geometries())
def test_nibabel_finds_every_voxel_where_it_was(geometry):
    marks = np.arange(np.prod(geometry.shape), dtype=np.int32).reshape(geometry.shape)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.nii")
        write_nifti(path, marks, geometry)
        image = nib.load(path)
        data = np.asarray(image.dataobj)
    assert nib.aff2axcodes(image.affine) == ("R", "A", "S")
    nominal = geometry.affine
    for s, r, c in ((0, 0, 0), tuple(n - 1 for n in geometry.shape), (1, 0, geometry.shape[2] - 1)):
        index = np.argwhere(data == marks[s, r, c])[0]
        place = (image.affine @ [*index, 1])[:3] * LPS_TO_RAS
        assert place == pytest.approx((nominal @ [s, r, c, 1])[:3], abs=2e-3)


def test_a_tilted_series_has_a_sheared_sform_and_no_qform(tmp_path):
    geometry = Geometry.regular((4, 5, 6), (5, 0.5, 0.5), tilt_deg=-18.5)
    write_nifti(tmp_path / "a.nii.gz", np.zeros(geometry.shape, np.uint8), geometry)
    header = nib.load(tmp_path / "a.nii.gz").header
    assert (int(header["sform_code"]), int(header["qform_code"])) == (1, 0)
    straight = Geometry.regular((4, 5, 6), (5, 0.5, 0.5))
    write_nifti(tmp_path / "b.nii.gz", np.zeros(geometry.shape, np.uint8), straight)
    header = nib.load(tmp_path / "b.nii.gz").header
    assert (int(header["sform_code"]), int(header["qform_code"])) == (1, 1)
    assert header.get_zooms() == pytest.approx((0.5, 0.5, 5))


def test_an_uneven_series_has_its_true_positions_beside_it(tmp_path):
    origins = np.array([[0.0, 0, 0], [0, 0, 4], [0, 0, 11]])
    geometry = Geometry((3, 4, 4), origins, pixel_spacing_mm=(1, 1))
    write_nifti(tmp_path / "a.nii.gz", np.zeros((3, 4, 4), np.int16), geometry)
    grid = json.loads((tmp_path / "grid.json").read_text())
    assert grid["positions_mm"] == [0, 4, 11]
    assert grid["nominal_step_mm"] == pytest.approx(5.5)
    assert nib.load(tmp_path / "a.nii.gz").header.get_zooms()[2] == pytest.approx(5.5)
    assert read_nifti(tmp_path / "a.nii.gz").geometry.positions_mm.tolist() == [0, 4, 11]


def test_one_volume_a_class(tmp_path):
    geometry = Geometry.regular((3, 4, 5), (5, 1, 1))
    maps = np.random.default_rng(0).random((6, 3, 4, 5))
    write_nifti(tmp_path / "a.nii.gz", maps, geometry)
    data = nib.load(tmp_path / "a.nii.gz").get_fdata()
    assert data.shape == (5, 4, 3, 6)
    # RAS: x runs to the right, so columns come mirrored, and rows likewise
    assert data[::-1, ::-1, :, 2].transpose(2, 1, 0) == pytest.approx(maps[2], abs=1e-6)


def test_types(tmp_path):
    geometry = Geometry.regular((2, 3, 3), (5, 1, 1))
    for name, array, dtype, stored in (
        ("mask", np.ones((2, 3, 3), bool), None, np.uint8),
        ("wide", np.ones((2, 3, 3), np.int64), None, np.int32),
        ("asked", np.ones((2, 3, 3)), np.uint8, np.uint8),
    ):
        write_nifti(tmp_path / f"{name}.nii", array, geometry, dtype=dtype)
        assert nib.load(tmp_path / f"{name}.nii").get_data_dtype() == stored


def test_an_array_of_another_grid_is_refused(tmp_path):
    geometry = Geometry.regular((2, 3, 4), (5, 1, 1))
    with pytest.raises(GeometryError, match="not on a grid"):
        write_nifti(tmp_path / "a.nii", np.zeros((2, 4, 3)), geometry)
    assert not list(tmp_path.iterdir())
