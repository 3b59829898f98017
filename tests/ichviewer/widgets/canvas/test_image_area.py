"""Four-up, overlays, privacy, cine and pictures."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from ichcore.volume import Window
from ichcore.volume.window import BRAIN
from ichviewer.documents.badges import Badge
from ichviewer.documents.view_state import Display, Layout
from tests.ichviewer.widgets.canvas.conftest import Bench, pixels
from tests.ichviewer.widgets.canvas.stand_in import LEARNED, make_heatmap, make_prediction, make_volume


def written(bench: Bench) -> str:
    """Every piece of text in the last picture of every shown view."""
    texts = []
    for view in bench.area.views:
        if view.isHidden():
            continue
        for key, _ in view._painter._stamps._images:
            for line in getattr(key, "lines", ()):
                texts += [run.text for run in line]
    return "\n".join(texts)


# four-up


def four_up(bench: Bench) -> None:
    bench.workspace.view.set_learned_windows(LEARNED)
    bench.workspace.view.set_layout(Layout.FOUR_UP)
    QApplication.processEvents()


def test_four_views_have_brain_subdural_bone_and_learned(bench: Bench) -> None:
    bench.workspace.open(make_volume())
    four_up(bench)
    assert all(view.isVisible() for view in bench.area.views)
    assert [view.window_shown.name for view in bench.area.views[:3]] == ["brain", "subdural", "bone"]
    assert bench.area.views[3].window_shown == LEARNED[0]


def test_four_views_share_slice_zoom_and_cursor(bench: Bench) -> None:
    bench.workspace.open(make_volume(), first=2)
    four_up(bench)
    bench.wheel(-120)
    scenes = [view.scene() for view in bench.area.views]
    assert [scene.index for scene in scenes if scene] == [3, 3, 3, 3]
    bench.drag(QPoint(100, 100), QPoint(100, 50), Qt.MouseButton.RightButton, bench.area.views[1])
    assert len({view.camera for view in bench.area.views}) == 1
    assert bench.area.views[0].camera.zoom > 1.3
    bench.qtbot.mouseMove(bench.area.views[1], bench.at(30, 30, bench.area.views[1]))
    crosses = [scene.crosshair for view in bench.area.views if (scene := view.scene())]
    assert crosses[1] is None
    assert crosses[0] == crosses[2] == crosses[3]
    assert crosses[0] == pytest.approx((30, 30), abs=0.3)


def test_dragging_the_window_of_one_view_leaves_the_others(bench: Bench) -> None:
    bench.workspace.open(make_volume())
    four_up(bench)
    bench.drag(QPoint(100, 100), QPoint(120, 100), view=bench.area.views[1])
    assert bench.workspace.view.window.width == 250.0
    assert bench.area.views[1].window_shown.width == 250.0
    assert bench.area.views[0].window_shown == BRAIN


def test_working_in_the_learned_view_switches_the_learned_window_on(bench: Bench) -> None:
    bench.workspace.open(make_volume())
    four_up(bench)
    bench.qtbot.mouseClick(bench.area.views[3], Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    assert bench.workspace.view.learned_on
    bench.qtbot.mouseClick(bench.area.views[0], Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    assert not bench.workspace.view.learned_on
    assert bench.area.views[3].window_shown == LEARNED[0]


def test_a_window_of_ones_own_comes_back_after_four_up(bench: Bench) -> None:
    bench.workspace.open(make_volume(), window=Window(33, 77))
    four_up(bench)
    assert bench.workspace.view.window == BRAIN
    bench.workspace.view.set_layout(Layout.ONE_UP)
    assert bench.workspace.view.window == Window(33, 77)


def test_without_learned_windows_the_fourth_view_says_so(bench: Bench) -> None:
    bench.workspace.open(make_volume())
    bench.workspace.view.set_layout(Layout.FOUR_UP)
    assert bench.area.views[3].empty_words is not None
    bench.qtbot.mouseClick(bench.area.views[3], Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    assert bench.area.active_view is bench.area.views[0]
    bench.workspace.view.set_learned_windows(LEARNED)
    assert bench.area.views[3].empty_words is None


# overlay and display


def test_overlay_is_transparent_at_zero_and_gone_when_off(bench: Bench) -> None:
    volume = make_volume()
    case = bench.workspace.open(volume)
    bench.workspace.view.change_overlay(class_name="epidural", boxes=False)
    bare = bench.screen()
    heatmap, box = make_heatmap(volume, 0)
    case.set_heatmaps(0, [heatmap], [box])
    drawn = bench.screen()
    inside, outside = bench.at(8, 8), bench.at(40, 40)
    assert (drawn[inside.y(), inside.x()] != bare[inside.y(), inside.x()]).any()
    assert (
        drawn[outside.y() - 20 : outside.y() + 20, outside.x() - 20 : outside.x() + 20]
        == (bare[outside.y() - 20 : outside.y() + 20, outside.x() - 20 : outside.x() + 20])
    ).all()
    bench.workspace.view.change_overlay(visible=False)
    assert (bench.screen() == bare).all()


def test_an_empty_map_draws_nothing_at_all(bench: Bench) -> None:
    volume = make_volume()
    case = bench.workspace.open(volume)
    bare = bench.screen()
    heatmap, _ = make_heatmap(volume, 0, level=0.0)
    case.set_heatmaps(0, [heatmap], [])
    assert (bench.screen() == bare).all()


def test_raw_cells_lie_in_their_true_place(bench: Bench) -> None:
    volume = make_volume()
    case = bench.workspace.open(volume)
    heatmap, _ = make_heatmap(volume, 0)
    case.set_heatmaps(0, [heatmap], [])
    bench.workspace.view.change_overlay(class_name="epidural", raw_grid=True, opacity=1.0)
    seen = bench.screen()
    # raw cells (0, 0) to (1, 1) cover rows and columns 0 to 15; inferno's top is yellow, the rest grey
    for row, column, active in ((1, 1, True), (14, 14, True), (17, 10, False), (10, 17, False)):
        at = bench.at(row, column)
        blue, _, red = seen[at.y(), at.x()].astype(int)
        assert (red - blue > 50) == active, (row, column)


def test_the_legend_names_every_class_that_is_drawn(bench: Bench) -> None:
    volume = make_volume()
    case = bench.workspace.open(volume)
    maps = [make_heatmap(volume, 0, name)[0] for name in ("epidural", "subdural")]
    case.set_heatmaps(0, maps, [])
    bench.screen()
    assert {"EDH", "SDH", "activation", "of slice max"} <= set(written(bench).splitlines())


def test_composite_shows_three_channels(bench: Bench) -> None:
    bench.workspace.open(make_volume())
    bench.workspace.view.set_learned_windows(LEARNED)
    bench.workspace.view.set_display(Display.COMPOSITE)
    seen, at = bench.screen(), bench.at(40, 40)
    assert len(set(seen[at.y(), at.x()].tolist())) > 1
    assert "learned, three channels" in written(bench)


def test_model_input_is_asked_for_and_drawn_with_its_badge(bench: Bench) -> None:
    bench.workspace.open(make_volume(), first=1)
    bench.workspace.view.set_display(Display.MODEL_INPUT)
    bench.qtbot.waitUntil(lambda: bench.workspace.inference.model_inputs == [1], timeout=2000)
    seen, at = bench.screen(), bench.at(40, 40)
    assert seen[at.y(), at.x()].tolist() == [0, 0, 255]
    assert "What the model saw · 8 × 8" in written(bench)


def test_badges_explain_themselves_where_they_stand(bench: Bench) -> None:
    bench.workspace.open(make_volume())
    bench.workspace.badges = (Badge("geometry", "tilt 20°", "The gantry was tilted by 20°.", "warning"),)
    bench.workspace.badges_changed.emit()
    bench.screen()
    (pill,) = bench.view._painter.pills
    assert pill.rect.right() < bench.view.width()
    assert pill.rect.top() > bench.view.height() / 2


# identity


def test_privacy_hides_identity_on_screen(bench: Bench) -> None:
    bench.workspace.view.set_identity_hidden(True)
    bench.workspace.open(make_volume())
    bench.screen()
    text = written(bench)
    assert "identity hidden" in text
    for secret in ("DOE", "JANE", "P-0042", "General", "2018"):
        assert secret not in text


def test_pictures_carry_identity_only_when_asked(bench: Bench) -> None:
    volume = make_volume()
    anonymous = replace(volume, identity=replace(volume.identity, patient_name="X^Y", institution="Z"))
    bench.workspace.open(volume)
    plain, named = (pixels(bench.area.snapshot(with_identity=asked)) for asked in (False, True))
    bench.workspace.open(anonymous)
    other_plain, other_named = (pixels(bench.area.snapshot(with_identity=asked)) for asked in (False, True))
    assert (plain == other_plain).all(), "who it is must not change a picture without identity"
    assert (named != other_named).any()


def test_pictures_say_research_use_only(bench: Bench) -> None:
    bench.workspace.open(make_volume())
    bench.area.snapshot()
    assert "Research use only" in written(bench)


# pictures


def test_snapshot_has_the_size_of_the_screen(bench: Bench) -> None:
    bench.workspace.open(make_volume())
    for layout in Layout:
        bench.workspace.view.set_layout(layout)
        image = bench.area.snapshot()
        assert (image.width(), image.height()) == (800, 600)


def test_a_slice_is_rendered_without_touching_the_screen(bench: Bench) -> None:
    volume = make_volume()
    case = bench.workspace.open(volume)
    heatmap, box = make_heatmap(volume, 3)
    case.set_heatmaps(3, [heatmap], [box])
    case.set_prediction(make_prediction(volume))
    before = bench.screen()
    case.set_heatmaps(3, [heatmap], [box])
    plain = pixels(bench.area.render_slice(3, (320, 320), with_overlay=False, with_text=False))
    drawn = pixels(bench.area.render_slice(3, (320, 320), with_text=False))
    assert plain.shape == (320, 320, 3)
    assert (plain[30, 30] != drawn[30, 30]).any()
    assert plain[160, 160, 0] == drawn[160, 160, 0]
    assert (bench.screen() == before).all()
    assert bench.workspace.view.slice_index == 0


def test_sizes_from_tiny_to_large_are_painted(bench: Bench) -> None:
    volume = make_volume()
    case = bench.workspace.open(volume)
    heatmap, box = make_heatmap(volume, 0)
    case.set_heatmaps(0, [heatmap], [box])
    for size in (32, 120, 250, 420, 900):
        image = bench.area.render_slice(0, size)
        assert (image.width(), image.height()) == (size, size)


# cine


def test_cine_plays_round_and_round_and_stops(bench: Bench) -> None:
    bench.workspace.open(make_volume(slices=3), first=2)
    bench.workspace.settings.change(cine_fps=60.0)
    seen: list[int] = []
    states: list[bool] = []
    bench.workspace.view.slice_changed.connect(seen.append)
    bench.area.cine_changed.connect(states.append)
    bench.area.set_cine(True)
    bench.qtbot.waitUntil(lambda: len(seen) >= 4, timeout=3000)
    bench.area.set_cine(False)
    assert seen[:4] == [0, 1, 2, 0]
    assert states == [True, False]


def test_one_slice_does_not_play(bench: Bench) -> None:
    bench.workspace.open(make_volume(slices=1))
    bench.area.set_cine(True)
    assert not bench.area.cine_playing


def test_a_new_case_starts_fitted_and_the_old_one_is_let_go(bench: Bench) -> None:
    old = bench.workspace.open(make_volume())
    bench.area.zoom_by(3.0)
    bench.workspace.open(make_volume(rows=32, columns=48))
    assert bench.view.camera.zoom == 1.0
    old.slice_decoded.emit(0)
    assert bench.screen().shape == (600, 800, 3)
    assert np.isfinite(bench.view.viewport().across)  # type: ignore[union-attr]
