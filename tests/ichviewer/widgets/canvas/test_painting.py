"""Painting the mask with real mouse and keys: what is seen, what Escape and Alt do, what is painted anew."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputDevice, QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ichviewer.app.film_export import as_rgb
from ichviewer.documents.annotating import Annotating
from ichviewer.documents.view_state import Tool
from ichviewer.widgets.canvas.edited_layer import EditedLayer
from ichviewer.widgets.canvas.viewport import Camera
from ichviewer.widgets.figure.content import figure_of
from tests.ichviewer.widgets.canvas.conftest import Bench
from tests.ichviewer.widgets.canvas.stand_in import make_volume

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def mask(bench: Bench) -> Annotating:
    """An open mask, the brush in hand, label SAH (blue)."""
    bench.workspace.open(make_volume(rows=64, columns=64), first=2)
    bench.workspace.view.set_tool(Tool.BRUSH)
    annotating = bench.workspace.annotating
    bench.qtbot.waitUntil(lambda: annotating.ready, timeout=20_000)
    annotating.change(label=4, radius=3.0)
    yield annotating
    annotating.shut_down()
    bench.workspace.jobs.shut_down()


def drawn(mask: Annotating) -> np.ndarray:
    assert mask.label_map is not None
    return mask.label_map.labels[2]


def test_a_drag_paints_what_is_seen_and_alt_takes_it_away(bench: Bench, mask: Annotating) -> None:
    before = bench.screen()
    bench.drag(bench.at(32, 26), bench.at(32, 38))
    assert drawn(mask)[32, 26:39].tolist() == [4] * 13
    after = bench.screen()
    at = bench.at(32, 32)
    blue, _, red = after[at.y(), at.x()].astype(int) - before[at.y(), at.x()]
    assert blue > red + 10
    QTest.mousePress(bench.view, LEFT, Qt.KeyboardModifier.AltModifier, bench.at(32, 38))
    QTest.mouseRelease(bench.view, LEFT, Qt.KeyboardModifier.AltModifier, bench.at(32, 38))
    assert drawn(mask)[32, 38] == 0
    assert drawn(mask)[32, 30] == 4
    bench.qtbot.waitUntil(lambda: mask.saved)
    assert mask.names == ("Brush", "Eraser")


def test_what_is_painted_in_parts_is_what_is_painted_at_once(bench: Bench, mask: Annotating) -> None:
    """A stroke repaints boxes; the picture is that of a whole repaint."""
    bench.drag(bench.at(20, 20), bench.at(44, 44))
    mask.change(label=1)
    bench.drag(bench.at(44, 20), bench.at(20, 44))
    bench.view.leaveEvent(QEvent(QEvent.Type.Leave))
    piecewise = bench.screen()
    for view in bench.area.views:
        view._painter._edited = EditedLayer()
        view.update()
    assert (bench.screen() == piecewise).all()


def test_films_and_figures_show_the_mask_that_is_on_screen(bench: Bench, mask: Annotating) -> None:
    def pictures() -> tuple[np.ndarray, np.ndarray, str]:
        film = as_rgb(bench.area.render_slice(2, 256, with_text=False))
        figure = figure_of(bench.workspace, bench.workspace.case, Camera(), with_identity=False)  # type: ignore[arg-type]
        return film, as_rgb(figure.panes[0].image), " ".join(figure.parameters)

    plain_film, plain_figure, plain_words = pictures()
    bench.drag(bench.at(32, 26), bench.at(32, 38))
    film, figure, words = pictures()
    for before, after in ((plain_film, film), (plain_figure, figure)):
        height, width = before.shape[:2]
        at = (round(32.5 / 64 * height), round(32.5 / 64 * width))
        red, _, blue = after[at].astype(int) - before[at]
        assert blue > red + 10, "SAH is blue"
        assert (after[: height // 4] == before[: height // 4]).all()
    assert "Mask drawn by a reader: SAH." in words
    assert "Mask" not in plain_words
    mask.change(visible=False)
    hidden_film, hidden_figure, hidden_words = pictures()
    assert (hidden_film == plain_film).all()
    assert (hidden_figure == plain_figure).all()
    assert hidden_words == plain_words


def test_escape_gives_the_stroke_up(bench: Bench, mask: Annotating) -> None:
    bench.view.setFocus()
    QTest.mousePress(bench.view, LEFT, pos=bench.at(32, 26))
    QTest.mouseMove(bench.view, bench.at(32, 38))
    assert drawn(mask).any()
    QTest.keyClick(bench.view, Qt.Key.Key_Escape)
    assert not drawn(mask).any()
    QTest.mouseRelease(bench.view, LEFT, pos=bench.at(32, 38))
    assert mask.names == ()


def test_the_wheel_scrolls_and_with_control_sizes_the_brush(bench: Bench, mask: Annotating) -> None:
    radius, camera = mask.settings.radius, bench.view.camera
    bench.wheel(120, Qt.KeyboardModifier.ControlModifier)
    assert mask.settings.radius > radius
    assert bench.view.camera == camera
    bench.wheel(-120)
    assert bench.workspace.view.slice_index == 3


def test_the_brush_is_outlined_in_its_true_size(bench: Bench, mask: Annotating) -> None:
    before = bench.screen()
    QTest.mouseMove(bench.view, bench.at(32, 32))
    after = bench.screen()
    changed = (after != before).any(axis=2)
    edge, inside = bench.at(32, 35), bench.at(33, 32)
    assert changed[edge.y() - 3 : edge.y() + 4, edge.x() - 3 : edge.x() + 4].any()
    assert not changed[inside.y(), inside.x()]
    bench.view.leaveEvent(QEvent(QEvent.Type.Leave))
    assert (bench.screen()[80:-80] == before[80:-80]).all()


def test_a_pen_paints_with_its_pressure(bench: Bench, mask: Annotating) -> None:
    pen = QPointingDevice(
        "pen",
        1,
        QInputDevice.DeviceType.Stylus,
        QPointingDevice.PointerType.Pen,
        QInputDevice.Capability.Pressure,
        1,
        1,
    )

    def tablet(kind: QEvent.Type, at: QPoint, pressure: float) -> None:
        where = QPointF(at)
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.TabletMove else LEFT
        buttons = Qt.MouseButton.NoButton if kind == QEvent.Type.TabletRelease else LEFT
        event = QTabletEvent(
            kind,
            pen,
            where,
            where,
            pressure,
            0,
            0,
            0,
            0,
            0,
            Qt.KeyboardModifier.NoModifier,
            button,
            buttons,
        )
        QApplication.sendEvent(bench.view, event)

    widths = []
    for column, pressure in ((20, 0.2), (44, 1.0)):
        tablet(QEvent.Type.TabletPress, bench.at(32, column), pressure)
        tablet(QEvent.Type.TabletRelease, bench.at(32, column), 0.0)
        widths.append(int((drawn(mask)[:, column] > 0).sum()))
    assert 0 < widths[0] < widths[1]


def test_a_lasso_fills_and_a_polygon_is_closed_with_enter(bench: Bench, mask: Annotating) -> None:
    view = bench.workspace.view
    view.set_tool(Tool.LASSO)
    corners = [(20, 20), (20, 40), (40, 40), (40, 20)]
    QTest.mousePress(bench.view, LEFT, pos=bench.at(*corners[0]))
    for corner in corners[1:]:
        QTest.mouseMove(bench.view, bench.at(*corner))
        QApplication.processEvents()
    view_pos = bench.at(*corners[-1])
    QTest.mouseRelease(bench.view, LEFT, pos=view_pos)
    view.set_tool(Tool.POLYGON)
    for corner in ((44, 44), (44, 54), (54, 54)):
        QTest.mouseClick(bench.view, LEFT, pos=bench.at(*corner))
    bench.view.setFocus()
    QTest.keyClick(bench.view, Qt.Key.Key_Return)
    bench.qtbot.waitUntil(lambda: "Polygon" in mask.names, timeout=10_000)
    assert drawn(mask)[46, 52] == 4
