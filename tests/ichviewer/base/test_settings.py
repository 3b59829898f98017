from __future__ import annotations

import json
from dataclasses import asdict, fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as limited
from hypothesis import strategies as st

from ichviewer.base.settings import Preferences, Settings


def test_a_choice_is_there_again_at_the_next_start() -> None:
    Settings().change(theme="light", cine_fps=24.0, key_bindings={"view.learned": ("F12",)})
    again = Settings().preferences
    assert (again.theme, again.cine_fps, again.key_bindings) == ("light", 24.0, {"view.learned": ("F12",)})


def test_only_what_differs_is_announced(qtbot) -> None:
    settings = Settings()
    heard: list[str] = []
    settings.changed.connect(heard.append)
    settings.change(theme="dark", smooth=False)
    assert heard == ["smooth"]


def test_a_name_that_is_no_preference_is_refused() -> None:
    with pytest.raises(TypeError):
        Settings().change(wallpaper="flowers")


@pytest.mark.parametrize("content", ["", "[]", "{", '"x"', '{"theme": 7, "cine_fps": "fast", "smooth": 1}'])
def test_a_damaged_file_falls_back_to_the_defaults(tmp_path: Path, content: str) -> None:
    path = tmp_path / "p.json"
    path.write_text(content)
    assert Settings(path).preferences == Preferences()


def test_good_entries_beside_bad_ones_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_text(json.dumps({"theme": "light", "smooth": "maybe", "cine_fps": 12, "from_the_future": 1}))
    found = Settings(path).preferences
    assert (found.theme, found.smooth, found.cine_fps) == ("light", True, 12.0)


def test_a_folder_that_cannot_be_written_does_not_stop_the_reading(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    settings = Settings(blocker / "p.json")
    settings.change(theme="light")
    assert settings.preferences.theme == "light"


VALUES = {bool: st.booleans(), float: st.floats(0, 100), str: st.text(max_size=20)}


@limited(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_preference_survives_the_disk(tmp_path_factory: pytest.TempPathFactory, data) -> None:
    path = tmp_path_factory.mktemp("p") / "p.json"
    defaults = Preferences()
    wanted = {
        f.name: data.draw(VALUES[type(getattr(defaults, f.name))])
        for f in fields(Preferences)
        if f.name != "key_bindings"
    }
    Settings(path).change(**wanted)
    assert asdict(Settings(path).preferences) == {**asdict(defaults), **wanted}
