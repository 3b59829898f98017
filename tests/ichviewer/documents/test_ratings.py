"""What the reader calls heat maps: counted, kept on disk, exported."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ichcore.errors import IchError
from ichcore.subtypes import CLASSES
from ichviewer.documents.case import Case
from ichviewer.documents.rating_export import ratings_csv
from ichviewer.documents.rating_keeping import RatingKeeping
from ichviewer.documents.rating_store import load_ratings, rating_file, save_ratings
from ichviewer.documents.ratings import VERDICTS, RatedMap, Rating, Tally, tally
from tests.ichviewer.conftest import make_volume

MAP = RatedMap(2, "window-fusion", "ab" * 32, "sfcam", "fusion", ("epidural", "subarachnoid"))


@st.composite
def rating(draw: st.DrawFn) -> Rating:
    text = st.text(max_size=8)
    classes = tuple(c for c in CLASSES if draw(st.booleans()))
    of = RatedMap(draw(st.integers(0, 9)), draw(text), draw(text), draw(text), draw(text), classes)
    return Rating(of, draw(st.sampled_from(VERDICTS)))


@settings(max_examples=30, deadline=None)
@given(st.lists(rating(), max_size=5), st.text(max_size=70))
def test_what_is_saved_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, said: list[Rating], uid: str
) -> None:
    folder = tmp_path_factory.mktemp("r")
    save_ratings(uid, said, folder)
    assert load_ratings(uid, 10, folder) == tuple(said)
    assert load_ratings(uid, 1, folder) == tuple(r for r in said if r.of.slice_index == 0)


@pytest.mark.parametrize("content", ["", "[]", '{"ratings": 1}', '{"ratings": [{"verdict": "superb"}]}'])
def test_a_damaged_file_is_said_and_new_ratings_replace_it(qtbot, home: Path, content: str) -> None:
    volume = make_volume()
    file = rating_file(volume.identity.series_instance_uid)
    file.parent.mkdir(parents=True)
    file.write_text(content)
    keeping, said = RatingKeeping(), []
    keeping.unread.connect(said.append)
    keeping.take(Case(volume))
    assert len(said) == 1
    keeping.rate(MAP, "correct")
    assert load_ratings(volume.identity.series_instance_uid, 5) == (Rating(MAP, "correct"),)


def test_ratings_come_back_with_the_series_and_pressing_again_takes_one_back(qtbot) -> None:
    case, other = Case(make_volume()), replace(MAP, method="gradcam")
    keeping = RatingKeeping()
    keeping.take(case)
    keeping.rate(MAP, "partial")
    keeping.rate(other, "incorrect")
    keeping.rate(MAP, "correct")
    keeping.leave()
    assert keeping.ratings == ()

    again = RatingKeeping()
    again.take(Case(make_volume()))
    assert set(again.ratings) == {Rating(MAP, "correct"), Rating(other, "incorrect")}
    again.rate(MAP, "correct")
    assert again.verdict(MAP) is None
    again.rate(other, "incorrect")
    assert not rating_file(case.volume.identity.series_instance_uid).exists()


def test_ratings_of_one_series_are_not_those_of_another(qtbot) -> None:
    keeping = RatingKeeping()
    keeping.take(Case(make_volume()))
    keeping.rate(MAP, "correct")
    keeping.leave()
    keeping.take(Case(make_volume(series_instance_uid="9.9")))
    assert keeping.ratings == ()


def test_shares_are_those_of_burduja_and_of_nothing_are_none() -> None:
    assert Tally((14, 5, 7)).percents == (54, 19, 27)
    assert Tally((1, 1, 1)).percents == (33, 33, 33)
    assert Tally((0, 0, 0)).percents == (0, 0, 0)


def test_the_export_names_slices_by_uid_only_and_ends_with_the_tallies() -> None:
    volume = make_volume(patient_name="DOE^JANE", patient_id="4711", study_date="20200101")
    other = replace(MAP, slice_index=0, method="gradcam", classes=("any",))
    text = ratings_csv(volume, [Rating(MAP, "correct"), Rating(other, "incorrect")])
    assert not any(patient in text for patient in ("DOE", "4711", "20200101"))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["row"] for row in rows] == ["rating", "rating", "tally", "tally", "total"]
    assert [(r["index"], r["classes"], r["rating"]) for r in rows[:2]] == [
        ("0", "any", "incorrect"),
        ("2", "epidural;subarachnoid", "correct"),
    ]
    assert rows[1]["sop_instance_uid"] == volume.sop_instance_uids[2]
    assert {row["series_instance_uid"] for row in rows} == {volume.identity.series_instance_uid}
    assert (rows[2]["method"], rows[2]["rated"], rows[2]["incorrect"]) == ("gradcam", "1", "1")
    assert (rows[4]["rated"], rows[4]["correct_percent"], rows[4]["partial"]) == ("2", "50.0", "0")
    with pytest.raises(IchError, match="is rated yet"):
        ratings_csv(volume, [])


def test_a_tally_counts_each_verdict() -> None:
    assert tally([Rating(MAP, verdict) for verdict in ("correct", "incorrect", "correct")]).counts == (
        2,
        0,
        1,
    )
