from __future__ import annotations

import numpy as np
import pytest

from ichcore.opening import find_series, open_volume
from tests.ichcore.dicom.ct_file import ct, disc, save_all


def test_slices_are_ordered_by_position_not_by_name_or_number(tmp_path):
    heights = [20, 0, 10, 5, 15]
    save_all(
        tmp_path,
        [
            ct(i, hu=disc(z), ImagePositionPatient=[-100, -100, z], InstanceNumber=99 - i)
            for i, z in enumerate(heights)
        ],
    )
    volume = open_volume(tmp_path)
    assert volume.hu[:, 8, 8].tolist() == [0, 5, 10, 15, 20]
    assert volume.geometry.positions_mm.tolist() == [0, 5, 10, 15, 20]
    assert volume.complete


def test_uids_travel_with_their_slices(tmp_path):
    slices = [ct(i) for i in (3, 0, 2, 1)]
    save_all(tmp_path, slices)
    expected = [ds.SOPInstanceUID for ds in sorted(slices, key=lambda ds: ds.ImagePositionPatient[2])]
    assert list(open_volume(tmp_path).sop_instance_uids) == expected


@pytest.mark.parametrize("tilt", [0.0, -18.5, 20.0])
def test_a_tilted_gantry_keeps_its_order_and_is_reported(tmp_path, tilt):
    c, s = np.cos(np.radians(tilt)), np.sin(np.radians(tilt))
    save_all(
        tmp_path,
        [ct(i, ImageOrientationPatient=[1, 0, 0, 0, c, s], GantryDetectorTilt=-tilt) for i in (2, 0, 1, 3)],
    )
    entry = find_series(tmp_path).proposed
    codes = {f.code for f in entry.passport}
    assert ("tilt" in codes) == ("shear" in codes) == (tilt != 0)
    assert entry.geometry.tilt_deg == pytest.approx(tilt, abs=1e-3)
    assert entry.geometry.shear_deg == pytest.approx(abs(tilt), abs=1e-3)
    assert entry.geometry.steps_mm == pytest.approx([5 * c] * 3)


def test_shear_without_any_tilt_tag_is_found(tmp_path):
    save_all(tmp_path, [ct(i, ImagePositionPatient=[-100, -100 + i, 5 * i]) for i in range(5)])
    entry = find_series(tmp_path).proposed
    finding = next(f for f in entry.passport if f.code == "shear")
    assert "11.3°" in finding.detail
    assert "without a tilt stated" in finding.detail
    assert entry.geometry.tilt_deg == 0


def test_uneven_gaps_and_missing_slices_are_told_apart(tmp_path):
    def codes(name, heights):
        save_all(
            tmp_path / name, [ct(i, ImagePositionPatient=[-100, -100, z]) for i, z in enumerate(heights)]
        )
        entry = find_series(tmp_path / name).proposed
        return {f.code: f.detail for f in entry.passport}, entry

    hole, entry = codes("hole", [0, 5, 10, 25, 30, 35])
    assert "2 slices are missing between slices 3 and 4" in hole["missing_slices"]
    assert not entry.geometry.supports_volumes
    uneven, _ = codes("uneven", [0, 4, 9, 12, 21, 22])
    assert "uneven_spacing" in uneven
    assert "missing_slices" not in uneven
    even, entry = codes("even", [0, 5, 10, 15])
    assert not {"missing_slices", "uneven_spacing"} & even.keys()
    assert entry.geometry.supports_volumes


def test_a_near_duplicate_position_keeps_the_later_image_and_says_so(tmp_path):
    slices = [ct(i) for i in range(8)]
    again = ct(40, hu=disc(77), ImagePositionPatient=[-100, -100, 15.09], AcquisitionTime="130000")
    save_all(tmp_path, [*slices, again])
    catalogue = find_series(tmp_path)
    assert catalogue.proposed.slices == 8
    assert any(f.code == "duplicate_positions" and "0.09 mm" in f.detail for f in catalogue.proposed.passport)
    assert len(catalogue.left_out) == 1
    assert "0.09 mm" in catalogue.left_out[0].reason
    assert open_volume(tmp_path).hu[3, 8, 8] == 77


def test_of_two_images_at_a_position_the_complete_one_stays(tmp_path):
    slices = [ct(i) for i in range(8)]
    cut = ct(41, ImagePositionPatient=[-100, -100, 15], AcquisitionTime="130000")
    cut.PixelData = cut.PixelData[:100]
    save_all(tmp_path, [*slices, cut])
    volume = open_volume(tmp_path)
    assert volume.hu[3, 8, 8] == 43
    assert not volume.has("truncated")


def test_a_copied_file_is_left_out_as_a_copy(tmp_path):
    ds = ct(0)
    save_all(tmp_path, [ds, ct(1), ct(2), ds])
    catalogue = find_series(tmp_path)
    assert catalogue.proposed.slices == 3
    assert "copy" in catalogue.left_out[0].reason


@pytest.mark.parametrize("offset", [0.0, 0.05, 2.5])
def test_interleaved_rescans_become_two_series(tmp_path, offset):
    first = [ct(i, hu=disc(10), AcquisitionNumber=1) for i in range(6)]
    second = [
        ct(
            i + 50,
            hu=disc(90),
            AcquisitionNumber=2,
            AcquisitionTime="133000",
            ImagePositionPatient=[-100, -100, 5 * i + offset],
        )
        for i in range(6)
    ]
    mixed = [ds for pair in zip(first, second, strict=True) for ds in pair]
    save_all(tmp_path, mixed)
    catalogue = find_series(tmp_path)
    assert [entry.slices for entry in catalogue.series] == [6, 6]
    assert all(any(f.code == "interleaved" for f in entry.passport) for entry in catalogue.series)
    assert len({entry.series_instance_uid for entry in catalogue.series}) == 2
    values = {
        int(v)
        for entry in catalogue.series
        for v in np.unique(open_volume(tmp_path, series_uid=entry.series_instance_uid).hu[:, 8, 8])
    }
    assert values == {10, 90}
    assert catalogue.left_out == ()


def test_rescans_without_any_telling_number_are_told_apart_by_their_order(tmp_path):
    plain = {"AcquisitionNumber": 1, "AcquisitionTime": "120000"}
    slices = [ct(i, hu=disc(10), InstanceNumber=i + 1, **plain) for i in range(5)]
    slices += [
        ct(60 + i, hu=disc(90), InstanceNumber=i + 6, ImagePositionPatient=[-100, -100, 5 * i], **plain)
        for i in range(5)
    ]
    save_all(tmp_path, slices)
    catalogue = find_series(tmp_path)
    assert [entry.slices for entry in catalogue.series] == [5, 5]
    for entry in catalogue.series:
        volume = open_volume(tmp_path, series_uid=entry.series_instance_uid)
        assert len(set(volume.hu[:, 8, 8].tolist())) == 1


def test_axial_scanning_in_several_acquisitions_stays_one_series(tmp_path):
    """Step and shoot numbers each table position: that is no rescan."""
    heights = [0, 5, 10, 15, 22, 29, 36, 43]
    save_all(
        tmp_path,
        [
            ct(i, AcquisitionNumber=1 + i // 2, ImagePositionPatient=[-100, -100, z])
            for i, z in enumerate(heights)
        ],
    )
    assert [entry.slices for entry in find_series(tmp_path).series] == [8]


def test_mixed_orientations_and_sizes_are_split(tmp_path):
    axial = [ct(i) for i in range(5)]
    coronal = [
        ct(70 + i, ImageOrientationPatient=[1, 0, 0, 0, 0, -1], ImagePositionPatient=[-100, 5 * i, 0])
        for i in range(3)
    ]
    large = [ct(80, hu=disc(5, 24), ImagePositionPatient=[-100, -100, 60])]
    save_all(tmp_path, [*axial, *coronal, *large])
    catalogue = find_series(tmp_path)
    assert [(e.slices, e.rows) for e in catalogue.series] == [(5, 16), (3, 16)]
    assert all(any(f.code == "mixed_orientations" for f in e.passport) for e in catalogue.series)
    assert len(catalogue.left_out) == 1
    assert "differ" in catalogue.left_out[0].reason
    assert catalogue.proposed.slices == 5
    again = find_series(tmp_path)
    assert [e.series_instance_uid for e in again.series] == [e.series_instance_uid for e in catalogue.series]


def test_without_positions_the_order_is_by_number_and_says_so(tmp_path):
    save_all(tmp_path, [ct(i, ImagePositionPatient=None, ImageOrientationPatient=None) for i in (2, 0, 1)])
    volume = open_volume(tmp_path)
    assert volume.hu[:, 8, 8].tolist() == [40, 41, 42]
    assert not volume.geometry.positions_known
    assert volume.geometry.spacing_mm[0] is None
    assert volume.has("positions_unknown")
    assert "slice orientation" in next(f.detail for f in volume.passport if f.code == "header_unknown")


def test_positions_that_are_all_the_same_are_no_positions(tmp_path):
    save_all(tmp_path, [ct(i, ImagePositionPatient=[0, 0, 0]) for i in (3, 1, 0, 2)])
    volume = open_volume(tmp_path)
    assert volume.shape[0] == 4
    assert volume.hu[:, 8, 8].tolist() == [40, 41, 42, 43]
    assert volume.has("positions_unknown")
