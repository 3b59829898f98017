from __future__ import annotations

import pytest
from pydicom import Dataset, dcmread
from pydicom.sequence import Sequence

from ichcore.export.confidentiality import UidMap, deidentified_header
from ichcore.export.deidentify import deidentified
from ichcore.export.dicom_pmap import PmapFormat
from ichcore.export.dicom_seg import SegFormat
from ichcore.export.dicom_sr import SrFormat
from ichcore.export.material import Material
from tests.ichcore.dicom.ct_file import save
from tests.ichcore.dicom.test_enhanced import enhanced
from tests.ichcore.export.made import material, series

SECRETS = {
    "PatientName": "Rosenqvist^Ingeborg",
    "PatientID": "HOSP-4711-X",
    "PatientBirthDate": "19510704",
    "OtherPatientIDs": "INSURANCE-88",
    "PatientAge": "074Y",
    "PatientWeight": "83.5",
    "InstitutionName": "Sankt Olav Hospital",
    "ReferringPhysicianName": "Haugen^Torbjorn",
    "StudyDate": "20251231",
    "StudyTime": "221133",
    "AccessionNumber": "ACC9900",
    "StudyID": "STUDY77",
    "StudyDescription": "Caput of Ingeborg",
    "SeriesDescription": "Caput for Haugen",
    "StationName": "CTROOM3",
    "ProtocolName": "Haugen head",
    "OperatorsName": "Moe^Kari",
}


def named(folder) -> Material:
    path = series(folder, **SECRETS)
    return material(path)


def originals(case: Material) -> list[str]:
    """What must not be found: every secret, every UID, every reader and note."""
    words = [part for value in SECRETS.values() for part in value.split("^")]
    header = case.headers[0]
    uids = [header.StudyInstanceUID, header.SeriesInstanceUID, header.FrameOfReferenceUID]
    return [*words, *uids, *case.volume.sop_instance_uids, "Schmidt", "second look", "2026-03-04", "Smith"]


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return named(tmp_path_factory.mktemp("ct"))


def test_nothing_of_the_patient_remains_in_any_byte(case, tmp_path):
    nobody = deidentified(case)
    for kind in (SegFormat(), SrFormat(), PmapFormat()):
        files = kind.write(nobody, tmp_path / kind.name)
        assert kind.differences(nobody, tmp_path / kind.name) == []
        for path in files:
            data = path.read_bytes()
            assert [w for w in originals(case) if w.encode() in data] == [], path.name


def test_what_is_looked_for_is_there_without_it(case, tmp_path):
    (path,) = SegFormat().write(case, tmp_path)
    assert b"Rosenqvist" in path.read_bytes()


def test_it_says_so_with_the_profiles_codes(case, tmp_path):
    (path,) = SegFormat().write(deidentified(case), tmp_path)
    data = dcmread(path)
    assert data.PatientIdentityRemoved == "YES"
    assert [item.CodeValue for item in data.DeidentificationMethodCodeSequence] == [
        "113100",
        "113104",
        "113105",
    ]
    assert data.StudyDate == ""
    assert data.PatientName == "Anonymous^"
    assert data.PatientID.startswith("ANON-")


def test_the_same_uid_becomes_the_same_within_one_export(case, tmp_path):
    nobody = deidentified(case)
    (seg,) = SegFormat().write(nobody, tmp_path / "seg")
    report, _ = SrFormat().write(nobody, tmp_path / "sr")
    first, second = dcmread(seg), dcmread(report)
    assert first.StudyInstanceUID == second.StudyInstanceUID == nobody.headers[0].StudyInstanceUID
    named = {
        str(source.ReferencedSOPInstanceUID)
        for group in first.PerFrameFunctionalGroupsSequence
        for source in group.DerivationImageSequence[0].SourceImageSequence
    }
    assert named <= set(nobody.volume.sop_instance_uids)


def test_two_exports_cannot_be_linked_but_a_key_can_repeat_one(case):
    a, b = deidentified(case), deidentified(case)
    assert a.volume.sop_instance_uids != b.volume.sop_instance_uids
    once, again = (deidentified(case, UidMap(b"key")) for _ in range(2))
    assert once.volume.sop_instance_uids == again.volume.sop_instance_uids
    assert once.volume.identity == again.volume.identity


def test_the_volume_and_the_annotation_forget_too(case):
    nobody = deidentified(case)
    text = repr(
        (nobody.volume.identity, nobody.annotation.slices, nobody.annotation.study, nobody.annotation.reader)
    )
    assert [word for word in originals(case) if word in text] == []
    assert nobody.annotation.notes == {}
    assert nobody.annotation.reader == "Reader 1"


def test_a_multi_frame_file(tmp_path):
    ds = enhanced([10, 0, 15, 5])
    ds.PatientName = "Rosenqvist^Ingeborg"
    nobody = deidentified(material(save(ds, tmp_path / "ct" / "a.dcm").parent))
    (path,) = SegFormat().write(nobody, tmp_path)
    assert SegFormat().differences(nobody, tmp_path) == []
    assert b"Rosenqvist" not in path.read_bytes()


def test_private_and_unknown_elements_of_a_header_go():
    inner = Dataset()
    inner.PatientComments = "Rosenqvist"
    inner.ReferencedSOPInstanceUID = "1.2.3.4"
    header = Dataset()
    header.PatientID = "x"
    header.add_new(0x00091001, "LO", "Rosenqvist")
    header.add_new(0x0018A001, "SQ", Sequence([]))
    header.ReferencedImageSequence = Sequence([inner])
    header.ReasonForVisit = "Rosenqvist fell"
    clean = deidentified_header(header, UidMap(b"k"))
    assert "Rosenqvist" not in str(clean)
    assert "1.2.3.4" not in str(clean)
    assert clean.ReferencedImageSequence[0].ReferencedSOPInstanceUID.startswith("2.25.")


def test_standard_uids_stay():
    assert UidMap()("1.2.840.10008.5.1.4.1.1.2") == "1.2.840.10008.5.1.4.1.1.2"
