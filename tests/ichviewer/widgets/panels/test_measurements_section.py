"""Measurements are listed, named, visited, copied and deleted."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ichviewer.documents.measurements import Measurement
from ichviewer.widgets.panels.measurements_section import MeasurementsSection
from tests.ichviewer.widgets.quiet_workspace import QuietWorkspace


@pytest.fixture
def section(qtbot: QtBot, workspace: QuietWorkspace) -> MeasurementsSection:
    workspace.case.put_measurement(Measurement(1, "distance", 4, ((0, 0), (0, 40)), "midline"))
    workspace.case.put_measurement(Measurement(2, "ellipse", 9, ((20, 20), (44, 44))))
    made = MeasurementsSection(workspace)
    qtbot.addWidget(made)
    made.resize(310, 200)
    made.show()
    return made


def test_each_is_listed_with_its_reading(section: MeasurementsSection) -> None:
    assert section.rows[0].reading.text() == "20.0 mm"
    assert "HU" in section.rows[1].reading.text()
    assert section.rows[0].place.text() == "slice 5"


def test_a_click_goes_to_its_slice(section: MeasurementsSection, workspace: QuietWorkspace) -> None:
    QTest.mouseClick(section.rows[1], Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert workspace.view.slice_index == 9


def test_a_click_selects_it_on_the_image_and_marks_its_row(
    section: MeasurementsSection, workspace: QuietWorkspace
) -> None:
    QTest.mouseClick(section.rows[1], Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert workspace.view.selected_measurement == 2
    assert [row.selected for row in section.rows] == [False, True]
    QTest.mouseClick(section.rows[0].name, Qt.MouseButton.LeftButton)
    assert workspace.view.selected_measurement == 1
    assert workspace.view.slice_index == 4


def test_what_is_selected_on_the_image_is_marked_in_the_list(
    section: MeasurementsSection, workspace: QuietWorkspace
) -> None:
    plain = section.rows[0].grab().toImage()
    workspace.view.select_measurement(1)
    assert section.rows[0].selected
    assert section.rows[0].grab().toImage() != plain
    workspace.view.select_measurement(None)
    assert section.rows[0].grab().toImage() == plain


def test_a_deleted_one_is_not_selected_any_more(
    section: MeasurementsSection, workspace: QuietWorkspace
) -> None:
    workspace.view.select_measurement(1)
    section.rows[0].delete.click()
    assert workspace.view.selected_measurement is None


def test_renaming_keeps_the_row_and_the_measurement(
    section: MeasurementsSection, workspace: QuietWorkspace
) -> None:
    row = section.rows[1]
    row.name.setFocus()
    QTest.keyClicks(row.name, "clot")
    QTest.keyClick(row.name, Qt.Key.Key_Return)
    assert workspace.case.measurements[1].name == "clot"
    assert section.rows[1] is row


def test_a_moved_measurement_shows_its_new_reading(
    qtbot: QtBot, section: MeasurementsSection, workspace: QuietWorkspace
) -> None:
    workspace.case.put_measurement(Measurement(1, "distance", 4, ((0, 0), (0, 60)), "midline"))
    qtbot.waitUntil(lambda: section.rows[0].reading.text() == "30.0 mm")


def test_delete_by_button_and_by_key(
    qtbot: QtBot, section: MeasurementsSection, workspace: QuietWorkspace
) -> None:
    section.rows[0].delete.click()
    qtbot.waitUntil(lambda: len(section.rows) == 1)
    QTest.keyClick(section.rows[0], Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: not section.rows)
    assert workspace.case.measurements == ()


def test_copy_holds_values_and_no_patient(section: MeasurementsSection) -> None:
    section.copy.click()
    text = QGuiApplication.clipboard().text()
    assert text.splitlines()[0] == "distance\tmidline\t20.0 mm\t5"
    assert "DOE" not in text
