"""Which of several installed models are in use, and that only installed ones can be."""

from __future__ import annotations

import pytest

from ichcore.volume import Volume
from ichviewer.documents.workspace import Workspace

pytestmark = pytest.mark.usefixtures("systems")


@pytest.fixture
def rest(room: Workspace, patient_room):
    return patient_room


def test_every_installed_model_is_offered(room: Workspace) -> None:
    assert {card.name for card in room.models.cards} == {"fusion", "blend", "scan", "pair"}
    assert room.models.ticked == (room.models.shown,)


def test_a_u_net_is_not_offered(room: Workspace, systems_folder, tmp_path, monkeypatch) -> None:
    import json
    import shutil

    shutil.copytree(systems_folder / "fusion", tmp_path / "installed" / "mask")
    card = tmp_path / "installed" / "mask" / "card.json"
    card.write_text(json.dumps({**json.loads(card.read_text()), "architecture": "u_net"}))
    monkeypatch.setattr("ichcore.models.catalogue.folders", lambda: [systems_folder, tmp_path / "installed"])
    room.models.refresh()
    assert "mask" not in {card.name for card in room.models.cards}


def test_a_model_that_is_ticked_off_gives_way(room: Workspace, tiny_volume: Volume, rest) -> None:
    room.models.choose("scan")
    room.models.tick("pair", on=True)
    room.show_volume(tiny_volume)
    rest()
    room.models.tick("scan", on=False)
    assert room.models.shown == "pair"
    assert room.models.ticked == ("pair",)
    room.models.tick("pair", on=False)
    assert room.models.ticked == ("pair",), "one model is always in use"


def test_no_more_models_are_ticked_than_can_be_told_apart(
    room: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ichviewer.documents.models_in_use.MOST", 2)
    room.models.choose("scan")
    room.models.tick("pair", on=True)
    room.models.tick("fusion", on=True)
    assert room.models.ticked == ("pair", "scan")
    room.models.choose("fusion")
    assert room.models.ticked == ("fusion", "pair"), "it takes the place of the one shown before"


def test_an_unknown_model_is_refused_in_words(room: Workspace) -> None:
    said: list[tuple[str, str]] = []
    room.notice_raised.connect(lambda level, sentence: said.append((level, sentence)))
    before = room.models.shown
    room.models.choose("no-such")
    assert said[0][0] == "error"
    assert room.models.shown == before


def test_a_choice_is_kept_for_the_next_start_but_no_look_at_a_compared_model(room: Workspace) -> None:
    room.models.choose("scan")
    assert room.settings.preferences.model_name == "scan"
    room.models.tick("pair", on=True)
    room.models.choose_next()
    assert room.models.shown == "pair"
    assert room.settings.preferences.model_name == "scan"
