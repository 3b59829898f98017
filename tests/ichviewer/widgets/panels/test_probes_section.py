"""The Probes section over flows that are real and a prober that is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ichcore.explain.heatmap import Heatmap
from ichcore.subtypes import CLASSES
from ichcore.volume.window import Window
from ichviewer.documents.view_state import Tool
from ichviewer.documents.window_sweep_flow import SweepAxis, WindowSweepFlow
from ichviewer.widgets.panels.line_names import NamedLine, boxes
from ichviewer.widgets.panels.probes_section import ProbesSection
from tests.ichviewer.probing import KnownProber
from tests.ichviewer.widgets.quiet_workspace import QuietWorkspace, make_prediction

set_wanted = WindowSweepFlow.set_wanted


@pytest.fixture
def prober(workspace: QuietWorkspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[KnownProber]:
    """Answers in place of the model; sweeps are computed again."""
    made = KnownProber()
    monkeypatch.setattr(WindowSweepFlow, "set_wanted", set_wanted)
    monkeypatch.setattr(workspace.inference._engine, "prober", made.prober)
    yield made
    made.gate.set()


@pytest.fixture
def section(workspace: QuietWorkspace, prober: KnownProber, qtbot: QtBot) -> Iterator[ProbesSection]:
    panel = QWidget()
    qtbot.addWidget(panel)
    made = ProbesSection(workspace, panel)
    column = QVBoxLayout(panel)
    column.addWidget(made)
    column.addStretch(1)
    panel.resize(309, 700)
    panel.show()
    qtbot.waitExposed(panel)
    yield made
    panel.close()


@pytest.fixture
def rest(workspace: QuietWorkspace, qtbot: QtBot) -> Callable[[], None]:
    probes = workspace.inference.probes

    def wait() -> None:
        qtbot.waitUntil(lambda: not probes.sweep.waiting and workspace.jobs.idle)
        qtbot.wait(80)

    return wait


def test_the_curve_is_read_at_the_images_window(
    section: ProbesSection, workspace: QuietWorkspace, rest: Callable[[], None]
) -> None:
    workspace.view.set_window(Window(40.0, 80.0))
    rest()
    words = section.sweep.reading.text()
    assert "Level 40, width 80" in words
    assert "ANY\u00a00.92" in words
    assert "IPH\u00a00.92" in words
    assert "Below 0.10 throughout: EDH, IVH, SAH, SDH" in words
    workspace.view.set_window(Window(5.0, 80.0))
    rest()
    assert "Level 5" in section.sweep.reading.text()
    assert "IPH\u00a00.02" in section.sweep.reading.text()
    workspace.view.set_window(Window(400.0, 80.0))
    rest()
    assert "beyond the path" in section.sweep.reading.text()


def test_dragging_on_the_plot_moves_the_images_window(
    section: ProbesSection, workspace: QuietWorkspace, rest: Callable[[], None], qtbot: QtBot
) -> None:
    workspace.view.set_window(Window(40.0, 80.0))
    rest()
    plot = section.sweep.plot
    qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=QPoint(round(plot.x_of(40)), 60))
    qtbot.mouseMove(plot, QPoint(round(plot.x_of(75)), 60))
    qtbot.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=QPoint(round(plot.x_of(75)), 60))
    assert workspace.view.window.center == pytest.approx(75, abs=1)
    assert workspace.view.window.width == 80.0
    section.sweep.axes[SweepAxis.WIDTH].click()
    rest()
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(round(plot.x_of(200)), 60))
    assert workspace.view.window.width == pytest.approx(200, rel=0.03)
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    qtbot.keyClick(plot, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert workspace.view.window.width == pytest.approx(191, abs=6)


def test_pointing_reads_off_and_leaves_the_image_alone(
    section: ProbesSection, workspace: QuietWorkspace, rest: Callable[[], None], qtbot: QtBot
) -> None:
    workspace.view.set_window(Window(40.0, 80.0))
    rest()
    plot = section.sweep.plot
    qtbot.mouseMove(plot, QPoint(round(plot.x_of(8)), 60))
    assert "Level 8" in section.sweep.reading.text()
    assert workspace.view.window.center == 40.0


def test_nothing_is_asked_while_the_section_is_folded(
    section: ProbesSection,
    workspace: QuietWorkspace,
    prober: KnownProber,
    rest: Callable[[], None],
    qtbot: QtBot,
) -> None:
    rest()
    section.header.click()
    asked = len(prober.asked)
    workspace.view.go_to_slice(3)
    qtbot.wait(250)
    assert len(prober.asked) == asked
    section.header.click()
    rest()
    assert prober.asked[-1] == ("sweep", 3)


def test_without_a_prediction_one_sentence_says_what_to_do(
    section: ProbesSection, workspace: QuietWorkspace, rest: Callable[[], None], qtbot: QtBot
) -> None:
    assert workspace.case is not None
    workspace.case.set_prediction(None)
    workspace.view.go_to_slice(4)
    qtbot.wait(250)
    for words in (section.sweep.reading, section.occlusion.note, section.curves.note):
        assert "predict the series first" in words.text()
    assert not section.curves.measure.isEnabled()


def test_a_patch_shows_before_and_after_of_what_is_flagged(
    section: ProbesSection, workspace: QuietWorkspace, rest: Callable[[], None]
) -> None:
    flow = workspace.inference.probes.occlusion
    section.occlusion.paint.click()
    assert workspace.view.tool is Tool.OCCLUDE
    assert not section.occlusion.clear.isEnabled()
    flow.begin((32.0, 20.0))
    flow.extend((32.0, 44.0))
    flow.end()
    rest()
    changes = section.occlusion.plot.changes
    assert [CLASSES[change.column] for change in changes] == ["any", "intraparenchymal"]
    assert changes[0].before == pytest.approx(0.97)
    assert changes[0].after is not None
    assert changes[0].after < 0.97
    assert changes[0].words() == f"0.97 → {changes[0].after:.2f}"
    assert "ANY 0.97 →" in section.occlusion.plot.accessibleDescription()
    section.occlusion.clear.click()
    rest()
    assert not flow.strokes
    assert not section.occlusion.plot.isVisible()


def test_curves_come_when_measured_with_areas_and_how_to_read_them(
    section: ProbesSection, workspace: QuietWorkspace, rest: Callable[[], None]
) -> None:
    rest()
    assert not section.curves.measure.isEnabled()
    case = workspace.case
    assert case is not None
    activation = np.ones((64, 64), np.float32)
    raw = np.ones((4, 4), np.float32)
    case.set_heatmaps(18, (Heatmap("sfcam", "x", "epidural", 18, activation, raw, 1.0, np.eye(2, 3)),), ())
    rest()
    assert "EDH" in section.curves.note.text()
    section.curves.measure.click()
    rest()
    assert section.curves.plot.isVisible()
    assert "area under deletion 0.50 (less is better)" in section.curves.note.text()
    workspace.view.go_to_slice(3)
    rest()
    assert not section.curves.plot.isVisible()
    assert "Nothing is predicted on this slice" in section.curves.note.text()


def test_a_class_that_is_not_predicted_is_named(
    section: ProbesSection, workspace: QuietWorkspace, rest: Callable[[], None]
) -> None:
    workspace.view.change_overlay(class_name="subdural")
    rest()
    assert "subdural is not predicted on this slice" in section.curves.note.text()


def test_a_model_that_says_less_has_fewer_rows(
    section: ProbesSection, workspace: QuietWorkspace, prober: KnownProber, rest: Callable[[], None]
) -> None:
    assert workspace.case is not None
    workspace.case.set_prediction(make_prediction(30, without=CLASSES[1:]))
    rest()
    assert "EDH" not in section.occlusion.plot.accessibleDescription()
    flow = workspace.inference.probes.occlusion
    prober.gate.clear()
    flow.begin((32.0, 20.0))
    flow.end()
    section.refresh()
    assert [change.column for change in section.occlusion.plot.changes] == [0]
    assert section.occlusion.plot.changes[0].after is None


def test_stepping_through_slices_waits_for_no_probe(
    section: ProbesSection, workspace: QuietWorkspace, prober: KnownProber, rest: Callable[[], None]
) -> None:
    prober.gate.clear()
    for index in (*range(5, 25), 9):
        workspace.view.go_to_slice(index)
        assert workspace.view.slice_index == index
        assert workspace.inference.probes.sweep.shown is None
    prober.gate.set()
    rest()
    assert [index for what, index in prober.asked if what == "sweep"][-1] == 9
    assert len(prober.asked) <= 2


def test_names_stand_beside_their_lines_and_not_over_each_other(qapp: object) -> None:
    area = QRectF(18, 8, 260, 108)
    xs = np.linspace(18, 278, 21)
    lines = [
        NamedLine(name, QColor("white"), tuple((float(x), y) for x in xs))
        for name, y in (("ANY", 10.0), ("IPH", 12.0), ("SAH", 100.0), ("SDH", 101.0))
    ]
    found = boxes(area, lines, QFontMetricsF(QFont()))
    for at, box in enumerate(found):
        assert not any(box.intersects(other) for other in found[:at])
        gap = min(abs(box.top() - lines[at].points[0][1]), abs(box.bottom() - lines[at].points[0][1]))
        assert gap <= 4
        assert area.adjusted(-1, -6, 1, 6).contains(QPointF(box.center()))
