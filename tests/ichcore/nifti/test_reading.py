from __future__ import annotations

import gzip
import zipfile

import nibabel as nib
import numpy as np
import pytest

from ichcore.errors import InputError, NothingFoundError, RefusedError
from ichcore.nifti import read_nifti
from ichcore.opening import find_series, open_volume

RAS = np.diag([0.5, 0.6, 5.0, 1.0])


def nifti(path, data, affine=RAS, **header):
    image = nib.Nifti1Image(data, affine)
    for name, value in header.items():
        image.header[name] = value
    nib.save(image, path)
    return path


def test_ras_becomes_lps_with_slices_towards_the_head(tmp_path):
    data = np.zeros((4, 5, 3), np.int16)
    data[3, 0, 2] = 70  # most right, most posterior, highest
    volume = read_nifti(nifti(tmp_path / "a.nii", data))
    assert volume.shape == (3, 5, 4)
    # patient right is on screen left, posterior below, the head at the highest index
    assert volume.hu[2, 4, 0] == 70
    assert volume.geometry.orientation_letters() == ("R", "L", "A", "P")
    assert volume.geometry.spacing_mm == pytest.approx((5, 0.6, 0.5))


@pytest.mark.parametrize("codes", ["LPS", "RAI", "LAS", "SRA", "PIR"])
def test_however_the_voxels_are_stored_the_volume_is_the_same(tmp_path, codes):
    from ichcore.nifti.axes import turned

    data = np.random.default_rng(1).integers(-1000, 2000, (4, 5, 3)).astype(np.int16)
    plain = read_nifti(nifti(tmp_path / "a.nii", data))
    voxels, affine = turned(data, RAS, codes)
    other = read_nifti(nifti(tmp_path / "b.nii.gz", np.ascontiguousarray(voxels), affine))
    assert np.array_equal(plain.hu, other.hu)
    assert plain.geometry.origins_mm == pytest.approx(other.geometry.origins_mm)


def test_an_oblique_affine_keeps_its_angles(tmp_path):
    angle = np.radians(15)
    turn = np.eye(4)
    turn[1:3, 1:3] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    volume = read_nifti(nifti(tmp_path / "a.nii", np.zeros((4, 5, 3), np.int16), turn @ RAS))
    assert abs(volume.geometry.tilt_deg) == pytest.approx(15, abs=1e-3)
    assert volume.geometry.shear_deg == pytest.approx(0, abs=1e-2)
    assert volume.has("tilt")


def test_scaled_and_float_values(tmp_path):
    image = nib.Nifti1Image(np.full((3, 3, 3), 20, np.int16), RAS)
    image.header.set_slope_inter(2.0, -10.0)
    nib.save(image, tmp_path / "a.nii")
    raw = bytearray((tmp_path / "a.nii").read_bytes())
    raw[112:120] = np.array([2.0, -10.0], "<f4").tobytes()
    (tmp_path / "a.nii").write_bytes(raw)
    stored = int(np.frombuffer(raw[352:354], "<i2")[0])
    assert (read_nifti(tmp_path / "a.nii").hu == 2 * stored - 10).all()
    values = np.array([40.4, np.nan, 1e9, -1e9, 7.6, 0, 0, 0], np.float32).reshape(2, 2, 2)
    volume = read_nifti(nifti(tmp_path / "b.nii", values))
    assert sorted(volume.hu.ravel().tolist()) == [-32768, -1024, 0, 0, 0, 8, 40, 32767]
    assert volume.has("clipped")


def test_a_mask_is_no_hu(tmp_path):
    volume = read_nifti(nifti(tmp_path / "a.nii.gz", np.ones((3, 3, 3), np.uint8)))
    assert not volume.is_hu
    assert volume.has("no_hu")


def test_the_first_of_several_volumes(tmp_path):
    data = np.stack([np.full((3, 4, 2), 10), np.full((3, 4, 2), 20)], -1).astype(np.int16)
    volume = read_nifti(nifti(tmp_path / "a.nii", data))
    assert volume.shape == (2, 4, 3)
    assert (volume.hu == 10).all()
    assert volume.has("several_volumes")


def test_without_any_affine_positions_are_unknown(tmp_path):
    path = nifti(tmp_path / "a.nii", np.zeros((3, 3, 3), np.int16))
    raw = bytearray(path.read_bytes())
    raw[252:256] = bytes(4)
    path.write_bytes(raw)
    volume = read_nifti(path)
    assert not volume.geometry.positions_known
    assert "no sform or qform" in next(f.detail for f in volume.passport if f.code == "header_unknown")


def test_it_opens_like_any_series(tmp_path):
    path = nifti(tmp_path / "head.nii.gz", np.full((4, 4, 6), 33, np.int16))
    volume = open_volume(tmp_path)
    assert (volume.hu == 33).all()
    assert volume.identity.series_description == "head.nii.gz"
    assert find_series(path).proposed.series_instance_uid == volume.identity.series_instance_uid
    with zipfile.ZipFile(tmp_path / "s.zip", "w") as archive:
        archive.write(path, "head.nii.gz")
    assert (open_volume(tmp_path / "s.zip").hu == 33).all()


def test_damage_is_one_sentence(tmp_path):
    path = nifti(tmp_path / "a.nii.gz", np.zeros((30, 30, 30), np.int16))
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError) as caught:
        read_nifti(path)
    assert "\n" not in str(caught.value)
    (tmp_path / "b.nii").write_bytes(b"noise" * 200)
    with pytest.raises(NothingFoundError, match=r"b\.nii cannot be opened"):
        find_series(tmp_path / "b.nii")


def test_a_cut_off_file_shows_air_where_it_is_cut(tmp_path):
    path = nifti(tmp_path / "a.nii", np.zeros((30, 30, 30), np.int16))
    path.write_bytes(path.read_bytes()[:-2000])
    volume = open_volume(path)
    assert volume.has("undecodable_slices")
    assert (volume.hu == -1024).all()


def test_huge_declared_sizes_are_refused(tmp_path):
    path = nifti(tmp_path / "a.nii", np.zeros((3, 3, 3), np.int16))
    raw = bytearray(path.read_bytes())
    raw[42:48] = np.array([32000, 32000, 32000], "<i2").tobytes()
    path.write_bytes(raw)
    with pytest.raises(RefusedError, match="too many"):
        find_series(path)
    (tmp_path / "b.nii.gz").write_bytes(gzip.compress(bytes(raw)))
    with pytest.raises(RefusedError, match="too many"):
        find_series(tmp_path / "b.nii.gz")


def test_rows_and_columns_must_be_square_to_each_other(tmp_path):
    skewed = RAS.copy()
    skewed[0, 1] = 0.3
    with pytest.raises(InputError, match="right angles"):
        read_nifti(nifti(tmp_path / "a.nii", np.zeros((3, 3, 3), np.int16), skewed))
