"""Blood on one side stands out against the other, and the reader is told which side is denser."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QApplication

from ichcore.volume import Volume
from ichviewer.documents.view_state import Tool
from ichviewer.widgets.canvas.mirror_layer import FAINT_HU, tint_table
from tests.ichviewer.widgets.canvas.conftest import Bench
from tests.ichviewer.widgets.canvas.stand_in import make_volume

BLOOD, TWIN = (60, 36), (60, 84)
"""Left and right of the middle of the screen, which is right and left of the patient."""


def one_sided() -> Volume:
    volume = make_volume(4, 120, 120)
    rows, columns = np.indices((120, 120))
    volume.hu[0][np.hypot(rows - BLOOD[0], columns - BLOOD[1]) < 9] = 68
    return volume


def colour(bench: Bench, at: tuple[int, int]) -> np.ndarray:
    point = bench.at(*at)
    return bench.screen()[point.y(), point.x()].astype(int)


def shown(bench: Bench) -> None:
    bench.qtbot.waitUntil(lambda: bench.workspace.mirror.picture(0) is not None, timeout=20_000)
    QApplication.processEvents()


def test_the_denser_side_is_warm_the_other_cold_and_the_rest_grey(bench: Bench) -> None:
    bench.workspace.open(one_sided())
    before = bench.screen()
    bench.workspace.mirror.toggle_tint()
    shown(bench)
    blue, _, red = colour(bench, BLOOD)
    assert red > blue + 60
    blue, _, red = colour(bench, TWIN)
    assert blue > red + 60
    blue, _, red = colour(bench, (84, 50))
    assert red == blue
    scene = bench.view.scene()
    assert scene is not None
    assert scene.note.startswith("R denser by ")
    assert scene.note.endswith(" cm²")
    bench.workspace.mirror.toggle_tint()
    assert np.array_equal(bench.screen(), before)


def test_a_slice_with_equal_sides_says_so_and_has_no_tint(bench: Bench) -> None:
    bench.workspace.open(one_sided(), first=2)
    bench.workspace.mirror.toggle_tint()
    bench.qtbot.waitUntil(lambda: bench.workspace.mirror.picture(2) is not None, timeout=20_000)
    scene = bench.view.scene()
    assert scene is not None
    assert scene.note == "Both sides about alike"
    for at in (BLOOD, TWIN):
        blue, green, red = colour(bench, at)
        assert blue == green == red


def test_a_flipped_slice_has_its_blood_and_its_letters_on_the_other_side(bench: Bench) -> None:
    bench.workspace.open(one_sided())
    before = bench.screen()
    view = bench.workspace.view
    view.set_tool(Tool.BRUSH)
    bench.workspace.mirror.toggle_flip()
    assert view.tool is Tool.WINDOW, "a stroke would land on the wrong side"
    shown(bench)
    assert colour(bench, TWIN)[0] > colour(bench, BLOOD)[0] + 40
    after = bench.screen()
    middle = slice(290, 312)
    assert not np.array_equal(after[middle, :40], before[middle, :40]), "the letter"
    view.set_tool(Tool.BRUSH)
    assert not bench.workspace.mirror.flipped
    view.set_tool(Tool.WINDOW)
    assert np.array_equal(bench.screen(), before)


def test_small_differences_leave_the_picture_alone() -> None:
    table = tint_table()
    steps = round(FAINT_HU / 30 * 127) - 1
    assert not table[128 - steps : 128 + steps + 1].any()
    alpha = table >> 24
    assert (np.diff(alpha[128:].astype(int)) >= 0).all()
    assert alpha[255] == alpha[1] > 100
