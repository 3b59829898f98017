"""The small controls: flow, chip menus, switches, sliders and what they leave to others."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from ichviewer.widgets.controls.chip import Chip
from ichviewer.widgets.controls.flow import FlowLayout
from ichviewer.widgets.controls.own_keys import ARROWS, claims
from ichviewer.widgets.controls.slider import LabelledSlider
from ichviewer.widgets.controls.soon import Soon
from ichviewer.widgets.controls.steady_scroll import SteadyScrollArea
from ichviewer.widgets.controls.switch import Switch


def test_chips_break_the_line_where_the_width_ends(qtbot: QtBot) -> None:
    box = QWidget()
    qtbot.addWidget(box)
    flow = FlowLayout(box)
    for text in ("Brain", "Subdural", "Stroke", "Bone"):
        flow.addWidget(Chip(text, "1", box))
    wide, narrow = flow.heightForWidth(600), flow.heightForWidth(150)
    assert wide == 26
    assert narrow > 2 * wide - 1


def test_a_chip_with_a_menu_opens_it_by_key_and_by_its_arrow(qtbot: QtBot) -> None:
    chip = Chip("Learned", "L")
    qtbot.addWidget(chip)
    menu = QMenu(chip)
    menu.addAction("Channel 1")
    chip.set_menu(menu)
    chip.show()
    clicked: list[bool] = []
    chip.clicked.connect(lambda: clicked.append(True))
    QTest.keyClick(chip, Qt.Key.Key_Down)
    assert menu.isVisible()
    menu.close()
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    assert len(clicked) == 1
    assert not menu.isVisible()


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_a_switch_answers_to_the_keyboard(qtbot: QtBot, key: Qt.Key) -> None:
    switch = Switch("Show")
    qtbot.addWidget(switch)
    QTest.keyClick(switch, key)
    assert switch.isChecked()


def test_a_slider_moves_by_click_and_key_and_says_so_once(qtbot: QtBot) -> None:
    row = LabelledSlider("Opacity", 0.0, 1.0, step=0.01, suffix=" %", scale=100.0)
    qtbot.addWidget(row)
    row.resize(300, 26)
    row.show()
    sent: list[float] = []
    row.changed.connect(sent.append)
    row.set_value(0.5)
    assert sent == []
    assert row.field.text() == "50 %"
    QTest.mouseClick(row.slider, Qt.MouseButton.LeftButton, pos=QPoint(row.slider.width() - 1, 12))
    assert sent == [1.0]
    QTest.keyClick(row.slider, Qt.Key.Key_Left)
    assert row.value == pytest.approx(0.99)


def test_the_wheel_scrolls_the_panel_unless_the_slider_has_the_keyboard(qtbot: QtBot) -> None:
    row = LabelledSlider("Level", 0, 100)
    qtbot.addWidget(row)
    row.show()
    row.set_value(50)
    middle = QPointF(row.slider.rect().center())
    wheel = QWheelEvent(
        middle,
        middle,
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(row.slider, wheel)
    assert row.value == 50


def test_own_keys_are_claimed_and_others_left_to_shortcuts() -> None:
    def asked(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> bool:
        return claims(QKeyEvent(QEvent.Type.ShortcutOverride, key, modifiers), ARROWS)

    assert asked(Qt.Key.Key_Left)
    assert not asked(Qt.Key.Key_N)
    assert not asked(Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)


def test_a_burst_of_requests_is_one_update(qtbot: QtBot) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    done: list[int] = []
    soon = Soon(lambda: done.append(1), owner)
    for _ in range(50):
        soon.request()
    qtbot.waitUntil(lambda: bool(done))
    assert done == [1]


def test_a_scroll_area_keeps_its_contents_width_and_comes_to_rest(qtbot: QtBot) -> None:
    area = SteadyScrollArea()
    qtbot.addWidget(area)
    label = QLabel("a word that breaks its line " * 12)
    label.setWordWrap(True)
    area.setWidget(label)
    area.resize(200, 400)
    area.show()
    widths = set()
    # heights around the one that just fits are where a bar shown as needed would flicker
    for height in range(60, 400, 4):
        area.resize(200, height)
        QApplication.processEvents()
        widths.add(label.width())
    assert len(widths) == 1
