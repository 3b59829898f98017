from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QPushButton, QSlider, QWidget

from ichviewer.app.keyboard import needs_key
from ichviewer.app.main_window import MainWindow

pytestmark = pytest.mark.usefixtures("no_heatmaps")


def event(key: Qt.Key, modifiers=Qt.KeyboardModifier.NoModifier) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.ShortcutOverride, key, modifiers)


@pytest.mark.parametrize(
    ("kind", "key", "needs"),
    [
        (QSlider, Qt.Key.Key_Left, True),
        (QSlider, Qt.Key.Key_L, False),
        (QListWidget, Qt.Key.Key_Down, True),
        (QPushButton, Qt.Key.Key_Space, True),
        (QPushButton, Qt.Key.Key_Down, False),
        (QLineEdit, Qt.Key.Key_Home, True),
        (QWidget, Qt.Key.Key_Space, False),
    ],
)
def test_a_focused_control_keeps_the_keys_it_uses(
    qapp, kind: type[QWidget], key: Qt.Key, needs: bool
) -> None:
    assert needs_key(kind(), event(key)) is needs
    assert not needs_key(kind(), event(key, Qt.KeyboardModifier.ControlModifier))


def test_arrows_move_a_focused_slider_and_not_the_slices(reading: MainWindow, qtbot) -> None:
    slider = QSlider(Qt.Orientation.Horizontal, reading.centralWidget())
    slider.show()
    slider.setFocus()
    qtbot.waitUntil(slider.hasFocus)
    before = reading.workspace.view.slice_index
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert slider.value() == 1
    assert reading.workspace.view.slice_index == before
    qtbot.keyClick(slider, Qt.Key.Key_I)
    assert reading.workspace.view.inverted
