"""dciodvfy (Debian's dicom3tools) as the judge of what is written."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from ichcore.annotations.annotation import Annotation
from ichcore.export.deidentify import deidentified
from ichcore.export.dicom_pmap import PmapFormat
from ichcore.export.dicom_seg import SegFormat
from ichcore.export.dicom_sr import SrFormat
from ichcore.export.material import Material
from ichcore.export.source_headers import source_headers
from ichcore.masks.edits.label_map import LabelMap
from ichcore.opening import open_volume
from ichcore.phantom import make_case
from ichcore.phantom.dicom_writing import write_dicom
from tests.ichcore.dicom.ct_file import save
from tests.ichcore.dicom.test_enhanced import enhanced
from tests.ichcore.export.made import material, series

FORMATS = (SegFormat(), SrFormat(), PmapFormat())
BROKEN = {
    "StudyDate": "2026-02-30",
    "StudyTime": "10:11:12.5",
    "PatientSex": "female",
    "PatientAge": "old",
    "PatientBirthDate": "1951",
    "AccessionNumber": "an accession number of more than sixteen",
    "PatientIdentityRemoved": "YES",
}

pytestmark = pytest.mark.skipif(
    shutil.which("dciodvfy") is None, reason="dciodvfy is not installed (Debian package dicom3tools)"
)


def errors(path: Path) -> list[str]:
    done = subprocess.run(["dciodvfy", "-new", str(path)], capture_output=True, text=True)
    return [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("Error")]


def all_errors(case: Material, folder: Path) -> list[str]:
    return [e for kind in FORMATS for path in kind.write(case, folder / kind.name) for e in errors(path)]


@pytest.mark.parametrize("kind", ["even", "uneven"])
def test_a_series(tmp_path, kind):
    assert all_errors(material(series(tmp_path / "ct", kind)), tmp_path) == []


def test_a_de_identified_series(tmp_path):
    assert all_errors(deidentified(material(series(tmp_path / "ct", "tilted"))), tmp_path) == []


def test_a_multi_frame_series(tmp_path):
    path = save(enhanced([10, 0, 15, 5]), tmp_path / "ct" / "a.dcm")
    assert all_errors(material(path.parent), tmp_path) == []


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_broken_header_is_mended_or_left_out_not_copied(tmp_path):
    case = material(series(tmp_path / "ct", **BROKEN))
    assert all_errors(case, tmp_path) == []
    for kind in FORMATS:
        assert kind.differences(case, tmp_path / kind.name) == []


def test_a_phantom(tmp_path):
    phantom = make_case(11, subtypes=("epidural", "subdural"), slices=10, size=128)
    write_dicom(phantom, tmp_path / "ct")
    volume = open_volume(tmp_path / "ct")
    mask = LabelMap(phantom.truth, (phantom.truth > 0) * 1)
    annotation = Annotation(volume.identity.series_instance_uid, volume.sop_instance_uids, mask)
    case = Material(
        volume,
        annotation,
        activation={"any": (phantom.truth > 0).astype("float32")},
        headers=source_headers(tmp_path / "ct", volume),
    )
    assert all_errors(case, tmp_path) == []


@pytest.mark.real
@pytest.mark.slow
@pytest.mark.parametrize("study", ["cq500/CQ500_CT_342", "cq500/CQ500_CT_181", "dcm_qa_ct/GE"])
def test_real_series_tilted_and_uneven(real_data, tmp_path, study):
    case = material(real_data / study)
    assert all_errors(case, tmp_path) == []
    for kind in FORMATS:
        assert kind.differences(case, tmp_path / kind.name) == []
