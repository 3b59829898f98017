from __future__ import annotations

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from ichcore.dicom.frame import Storage
from ichcore.dicom.rescale import to_hu
from ichcore.opening import open_volume
from tests.ichcore.dicom.ct_file import ct, disc, save, save_all, set_pixels, unsigned12

HEAD = np.where(disc() > 0, 1, 0).astype(bool)


def only(tmp_path, ds):
    return open_volume(save(ds, tmp_path / "one.dcm"))


def test_unsigned_12_bits(tmp_path):
    volume = only(tmp_path, unsigned12(disc(60) + 1024))
    assert (volume.hu[0] == disc(60)).all()


def test_signed_16_bits(tmp_path):
    assert (only(tmp_path, ct(hu=disc(-70))).hu[0] == disc(-70)).all()


def test_a_fractional_slope_is_applied(tmp_path):
    ds = ct(RescaleSlope="0.5", RescaleIntercept="-1000.5")
    volume = only(tmp_path, set_pixels(ds, np.full((4, 4), 2101, "<i2")))
    assert volume.hu[0, 0, 0] == 50


@pytest.mark.parametrize("declared", [-2000, None])
def test_padding_becomes_air_never_3024(tmp_path, declared):
    stored = disc(40) + 1024
    stored[0] = -2000
    ds = set_pixels(ct(), stored.astype("<i2"))
    if declared is not None:
        ds.add_new(0x00280120, "SS", declared)
    volume = only(tmp_path, ds)
    assert (volume.hu[0, 0] == -1024).all()
    assert (volume.hu[0, 1:] == disc(40)[1:]).all()
    assert volume.has("padding_undeclared") == (declared is None)


def test_padding_written_with_the_wrong_sign_is_still_padding(tmp_path):
    stored = disc(40) + 1024
    stored[0] = -2000
    ds = set_pixels(ct(), stored.astype("<i2"))
    ds.add_new(0x00280120, "US", 65536 - 2000)
    volume = only(tmp_path, ds)
    assert (volume.hu[0, 0] == -1024).all()
    assert not volume.has("padding_undeclared")


def test_a_padding_value_that_is_tissue_makes_no_holes(tmp_path):
    ds = ct(hu=disc(0), RescaleIntercept=0)
    ds.add_new(0x00280120, "SS", 0)
    set_pixels(ds, disc(0).astype("<i2"))
    assert (only(tmp_path, ds).hu[0] == disc(0)).all()


def test_unsigned_padding_at_the_top_is_air_and_the_rest_stays_unsigned(tmp_path):
    stored = disc(40) + 1024
    stored[0] = 65535
    ds = set_pixels(ct(PixelRepresentation=0), stored.astype("<u2"))
    ds.add_new(0x00280120, "US", 65535)
    volume = only(tmp_path, ds)
    assert (volume.hu[0, 0] == -1024).all()
    assert (volume.hu[0, 1:] == disc(40)[1:]).all()
    assert not volume.has("sign_repaired")


def test_the_12_bit_wrap_is_undone_where_the_data_wrap(tmp_path):
    truth = disc(35)
    truth[8, 8] = 3000
    save_all(tmp_path, [unsigned12(truth % 4096, i, RescaleIntercept=0) for i in range(3)])
    volume = open_volume(tmp_path)
    assert (volume.hu == truth).all()
    assert volume.has("wrap_repaired")


def test_nothing_is_unwrapped_where_the_data_do_not_wrap(tmp_path):
    truth = np.clip(disc(35), 0, None)
    truth[8, 8] = 3900  # metal, above the wrap
    volume = only(tmp_path, unsigned12(truth, RescaleIntercept=0))
    assert (volume.hu[0] == truth).all()
    assert not volume.has("wrap_repaired")


def test_nothing_is_unwrapped_where_the_intercept_is_ordinary(tmp_path):
    truth = np.where(HEAD, 2900, -1000)
    volume = only(tmp_path, unsigned12(truth + 1024))
    assert (volume.hu[0] == truth).all()


def test_signed_values_declared_unsigned_are_read_signed(tmp_path):
    ds = ct(PixelRepresentation=0, RescaleIntercept=0)
    volume = only(tmp_path, set_pixels(ds, disc(30).astype("<i2").view("<u2")))
    assert (volume.hu[0] == disc(30)).all()
    assert volume.has("sign_repaired")


def test_signed_values_in_an_unsigned_12_bit_file_are_read_signed(tmp_path):
    ds = unsigned12(disc(30).astype("<i2").view("<u2"), RescaleIntercept=0)
    volume = only(tmp_path, ds)
    assert (volume.hu[0] == disc(30)).all()
    assert volume.has("sign_repaired")


def test_negative_values_without_sign_extension_are_restored(tmp_path):
    ds = ct(BitsStored=12, HighBit=11, RescaleIntercept=0)
    volume = only(tmp_path, set_pixels(ds, (disc(30) % 4096).astype("<i2")))
    assert (volume.hu[0] == disc(30)).all()
    assert volume.has("sign_repaired")


def test_unsigned_values_declared_signed_are_read_unsigned(tmp_path):
    truth = np.where(HEAD, 1800 + np.arange(256).reshape(16, 16), -1000)
    ds = ct(BitsStored=12, HighBit=11)
    volume = only(tmp_path, set_pixels(ds, (truth + 1024).astype("<i2")))
    assert (volume.hu[0] == truth).all()
    assert volume.has("sign_repaired")


def test_more_bits_than_declared_are_used(tmp_path):
    truth = disc(30)
    truth[8, 8] = 29516
    ds = ct(BitsStored=12, HighBit=11, RescaleIntercept=0)
    volume = only(tmp_path, set_pixels(ds, truth.astype("<i2")))
    assert (volume.hu[0] == truth).all()
    assert volume.has("sign_repaired")


def test_overlay_bits_above_the_stored_ones_are_ignored(tmp_path):
    stored = disc(30) + 1024
    marked = stored.copy()
    marked[3, 3] |= 0x8000
    volume = only(tmp_path, unsigned12(marked))
    assert (volume.hu[0] == disc(30)).all()
    assert volume.has("overlay_bits")


def test_metal_is_not_clipped_and_is_said(tmp_path):
    hu = disc(40)
    hu[8, 8] = 29516
    volume = only(tmp_path, ct(hu=hu))
    assert volume.hu[0, 8, 8] == 29516
    assert "29516 HU" in next(f.detail for f in volume.passport if f.code == "metal")


def test_what_does_not_fit_16_bits_is_clipped_and_said(tmp_path):
    ds = ct(RescaleSlope=10)
    volume = only(tmp_path, set_pixels(ds, np.full((4, 4), 30000, "<i2")))
    assert volume.hu.max() == 32767
    assert volume.has("clipped")


def test_a_modality_lut_gives_hu(tmp_path):
    ds = ct(RescaleSlope=None, RescaleIntercept=None, PixelRepresentation=0)
    item = Dataset()
    item.add_new(0x00283002, "US", [256, 0, 16])
    item.ModalityLUTType = "HU"
    table = (np.arange(256) * 8 - 1024).astype("<i2").view("<u2")
    item.add_new(0x00283006, "OW", table.tobytes())
    ds.ModalityLUTSequence = Sequence([item])
    stored = np.arange(256).reshape(16, 16)
    volume = only(tmp_path, set_pixels(ds, stored.astype("<u2")))
    assert (volume.hu[0] == stored * 8 - 1024).all()
    assert volume.has("modality_lut")


@pytest.mark.parametrize("intercept", [-1024, -1000, 0, 1, -8192])
def test_in_place_rescaling_equals_plain_arithmetic(intercept):
    values = np.random.default_rng(1).integers(900, 4000, (8, 8)).astype(np.uint16)
    expected = values.astype(np.int64) + intercept
    expected[expected < -1200] = -1024
    out = values.view(np.int16).copy()
    to_hu(out, Storage(8, 8, bits_stored=16, intercept=intercept))
    assert (out == expected).all()
