from __future__ import annotations

import struct

import numpy as np
import pytest
from pydicom.uid import JPEG2000Lossless

from ichcore.errors import NothingFoundError, RefusedError
from ichcore.opening import find_series, open_volume
from tests.ichcore.dicom.ct_file import ct, disc, save, save_all


def test_a_truncated_slice_stays_air_and_is_named(tmp_path):
    for i in range(5):
        path = save(ct(i), tmp_path / f"{i}.dcm")
    raw = path.read_bytes()
    path.write_bytes(raw[:-100])
    entry = find_series(tmp_path).proposed
    assert any(f.code == "truncated" for f in entry.passport)
    volume = open_volume(tmp_path)
    assert (volume.hu[4] == -1024).all()
    assert (volume.hu[3] == disc(43)).all()
    assert volume.complete
    finding = [f for f in volume.passport if f.code == "truncated"]
    assert len(finding) == 1
    assert "slice 5" in finding[0].detail


def test_a_truncated_compressed_slice_stays_air(tmp_path):
    slices = [ct(i, hu=disc(i, 64)) for i in range(3)]
    for ds in slices:
        ds.compress(JPEG2000Lossless, generate_instance_uid=False)
    save_all(tmp_path, slices, names=["a", "b", "c"])
    (tmp_path / "b").write_bytes((tmp_path / "b").read_bytes()[:-60])
    volume = open_volume(tmp_path)
    assert (volume.hu[1] == -1024).all()
    assert volume.hu[2, 32, 32] == 2
    assert volume.has("truncated")


def test_a_damaged_compressed_slice_stays_air(tmp_path):
    slices = [ct(i, hu=disc(i, 64)) for i in range(3)]
    for ds in slices:
        ds.compress(JPEG2000Lossless, generate_instance_uid=False)
    save_all(tmp_path, slices, names=["a", "b", "c"])
    raw = (tmp_path / "b").read_bytes()
    at = raw.index(b"\xff\x4f\xff\x51")
    (tmp_path / "b").write_bytes(raw[:at] + bytes(len(raw) - at))
    volume = open_volume(tmp_path)
    assert (volume.hu[1] == -1024).all()
    assert "slice 2" in next(f.detail for f in volume.passport if f.code == "undecodable_slices")


def test_a_compressed_image_larger_than_its_header_says_is_not_decoded(tmp_path):
    ds = ct(hu=disc(5, 64))
    ds.compress(JPEG2000Lossless, generate_instance_uid=False)
    path = save(ds, tmp_path / "a")
    raw = path.read_bytes()
    at = raw.index(b"\xff\x4f\xff\x51")
    path.write_bytes(raw[: at + 8] + struct.pack(">LL", 60000, 60000) + raw[at + 16 :])
    volume = open_volume(path)
    assert "60000×60000" in next(f.detail for f in volume.passport if f.code == "undecodable_slices")


@pytest.mark.parametrize("changes", [{"Rows": 65535, "Columns": 65535}, {"NumberOfFrames": "2000000000"}])
def test_huge_declared_sizes_are_refused_before_memory_is_taken(tmp_path, changes):
    with pytest.raises(RefusedError, match="too many"):
        find_series(save(ct(**changes), tmp_path / "a.dcm"))


def test_many_declared_frames_that_are_not_there_are_refused(tmp_path):
    with pytest.raises(RefusedError, match="the file holds"):
        find_series(save(ct(NumberOfFrames="900000"), tmp_path / "a.dcm"))


def test_noise_is_not_dicom(tmp_path):
    noise = tmp_path / "noise.dcm"
    noise.write_bytes(np.random.default_rng(3).bytes(4096))
    with pytest.raises(NothingFoundError, match="not a DICOM file") as caught:
        open_volume(noise)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("keep", [0, 3, 131, 140, 200, 400, 700])
def test_a_file_cut_anywhere_is_refused_with_one_sentence(tmp_path, keep):
    path = save(ct(), tmp_path / "a.dcm")
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(NothingFoundError) as caught:
        open_volume(path)
    assert "\n" not in str(caught.value)


def test_bytes_changed_anywhere_never_crash(tmp_path):
    raw = bytearray(save(ct(), tmp_path / "a.dcm").read_bytes())
    generator = np.random.default_rng(5)
    path = tmp_path / "b.dcm"
    for _ in range(50):
        changed = bytearray(raw)
        for at in generator.integers(132, len(raw) - 520, 4):
            changed[at] = generator.integers(256)
        path.write_bytes(changed)
        try:
            volume = open_volume(path)
        except (NothingFoundError, RefusedError):
            continue
        assert volume.complete


def test_a_deflated_bomb_is_refused(tmp_path, monkeypatch):
    from pydicom.uid import DeflatedExplicitVRLittleEndian

    monkeypatch.setattr("ichcore.dicom.elements.LARGEST_INFLATED", 50_000)
    ds = ct(hu=np.zeros((512, 512)))
    ds.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    with pytest.raises(RefusedError, match="inflates"):
        open_volume(save(ds, tmp_path / "a.dcm"))
