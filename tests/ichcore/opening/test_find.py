from __future__ import annotations

import os
import zipfile

import pytest
from pydicom.fileset import FileSet

from ichcore.errors import CancelledError, InputError, NothingFoundError, RefusedError
from ichcore.opening import find_series, open_volume
from ichcore.progress import CancelToken
from tests.ichcore.dicom.ct_file import ct, disc, save, save_all, unsigned12

DATED = {"StudyDate": "20240101", "StudyTime": "120000", "StudyID": "1", "SeriesNumber": 1}


def zipped(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, source in files.items():
            archive.writestr(name, source.read_bytes())
    return path


def test_subfolders_are_searched_and_labels_are_relative(tmp_path):
    save_all(tmp_path / "a" / "b", [ct(i) for i in range(3)])
    (tmp_path / "a" / "notes.txt").write_text("hello")
    catalogue = find_series(tmp_path)
    assert catalogue.proposed.slices == 3
    assert [(left.file, left.reason) for left in catalogue.left_out] == [
        ("a/notes.txt", "it is not a DICOM file")
    ]


def test_a_zip_is_read_in_place(tmp_path):
    folder = save_all(tmp_path / "in", [ct(i) for i in range(4)])
    archive = zipped(tmp_path / "study.zip", {f"x/{p.name}": p for p in folder.iterdir()})
    before = sorted(p.name for p in tmp_path.rglob("*"))
    volume = open_volume(archive)
    assert (volume.hu == open_volume(folder).hu).all()
    assert sorted(p.name for p in tmp_path.rglob("*")) == before


def test_members_that_point_outside_are_refused(tmp_path):
    one = save(ct(), tmp_path / "one.dcm")
    archive = zipped(tmp_path / "s.zip", {"ok.dcm": one, "../evil.dcm": one, "/etc/evil.dcm": one})
    catalogue = find_series(archive)
    assert catalogue.proposed.slices == 1
    assert {left.file for left in catalogue.left_out} == {"../evil.dcm", "/etc/evil.dcm"}
    assert all("outside the archive" in left.reason for left in catalogue.left_out)
    assert not (tmp_path.parent / "evil.dcm").exists()
    with pytest.raises(RefusedError, match="outside the archive"):
        find_series(zipped(tmp_path / "t.zip", {"../evil.dcm": one}))


@pytest.mark.parametrize(("limit", "value"), [("FREE_BYTES", 99), ("MOST_MEMBERS", 2), ("MOST_BYTES", 99)])
def test_zip_bombs_are_refused(tmp_path, monkeypatch, limit, value):
    blank = tmp_path / "blank"
    blank.write_bytes(bytes(600_000))
    archive = zipped(tmp_path / "bomb.zip", {f"{i}": blank for i in range(3)})
    monkeypatch.setattr(f"ichcore.opening.archive.{limit}", value)
    with pytest.raises(RefusedError, match=r"bomb\.zip"):
        find_series(archive)


def test_a_damaged_zip_is_refused_with_one_sentence(tmp_path):
    folder = save_all(tmp_path / "in", [ct(i) for i in range(3)])
    archive = zipped(tmp_path / "s.zip", {p.name: p for p in folder.iterdir()})
    raw = bytearray(archive.read_bytes())
    raw[60:400] = bytes(340)
    archive.write_bytes(raw)
    catalogue = find_series(archive)
    assert catalogue.proposed.slices == 2
    assert "cannot be unpacked" in catalogue.left_out[0].reason


def test_a_dicomdir_opens_the_files_it_names(tmp_path):
    folder = save_all(tmp_path / "in", [ct(i, **DATED) for i in range(3)])
    files = FileSet()
    for path in folder.iterdir():
        files.add(path)
    files.write(tmp_path / "disc")
    (tmp_path / "disc" / "stray.txt").write_text("x")
    catalogue = find_series(tmp_path / "disc" / "DICOMDIR")
    assert catalogue.proposed.slices == 3
    assert catalogue.left_out == ()
    whole = find_series(tmp_path / "disc")
    assert whole.proposed.slices == 3
    assert {left.file for left in whole.left_out} == {"DICOMDIR", "stray.txt"}


def test_a_dicomdir_that_points_outside_is_refused(tmp_path):
    folder = save_all(tmp_path / "in", [ct(i, **DATED) for i in range(2)])
    files = FileSet()
    for path in folder.iterdir():
        files.add(path)
    files.write(tmp_path / "disc")
    directory = tmp_path / "disc" / "DICOMDIR"
    save(ct(7), tmp_path / "outside")
    raw = directory.read_bytes()
    at = raw.index(b"PT000000")
    end = raw.index(b"IM000000", at) + len(b"IM000000")
    evil = b"..\\outside".ljust(end - at)
    directory.write_bytes(raw[:at] + evil + raw[end:])
    catalogue = find_series(directory)
    assert catalogue.proposed.slices == 1
    assert "outside its folder" in catalogue.left_out[0].reason


def test_links_that_leave_the_folder_are_refused(tmp_path):
    outside = save(ct(9), tmp_path / "outside.dcm")
    folder = save_all(tmp_path / "in", [ct(i) for i in range(3)])
    (folder / "link").symlink_to(outside)
    (folder / "loop").symlink_to(folder)
    catalogue = find_series(folder)
    assert catalogue.proposed.slices == 3
    assert {left.file for left in catalogue.left_out} == {"link", "loop"}


def test_a_pipe_does_not_hang(tmp_path):
    save(ct(), tmp_path / "a.dcm")
    os.mkfifo(tmp_path / "pipe")
    catalogue = find_series(tmp_path)
    assert catalogue.left_out[0].reason == "neither a file nor a folder"


def test_nothing_there(tmp_path):
    with pytest.raises(InputError, match="cannot be opened"):
        find_series(tmp_path / "nowhere")
    with pytest.raises(NothingFoundError, match="holds no files"):
        find_series(tmp_path)
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "b.txt").write_text("b")
    with pytest.raises(NothingFoundError, match="of 2 files 2 were left out because it is not a DICOM file"):
        find_series(tmp_path)


def test_too_many_files_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("ichcore.opening.listing.MOST_FILES", 2)
    save_all(tmp_path, [ct(i) for i in range(3)])
    with pytest.raises(RefusedError, match="more than 2 files"):
        find_series(tmp_path)


def test_finding_can_be_cancelled_and_reports_progress(tmp_path):
    save_all(tmp_path, [ct(i) for i in range(20)])
    steps = []
    find_series(tmp_path, progress=lambda done, total, message="": steps.append((done, total)))
    assert steps[-1] == (20, 20)
    token = CancelToken()
    token.cancel()
    with pytest.raises(CancelledError):
        find_series(tmp_path, cancel=token)


def test_the_catalogue_as_json(tmp_path):
    save_all(tmp_path, [ct(i) for i in range(3)])
    (tmp_path / "x.txt").write_text("x")
    report = find_series(tmp_path).as_json()
    assert report["schema"] == "ichcore.series/1"
    assert report["proposed"] == report["series"][0]["series_instance_uid"]
    one = report["series"][0]
    assert (one["description"], one["modality"], one["slices"], one["rows"]) == ("HEAD 5MM", "CT", 3, 16)
    assert one["spacing_mm"] == [5.0, 0.5, 0.5]
    assert report["left_out"] == [{"file": "x.txt", "reason": "it is not a DICOM file"}]


def test_looking_at_pixels_tells_what_headers_cannot(tmp_path):
    save_all(tmp_path, [unsigned12(disc(35) % 4096, i, RescaleIntercept=0) for i in range(3)])
    assert "wrap_repaired" not in {f.code for f in find_series(tmp_path).proposed.passport}
    catalogue = find_series(tmp_path, look_at_pixels=True)
    assert "wrap_repaired" in {f["code"] for f in catalogue.as_json()["series"][0]["passport"]}
    finished = open_volume(tmp_path)
    assert [f.code for f in finished.passport].count("wrap_repaired") == 1
