"""Drags and wheel turns as arithmetic."""

from PySide6.QtCore import QPointF

from ichcore.volume import Transfer, Window
from ichviewer.widgets.canvas.gestures import WheelSteps, WindowDrag


def test_gain_is_an_eightieth_of_the_starting_width_a_point() -> None:
    drag = WindowDrag(Window(40, 160), QPointF(100, 100), down_raises=True)
    window = drag.window(QPointF(140, 120))
    assert (window.center, window.width) == (80.0, 240.0)


def test_down_lowers_where_the_reader_prefers_it() -> None:
    drag = WindowDrag(Window(40, 80), QPointF(0, 0), down_raises=False)
    assert drag.window(QPointF(0, 10)).center == 30.0


def test_width_never_falls_below_one() -> None:
    assert WindowDrag(Window(40, 80), QPointF(0, 0), down_raises=True).window(QPointF(-500, 0)).width == 1.0


def test_the_transfer_stays_and_an_unmoved_drag_keeps_the_window() -> None:
    start = Window(46, 62, "learned", Transfer.SIGMOID)
    drag = WindowDrag(start, QPointF(5, 5), down_raises=True)
    assert drag.window(QPointF(5, 5)) is start
    assert drag.window(QPointF(9, 5)).transfer is Transfer.SIGMOID


def test_touchpad_fractions_add_up_and_turning_back_starts_anew() -> None:
    wheel = WheelSteps()
    assert [wheel.steps(50) for _ in range(5)] == [0, 0, 1, 0, 1]
    assert wheel.steps(-100) == 0
    assert wheel.steps(-20) == -1
