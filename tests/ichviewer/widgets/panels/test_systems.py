"""Sections of the side panel that are there for some systems, or for several models, only."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ichcore.volume import Finding
from ichviewer.documents.inference import Inference
from ichviewer.documents.model_layers import CamLayers
from ichviewer.widgets.panels.side_panel import SidePanel
from tests.ichviewer.widgets.quiet_workspace import (
    QuietWorkspace,
    make_blend_card,
    make_blend_prediction,
    make_card,
    make_scan_prediction,
)


@pytest.fixture
def panel(qtbot: QtBot, workspace: QuietWorkspace) -> SidePanel:
    made = SidePanel(workspace)
    qtbot.addWidget(made)
    made.resize(320, 900)
    made.show()
    return made


@pytest.fixture
def blend(panel: SidePanel, workspace: QuietWorkspace, qtbot: QtBot) -> SidePanel:
    workspace.install(make_blend_card())
    workspace.case.set_prediction(make_blend_prediction())
    workspace.view.go_to_slice(15)
    qtbot.waitUntil(lambda: any(row.is_said for row in panel.blend_section.rows))
    return panel


def test_a_plain_model_has_none_of_them(panel: SidePanel) -> None:
    for section in (panel.blend_section, panel.compared_section, panel.scope_section):
        assert not section.isVisible()


def test_a_blend_model_tells_its_classes_boxes_and_the_rule(blend: SidePanel) -> None:
    section = blend.blend_section
    assert section.isVisible()
    assert [row.value_text for row in section.rows] == ["0.02", "0.20", "0.78"]
    assert [row.is_said for row in section.rows] == [False, False, True]
    first, rule, second, none = section.boxes.text().splitlines()
    assert "0.91" in first, "the surest box first"
    assert "8 × 10 mm" in first
    assert "71 and 48" in rule
    assert "23 apart" in rule
    assert rule.endswith(": fulfilled")
    assert "0.44" in second
    assert "no two parts" in none
    assert "18 HU" in section.boxes.toolTip()


def test_its_link_goes_to_the_likeliest_slice(blend: SidePanel, workspace: QuietWorkspace) -> None:
    workspace.view.go_to_slice(3)
    QTest.mouseClick(blend.blend_section.go, Qt.MouseButton.LeftButton)
    assert workspace.view.slice_index == 14


def test_classes_it_does_not_predict_are_said_to_be_so(blend: SidePanel, qtbot: QtBot) -> None:
    rows = blend.slice_section.rows
    qtbot.waitUntil(lambda: rows[0].value_text == "0.98")
    assert [row.value_text for row in rows[1:]] == ["not predicted"] * 5
    menu = blend.flagged_section.which.menu()
    qtbot.waitUntil(lambda: [a.text() for a in menu.actions()] == ["any class"])


def test_before_it_is_run_the_card_tells_what_it_will_not_predict(
    panel: SidePanel, workspace: QuietWorkspace, qtbot: QtBot
) -> None:
    workspace.case.set_prediction(None)
    workspace.install(make_blend_card())
    qtbot.waitUntil(lambda: panel.slice_section.rows[1].value_text == "not predicted")
    assert panel.slice_section.rows[0].value_text == "–"


def test_a_method_that_the_model_does_not_define_cannot_be_chosen(
    panel: SidePanel, workspace: QuietWorkspace, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.view.change_overlay(method="cam")
    layers = CamLayers(("stem", "last"), "last", ("gradcam", "layercam"))
    monkeypatch.setattr(Inference, "cam_layers", layers)
    workspace.inference.layers_changed.emit()
    overlay = panel.overlay_section
    qtbot.waitUntil(lambda: not overlay.methods["cam"].isEnabled())
    assert overlay.methods["gradcam"].isChecked()
    assert not overlay.methods["cam"].isChecked()
    assert "Not defined" in overlay.methods["cam"].toolTip()
    assert overlay.layer.isEnabled(), "only CAM is bound to one layer"


def test_a_sequence_model_shows_how_neighbours_changed_the_slice(
    panel: SidePanel, workspace: QuietWorkspace, qtbot: QtBot
) -> None:
    row = panel.slice_section.rows[1]
    without = row.grab().toImage()
    workspace.case.set_prediction(make_scan_prediction())
    qtbot.waitUntil(lambda: "by itself 0.30" in row.said)
    assert row.grab().toImage() != without, "a ring marks it"
    tip = row.tooltip_text()
    assert "By itself the slice has 0.30" in tip
    assert "+0.64" in tip
    sentence = panel.series_section.neighbours
    qtbot.waitUntil(sentence.isVisible)
    assert "epidural on slice 19" in sentence.text()
    assert "from 0.30 to 0.94" in sentence.text()


@pytest.fixture
def two(panel: SidePanel, workspace: QuietWorkspace, qtbot: QtBot) -> SidePanel:
    workspace.install(make_card(), make_blend_card())
    workspace.models.tick("blend-sign-compact", on=True)
    workspace.case.take_prediction(make_blend_prediction(), complete=True)
    qtbot.waitUntil(panel.compared_section.isVisible)
    return panel


def test_compared_models_are_listed_and_a_click_shows_one(
    two: SidePanel, workspace: QuietWorkspace, qtbot: QtBot
) -> None:
    section = two.compared_section
    assert [(row.letter, row.name) for row in section.rows] == [
        ("A", "window-fusion-compact"),
        ("B", "blend-sign-compact"),
    ]
    qtbot.waitUntil(lambda: section.rows[0].said == "any 0.97")
    assert [row.is_shown for row in section.rows] == [True, False]
    assert "Flags differ on" in section.summary.text()
    assert section.summary.text().endswith("in any.")
    QTest.mouseClick(section.rows[1], Qt.MouseButton.LeftButton, pos=QPoint(60, 10))
    assert workspace.opened == ["blend-sign-compact"]


def test_rows_carry_the_values_of_compared_models(
    two: SidePanel, workspace: QuietWorkspace, qtbot: QtBot
) -> None:
    workspace.view.go_to_slice(15)
    rows = two.slice_section.rows
    qtbot.waitUntil(lambda: "B 0.98" in rows[0].said)
    assert "B" not in rows[1].said, "it predicts no subtype"
    assert rows[0].sizeHint().height() > rows[1].sizeHint().height()
    workspace.models.tick("blend-sign-compact", on=False)
    qtbot.waitUntil(lambda: not two.compared_section.isVisible())
    qtbot.waitUntil(lambda: "B" not in rows[0].said)
    assert rows[0].sizeHint() == rows[1].sizeHint()


def test_a_threshold_is_still_dragged_where_models_are_compared(
    two: SidePanel, workspace: QuietWorkspace, qtbot: QtBot
) -> None:
    row = two.slice_section.rows[0]
    qtbot.waitUntil(lambda: "B" in row.said)
    start = QPoint(round(row.x_of(0.48)), 12)
    QTest.mousePress(row, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(row, QPoint(round(row.x_of(0.7)), 12))
    QTest.mouseRelease(row, Qt.MouseButton.LeftButton, pos=QPoint(round(row.x_of(0.7)), 12))
    assert float(workspace.case.thresholds[0]) == pytest.approx(0.7, abs=0.02)


def test_a_series_out_of_scope_is_said_so_with_the_way_to_score_it(
    panel: SidePanel, workspace: QuietWorkspace, qtbot: QtBot
) -> None:
    case, section = workspace.case, panel.scope_section
    case.set_prediction(None)
    case.refuse((Finding("contrast", "A series after contrast."),))
    assert section.isVisible()
    assert "Not scored" in section.sentence.text()
    assert "after contrast" in section.reasons.text()
    qtbot.waitUntil(lambda: "out of the models' scope" in panel.slice_section.said)
    asked: list[str] = []
    panel.action_requested.connect(asked.append)
    QTest.mouseClick(section.score, Qt.MouseButton.LeftButton)
    assert asked == ["model.predict"]
    case.accept_scope()
    case.set_prediction(make_scan_prediction())
    assert not section.score.isVisible()
    assert "because you asked" in section.sentence.text()
    qtbot.waitUntil(lambda: "scored out of scope" in panel.series_section.caveat.text())
    assert np.isfinite(case.thresholds).all()
