"""Every button that we paint ourselves: Tab, Enter, Space and the mouse do the same on all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ichviewer.app.empty_state import RecentRow
from ichviewer.widgets.controls.chip import Chip
from ichviewer.widgets.controls.command_row import CommandRow
from ichviewer.widgets.controls.icon_button import IconButton
from ichviewer.widgets.controls.link import Link
from ichviewer.widgets.controls.painted_button import PaintedButton
from ichviewer.widgets.controls.section import SectionHeader
from ichviewer.widgets.controls.series_card import SeriesCard
from ichviewer.widgets.controls.switch import Switch

Maker = Callable[[QWidget], PaintedButton]
MAKERS: dict[str, Maker] = {
    "chip": lambda parent: Chip("Brain", "1", parent),
    "command row": lambda parent: CommandRow("Save", "a picture", parent),
    "icon": lambda parent: IconButton("close", "Delete", parent),
    "link": lambda parent: Link("Copy all", parent),
    "section header": lambda parent: SectionHeader("Window", parent),
    "series card": lambda parent: SeriesCard("1.2", 30, 1, parent=parent),
    "switch": lambda parent: Switch("Show activation", parent),
    "recent": lambda parent: RecentRow("DOE, JANE", "today", parent),
}


@pytest.fixture(params=MAKERS.values(), ids=MAKERS.keys())
def button(qtbot: QtBot, request: pytest.FixtureRequest) -> Iterator[PaintedButton]:
    box = QWidget()
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    column = QVBoxLayout(box)
    column.setContentsMargins(20, 20, 20, 20)
    made: PaintedButton = request.param(box)
    column.addWidget(made)
    box.resize(520, 160)
    box.show()
    qtbot.waitExposed(box)
    box.setFocus()
    yield made
    box.close()


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_each_key_presses_it_once(button: PaintedButton, key: Qt.Key) -> None:
    pressed: list[bool] = []
    button.clicked.connect(lambda: pressed.append(True))
    QTest.keyClick(button, key)
    assert len(pressed) == 1


def test_a_click_presses_it_and_leaves_the_keyboard_where_it_is(button: PaintedButton) -> None:
    pressed: list[bool] = []
    button.clicked.connect(lambda: pressed.append(True))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert len(pressed) == 1
    assert not button.hasFocus()


def test_it_is_painted_anew_as_the_mouse_comes_and_goes(button: PaintedButton, qtbot: QtBot) -> None:
    painted: list[object] = []

    class Watch(QObject):
        def eventFilter(self, _: QObject, event: QEvent) -> bool:
            if event.type() is QEvent.Type.Paint:
                painted.append(button.hovered)
            return False

    QTest.mouseMove(button.window(), QPoint(2, 2))
    QApplication.processEvents()
    before = button.grab().toImage()
    watch = Watch(button)
    button.installEventFilter(watch)
    QTest.mouseMove(button, button.rect().center())
    qtbot.waitUntil(lambda: painted == [True])
    assert button.grab().toImage() != before
    painted.clear()
    QTest.mouseMove(button.window(), QPoint(2, 2))
    qtbot.waitUntil(lambda: painted == [False])
    assert button.grab().toImage() == before


def test_one_that_can_not_be_pressed_does_nothing(button: PaintedButton) -> None:
    pressed: list[bool] = []
    button.clicked.connect(lambda: pressed.append(True))
    button.setEnabled(False)
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert not pressed
