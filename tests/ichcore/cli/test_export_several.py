"""``ichcore export --all``: the stored annotations of many series in one export."""

import json

import pytest

from ichcore.annotations.answer import Answer
from ichcore.annotations.series import AnnotatedSeries
from ichcore.annotations.steps import answered, said_now
from ichcore.annotations.store import Store
from ichcore.annotations.work_state import WorkState
from ichcore.opening import open_volume
from tests.ichcore.cli.conftest import command
from tests.ichcore.dicom.ct_file import ct, save_all


@pytest.fixture(scope="module")
def studies(tmp_path_factory):
    """Three studies of one patient; two are annotated, of which one is done."""
    folder = tmp_path_factory.mktemp("studies")
    store = Store.open(folder.parent / f"{folder.name}.sqlite")
    for number in (1, 2, 3):
        study = folder / f"study{number}"
        changes = {"SeriesInstanceUID": f"1.2.{number}", "StudyInstanceUID": f"1.2.{number}.0"}
        save_all(study, [ct(index, **changes) for index in range(3)])
        if number == 3:
            continue
        mine = store.annotate(AnnotatedSeries.of(open_volume(study)), "Ada")
        mine.commit(answered(mine.contents, None, "any", said_now(Answer.NO, "Ada")))
    store.worklist.add("1.2.2")
    store.worklist.mark("1.2.2", "Ada", WorkState.DONE)
    store.annotate(AnnotatedSeries("1.2.9", ("1.2.9.1",), (1, 4, 4)), "Bo").commit(
        answered(mine.contents, None, "any", said_now(Answer.NO, "Bo"))
    )
    store.close()
    return folder, folder.parent / f"{folder.name}.sqlite"


def test_every_annotated_series_is_exported_verified_and_anonymous_as_one_patient(studies, tmp_path):
    folder, store = studies
    out = tmp_path / "out"
    asked = ("--format", "coco", "--format", "bundle", "--store", store, "--all", "--deidentify", "--json")
    told = command("export", folder, out, *asked)
    assert told.status == 0
    report = told.report
    assert [one["series_instance_uid"] for one in report["exported"]] == ["1.2.1", "1.2.2"]
    assert (report["left_out"], report["elsewhere"]) == ([], ["1.2.9"])
    bundles = [json.loads(path.read_text()) for path in out.glob("ich_*/bundle/bundle.json")]
    assert len(bundles) == 2
    assert len({one["series"]["identity"]["patient_id"] for one in bundles}) == 1
    assert {one["folder"] for one in report["exported"]} == {
        p.parent.parent.name for p in out.glob("*/*/bundle.json")
    }
    verified = command("verify", out, "--json").report
    assert verified["certified"]
    assert set(verified["compared"]) == {"coco", "bundle"}
    damaged = next(out.glob("ich_*/bundle/hu.npy"))
    damaged.write_bytes(b"x")
    assert command("verify", out).status == 1


def test_done_ones_alone_or_those_of_a_list(studies, tmp_path):
    folder, store = studies
    asked = ("--format", "rsna", "--store", store)
    report = command("export", folder, tmp_path / "done", *asked, "--all", "--done", "--json").report
    assert [one["series_instance_uid"] for one in report["exported"]] == ["1.2.2"]
    listed = ("--series", "1.2.1", "--series", "1.2.3", "--series", "1.2.7")
    told = command("export", folder, tmp_path / "list", *asked, *listed)
    assert told.status == 1
    assert "1 of 3 series exported" in told.out
    assert "No annotation of series 1.2.3 is stored" in told.out
    assert "1.2.7" in told.out
    assert command("export", folder, tmp_path / "x", *asked, "--done").status == 2
