from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from ichcore.errors import NothingFoundError, RefusedError
from ichcore.opening import find_series, open_volume
from tests.ichcore.dicom.ct_file import ct, save


def picture(path, value, size=(8, 6), mode="L"):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, value).save(path)
    return path


def test_pictures_come_in_the_natural_order_of_their_names(tmp_path):
    for number in (1, 2, 10, 9):
        picture(tmp_path / f"slice{number}.png", number)
    volume = open_volume(tmp_path)
    assert volume.hu[:, 0, 0].tolist() == [1, 2, 9, 10]
    assert volume.shape == (4, 6, 8)


def test_they_are_no_hu_and_measure_nothing(tmp_path):
    volume = open_volume(picture(tmp_path / "a.png", 200))
    assert not volume.is_hu
    assert {"no_hu", "header_unknown"} <= {f.code for f in volume.passport}
    assert volume.geometry.pixel_spacing_mm is None
    assert not volume.geometry.positions_known
    assert not volume.geometry.supports_volumes
    assert (volume.windows[0].low, volume.windows[0].high) == (0, 256)


@pytest.mark.parametrize("suffix", [".jpg", ".tif", ".bmp", ".png"])
def test_formats(tmp_path, suffix):
    volume = open_volume(picture(tmp_path / f"a{suffix}", 120))
    assert volume.hu[0, 0, 0] == 120


def test_colour_becomes_luminance(tmp_path):
    volume = open_volume(picture(tmp_path / "a.png", (255, 255, 255), mode="RGB"))
    assert (volume.hu == 255).all()


def test_other_sizes_and_depths_are_left_out(tmp_path):
    for number in range(3):
        picture(tmp_path / f"{number}.png", number)
    picture(tmp_path / "wide.png", 9, size=(20, 6))
    picture(tmp_path / "deep.png", 9, mode="I;16")
    (tmp_path / "broken.png").write_bytes(b"\x89PNG nothing")
    catalogue = find_series(tmp_path)
    assert catalogue.proposed.slices == 3
    reasons = {left.file: left.reason for left in catalogue.left_out}
    assert "6×20" in reasons["wide.png"] or "20×6" in reasons["wide.png"]
    assert "not an 8-bit picture" in reasons["deep.png"]
    assert "not a readable picture" in reasons["broken.png"]


def test_each_folder_is_a_series_of_its_own(tmp_path):
    for number in range(4):
        picture(tmp_path / "image" / f"{number}.png", number)
    picture(tmp_path / "mask" / "0.png", 255)
    catalogue = find_series(tmp_path)
    assert {e.identity.series_description: e.slices for e in catalogue.series} == {"image": 4, "mask": 1}
    assert catalogue.proposed.slices == 4
    uids = [e.series_instance_uid for e in catalogue.series]
    assert [e.series_instance_uid for e in find_series(tmp_path).series] == uids


def test_pictures_beside_a_ct_are_left_out(tmp_path):
    picture(tmp_path / "preview.jpg", 9)
    save(ct(), tmp_path / "ct.dcm")
    catalogue = find_series(tmp_path)
    assert catalogue.proposed.identity.modality == "CT"
    assert [left.file for left in catalogue.left_out] == ["preview.jpg"]


def test_a_damaged_picture_stays_empty_and_is_named(tmp_path):
    noise = np.random.default_rng(0).integers(0, 255, (64, 64), np.uint8)
    for number in range(3):
        Image.fromarray(noise).save(tmp_path / f"{number}.png")
    path = tmp_path / "1.png"
    path.write_bytes(path.read_bytes()[:1500])
    volume = open_volume(tmp_path)
    assert (volume.hu[1] == -1024).all()
    assert "slice 2" in next(f.detail for f in volume.passport if f.code == "undecodable_slices")


def test_a_picture_bomb_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("ichcore.pictures.series.MOST_PIXELS", 40)
    with pytest.raises(RefusedError, match="too many"):
        find_series(picture(tmp_path / "a.png", 1))


def test_no_picture_at_all(tmp_path):
    (tmp_path / "a.png").write_text("text")
    with pytest.raises(NothingFoundError, match="not a readable picture"):
        find_series(tmp_path)
