"""The plot shows the window, the histogram and the theme of now, whatever it painted before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ichcore.volume.window import BRAIN, Transfer, Window
from ichviewer.widgets.panels.transfer_plot import TransferPlot
from ichviewer.widgets.style import apply_theme

FLAT = np.full(140, 0.5)
STEP = np.repeat([0.1, 0.9], 70)


@pytest.fixture
def panel(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def plot(panel: QWidget) -> TransferPlot:
    return shown(panel, BRAIN, FLAT)


def shown(panel: QWidget, window: Window, heights: np.ndarray) -> TransferPlot:
    made = TransferPlot(panel)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # else the first of them would wear the ring of the keyboard
    made.resize(288, 104)
    made.show_window(window, learned=False)
    made.show_histogram(heights)
    made.show()
    return made


def picture(plot: TransferPlot) -> QImage:
    return plot.grab().toImage()


def test_the_curve_follows_a_drag_and_stays_where_it_ended(
    plot: TransferPlot, panel: QWidget, qtbot: QtBot
) -> None:
    before, heard = picture(plot), []
    plot.window_moved.connect(heard.append)
    middle = QPoint(round(plot.x_of(BRAIN.center)), 50)
    qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=middle)
    for step in (5, 11, 18):
        qtbot.mouseMove(plot, middle + QPoint(step, 0))
        assert picture(plot) != before
    qtbot.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=middle + QPoint(18, 0))
    assert heard[-1].center > BRAIN.center
    # the axis follows once the drag is over, as the section that owns the plot asks it to
    plot.show_window(heard[-1], learned=False)
    assert picture(plot) == picture(shown(panel, heard[-1], FLAT))


@pytest.mark.parametrize("window", [replace(BRAIN, center=60), replace(BRAIN, transfer=Transfer.SIGMOID)])
def test_another_window_is_drawn_over_the_same_histogram(
    plot: TransferPlot, panel: QWidget, window: Window
) -> None:
    picture(plot)
    plot.show_window(window, learned=False)
    assert picture(plot) == picture(shown(panel, window, FLAT))


def test_another_histogram_is_drawn_at_once(plot: TransferPlot, panel: QWidget) -> None:
    before = picture(plot)
    plot.show_histogram(STEP)
    assert picture(plot) != before
    assert picture(plot) == picture(shown(panel, BRAIN, STEP))
    plot.show_histogram(np.zeros(0))
    assert picture(plot) == picture(shown(panel, BRAIN, np.zeros(0)))


def test_the_histogram_grows_with_the_plot(plot: TransferPlot, panel: QWidget) -> None:
    picture(plot)
    plot.resize(400, 104)
    wide = shown(panel, BRAIN, FLAT)
    wide.resize(400, 104)
    assert picture(plot) == picture(wide)


def test_the_histogram_takes_the_themes_colours(
    plot: TransferPlot, panel: QWidget, qapp: QApplication
) -> None:
    apply_theme(qapp, "dark")
    dark = picture(plot)
    apply_theme(qapp, "light")
    try:
        assert picture(plot) != dark
        assert picture(plot) == picture(shown(panel, BRAIN, FLAT))
    finally:
        apply_theme(qapp, "dark")
