from __future__ import annotations

import sys

import numpy as np
import pytest
from pydicom import dcmwrite
from pydicom.encaps import encapsulate
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from ichcore.opening import find_series, open_volume
from tests.ichcore.dicom.ct_file import ct, disc, save, save_all, set_pixels, unsigned12

TRUTH = disc(60, 64) + np.random.default_rng(0).integers(-9, 9, (64, 64))


def gdcm_compressed(ds, path, syntax):
    """Compress with gdcm, as pydicom has no encoder for these."""
    import gdcm

    kinds = {
        JPEGLosslessSV1: gdcm.TransferSyntax.JPEGLosslessProcess14_1,
        JPEGLSLossless: gdcm.TransferSyntax.JPEGLSLossless,
    }
    plain = save(ds, path.with_suffix(".plain"))
    reader = gdcm.ImageReader()
    reader.SetFileName(str(plain))
    assert reader.Read()
    change = gdcm.ImageChangeTransferSyntax()
    change.SetTransferSyntax(gdcm.TransferSyntax(kinds[syntax]))
    change.SetInput(reader.GetImage())
    assert change.Change()
    writer = gdcm.ImageWriter()
    writer.SetFileName(str(path))
    writer.SetFile(reader.GetFile())
    writer.SetImage(change.GetOutput())
    assert writer.Write()
    plain.unlink()
    return path


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, DeflatedExplicitVRLittleEndian])
def test_other_encodings_of_the_dataset(tmp_path, syntax):
    ds = ct(hu=TRUTH)
    ds.file_meta.TransferSyntaxUID = syntax
    assert (open_volume(save(ds, tmp_path / "a.dcm")).hu[0] == TRUTH).all()


def test_big_endian(tmp_path):
    ds = ct(hu=TRUTH)
    ds.PixelData = (TRUTH + 1024).astype(">i2").tobytes()
    ds.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    dcmwrite(tmp_path / "a.dcm", ds, implicit_vr=False, little_endian=False, force_encoding=True)
    volume = open_volume(tmp_path / "a.dcm")
    assert volume.shape == (1, 64, 64)
    assert (volume.hu[0] == TRUTH).all()


@pytest.mark.parametrize("without_imagecodecs", [False, True])
@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize("syntax", [JPEG2000Lossless, RLELossless, JPEGLosslessSV1, JPEGLSLossless])
def test_lossless_compression(tmp_path, monkeypatch, syntax, signed, without_imagecodecs):
    ds = ct(hu=TRUTH) if signed else unsigned12(TRUTH + 1024)
    path = tmp_path / "a.dcm"
    if syntax in (JPEG2000Lossless, RLELossless):
        ds.compress(syntax, generate_instance_uid=False)
        save(ds, path)
    else:
        gdcm_compressed(ds, path, syntax)
    if without_imagecodecs:
        monkeypatch.setitem(sys.modules, "imagecodecs", None)
    volume = open_volume(path)
    assert (volume.hu[0] == TRUTH).all()
    assert not volume.has("sign_repaired")


@pytest.mark.parametrize("syntax", [JPEGLosslessSV1, JPEGLSLossless])
def test_signed_12_bits_in_a_codec_that_knows_no_sign(tmp_path, syntax):
    ds = ct(BitsStored=12, HighBit=11, RescaleIntercept=0)
    path = gdcm_compressed(set_pixels(ds, TRUTH.astype("<i2")), tmp_path / "a.dcm", syntax)
    volume = open_volume(path)
    assert (volume.hu[0] == TRUTH).all()


def test_jpeg_2000_whose_stream_is_unsigned_though_the_header_is_signed(tmp_path):
    from openjpeg.utils import encode_array

    ds = ct(hu=TRUTH, BitsStored=13, HighBit=12, RescaleIntercept=0)
    packed = encode_array((TRUTH % 8192).astype("u2"), bits_stored=13, photometric_interpretation=2)
    ds.PixelData = encapsulate([bytes(packed)])
    ds["PixelData"].is_undefined_length = True
    ds.file_meta.TransferSyntaxUID = JPEG2000Lossless
    volume = open_volume(save(ds, tmp_path / "a.dcm"))
    assert (volume.hu[0] == TRUTH).all()
    assert volume.has("sign_repaired")


def test_a_frame_in_several_fragments(tmp_path):
    ds = ct(hu=TRUTH)
    ds.compress(JPEG2000Lossless, generate_instance_uid=False)
    from pydicom.encaps import generate_frames

    whole = next(generate_frames(ds.PixelData, number_of_frames=1))
    ds.PixelData = encapsulate([whole], fragments_per_frame=3)
    ds["PixelData"].is_undefined_length = True
    assert (open_volume(save(ds, tmp_path / "a.dcm")).hu[0] == TRUTH).all()


@pytest.mark.parametrize("cut", [128 + 4, "meta"])
def test_without_preamble_or_meta_header(tmp_path, cut):
    raw = save(ct(hu=TRUTH), tmp_path / "a.dcm").read_bytes()
    group_length = int.from_bytes(raw[140:144], "little")
    start = 132 if cut != "meta" else 144 + group_length
    path = tmp_path / "b"
    path.write_bytes(raw[start:])
    volume = open_volume(path)
    assert (volume.hu[0] == TRUTH).all()
    assert volume.has("file_format")


def test_without_meta_header_and_implicit(tmp_path):
    ds = ct(hu=TRUTH)
    ds.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    raw = save(ds, tmp_path / "a.dcm").read_bytes()
    path = tmp_path / "b"
    path.write_bytes(raw[144 + int.from_bytes(raw[140:144], "little") :])
    assert (open_volume(path).hu[0] == TRUTH).all()


def test_a_transfer_syntax_that_lies_about_its_vrs(tmp_path):
    ds = ct(hu=TRUTH)
    ds.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    path = save(ds, tmp_path / "a.dcm")
    raw = path.read_bytes()
    path.write_bytes(raw.replace(b"1.2.840.10008.1.2\0", b"1.2.840.10008.1.2\0"[:-1] + b"\0"))
    assert (open_volume(path).hu[0] == TRUTH).all()


def test_files_need_no_extension(tmp_path):
    save_all(tmp_path, [ct(i) for i in range(3)], names=["IM1", "IM2", "IM10"])
    assert find_series(tmp_path).proposed.slices == 3


def test_a_long_private_element_before_the_pixels_is_stepped_over(tmp_path):
    ds = ct(hu=TRUTH)
    block = ds.private_block(0x0029, "TEST", create=True)
    block.add_new(0x10, "OB", bytes(100_000))
    assert (open_volume(save(ds, tmp_path / "a.dcm")).hu[0] == TRUTH).all()


def test_nested_sequences_of_undefined_length_are_stepped_over(tmp_path):
    from pydicom.dataset import Dataset
    from pydicom.sequence import Sequence

    inner, outer, ds = Dataset(), Dataset(), ct(hu=TRUTH)
    inner.Rows, inner.PixelData = 3, b"\0" * 18
    inner["PixelData"].VR = "OW"
    outer.IconImageSequence = Sequence([inner])
    ds.ReferencedImageSequence = Sequence([outer, outer])
    for sequence in (ds["ReferencedImageSequence"], outer["IconImageSequence"]):
        sequence.is_undefined_length = True
    outer.is_undefined_length_sequence_item = True
    inner.is_undefined_length_sequence_item = True
    volume = open_volume(save(ds, tmp_path / "a.dcm"))
    assert volume.shape == (1, 64, 64)
    assert (volume.hu[0] == TRUTH).all()
