"""``ichcore worklist``: what waits, in the order that was asked for."""

import pytest

from ichcore.annotations.answer import Answer
from ichcore.annotations.series import AnnotatedSeries
from ichcore.annotations.steps import answered, said_now
from ichcore.annotations.store import Store
from ichcore.annotations.work_state import WorkState
from ichcore.annotations.worklist import Argument
from tests.ichcore.cli.conftest import command


@pytest.fixture
def store(tmp_path):
    """Three listed series, of which one is skipped; two readers differ on another one."""
    path = tmp_path / "store.sqlite"
    opened = Store.open(path)
    opened.worklist.add("1.1", "/a", Argument(0.1, None, 0.9, 0.2))
    opened.worklist.add("1.2", "/b", Argument(0.9, 0.2, 0.1, 0.3))
    opened.worklist.add("1.3", "/c", Argument(0.5, 0.7, 0.2, 0.1))
    opened.worklist.add("1.4", "/d")
    opened.worklist.mark("1.3", "Ada", WorkState.SKIPPED)
    for reader, answer in (("Ada", Answer.YES), ("Bo", Answer.NO)):
        mine = opened.annotate(AnnotatedSeries("1.7", ("1.7.1",), (1, 4, 4)), reader)
        mine.commit(answered(mine.contents, None, "any", said_now(answer, reader)))
        mine.lock_read()
    opened.close()
    return path


@pytest.mark.parametrize(
    ("order", "wanted"),
    [
        ("uncertainty", ["1.2", "1.3", "1.1", "1.4"]),
        ("models", ["1.3", "1.2", "1.1", "1.4"]),
        ("volume", ["1.1", "1.3", "1.2", "1.4"]),
        ("activation", ["1.2", "1.1", "1.3", "1.4"]),
        ("readers", ["1.7"]),
    ],
)
def test_each_order(store, order, wanted):
    report = command("worklist", "--store", store, "--order", order, "--json").report
    assert [one["series_instance_uid"] for one in report["entries"]] == wanted
    assert (report["schema"], report["order"]) == ("ichcore.worklist/1", order)


def test_states_are_the_reader_s_and_text_says_why(store):
    asked = ("worklist", "--store", store, "--reader", "Ada", "--order", "models")
    told = command(*asked, "--json").report["entries"]
    assert [one["series_instance_uid"] for one in told] == ["1.2", "1.1", "1.4", "1.3"]
    assert told[0]["numbers"]["model_disagreement"] == 0.2
    assert told[2]["reason"] == "not looked at yet"
    assert command(*asked, "--state", "skipped", "--json").report["entries"][0]["path"] == "/c"
    text = command(*asked).out
    assert "models disagree (0.70)" in text
    assert text.index("1.2") < text.index("1.3")
    readers = command("worklist", "--store", store, "--order", "readers")
    assert "Ada and Bo" in readers.out


def test_a_folder_is_listed_and_looked_at(study, tmp_path):
    missing = command("worklist", "--store", tmp_path / "s.sqlite")
    assert missing.status == 1
    assert "--add FOLDER" in missing.err
    report = command("worklist", "--store", tmp_path / "s.sqlite", "--add", study, "--look", "--json").report
    assert report["added"] == 1
    (entry,) = report["entries"]
    assert entry["path"] == str(study)
    assert 0 <= entry["numbers"]["uncertainty"] <= 1
    assert command("worklist", "--order", "colour").status == 2
    assert command("worklist", "--model", "tiny").status == 2
