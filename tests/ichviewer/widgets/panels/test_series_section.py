"""The series in two sentences, and the slider that moves every threshold."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ichviewer.widgets.panels.series_section import SeriesSection
from tests.ichviewer.widgets.quiet_workspace import QuietWorkspace, make_prediction


@pytest.fixture
def section(qtbot: QtBot, workspace: QuietWorkspace) -> SeriesSection:
    made = SeriesSection(workspace)
    qtbot.addWidget(made)
    made.show()
    return made


def test_findings_and_caveats_are_said(section: SeriesSection) -> None:
    assert section.findings.text() == "Epidural 0.94 on slices 16–22, subarachnoid 0.65 on slices 15–17."
    assert section.caveat.text() == "highest of all slices · calibrated on phantoms · not a diagnosis"


def test_an_uncalibrated_model_is_said_to_be_so(
    qtbot: QtBot, section: SeriesSection, workspace: QuietWorkspace
) -> None:
    workspace.case.set_prediction(make_prediction(30, done=12, calibrated=False))
    qtbot.waitUntil(lambda: "not calibrated" in section.caveat.text())
    assert "12 of 30 slices so far" in section.caveat.text()


def test_more_sensitive_flags_more_and_the_model_s_own_come_back(
    qtbot: QtBot, section: SeriesSection, workspace: QuietWorkspace
) -> None:
    case, model = workspace.case, workspace.case.thresholds.copy()
    few = int(case.flags().sum())
    section.slider.setFocus()
    QTest.keyClick(section.slider, Qt.Key.Key_Home)
    assert (case.thresholds < model).all()
    assert int(case.flags().sum()) > few
    qtbot.waitUntil(section.reset.isVisible)
    section.reset.click()
    assert np.array_equal(case.thresholds, model)
    assert not case.thresholds_are_own
    qtbot.waitUntil(lambda: section.slider.value() == 0)


def test_when_nothing_is_flagged_the_highest_is_named(
    qtbot: QtBot, section: SeriesSection, workspace: QuietWorkspace
) -> None:
    workspace.case.set_thresholds(np.full(6, 0.995, np.float32))
    qtbot.waitUntil(lambda: section.findings.text().startswith("No slice reaches its threshold"))
    assert "any 0.97 on slice 19" in section.findings.text()
