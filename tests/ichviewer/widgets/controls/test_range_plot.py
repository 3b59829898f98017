"""The range over a histogram: its ends and all of it by mouse, its ends by the keyboard."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ichviewer.widgets.controls.range_plot import RangePlot

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def plot(qtbot: QtBot) -> RangePlot:
    made = RangePlot((-50.0, 150.0), (0.0, 50.0, 100.0))
    qtbot.addWidget(made)
    made.resize(410, 76)
    made.show_heights(np.full(100, 0.5))
    made.show_range(40, 90, inverted=False)
    made.heard = []  # type: ignore[attr-defined]
    made.moved.connect(lambda low, high: made.heard.append((low, high)))  # type: ignore[attr-defined]
    made.show()
    return made


def drag(plot: RangePlot, start: float, end: float) -> tuple[float, float]:
    """From one value to another; the last range that was heard."""
    first, last = (QPoint(round(plot.x_of(value)), 30) for value in (start, end))
    QTest.mousePress(plot, LEFT, pos=first)
    QTest.mouseMove(plot, last)
    QTest.mouseRelease(plot, LEFT, pos=last)
    return plot.heard[-1]  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (40, 20, (20, 90)),
        (90, 120, (40, 120)),
        (65, 75, (50, 100)),
        (40, 110, (90, 90)),  # an end does not pass the other
        (65, 150, (100, 150)),  # the range stops at the axis and keeps its width
        (10, 10, (10, 90)),  # the nearer end comes to the mouse
    ],
)
def test_what_is_dragged_moves_and_the_rest_stays(
    plot: RangePlot, start: float, end: float, expected: tuple[float, float]
) -> None:
    low, high = drag(plot, start, end)
    assert abs(low - expected[0]) <= 1
    assert abs(high - expected[1]) <= 1


def test_keys_move_the_end_in_hand(plot: RangePlot) -> None:
    QTest.keyClick(plot, Qt.Key.Key_Right)
    QTest.keyClick(plot, Qt.Key.Key_Down)
    QTest.keyClick(plot, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert plot.heard == [(40, 91), (30, 91)]  # type: ignore[attr-defined]


def test_an_inverted_range_looks_turned_about(plot: RangePlot) -> None:
    def greys() -> tuple[int, int]:
        image = plot.grab().toImage()
        y = 8  # above the histogram
        inside, outside = (round(plot.x_of(value)) for value in (65, 10))
        return image.pixelColor(inside, y).lightness(), image.pixelColor(outside, y).lightness()

    inside, outside = greys()
    plot.show_range(40, 90, inverted=True)
    assert greys() == (outside, inside)
    assert inside != outside
