from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from ichcore.errors import NothingFoundError
from ichcore.opening import find_series, open_volume
from tests.ichcore.dicom.ct_file import ct, disc, save

ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2.1"


def item(**elements) -> Dataset:
    ds = Dataset()
    for name, value in elements.items():
        setattr(ds, name, value)
    return ds


def enhanced(heights) -> Dataset:
    """An enhanced CT whose frames come in the order of ``heights``; its HU are their heights."""
    images = np.stack([disc(z) + 1024 for z in heights]).astype("<i2")
    ds = ct(
        SOPClassUID=ENHANCED_CT,
        RescaleSlope=None,
        RescaleIntercept=None,
        ImagePositionPatient=None,
        ImageOrientationPatient=None,
        PixelSpacing=None,
        SliceThickness=None,
    )
    ds.NumberOfFrames = len(heights)
    ds.SharedFunctionalGroupsSequence = Sequence(
        [
            item(
                PixelMeasuresSequence=Sequence([item(PixelSpacing=[0.4, 0.5], SliceThickness=5)]),
                FrameVOILUTSequence=Sequence([item(WindowCenter=35, WindowWidth=90)]),
                PlaneOrientationSequence=Sequence([item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])]),
                PixelValueTransformationSequence=Sequence(
                    [item(RescaleSlope=1, RescaleIntercept=-1024, RescaleType="HU")]
                ),
            )
        ]
    )
    ds.PerFrameFunctionalGroupsSequence = Sequence(
        [item(PlanePositionSequence=Sequence([item(ImagePositionPatient=[-100, -90, z])])) for z in heights]
    )
    ds.PixelData = images.tobytes()
    return ds


def test_frames_are_placed_and_scaled_by_their_functional_groups(tmp_path):
    volume = open_volume(save(enhanced([10, 0, 15, 5]), tmp_path / "a.dcm"))
    assert volume.hu[:, 8, 8].tolist() == [0, 5, 10, 15]
    assert volume.geometry.positions_mm == pytest.approx([0, 5, 10, 15])
    assert volume.geometry.pixel_spacing_mm == (0.4, 0.5)
    assert volume.geometry.slice_thickness_mm == 5
    assert len(set(volume.sop_instance_uids)) == 4
    assert [(w.center, w.width) for w in volume.windows] == [(35, 90)]


def test_values_that_are_not_hu_are_said(tmp_path):
    ds = enhanced([0, 5])
    shared = ds.SharedFunctionalGroupsSequence[0]
    shared.PixelValueTransformationSequence[0].RescaleType = "ml/100g"
    volume = open_volume(save(ds, tmp_path / "a.dcm"))
    assert not volume.is_hu
    assert volume.has("no_hu")


def test_compressed_frames(tmp_path):
    from pydicom.uid import RLELossless

    ds = enhanced([10, 0, 5])
    ds.compress(RLELossless, generate_instance_uid=False)
    assert open_volume(save(ds, tmp_path / "a.dcm")).hu[:, 8, 8].tolist() == [0, 5, 10]


def test_without_groups_the_order_of_the_frames_stays(tmp_path):
    ds = enhanced([30, 10, 20])
    del ds.PerFrameFunctionalGroupsSequence
    del ds.SharedFunctionalGroupsSequence
    ds.RescaleSlope, ds.RescaleIntercept = 1, -1024
    volume = open_volume(save(ds, tmp_path / "a.dcm"))
    assert volume.hu[:, 8, 8].tolist() == [30, 10, 20]
    assert not volume.geometry.positions_known


def test_frames_beyond_the_end_of_the_file_stay_air(tmp_path):
    path = save(enhanced([0, 5, 10]), tmp_path / "a.dcm")
    path.write_bytes(path.read_bytes()[:-20])
    volume = open_volume(path)
    assert volume.hu[:, 8, 8].tolist() == [0, 5, -1024]
    assert volume.has("truncated")


def numbered(heights) -> bytes:
    """The bytes of an enhanced CT whose frames carry an acquisition number."""
    ds = enhanced(heights)
    for group in ds.PerFrameFunctionalGroupsSequence:
        group.FrameContentSequence = Sequence([item(FrameAcquisitionNumber=3)])
    buffer = BytesIO()
    ds.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("there", "damaged"),
    [
        # (0020,9156) said to be a double, in the two bytes of a short
        (b"\x20\x00\x56\x91US\x02\x00", b"\x20\x00\x56\x91FD\x02\x00"),
        # (0028,0030) with a letter in the number
        (b"0.4\\0.5", b"0.4\\O.5"),
    ],
)
def test_a_damaged_group_is_left_out_with_its_reason(tmp_path, there, damaged):
    raw = numbered([0, 5])
    assert there in raw
    (tmp_path / "a.dcm").write_bytes(raw)
    assert find_series(tmp_path / "a.dcm").proposed.slices == 2
    (tmp_path / "a.dcm").write_bytes(raw.replace(there, damaged))
    with pytest.raises(NothingFoundError, match="nested sequences are damaged"):
        find_series(tmp_path / "a.dcm")
