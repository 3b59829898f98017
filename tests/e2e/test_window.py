"""A person at the screen: open a study, scroll, window, compare, explain, measure, save, leave."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.e2e.screen import Program, Screen, wait_for

pytestmark = [pytest.mark.xvfb, pytest.mark.timeout(600)]

CENTRE = (685, 455)
"""Where the head is, on a screen of 1600 × 1012."""
ASIDE = (40, 700)
"""Where the mouse disturbs nothing: the empty part of the series column."""
HEAD = (slice(120, 780), slice(230, 1140))
"""Rows and columns of the image without its corner text and letters."""
NAME = (slice(48, 78), slice(92, 352))
"""Where the patient's name stands, from the image area's corner."""
SIDE = (slice(90, 900), slice(1285, 1580))
MODEL_CHIP, LAST_BOX = (1400, 24), (1138, 250)
"""The button that opens the model chooser, and the box of the last of its five models."""
SECOND_MODEL = (1350, 162)
"""The second of two compared models in the side panel."""
STRIP = (slice(870, 985), slice(70, 1270))


def look(program: Program) -> NDArray[np.int16]:
    """The image area once the program rests, the mouse put aside."""
    program.screen.move(*ASIDE)
    return program.rest()[HEAD].astype(np.int16)


def differs(a: NDArray[np.int16], b: NDArray[np.int16]) -> float:
    """Share of pixels that a person would see to be different."""
    return float((np.abs(a - b).max(axis=-1) > 8).mean())


def coloured(image: NDArray[np.int16]) -> float:
    """Share of pixels with a colour."""
    return float((np.ptp(image, axis=-1) > 24).mean())


def measurements(screen: Screen) -> list[dict]:
    """Stored measurements, as the next start of the program would find them."""
    folder = screen.folder / "home" / "data" / "measurements"
    return [m for file in folder.glob("[!.]*.json") for m in json.loads(file.read_text())["measurements"]]


def test_a_reading(screen: Screen, phantom_study: Path) -> None:
    with screen.run(phantom_study) as program:
        wait_for("the study in the title", lambda: "·" in program.title and "HEAD" in program.title.upper())
        program.rest()
        assert program.title.startswith("PHANTOM, "), "as people write names"
        assert program.title.count("ichviewer") == 1
        screen.key("o", "x")  # overlay and boxes off: the picture alone
        plain = look(program)
        assert coloured(plain) < 0.01

        # scroll by wheel, and back
        screen.wheel(*CENTRE, 3)
        further = look(program)
        assert differs(plain, further) > 0.02
        screen.wheel(*CENTRE, -3)
        assert differs(plain, look(program)) == 0.0

        # arrows and End do the same from the keyboard
        screen.key("Down", "Down", "Down")
        assert differs(further, look(program)) == 0.0
        screen.key("Up", "Up", "Up")

        # a drag to the right widens the window: less contrast; Space takes it back
        screen.drag(CENTRE, (CENTRE[0] + 160, CENTRE[1]))
        wide = look(program)
        assert differs(plain, wide) > 0.1
        brain = (slice(250, 400), slice(400, 520))
        assert wide[brain].std() < plain[brain].std()
        screen.key("space")
        assert differs(plain, look(program)) == 0.0

        # presets, the series' own window
        screen.key("4")
        assert differs(plain, look(program)) > 0.1
        screen.key("1")
        in_brain = look(program)
        screen.key("2")
        assert differs(in_brain, look(program)) > 0.1
        screen.key("1")

        # L shows the learned window, L again takes it back; held, it only compares
        screen.key("l")
        learned = look(program)
        assert differs(in_brain, learned) > 0.02
        screen.key("l")
        assert differs(in_brain, look(program)) == 0.0
        screen.move(*ASIDE)
        with screen.holding("l", 1.5):
            assert differs(learned, program.rest()[HEAD].astype(np.int16)) == 0.0
        assert differs(in_brain, look(program)) == 0.0

        # invert, twice
        screen.key("i")
        assert differs(in_brain, look(program)) > 0.2
        screen.key("i")

        # four views, and back to one
        screen.key("g")
        assert differs(in_brain, look(program)) > 0.2
        screen.key("g")
        assert differs(in_brain, look(program)) == 0.0


def test_what_the_model_says(screen: Screen, phantom_study: Path, tmp_path: Path) -> None:
    with screen.run(phantom_study) as program:
        wait_for("the study in the title", lambda: "HEAD" in program.title.upper())
        program.rest()
        strip = screen.grab()[STRIP].astype(np.int16)
        assert coloured(strip) > 0.05, "the strip shows the prediction"

        # N goes to a flagged slice, where the overlay is drawn; O takes it off and brings it back
        screen.key("Home", "n")
        flagged = look(program)
        screen.key("o", "x")
        bare = coloured(look(program))
        assert bare < 0.002
        assert coloured(flagged) > bare + 0.005, "a small bleed's map and box are seen"
        screen.key("o", "x")
        assert differs(flagged, look(program)) == 0.0

        # findings as JSON: what is flagged there is what N went to
        screen.key("ctrl+shift+e")
        program.dialog("Export findings")
        target = tmp_path / "findings.json"
        screen.key("ctrl+a")
        screen.write(str(target))
        screen.key("Return")
        wait_for("the findings", target.is_file)
        assert json.loads(target.read_text())

        # P hides who it is, in the title too
        program.focus()
        screen.key("p")
        wait_for("the title without identity", lambda: "PHANTOM" not in program.title.upper())


def test_measuring_saving_and_leaving(screen: Screen, phantom_study: Path, tmp_path: Path) -> None:
    with screen.run(phantom_study) as program:
        wait_for("the study in the title", lambda: "HEAD" in program.title.upper())
        program.rest()
        screen.key("o", "x", "1")
        before = look(program)

        # a distance, undone and done again
        screen.key("d")
        screen.drag((600, 400), (760, 400))
        stored = wait_for("the stored measurement", lambda: measurements(screen))
        assert [m["kind"] for m in stored] == ["distance"]
        (row0, column0), (row1, column1) = stored[0]["points"]
        assert row0 == pytest.approx(row1, abs=0.6)
        assert column1 - column0 > 10
        screen.key("w")
        drawn = look(program)
        assert 0.0 < differs(before, drawn) < 0.1
        screen.key("ctrl+z")
        wait_for("the undone measurement to go", lambda: not measurements(screen))
        screen.key("ctrl+shift+z")
        wait_for("the measurement to come back", lambda: measurements(screen))

        # a screenshot, without patient text
        screen.key("ctrl+s")
        program.dialog("Save screenshot")
        target = tmp_path / "picture.png"
        screen.key("ctrl+a")
        screen.write(str(target))
        screen.key("Return")
        wait_for("the picture", lambda: target.is_file() and target.stat().st_size > 1000)
        picture = np.asarray(Image.open(target).convert("L"))
        assert picture.std() > 10, "it shows the head"
        assert b"PHANTOM" not in target.read_bytes()
        named = screen.grab()[NAME]
        saved = np.asarray(Image.open(target).convert("RGB"))[: named.shape[0], : named.shape[1]]
        assert not np.array_equal(saved, named)
        program.focus()
        screen.key("p")
        screen.move(*ASIDE)
        assert np.array_equal(saved, program.rest()[NAME]), "as on screen once identity is hidden"

        # leave, as from the menu
        program.focus()
        screen.key("ctrl+q")
        wait_for("the program to end", lambda: program.process.poll() is not None)
        assert program.process.returncode == 0, program.said()


def test_measurements_survive_being_killed(screen: Screen, phantom_study: Path) -> None:
    with screen.run(phantom_study) as program:
        wait_for("the study in the title", lambda: "HEAD" in program.title.upper())
        program.rest()
        screen.key("o", "x", "d")
        screen.drag((600, 400), (760, 440))
        kept = wait_for("the stored measurement", lambda: measurements(screen))
        program.process.kill()
        program.process.wait()
    assert measurements(screen) == kept
    with screen.run(phantom_study) as program:
        wait_for("the study in the title", lambda: "HEAD" in program.title.upper())
        program.rest()
        screen.key("o", "x")
        with_it = look(program)
        screen.key("ctrl+z")  # undo is of this session: what was stored stays
        time.sleep(0.3)
        assert measurements(screen) == kept
        assert differs(with_it, look(program)) == 0.0


def test_the_note_on_research_use_comes_first_and_once(screen: Screen) -> None:
    (screen.folder / "home" / "config" / "preferences.json").unlink()
    with screen.run() as program:
        program.dialog("research use only")
        screen.key("space", "Return")
        preferences = screen.folder / "home" / "config" / "preferences.json"
        wait_for(
            "the note to be remembered",
            lambda: preferences.is_file() and json.loads(preferences.read_text())["first_run_done"],
        )


def test_two_models_side_by_side(screen: Screen, phantom_study: Path, systems_folder: Path) -> None:
    with screen.run(phantom_study, ICHCORE_MODELS=str(systems_folder)) as program:
        wait_for("the study in the title", lambda: "HEAD" in program.title.upper())
        program.rest()
        alone = program.rest()[SIDE].astype(np.int16)

        # a second model is ticked in the chooser: the side panel lists both, the strip how far they differ
        screen.click(*MODEL_CHIP)
        program.rest()
        screen.click(*LAST_BOX)
        screen.key("Escape")
        screen.move(*ASIDE)
        both = program.rest()
        assert differs(alone, both[SIDE].astype(np.int16)) > 0.02

        # V shows the other one, and the one before again
        screen.key("v")
        other = program.rest()
        assert differs(both[STRIP].astype(np.int16), other[STRIP].astype(np.int16)) > 0.02
        screen.key("v")
        again = program.rest()
        assert differs(both[STRIP].astype(np.int16), again[STRIP].astype(np.int16)) < 0.01

        # a click on a letter in the side panel does the same
        screen.click(*SECOND_MODEL)
        screen.move(*ASIDE)
        clicked = program.rest()
        assert differs(other[STRIP].astype(np.int16), clicked[STRIP].astype(np.int16)) < 0.01
