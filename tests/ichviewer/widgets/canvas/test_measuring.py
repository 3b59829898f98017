"""Measurements drawn, changed and removed with mouse and keys."""

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtTest import QTest

from ichcore.volume import Window
from ichviewer.documents.measurements import Measurement, reading
from ichviewer.documents.view_state import Tool
from ichviewer.widgets.canvas.shapes import label_rect
from ichviewer.widgets.canvas.viewport import Camera, Viewport
from tests.ichviewer.widgets.canvas.conftest import Bench
from tests.ichviewer.widgets.canvas.stand_in import make_volume


def test_distance_is_right_in_mm_on_pixels_that_are_not_square(bench: Bench) -> None:
    volume = make_volume(spacing=(5.0, 0.8, 0.5))
    case = bench.workspace.open(volume)
    bench.workspace.view.set_tool(Tool.DISTANCE)
    bench.drag(bench.at(10, 10), bench.at(40, 50))
    (measurement,) = case.measurements
    value = float(reading(volume, measurement).removesuffix(" mm"))
    assert value == pytest.approx((24.0**2 + 20.0**2) ** 0.5, abs=0.15)


def test_angle_is_drawn_with_three_clicks(bench: Bench) -> None:
    volume = make_volume()
    case = bench.workspace.open(volume)
    bench.workspace.view.set_tool(Tool.ANGLE)
    for row, column in ((10, 30), (30, 30), (30, 50)):
        bench.qtbot.mouseClick(bench.view, Qt.MouseButton.LeftButton, pos=bench.at(row, column))
    (measurement,) = case.measurements
    assert float(reading(volume, measurement).removesuffix("°")) == pytest.approx(90.0, abs=0.5)


@pytest.mark.parametrize("tool", [Tool.ROI_ELLIPSE, Tool.ROI_RECTANGLE])
def test_region_gives_mean_sd_and_area(bench: Bench, tool: Tool) -> None:
    volume = make_volume()
    case = bench.workspace.open(volume, first=3)
    bench.workspace.view.set_tool(tool)
    bench.drag(bench.at(25, 25), bench.at(38, 40))
    (measurement,) = case.measurements
    assert measurement.slice_index == 3
    assert reading(volume, measurement).startswith("33.0 ± 0.0 HU · ")


def test_a_click_without_a_drag_waits_for_the_second_click(bench: Bench) -> None:
    case = bench.workspace.open(make_volume())
    bench.workspace.view.set_tool(Tool.DISTANCE)
    bench.qtbot.mouseClick(bench.view, Qt.MouseButton.LeftButton, pos=bench.at(10, 10))
    assert bench.area.hands.measuring.drawing
    assert case.measurements == ()
    bench.qtbot.mouseClick(bench.view, Qt.MouseButton.LeftButton, pos=bench.at(10, 40))
    assert len(case.measurements) == 1


def test_escape_cancels_and_delete_removes(bench: Bench) -> None:
    case = bench.workspace.open(make_volume())
    bench.workspace.view.set_tool(Tool.DISTANCE)
    bench.qtbot.mouseClick(bench.view, Qt.MouseButton.LeftButton, pos=bench.at(10, 10))
    bench.qtbot.keyClick(bench.view, Qt.Key.Key_Escape)
    assert not bench.area.hands.measuring.active
    bench.drag(bench.at(20, 20), bench.at(20, 50))
    assert len(case.measurements) == 1
    bench.qtbot.keyClick(bench.view, Qt.Key.Key_Delete)
    assert case.measurements == ()


def test_a_handle_can_be_dragged_whatever_the_tool(bench: Bench) -> None:
    case = bench.workspace.open(make_volume(), window=Window(40, 80))
    case.put_measurement(Measurement(1, "distance", 0, ((20.0, 20.0), (20.0, 40.0))))
    bench.drag(bench.at(20, 40), bench.at(30, 50))
    (measurement,) = case.measurements
    assert measurement.points[0] == (20.0, 20.0)
    assert measurement.points[1] == pytest.approx((30.0, 50.0), abs=0.1)
    assert bench.workspace.view.window.width == 80, "the window stays as it was"


def test_a_line_can_be_moved_as_a_whole_and_is_put_once(bench: Bench) -> None:
    case = bench.workspace.open(make_volume())
    case.put_measurement(Measurement(1, "distance", 0, ((20.0, 10.0), (20.0, 50.0))))
    seen: list[int] = []
    case.measurements_changed.connect(lambda: seen.append(1))
    bench.drag(bench.at(20, 30), bench.at(26, 33))
    (measurement,) = case.measurements
    flat = [value for point in measurement.points for value in point]
    assert flat == pytest.approx([26.0, 13.0, 26.0, 53.0], abs=0.15)
    assert len(seen) == 1, "one drag is one change, so one step of undo"


def test_measurements_stay_on_their_slice(bench: Bench) -> None:
    case = bench.workspace.open(make_volume())
    blank = bench.screen()
    case.put_measurement(Measurement(1, "rectangle", 1, ((20.0, 10.0), (30.0, 50.0))))
    assert (bench.screen() == blank).all()
    bench.workspace.view.go_to_slice(1)
    scene = bench.view.scene()
    assert scene is not None
    assert len(scene.measurements) == 1


def test_enter_places_points_without_a_mouse(bench: Bench) -> None:
    case = bench.workspace.open(make_volume())
    bench.workspace.view.set_tool(Tool.DISTANCE)
    bench.qtbot.keyClick(bench.view, Qt.Key.Key_Return)
    for _ in range(3):
        bench.qtbot.keyClick(
            bench.view, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
        )
    bench.qtbot.keyClick(bench.view, Qt.Key.Key_Return)
    (measurement,) = case.measurements
    assert (
        reading(case.volume, measurement) == "30.0 mm"
        or abs(float(reading(case.volume, measurement).removesuffix(" mm")) - 30) <= 1.0
    )


def test_the_drawn_value_follows_the_mouse(bench: Bench) -> None:
    bench.workspace.open(make_volume())
    bench.workspace.view.set_tool(Tool.DISTANCE)
    bench.qtbot.mousePress(bench.view, Qt.MouseButton.LeftButton, pos=bench.at(20, 20))
    QTest.mouseMove(bench.view, bench.at(20, 45))
    scene = bench.view.scene()
    assert scene is not None
    (draft,) = scene.measurements
    assert draft.points[1][1] == pytest.approx(45, abs=0.1)


@pytest.mark.parametrize("kind", ["ellipse", "rectangle"])
def test_label_of_a_region_does_not_cover_it(qapp: object, kind: str) -> None:
    viewport = Viewport.of(Camera(), make_volume().geometry, 640, 640)
    measurement = Measurement(1, kind, 0, ((20.0, 20.0), (30.0, 36.0)))
    rect = label_rect("30.1 ± 5.8 HU · 3.72 cm²", measurement, viewport, [])
    assert not rect.intersects(QRectF(viewport.point(20, 20), viewport.point(30, 36)))
    assert QRectF(0, 0, 640, 640).contains(rect)
