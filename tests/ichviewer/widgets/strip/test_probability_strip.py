"""The strip: a click goes there, flags and pending cells show, many slices lose no flag."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ichviewer.widgets.strip import ProbabilityStrip
from tests.ichviewer.widgets.quiet_workspace import (
    QuietWorkspace,
    make_blend_card,
    make_blend_prediction,
    make_card,
    make_prediction,
    make_scan_prediction,
    make_volume,
)


@pytest.fixture
def strip(qtbot: QtBot, workspace: QuietWorkspace) -> ProbabilityStrip:
    made = ProbabilityStrip(workspace)
    qtbot.addWidget(made)
    made.resize(900, made.sizeHint().height())
    made.show()
    return made


def centre(strip: ProbabilityStrip, index: int) -> QPoint:
    return strip.slice_rect(index).center().toPoint()


def colour_at(strip: ProbabilityStrip, column: int, row: int) -> QColor:
    place = strip.grid().cell_rect(column, row).center().toPoint() + QPoint(-4, 2)
    return strip.grab().toImage().pixelColor(place * strip.devicePixelRatio())


def test_a_click_goes_to_the_slice_and_a_drag_follows(
    strip: ProbabilityStrip, workspace: QuietWorkspace
) -> None:
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=centre(strip, 7))
    assert workspace.view.slice_index == 7
    QTest.mousePress(strip, Qt.MouseButton.LeftButton, pos=centre(strip, 7))
    QTest.mouseMove(strip, centre(strip, 11))
    QTest.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=centre(strip, 11))
    assert workspace.view.slice_index == 11


def test_names_are_no_slices(strip: ProbabilityStrip, workspace: QuietWorkspace) -> None:
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
    assert workspace.view.slice_index == 18


def test_keys_step(strip: ProbabilityStrip, workspace: QuietWorkspace) -> None:
    for key, index in (
        (Qt.Key.Key_Right, 19),
        (Qt.Key.Key_PageUp, 14),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_End, 29),
    ):
        QTest.keyClick(strip, key)
        assert workspace.view.slice_index == index


def test_intensity_follows_probability(strip: ProbabilityStrip) -> None:
    orange = QColor("#E69F00")
    high, low = colour_at(strip, 19, 1), colour_at(strip, 2, 1)
    distance = [abs(c.red() - orange.red()) + abs(c.green() - orange.green()) for c in (high, low)]
    assert distance[0] < distance[1]


def test_streaming_fills_pending_cells(
    qtbot: QtBot, strip: ProbabilityStrip, workspace: QuietWorkspace
) -> None:
    workspace.case.set_prediction(make_prediction(30, done=10))
    qtbot.waitUntil(lambda: strip.cells.pending.sum() == 20)
    waiting = colour_at(strip, 19, 1)
    workspace.case.set_prediction(make_prediction(30, done=25))
    qtbot.waitUntil(lambda: strip.cells.pending.sum() == 5)
    assert colour_at(strip, 19, 1) != waiting


def test_thresholds_change_the_flags(
    qtbot: QtBot, strip: ProbabilityStrip, workspace: QuietWorkspace
) -> None:
    before = int(strip.cells.marked.sum())
    workspace.case.set_thresholds(np.full(6, 0.9, np.float32))
    qtbot.waitUntil(lambda: int(strip.cells.marked.sum()) < before)


def test_600_slices_on_few_pixels_keep_every_flag(
    qtbot: QtBot, strip: ProbabilityStrip, workspace: QuietWorkspace
) -> None:
    case = workspace.show_case(make_volume(600, 8))
    prediction = make_prediction(600)
    prediction.probabilities[:] = 0.01
    prediction.probabilities[377, 5] = 0.99
    case.set_prediction(prediction)
    strip.resize(400, strip.height())
    qtbot.waitUntil(lambda: strip.cells is not None and strip.cells.marked.any())
    cells = strip.cells
    assert cells.values.shape[0] < 600
    column = int(np.flatnonzero(cells.marked[:, 5])[0])
    assert cells.first[column] <= 377 <= cells.last[column]
    for index in (0, 299, 377, 599):
        assert abs(strip.slice_at(strip.slice_rect(index).center().x()) - index) <= 1


def test_the_tooltip_says_slice_position_and_values(strip: ProbabilityStrip) -> None:
    text = strip.tooltip_html(18)
    assert "Slice 19" in text
    assert "mm" in text
    assert "0.94" in text
    assert "flagged" in text


def test_a_class_not_predicted_is_said(
    qtbot: QtBot, strip: ProbabilityStrip, workspace: QuietWorkspace
) -> None:
    workspace.case.set_prediction(make_prediction(30, without=("subdural",)))
    assert "not predicted" in strip.tooltip_html(18)


def test_a_slice_step_repaints_little(strip: ProbabilityStrip, workspace: QuietWorkspace) -> None:
    strip.grab()
    pixmap = strip._pixmap
    workspace.view.step(1)
    strip.grab()
    assert strip._pixmap is pixmap, "the cells are painted once, not at every step"


def test_folding_leaves_one_row(strip: ProbabilityStrip) -> None:
    tall = strip.sizeHint().height()
    strip.fold_button.click()
    assert strip.sizeHint().height() < tall / 2
    assert strip.grid().rows == 1


def short_names(strip: ProbabilityStrip) -> list[str]:
    return [row.short for row in strip.rows]


def test_there_are_rows_only_for_what_the_model_says(
    qtbot: QtBot, strip: ProbabilityStrip, workspace: QuietWorkspace
) -> None:
    assert short_names(strip) == ["ANY", "EDH", "IPH", "IVH", "SAH", "SDH"]
    tall = strip.sizeHint().height()
    workspace.install(make_blend_card())
    qtbot.waitUntil(lambda: short_names(strip) == ["ANY", "BLEND"])
    assert strip.sizeHint().height() < tall
    workspace.case.set_prediction(make_blend_prediction())
    qtbot.waitUntil(lambda: bool(strip.rows[1].marked.any()))
    assert np.flatnonzero(strip.rows[1].marked).tolist() == [14, 15, 16]
    assert "blend sign" in strip.tooltip_html(15)
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=centre(strip, 7))
    assert workspace.view.slice_index == 7


def test_a_ghost_shows_what_a_slice_says_by_itself(
    qtbot: QtBot, strip: ProbabilityStrip, workspace: QuietWorkspace
) -> None:
    assert np.isnan(strip.cells.alone).all()
    workspace.case.set_prediction(make_scan_prediction())
    qtbot.waitUntil(lambda: not np.isnan(strip.cells.alone).all())

    def lightness(column: int, above_bottom: int) -> int:
        cell = strip.grid().cell_rect(column, 1)
        place = QPoint(int(cell.center().x()) - 4, int(cell.bottom()) - above_bottom)
        return strip.grab().toImage().pixelColor(place * strip.devicePixelRatio()).lightness()

    assert lightness(18, 2) < lightness(18, 7) - 40, "its neighbours raised it"
    assert abs(lightness(19, 2) - lightness(19, 7)) < 6, "nothing changed here"
    text = strip.tooltip_html(18)
    assert "0.94" in text
    assert "alone 0.30" in text


def test_compared_models_have_a_row_for_how_far_they_are_apart(
    qtbot: QtBot, strip: ProbabilityStrip, workspace: QuietWorkspace
) -> None:
    workspace.install(make_card(), make_blend_card())
    workspace.models.tick("blend-sign-compact", on=True)
    qtbot.waitUntil(lambda: short_names(strip)[-1] == "DIFF")
    assert np.isnan(strip.rows[-1].values).all(), "one alone disagrees with nobody"
    height = strip.sizeHint().height()
    workspace.case.take_prediction(make_blend_prediction(), complete=True)
    qtbot.waitUntil(lambda: not np.isnan(strip.rows[-1].values).all())
    found = strip.rows[-1]
    one = workspace.case.prediction.probabilities[:, 0]
    other = make_blend_prediction().probabilities[:, 0]
    np.testing.assert_allclose(found.values, np.abs(one - other), atol=1e-5)
    assert found.marked.tolist() == ((one >= 0.48) != (other >= 0.48)).tolist()
    text = strip.tooltip_html(15)
    assert "blend-sign-compact" in text
    assert f"{one[15]:.2f}" in text
    assert f"{other[15]:.2f}" in text
    workspace.case.show_model("blend-sign-compact")
    assert strip.sizeHint().height() == height, "going from model to model moves nothing"
