"""This slice: values, flags, what is not predicted, and thresholds that can be dragged."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ichcore.subtypes import CLASSES
from ichviewer.widgets.panels.slice_section import SliceSection
from tests.ichviewer.widgets.quiet_workspace import QuietWorkspace, make_prediction


@pytest.fixture
def section(qtbot: QtBot, workspace: QuietWorkspace) -> SliceSection:
    made = SliceSection(workspace)
    qtbot.addWidget(made)
    made.resize(304, 240)
    made.show()
    return made


def test_six_rows_show_the_slice_s_probabilities(section: SliceSection, workspace: QuietWorkspace) -> None:
    expected = workspace.case.prediction.probabilities[18]
    assert [row.value_text for row in section.rows] == [f"{p:.2f}" for p in expected]
    assert [CLASSES[row.class_index] for row in section.rows if row.flagged] == ["any", "epidural"]


def test_another_slice_shows_its_own(qtbot: QtBot, section: SliceSection, workspace: QuietWorkspace) -> None:
    workspace.view.go_to_slice(15)
    value = f"{workspace.case.prediction.probabilities[15, 4]:.2f}"
    qtbot.waitUntil(lambda: section.rows[4].value_text == value)


def test_dragging_a_tick_moves_that_threshold_only(
    qtbot: QtBot, section: SliceSection, workspace: QuietWorkspace
) -> None:
    before, row = workspace.case.thresholds.copy(), section.rows[4]
    y = row.height() // 2
    start, end = round(row.x_of(float(before[4]))), round(row.x_of(0.1))
    QTest.mousePress(row, Qt.MouseButton.LeftButton, pos=QPoint(start, y))
    QTest.mouseMove(row, QPoint((start + end) // 2, y))
    QTest.mouseMove(row, QPoint(end, y))
    QTest.mouseRelease(row, Qt.MouseButton.LeftButton, pos=QPoint(end, y))
    after = workspace.case.thresholds
    assert after[4] == pytest.approx(0.1, abs=0.02)
    assert np.array_equal(np.delete(after, 4), np.delete(before, 4))
    assert row.flagged
    qtbot.waitUntil(lambda: "set by you" in row.tooltip_text())


def test_the_tick_s_threshold_is_said_to_be_the_model_s(section: SliceSection) -> None:
    assert "from the card of window-fusion-compact" in section.rows[1].tooltip_text()
    assert "confidence" not in section.rows[1].tooltip_text().lower()


def test_arrow_keys_move_the_threshold(section: SliceSection, workspace: QuietWorkspace) -> None:
    section.rows[1].setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(section.rows[1], Qt.Key.Key_Right)
    assert workspace.case.thresholds[1] == pytest.approx(0.36, abs=1e-3)
    QTest.keyClick(section.rows[1], Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert workspace.case.thresholds[1] == pytest.approx(0.26, abs=1e-3)


def test_a_class_the_model_does_not_predict_is_no_zero(
    qtbot: QtBot, section: SliceSection, workspace: QuietWorkspace
) -> None:
    workspace.case.set_prediction(make_prediction(30, without=("intraventricular",)))
    qtbot.waitUntil(lambda: section.rows[3].value_text == "not predicted")
    assert not section.rows[3].flagged


def test_a_slice_that_is_not_done_waits(
    qtbot: QtBot, section: SliceSection, workspace: QuietWorkspace
) -> None:
    workspace.case.set_prediction(make_prediction(30, done=5))
    qtbot.waitUntil(lambda: section.rows[1].value_text == "–")
    workspace.case.set_prediction(make_prediction(30, done=25))
    qtbot.waitUntil(lambda: section.rows[1].value_text == "0.94")


def test_without_a_prediction_the_key_that_predicts_is_named(
    qtbot: QtBot, section: SliceSection, workspace: QuietWorkspace
) -> None:
    workspace.case.set_prediction(None)
    qtbot.waitUntil(lambda: all(row.value_text == "–" for row in section.rows))
    assert "F5" in section.said
