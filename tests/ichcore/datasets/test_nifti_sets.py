import csv

import numpy as np
import pytest

from ichcore.datasets.bcihm import Bcihm
from ichcore.datasets.bhsd import Bhsd
from ichcore.errors import InputError
from ichcore.subtypes import SUBTYPES
from tests.ichcore.datasets.layouts import phantom, write_nifti_array

COLUMNS = ("Intraventricular", "Intraparenchymal", "Subarachnoid", "Epidural", "Subdural")


def write_bhsd(root, case, name, truth=None):
    write_nifti_array(root / "label_192" / "images" / f"{name}.nii.gz", case.volume.hu, case)
    drawn = case.truth if truth is None else truth
    write_nifti_array(root / "label_192" / "ground truths" / f"{name}.nii.gz", drawn, case)


def test_bhsd_masks_are_our_label_map_and_give_the_labels(tmp_path):
    case = phantom(3, "epidural")
    write_bhsd(tmp_path, case, "ID_aa_ID_01")
    write_bhsd(tmp_path, case, "ID_aa_ID_02")
    (tmp_path / "label_192" / "ground truths" / "ID_aa_ID_02.nii.gz").unlink()
    cases, left = Bhsd(tmp_path).cases()
    assert [(c.name, c.patient) for c in cases] == [("ID_aa_ID_01", "ID_aa")]
    assert [one.file for one in left] == ["ID_aa_ID_02.nii.gz"]
    opened = cases[0].open()
    assert np.array_equal(opened.truth, case.truth)
    assert np.array_equal(opened.volume.hu, case.volume.hu)
    assert np.array_equal(opened.labels & opened.known, opened.labels)
    assert np.array_equal(opened.labels, case.labels)


def test_a_speck_is_neither_positive_nor_negative(tmp_path):
    case = phantom(4)
    truth = np.zeros(case.truth.shape, np.uint8)
    truth[2, 50, 50] = 5
    truth[3, 40:60, 40:60] = 2
    write_bhsd(tmp_path, case, "v", truth)
    opened = Bhsd(tmp_path).cases()[0][0].open()
    assert opened.known[2].tolist() == [False, True, True, True, True, False]
    assert opened.labels[3].tolist() == [True, False, True, False, False, False]
    assert opened.known[3].all()
    assert not opened.labels[[0, 1, 2, 4, 5]].any()


def test_bhsd_label_maps_that_do_not_fit_are_refused(tmp_path):
    case = phantom(4)
    write_bhsd(tmp_path, case, "a", np.full(case.truth.shape, 7, np.uint8))
    write_bhsd(tmp_path, case, "b", case.truth[:4])
    one, other = Bhsd(tmp_path).cases()[0]
    with pytest.raises(InputError, match="holds 7, expected 0 to 5"):
        one.open()
    with pytest.raises(InputError, match="the label map is"):
        other.open()
    with pytest.raises(InputError, match="holds no images"):
        Bhsd(tmp_path / "label_192" / "images").cases()


def write_bcihm(root, case, number, rows, *, upside_down):
    write_nifti_array(root / "ct_scans" / f"{number:03d}.nii", case.volume.hu, case, upside_down=upside_down)
    mask = ((case.truth > 0) * 255).astype(np.uint8)
    write_nifti_array(root / "masks" / f"{number:03d}.nii", mask, case, upside_down=upside_down)
    table = root / "hemorrhage_diagnosis_raw_ct.csv"
    fresh = not table.is_file()
    with table.open("a", newline="") as stream:
        writer = csv.writer(stream)
        if fresh:
            writer.writerow(["PatientNumber", "SliceNumber", *COLUMNS, "No_Hemorrhage", "Fracture_Yes_No"])
        for slice_number, kinds in rows:
            here = [int(c.lower() in kinds) for c in COLUMNS]
            writer.writerow([number, slice_number, *here, int(not kinds), 0])


@pytest.mark.parametrize("upside_down", [False, True])
def test_bcihm_slices_are_numbered_along_the_file_and_ours_ascend(tmp_path, upside_down):
    case = phantom(3, "epidural")
    count = len(case.labels)
    kinds = [[n for n, v in zip(SUBTYPES, row[1:], strict=True) if v] for row in case.labels]
    numbers = range(count, 0, -1) if upside_down else range(1, count + 1)
    write_bcihm(tmp_path, case, 49, zip(numbers, kinds, strict=True), upside_down=upside_down)
    opened = Bcihm(tmp_path).cases()[0][0].open()
    assert np.array_equal(opened.volume.hu, case.volume.hu)
    assert np.array_equal(opened.labels, case.labels)
    positive = case.labels[:, 0]
    assert np.array_equal(opened.truth[positive], case.truth[positive])


def test_bcihm_masks_of_several_subtypes_are_of_unstated_subtype(tmp_path):
    case = phantom(3, "epidural")
    index = int(np.argmax((case.truth > 0).sum(axis=(1, 2))))
    rows = [(index + 1, ["epidural", "subdural"]), (90, [])]
    write_bcihm(tmp_path, case, 49, rows, upside_down=False)
    opened = Bcihm(tmp_path).cases()[0][0].open()
    assert set(np.unique(opened.truth)) == {0, 6}
    assert opened.known.sum() == 6
    assert opened.labels[index].tolist() == [True, True, False, False, False, True]
    assert "slice 90" in opened.notes[0]


def test_bcihm_scans_without_rows_and_masks(tmp_path):
    case = phantom(4)
    write_bcihm(tmp_path, case, 50, [(1, [])], upside_down=False)
    (tmp_path / "masks" / "050.nii").unlink()
    write_nifti_array(tmp_path / "ct_scans" / "051.nii", case.volume.hu, case)
    cases, left = Bcihm(tmp_path).cases()
    assert [one.file for one in left] == ["051.nii"]
    assert cases[0].open().truth is None
    (tmp_path / "hemorrhage_diagnosis_raw_ct.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="lacks Epidural"):
        Bcihm(tmp_path).cases()
