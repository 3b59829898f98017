"""The same hands on a real study: scroll to the bleed, window, compare, explain, measure, take a picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.e2e.screen import Screen, wait_for
from tests.e2e.test_window import CENTRE, coloured, differs, look, measurements

pytestmark = [pytest.mark.xvfb, pytest.mark.real, pytest.mark.timeout(900)]


def test_an_epidural_is_read(screen: Screen, real_data: Path, tmp_path: Path) -> None:
    study = real_data / "cq500" / "CQ500_CT_181"
    if not study.is_dir():
        pytest.skip(f"{study} is not there")
    with screen.run(study) as program:
        wait_for("the study in the title", lambda: "CQ500" in program.title, 120)
        program.rest(600)
        screen.key("Home", "n")
        shown = look(program)

        screen.wheel(*CENTRE, 2)
        assert differs(shown, look(program)) > 0.02
        screen.wheel(*CENTRE, -2)
        assert differs(shown, look(program)) == 0.0

        screen.key("l")
        learned = look(program)
        assert differs(shown, learned) > 0.02
        screen.key("o", "x")
        assert coloured(look(program)) < 0.002
        screen.key("o", "x")
        assert differs(learned, look(program)) == 0.0

        screen.key("d")
        screen.drag((620, 420), (760, 420))
        wait_for("the stored measurement", lambda: measurements(screen))

        screen.key("ctrl+s")
        program.dialog("Save screenshot")
        target = tmp_path / "picture.png"
        screen.key("ctrl+a")
        screen.write(str(target))
        screen.key("Return")
        wait_for("the picture", lambda: target.is_file() and target.stat().st_size > 1000)
        assert np.asarray(Image.open(target).convert("L")).std() > 10

        program.focus()
        screen.key("w", "1")
        at_brain = look(program)
        screen.drag(CENTRE, (CENTRE[0] - 60, CENTRE[1]))
        assert differs(at_brain, look(program)) > 0.05
