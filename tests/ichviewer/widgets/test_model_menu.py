"""The model chooser, by mouse and by keys."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ichviewer.widgets.model_menu import ModelMenu, ModelRow
from tests.ichviewer.widgets.quiet_workspace import QuietWorkspace, make_blend_card, make_card


@pytest.fixture
def menu(qtbot: QtBot, workspace: QuietWorkspace) -> ModelMenu:
    scan = replace(
        make_card(),
        name="cnn-bilstm-paper",
        architecture="cnn_bilstm",
        arguments={"size": "paper", "backbone": "resnext101_32x8d"},
        training={"terms": {"non_commercial": True}},
    )
    workspace.install(make_card(), make_blend_card(), scan)
    made = ModelMenu(workspace, ())
    qtbot.addWidget(made)
    made.popup(QPoint(0, 0))
    return made


def row(menu: ModelMenu, name: str) -> ModelRow:
    return next(row for row in menu.rows if row.card.name == name)


def test_it_says_what_each_model_is_says_and_may_be_used_for(menu: ModelMenu) -> None:
    texts = {row.card.name: row.accessibleName() for row in menu.rows}
    assert "Window fusion, compact (He 2024) · six classes" in texts["window-fusion-compact"]
    assert "MIT" in texts["window-fusion-compact"]
    assert "Blend sign, compact (Wang 2023) · any, blend sign, boxes" in texts["blend-sign-compact"]
    scan = texts["cnn-bilstm-paper"]
    assert "CNN–BiLSTM, paper size, resnext101_32x8d (Burduja 2020)" in scan
    assert "whole scan" in scan
    assert "non-commercial" in scan


def test_a_click_on_the_name_shows_the_model(menu: ModelMenu, workspace: QuietWorkspace) -> None:
    QTest.mouseClick(row(menu, "blend-sign-compact"), Qt.MouseButton.LeftButton, pos=QPoint(200, 20))
    assert workspace.opened == ["blend-sign-compact"]
    assert not menu.isVisible()


def test_a_click_on_the_box_ticks_it_and_the_menu_stays(menu: ModelMenu, workspace: QuietWorkspace) -> None:
    box = row(menu, "blend-sign-compact")
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(18, 22))
    assert workspace.models.ticked == ("window-fusion-compact", "blend-sign-compact")
    assert box.is_ticked
    assert menu.isVisible()
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(18, 22))
    assert workspace.models.ticked == ("window-fusion-compact",)


def test_the_keyboard_does_the_same(qtbot: QtBot, menu: ModelMenu, workspace: QuietWorkspace) -> None:
    def press(key: Qt.Key) -> None:
        QTest.keyClick(QApplication.focusWidget() or menu, key)

    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Space)
    assert workspace.models.ticked == ("window-fusion-compact", "blend-sign-compact")
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return)
    assert workspace.opened == ["cnn-bilstm-paper"]


def test_it_says_where_there_is_none(qtbot: QtBot, workspace: QuietWorkspace) -> None:
    workspace.install()
    made = ModelMenu(workspace, ())
    qtbot.addWidget(made)
    assert [action.text() for action in made.actions() if action.text()] == ["No model is installed"]
