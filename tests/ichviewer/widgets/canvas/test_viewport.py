"""Where pixels lie on the screen."""

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF

from ichcore.volume import Geometry
from ichviewer.widgets.canvas.viewport import Camera, Viewport


def viewport(camera: Camera, spacing: tuple[float, float] = (0.5, 0.5)) -> Viewport:
    return Viewport.of(camera, Geometry.regular((3, 200, 100), (5.0, *spacing)), 640, 480)


def test_fitted_slice_is_whole_and_in_the_middle() -> None:
    rect = viewport(Camera()).rect
    assert rect.height() == 480
    assert rect.width() == 240
    assert abs(rect.center().x() - 320) <= 0.5


def test_pixels_keep_their_aspect_in_mm() -> None:
    shown = viewport(Camera(), (1.0, 0.5))
    assert shown.down / shown.across == 2.0


points = st.floats(0, 480)


@given(x=points, y=points, factor=st.floats(0.5, 6), zoom=st.floats(0.5, 3))
def test_zoom_holds_the_pixel_under_the_point(x: float, y: float, factor: float, zoom: float) -> None:
    before = viewport(Camera(zoom, (90.0, 40.0)))
    at = QPointF(x, y)
    after = viewport(before.zoomed(Camera(zoom, (90.0, 40.0)), factor, at))
    moved = after.point(*before.pixel(at)) - at
    assert abs(moved.x()) <= 1.01
    assert abs(moved.y()) <= 1.01


@given(row=st.floats(-10, 210), column=st.floats(-10, 110))
def test_point_and_pixel_are_inverse(row: float, column: float) -> None:
    shown = viewport(Camera(2.3, (50.0, 50.0)), (0.7, 0.4))
    back = shown.pixel(shown.point(row, column))
    assert abs(back[0] - row) < 1e-6
    assert abs(back[1] - column) < 1e-6
