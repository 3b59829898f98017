"""A series that is no plain head CT is not scored before the reader asks for it knowingly."""

from __future__ import annotations

import csv

import pytest

from ichviewer.documents.findings import findings_csv, findings_json
from ichviewer.documents.workspace import Workspace
from tests.ichviewer.conftest import make_volume

pytestmark = pytest.mark.usefixtures("engine")

ENHANCED = {"series_description": "Head C+ 5mm"}
KNEE = {"body_part": "KNEE"}


@pytest.fixture
def rest(room: Workspace, patient_room):
    return patient_room


@pytest.fixture
def said(room: Workspace) -> list[tuple[str, str]]:
    heard: list[tuple[str, str]] = []
    room.notice_raised.connect(lambda level, sentence: heard.append((level, sentence)))
    return heard


@pytest.mark.parametrize("identity", [ENHANCED, KNEE, {"modality": "MR"}])
def test_it_is_said_and_not_scored(room: Workspace, rest, said, identity: dict[str, str]) -> None:
    room.show_volume(make_volume(9, **identity))
    rest()
    case = room.case
    assert case is not None
    assert case.refused
    assert case.prediction is None
    ((level, sentence),) = said
    assert level == "warning"
    assert "Not scored" in sentence
    assert case.refusal[0].detail in sentence
    assert "not_scored" in [badge.code for badge in room.badges]


def test_a_body_too_large_for_a_head_is_refused_by_its_pixels(room: Workspace, rest) -> None:
    from dataclasses import replace

    volume = make_volume(9)
    wide = replace(volume.geometry, pixel_spacing_mm=(4.5, 4.5))
    room.show_volume(replace(volume, geometry=wide))
    rest()
    assert room.case is not None
    assert room.case.refused
    assert "mm long" in room.case.refusal[0].detail


def test_predict_asks_and_scores_only_after_a_yes(room: Workspace, rest) -> None:
    room.show_volume(make_volume(9, **ENHANCED))
    rest()
    case = room.case
    assert case is not None
    asked: list[bool] = []
    room.inference.scope_questioned.connect(lambda: asked.append(True))
    room.inference.predict()
    rest()
    assert asked == [True]
    assert case.prediction is None
    room.inference.score_anyway()
    rest()
    assert case.prediction is not None
    assert case.prediction.done.all()


def test_what_was_scored_all_the_same_is_marked_everywhere(room: Workspace, rest) -> None:
    room.show_volume(make_volume(9, **ENHANCED))
    rest()
    room.inference.score_anyway()
    rest()
    case = room.case
    assert case is not None
    codes = {badge.code: badge.level for badge in room.badges}
    assert codes["scored_anyway"] == "error"
    assert "not_scored" not in codes
    assert findings_json(case)["scored_out_of_scope"] is True
    assert "out of scope" in findings_json(case)["note"]
    assert all("out of scope" in row["note"] for row in csv.DictReader(findings_csv(case).splitlines()))


def test_a_plain_head_is_scored_and_carries_no_mark(room: Workspace, rest, said) -> None:
    room.show_volume(make_volume(9))
    rest()
    case = room.case
    assert case is not None
    assert case.prediction is not None
    assert not case.refusal
    assert findings_json(case)["scored_out_of_scope"] is False
    assert said == []


def test_a_yes_holds_for_its_series_alone(room: Workspace, rest) -> None:
    room.show_volume(make_volume(9, **ENHANCED))
    rest()
    room.inference.score_anyway()
    rest()
    room.show_volume(make_volume(9, **KNEE))
    rest()
    assert room.case is not None
    assert room.case.refused
    assert room.case.prediction is None
