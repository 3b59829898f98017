"""An export is compared before it is put in place, certified, and verified later."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from ichcore.annotations.annotation import LabelledBox
from ichcore.errors import InputError
from ichcore.export import exporting
from ichcore.export.certificate import read_certificate
from ichcore.export.coco import Coco
from ichcore.export.exporting import ReadBackError, export
from ichcore.export.nnunet import NAME
from ichcore.export.rsna import RsnaTable
from ichcore.export.scrubbing import scrubbed
from ichcore.export.verifying import verify
from ichcore.files import sha256_of
from ichcore.masks.edits.origin import Origin
from ichcore.volume import SeriesIdentity
from tests.ichcore.export.materials import full_material, material_on
from tests.ichcore.export.test_formats import OWN, STRAIGHT

JOINING = ("coco", "rsna", "nnunet")
BOX = LabelledBox(1, "any", (0, 1, 2, 4), Origin.MODEL)


def contents(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_an_export_is_certified_and_verified_value_by_value(tmp_path):
    out = tmp_path / "new" / "out"
    certificate = export(full_material(), out, OWN)
    stated = json.loads((out / "certificate.json").read_text())
    assert stated["schema"] == "ichcore.certificate/1"
    assert stated["research_use"].startswith("Research use only")
    assert [one["result"] for one in stated["formats"]] == ["identical"] * 5
    listed = {r["path"]: r for one in stated["formats"] for r in one["files"]}
    assert set(listed) == set(contents(out)) - {"certificate.json"}
    assert all(sha256_of(out / path) == r["sha256"] for path, r in listed.items())
    assert certificate.formats["coco"].revision == 42
    verification = verify(out)
    assert verification.certified
    assert set(verification.compared) == set(OWN)


def test_a_failed_comparison_leaves_the_earlier_export_alone(tmp_path, monkeypatch):
    export(material_on(STRAIGHT), tmp_path / "out", ["nifti", "rsna"])
    before = contents(tmp_path)
    monkeypatch.setattr(RsnaTable, "differences", lambda *_: ["A row is wrong.", "Another."])
    with pytest.raises(ReadBackError, match=r"as rsna is not .* A row is wrong\. \(2 differences\)"):
        export(material_on(STRAIGHT, 3), tmp_path / "out", ["nifti", "rsna"])
    with pytest.raises(ReadBackError):
        export(material_on(STRAIGHT, 3), tmp_path / "fresh", ["coco", "rsna"])
    assert contents(tmp_path) == before
    assert not (tmp_path / "fresh").exists()


@pytest.mark.parametrize("failing", ["nifti", "certificate.json"])
def test_a_disk_that_fails_at_the_last_moment_leaves_the_earlier_export_alone(tmp_path, monkeypatch, failing):
    out = tmp_path / "out"
    export(material_on(STRAIGHT), out, ["nifti", "coco"])
    before = contents(tmp_path)

    def full(*_):
        raise OSError(28, "No space left on device")

    if failing == "certificate.json":
        monkeypatch.setattr(exporting, "write_certificate", full)
    else:
        rename = type(out).rename

        def once(self, target):
            return full() if self.name == ".fresh-nifti" else rename(self, target)

        monkeypatch.setattr(type(out), "rename", once)
    with pytest.raises(OSError, match="No space left"):
        export(material_on(STRAIGHT, 3), out, ["coco", "nifti"])
    monkeypatch.undo()
    assert contents(tmp_path) == before
    assert verify(out).certified


def test_what_a_killed_export_left_is_cleared_by_the_next(tmp_path):
    export(material_on(STRAIGHT), tmp_path, ["nifti", "coco"])
    before = contents(tmp_path / "nifti")
    (tmp_path / "nifti").rename(tmp_path / ".before-nifti")
    (tmp_path / ".fresh-nifti").mkdir()
    (tmp_path / ".fresh-nifti" / "half").write_bytes(b"x")
    export(material_on(STRAIGHT), tmp_path, ["rsna"])
    assert contents(tmp_path / "nifti") == before
    assert verify(tmp_path).certified
    assert not list(tmp_path.glob(".*"))


def test_further_series_are_added_and_one_that_is_there_takes_its_own_place(tmp_path):
    one = material_on(STRAIGHT)
    uids = tuple(f"1.9.{i}" for i in range(3))
    other = material_on(STRAIGHT, 1, series_instance_uid="1.9", sop_instance_uids=uids)
    other = replace(other, annotation=replace(other.annotation, boxes=(BOX,)))
    export(one, tmp_path, JOINING)
    export(other, tmp_path, JOINING)
    certificate = export(material_on(STRAIGHT, 3), tmp_path, [*JOINING, "bundle"])
    assert [r.series_instance_uid for r in certificate.formats["coco"].series] == ["1.9", "1.2.3"]
    assert len(certificate.formats["nnunet"].files) == 6
    assert set(verify(tmp_path).compared) == {*JOINING, "bundle"}
    assert verify(tmp_path).certified

    coco = json.loads((tmp_path / "coco" / "annotations.json").read_text())
    assert sorted(image["id"] for image in coco["images"]) == [1, 2, 3, 4, 5, 6]
    assert len({a["id"] for a in coco["annotations"]}) == len(coco["annotations"])
    assert coco["boxes"] == [{"image_id": 5, "class": "any", "bbox": [1, 0, 3, 2], "origin": "model"}]
    assert Coco().differences(other, tmp_path / "coco") == []
    rows = (tmp_path / "rsna" / "slices.csv").read_text().splitlines()[1:]
    assert [row.split(",")[1:] for row in rows] == [
        [uid, str(i % 3), uid[:-2]] for i, uid in enumerate((*uids, "1.2.3.0", "1.2.3.1", "1.2.3.2"))
    ]
    assert json.loads((tmp_path / "nnunet" / NAME / "dataset.json").read_text())["numTraining"] == 2
    with pytest.raises(InputError, match="holds identified series, and this one is de-identified"):
        export(replace(one), tmp_path, ["rsna"], deidentified=True)


def test_a_format_of_one_series_never_takes_the_place_of_another_series(tmp_path):
    export(material_on(STRAIGHT), tmp_path, ["nifti", "coco"])
    before = contents(tmp_path)
    other = material_on(STRAIGHT, 1, series_instance_uid="1.9")
    with pytest.raises(InputError, match=r"nifti holds another series.*export this one into another folder"):
        export(other, tmp_path, ["coco", "nifti"])
    assert contents(tmp_path) == before
    export(other, tmp_path, ["coco"])
    assert verify(tmp_path).certified


def test_what_earlier_versions_wrote_is_added_to(tmp_path):
    Coco().write(material_on(STRAIGHT), tmp_path)
    RsnaTable().write(material_on(STRAIGHT), tmp_path)
    stated = json.loads((tmp_path / "annotations.json").read_text())
    stated["info"]["series_instance_uid"] = stated.pop("series")[0]["series_instance_uid"]
    for image in stated["images"]:
        del image["series_instance_uid"]
    (tmp_path / "annotations.json").write_text(json.dumps(stated))
    lines = (tmp_path / "slices.csv").read_text().splitlines()
    (tmp_path / "slices.csv").write_text("".join(f"{line.rpartition(',')[0]}\n" for line in lines))
    other = material_on(STRAIGHT, 1, series_instance_uid="1.9", sop_instance_uids=("1.9.0", "1.9.1", "1.9.2"))
    for form in (Coco(), RsnaTable()):
        form.write(other, tmp_path)
        assert form.differences(other, tmp_path) == []
    assert Coco().differences(material_on(STRAIGHT), tmp_path) == []
    assert len((tmp_path / "slices.csv").read_text().splitlines()) == 7


def test_exports_into_one_folder_at_once_take_turns_and_lose_nothing(tmp_path):
    def go(number):
        uid = f"1.{number}"
        uids = tuple(f"{uid}.{i}" for i in range(3))
        export(
            material_on(STRAIGHT, number, series_instance_uid=uid, sop_instance_uids=uids),
            tmp_path / "out",
            ["coco", "rsna"],
        )

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(go, range(6)))
    certificate = read_certificate(tmp_path / "out")
    assert sorted(r.series_instance_uid for r in certificate.formats["rsna"].series) == [
        f"1.{i}" for i in range(6)
    ]
    assert verify(tmp_path / "out").certified
    assert not list((tmp_path / "out").glob(".*"))


def test_damage_of_another_series_is_not_certified_anew(tmp_path):
    export(material_on(STRAIGHT), tmp_path, ["nnunet"])
    image = next((tmp_path / "nnunet" / NAME / "imagesTr").iterdir())
    image.write_bytes(image.read_bytes()[:-9] + b"x" * 9)
    export(material_on(STRAIGHT, 1, series_instance_uid="1.9"), tmp_path, ["nnunet"])
    assert verify(tmp_path).differences == (
        f"nnunet/{NAME}/imagesTr/{image.name} is not what was certified.",
    )


def test_only_formats_of_the_bundle_s_own_annotation_are_held_against_it(tmp_path):
    export(material_on(STRAIGHT), tmp_path, ["bundle", "nifti"])
    export(material_on(STRAIGHT, 3), tmp_path, ["coco"])
    assert verify(tmp_path).compared == ("bundle", "nifti")
    assert verify(tmp_path).certified


def test_a_folder_of_other_things_is_not_written_into(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(InputError, match=r"holds thesis\.txt and no export"):
        export(material_on(STRAIGHT), tmp_path, ["coco"])
    with pytest.raises(InputError, match="is a file"):
        export(material_on(STRAIGHT), tmp_path / "thesis.txt", ["coco"])
    with pytest.raises(InputError, match="No format"):
        export(material_on(STRAIGHT), tmp_path / "x", [])
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_every_change_of_an_export_is_a_sentence(tmp_path):
    export(material_on(STRAIGHT), tmp_path, ["coco", "rsna"])
    (tmp_path / "coco" / "annotations.json").write_text("{}")
    (tmp_path / "rsna" / "slices.csv").unlink()
    (tmp_path / "rsna" / "more.csv").write_text("")
    assert verify(tmp_path).differences == (
        "coco/annotations.json is not what was certified.",
        "rsna/slices.csv is missing.",
        "rsna/more.csv was added after the export was certified.",
    )
    (tmp_path / "certificate.json").write_text("[]")
    with pytest.raises(InputError, match="damaged"):
        verify(tmp_path)


def test_no_sentence_and_no_table_names_the_patient(tmp_path):
    original = full_material()
    uids = tuple(f"2.25.{i}" for i in range(4))
    nobody = SeriesIdentity(series_instance_uid="2.25.9")
    volume = replace(original.volume, identity=nobody, sop_instance_uids=uids)
    annotation = replace(
        original.annotation,
        series_instance_uid="2.25.9",
        sop_instance_uids=uids,
        reader="Reader 1",
        notes={},
        slices={},
        study={},
    )
    prediction = replace(original.prediction, series_instance_uid="2.25.9", sop_instance_uids=uids)
    clean = scrubbed(
        replace(original, volume=volume, annotation=annotation, prediction=prediction, headers=()), original
    )
    assert clean.prediction.extra["boxes"][0]["sop_instance_uid"] == "2.25.2"
    export(clean, tmp_path, OWN, deidentified=True)
    for name, written in contents(tmp_path).items():
        # a digest or a size may hold any four digits
        data = re.sub(rb'[0-9a-f]{64}|"bytes": \d+', b"", written)
        for word in (b"ovelace", b"4711", b"Elsewhere", b"Byron", b"1.2.826"):
            assert word not in data, name
