"""Boxes by mouse and keys: drawn, dragged by handles, moved, nudged, removed, undone."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ichcore.masks.edits.origin import Origin
from ichviewer.documents.annotating import Annotating
from ichviewer.documents.view_state import Tool
from tests.ichviewer.widgets.canvas.conftest import Bench
from tests.ichviewer.widgets.canvas.stand_in import make_heatmap, make_prediction, make_volume

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def mask(bench: Bench) -> Annotating:
    """An open annotation, the box tool in hand, label SAH."""
    case = bench.workspace.open(make_volume(rows=64, columns=64), first=2)
    case.set_prediction(make_prediction(case.volume))
    bench.workspace.view.set_tool(Tool.BOX)
    annotating = bench.workspace.annotating
    bench.qtbot.waitUntil(lambda: annotating.ready, timeout=20_000)
    annotating.change(label=4)
    bench.view.setFocus()
    yield annotating
    annotating.shut_down()
    bench.workspace.jobs.shut_down()


def boxes(mask: Annotating) -> list[tuple[int, int, int, int]]:
    assert mask.annotation is not None
    return [box.rectangle for box in mask.annotation.contents.boxes.values()]


def drag(bench: Bench, start: tuple[float, float], end: tuple[float, float]) -> None:
    bench.drag(bench.at(*start), bench.at(*end))
    bench.qtbot.waitUntil(lambda: bench.workspace.annotating.saved)


def test_a_box_is_drawn_resized_moved_and_undone(bench: Bench, mask: Annotating) -> None:
    before = bench.screen()
    drag(bench, (20, 20), (30, 40))
    assert boxes(mask) == [(20, 20, 31, 41)]
    assert mask.names == ("Draw box SAH",)
    at = bench.at(22.5, 19.5)
    blue, _, red = bench.screen()[at.y(), at.x()].astype(int) - before[at.y(), at.x()]
    assert blue > red, "a side in the colour of its class"
    QTest.mouseMove(bench.view, bench.at(30.5, 40.5))
    assert bench.view.cursor().shape() is Qt.CursorShape.SizeFDiagCursor
    drag(bench, (30.5, 40.5), (36.5, 44.5))
    assert boxes(mask) == [(20, 20, 37, 45)]
    drag(bench, (19.5, 32), (60, 32))
    assert boxes(mask) == [(36, 20, 37, 45)], "a side stops before its opposite"
    bench.workspace.annotating.undo()
    bench.qtbot.waitUntil(lambda: mask.saved)
    drag(bench, (28, 32), (23, 30))
    assert boxes(mask) == [(15, 18, 32, 43)]
    assert mask.names == ("Draw box SAH", "Adjust box SAH", "Adjust box SAH")
    for left in ([(20, 20, 37, 45)], [(20, 20, 31, 41)], []):
        mask.undo()
        bench.qtbot.waitUntil(lambda: mask.saved)
        assert boxes(mask) == left
    assert bench.workspace.boxes.selected is None


def test_escape_gives_a_drag_up_and_a_click_beside_selects_none(bench: Bench, mask: Annotating) -> None:
    drag(bench, (20, 20), (30, 40))
    QTest.mousePress(bench.view, LEFT, pos=bench.at(25, 30))
    QTest.mouseMove(bench.view, bench.at(40, 30))
    assert bench.area.hands.boxes.shown(2)[0].box.rectangle == (35, 20, 46, 41)
    QTest.keyClick(bench.view, Qt.Key.Key_Escape)
    QTest.mouseRelease(bench.view, LEFT, pos=bench.at(40, 30))
    assert boxes(mask) == [(20, 20, 31, 41)]
    assert bench.workspace.boxes.selected is not None
    QTest.mouseClick(bench.view, LEFT, pos=bench.at(50, 50))
    assert bench.workspace.boxes.selected is None
    assert mask.names == ("Draw box SAH",), "a click draws nothing"


def test_nudges_are_one_step_delete_removes_and_alt_draws_inside(bench: Bench, mask: Annotating) -> None:
    drag(bench, (20, 20), (40, 50))
    for _ in range(3):
        QTest.keyClick(bench.view, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    bench.qtbot.waitUntil(lambda: mask.names[1:] == ("Adjust box SAH",) and mask.saved)
    assert boxes(mask) == [(20, 17, 41, 48)]
    alt = Qt.KeyboardModifier.AltModifier
    QTest.mousePress(bench.view, LEFT, alt, bench.at(28, 28))
    QTest.mouseMove(bench.view, bench.at(33, 35))
    QTest.mouseRelease(bench.view, LEFT, alt, bench.at(33, 35))
    bench.qtbot.waitUntil(lambda: mask.saved and len(boxes(mask)) == 2)
    QTest.keyClick(bench.view, Qt.Key.Key_Delete)
    bench.qtbot.waitUntil(lambda: mask.saved and len(boxes(mask)) == 1)
    assert boxes(mask) == [(20, 17, 41, 48)], "the inner one was selected"
    assert mask.names[-1] == "Remove box"


def test_the_models_box_is_taken_over_then_adjusted_and_says_so(bench: Bench, mask: Annotating) -> None:
    case, own = bench.workspace.case, bench.workspace.boxes
    heatmap, box = make_heatmap(case.volume, 2, "epidural")
    case.set_heatmaps(2, (heatmap,), (box,))
    own.take_over()
    bench.qtbot.waitUntil(lambda: mask.saved and bool(boxes(mask)))
    (taken,) = mask.annotation.contents.boxes.values()
    assert (taken.rectangle, taken.origin, taken.name) == (box.box, Origin.MODEL, "epidural")
    assert taken.model.startswith("test@")
    scene = bench.view.scene()
    assert scene.boxes == (), "the reader's stands in its place"
    assert not own.can_take
    drag(bench, (15.5, 15.5), (20.5, 25.5))
    (adjusted,) = mask.annotation.contents.boxes.values()
    assert (adjusted.rectangle, adjusted.origin) == ((0, 0, 21, 26), Origin.HUMAN)
    assert adjusted.model == taken.model
    mask.change(label=5)
    own.relabel_selected()
    bench.qtbot.waitUntil(lambda: mask.saved)
    assert [b.name for b in mask.annotation.contents.boxes.values()] == ["subdural"]
    assert mask.names == ("Take the model's box EDH", "Adjust box EDH", "Relabel box SDH")


def test_handles_are_on_the_screen_and_in_no_picture(bench: Bench, mask: Annotating) -> None:
    drag(bench, (20, 20), (30, 40))
    corner = bench.at(19.5, 19.5)
    around = np.s_[corner.y() - 3 : corner.y() + 3, corner.x() - 3 : corner.x() + 3]
    assert (bench.screen()[around] > 240).all(axis=2).any()
    picture = bench.area.snapshot().constBits()
    image = np.frombuffer(picture, np.uint8).reshape(600, -1, 4)[:, :800, :3]
    assert not (image[around] > 240).all(axis=2).any()


def test_a_box_is_drawn_with_the_keyboard_alone(bench: Bench, mask: Annotating) -> None:
    alt, shift = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(bench.view, Qt.Key.Key_Return)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(bench.view, key, alt | shift)
    QTest.keyClick(bench.view, Qt.Key.Key_Return)
    bench.qtbot.waitUntil(lambda: mask.saved and bool(boxes(mask)))
    ((row0, column0, row1, column1),) = boxes(mask)
    assert (row1 - row0, column1 - column0) == (11, 11)
