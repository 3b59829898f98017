"""Explanations side by side: grid, captions, links, notes, menus by keyboard, pictures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu

from ichcore.explain.agreement import agreement
from ichcore.volume.window import BRAIN
from ichviewer.documents.case import Case
from ichviewer.documents.comparison import Asked, Comparison, Found
from ichviewer.documents.view_state import Layout
from ichviewer.widgets.canvas.comparison_grid import columns_and_rows
from tests.ichviewer.widgets.canvas.conftest import Bench, pixels
from tests.ichviewer.widgets.canvas.stand_in import make_heatmap, make_prediction, make_volume


@pytest.fixture
def case(bench: Bench) -> Case:
    """Everything is flagged, three methods are compared, each pane has a map of its own place."""
    volume = make_volume()
    made = bench.workspace.open(volume, first=2)
    made.set_prediction(make_prediction(volume))
    bench.workspace.view.set_layout(Layout.COMPARE)
    comparison = bench.workspace.inference.comparison
    for place in range(3):
        comparison.choose(place, class_name="epidural")
    maps = []
    for place, each in enumerate(comparison.explanations):
        heatmap, box = make_heatmap(volume, 2)
        moved = np.roll(heatmap.activation, 8 * place, axis=1)
        maps.append(moved)
        comparison.put(2, each, Found(replace(heatmap, method=each.method, activation=moved), box))
    asked = Asked.of(made, comparison, 2, bench.workspace.view.overlay.threshold)
    comparison.put_agreement(2, asked, agreement(maps, 0.2, (1.0, 1.0)))
    QApplication.processEvents()
    return made


def comparison_of(bench: Bench) -> Comparison:
    return bench.workspace.inference.comparison


def captions(bench: Bench) -> list[str]:
    return [pane.caption.text() for pane in bench.area.comparison.panes if pane.isVisible()]


def test_the_grid_is_even() -> None:
    assert [columns_and_rows(n) for n in (2, 3, 4, 5, 6)] == [(2, 1), (2, 2), (2, 2), (3, 2), (3, 2)]


def test_panes_of_one_size_take_the_whole_area(bench: Bench, case: Case) -> None:
    comparison_of(bench).add()
    QApplication.processEvents()
    panes = [pane for pane in bench.area.comparison.panes if pane.isVisible()]
    assert len(panes) == 4
    assert len({(pane.width(), pane.height()) for pane in panes}) == 1
    assert bench.area.width() - 2 * panes[0].width() <= 2
    assert not any(view.isVisible() for view in bench.area.views)


def test_captions_say_method_layer_and_class(bench: Bench, case: Case) -> None:
    assert captions(bench) == [
        "SF-CAM · block4 · EDH",
        "LayerCAM · block4 · EDH",
        "Grad-CAM · block4 · EDH",
    ]
    assert bench.area.comparison.panes[1].caption.accessibleName() == "Pane 2: LayerCAM · block4 · EDH"


def test_each_pane_draws_its_own_map(bench: Bench, case: Case) -> None:
    bench.workspace.view.change_overlay(boxes=False, opacity=1.0)
    pictures = []
    for view in bench.area.comparison.views:
        QApplication.processEvents()
        seen, at = pixels(view.grab().toImage()), bench.at(8, 26, view)
        pictures.append(int(seen[at.y(), at.x(), 2]) - int(seen[at.y(), at.x(), 0]))
    # column 26 is activated in the third map (columns 16 to 31) and in no other
    assert pictures[2] > 50
    assert abs(pictures[0]) < 20


def test_all_panes_show_one_slice_one_window_one_zoom_and_the_cursor(bench: Bench, case: Case) -> None:
    views = bench.area.comparison.views
    bench.wheel(-120)
    assert [view.scene().index for view in views] == [3, 3, 3]
    bench.drag(QPoint(60, 100), QPoint(60, 50), Qt.MouseButton.RightButton, views[1])
    assert len({view.camera for view in views}) == 1
    assert views[0].camera.zoom > 1.2
    bench.drag(QPoint(60, 60), QPoint(80, 60), view=views[2])
    assert bench.workspace.view.window != BRAIN
    assert {view.window_shown for view in views} == {bench.workspace.view.window}
    bench.qtbot.mouseMove(views[0], bench.at(30, 30, views[0]))
    assert views[0].scene().crosshair is None
    assert views[1].scene().crosshair == pytest.approx((30, 30), abs=0.6)


def test_the_zoom_of_one_view_is_that_of_the_panes(bench: Bench, case: Case) -> None:
    bench.workspace.view.set_layout(Layout.ONE_UP)
    bench.area.zoom_by(2.0)
    bench.workspace.view.set_layout(Layout.COMPARE)
    assert bench.area.active_view.camera.zoom == pytest.approx(2.0)


def test_a_class_that_is_not_flagged_is_told_and_not_drawn(bench: Bench, case: Case) -> None:
    case.set_thresholds(np.array([0.5, 0.99, 0.5, 0.5, 0.5, 0.5], np.float32))
    scene = bench.area.comparison.views[0].scene()
    assert scene.note == "EDH not flagged here"
    assert scene.heatmaps == scene.boxes == ()


def test_a_refusal_is_told_in_its_pane(bench: Bench, case: Case) -> None:
    comparison = comparison_of(bench)
    comparison.put(2, comparison.explanations[1], Found(refusal="There is no layer 'x'."))
    assert [view.scene().note for view in bench.area.comparison.views] == ["", "There is no layer 'x'.", ""]


def test_waiting_is_told_only_after_a_while(bench: Bench, case: Case) -> None:
    bench.workspace.view.go_to_slice(0)
    assert bench.area.comparison.views[0].scene().note == ""
    bench.workspace.inference.comparing.slow = True
    assert bench.area.comparison.views[0].scene().note == "computing …"


def test_the_agreement_pane_counts_maps(bench: Bench, case: Case) -> None:
    comparison_of(bench).show_votes(True)
    QApplication.processEvents()
    view = bench.area.comparison.views[-1]
    assert captions(bench)[-1] == "Agreement"
    votes = view.scene().votes
    assert votes.most == 3
    # columns 0–7 hold one map, 8–15 two
    assert votes.counts[4, 4] == 1
    assert votes.counts[4, 12] == 2
    bench.workspace.view.change_overlay(opacity=1.0)
    seen = pixels(view.grab().toImage())
    colours = {seen[bench.at(4, c, view).y(), bench.at(4, c, view).x()].tobytes() for c in (4, 12)}
    assert len(colours) == 2


def open_menu(bench: Bench, place: int = 0) -> QMenu:
    """The pane's menu, opened by keyboard."""
    caption = bench.area.comparison.panes[place].caption
    bench.area.activateWindow()
    caption.setFocus(Qt.FocusReason.TabFocusReason)
    bench.qtbot.keyClick(caption, Qt.Key.Key_Down)
    assert caption.menu is not None
    bench.qtbot.waitUntil(caption.menu.isVisible)
    return caption.menu


def press(bench: Bench, menu: QMenu, *keys: Qt.Key) -> None:
    for key in keys:
        popup = QApplication.activePopupWidget() or menu
        bench.qtbot.keyClick(popup, key)
        QApplication.processEvents()


def test_method_and_class_are_changed_by_keyboard_alone(bench: Bench, case: Case) -> None:
    bench.workspace.models = type("Models", (), {"card": None})()
    down, right, enter = Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Return
    press(bench, open_menu(bench), down, right, down, enter)
    assert comparison_of(bench).explanations[0].method == "layercam"
    press(bench, open_menu(bench, 1), down, down, down, right, down, enter)
    assert comparison_of(bench).explanations[1].class_name == "any"
    assert captions(bench)[1] == "LayerCAM · block4 · ANY"


def test_a_click_on_the_caption_opens_the_menu_and_a_pane_goes(bench: Bench, case: Case) -> None:
    bench.workspace.models = type("Models", (), {"card": None})()
    caption = bench.area.comparison.panes[2].caption
    bench.qtbot.mousePress(caption, Qt.MouseButton.LeftButton)
    assert caption.menu is not None
    remove = next(a for a in caption.menu.actions() if a.text() == "Remove this explanation")
    remove.trigger()
    caption.menu.close()
    QApplication.processEvents()
    assert captions(bench) == ["SF-CAM · block4 · EDH", "LayerCAM · block4 · EDH"]


def test_methods_that_the_model_does_not_define_cannot_be_chosen(bench: Bench, case: Case) -> None:
    bench.workspace.models = type("Models", (), {"card": None})()
    menu = open_menu(bench)
    methods = {a.text(): a.isEnabled() for a in menu.actions()[0].menu().actions()}
    menu.close()
    assert methods["SF-CAM"]
    assert not methods["CAM"]


def test_a_double_click_shows_that_explanation_alone(bench: Bench, case: Case) -> None:
    view = bench.area.comparison.views[2]
    bench.qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    state = bench.workspace.view
    assert state.layout is Layout.ONE_UP
    assert (state.overlay.method, state.overlay.class_name) == ("gradcam", "epidural")
    assert bench.area.views[0].isVisible()


def test_a_picture_has_the_panes_with_their_captions(bench: Bench, case: Case) -> None:
    picture = pixels(bench.area.snapshot())
    screen = bench.screen()
    pane = bench.area.comparison.panes[1]
    bar = np.s_[pane.y() : pane.y() + 26, pane.x() + 12 : pane.x() + 140]
    assert picture[bar].max() > 150
    assert picture.shape == screen.shape
    scene = bench.area.comparison.views[0].scene()
    assert scene.identity, "the screen is as it was"
