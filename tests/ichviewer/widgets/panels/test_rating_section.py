from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from ichcore.explain.heatmap import Heatmap
from ichviewer.app.rating_commands import rating_handlers
from ichviewer.widgets.panels.rating_section import RatingSection
from tests.ichviewer.widgets.quiet_workspace import QuietWorkspace, make_volume


def draw(
    workspace: QuietWorkspace, index: int, *names: str, method: str = "sfcam", empty: bool = False
) -> None:
    """Let a slice have heat maps."""
    activation = np.full((64, 64), 0.0 if empty else 0.5, np.float32)
    maps = [
        Heatmap(method, "fusion", name, index, activation, activation[:8, :8], 0.5, np.eye(2, 3))
        for name in names
    ]
    workspace.case.set_heatmaps(index, maps, ())


@pytest.fixture
def section(workspace: QuietWorkspace, qtbot) -> RatingSection:
    section = RatingSection(workspace)
    qtbot.addWidget(section)
    handlers = rating_handlers(workspace)
    section.action_requested.connect(lambda identifier: handlers[identifier]())
    section.show()
    return section


def press(section: RatingSection, qtbot, verdict: str) -> None:
    qtbot.mouseClick(section.buttons[verdict], Qt.MouseButton.LeftButton)


def down(section: RatingSection) -> list[str]:
    return [verdict for verdict, button in section.buttons.items() if button.isChecked()]


def test_only_a_map_that_is_drawn_can_be_rated(section: RatingSection, workspace: QuietWorkspace) -> None:
    def possible() -> bool:
        section.refresh()
        return all(button.isEnabled() for button in section.buttons.values())

    assert not possible()
    draw(workspace, 18, "epidural", empty=True)
    assert not possible()
    draw(workspace, 18, "subarachnoid", "epidural")
    assert possible()
    assert section.subject.text() == "SF-CAM · fusion · EDH, SAH"
    workspace.view.change_overlay(visible=False)
    assert not possible()


def test_a_word_holds_for_its_slice_and_method_and_a_second_press_takes_it_back(
    section: RatingSection, workspace: QuietWorkspace, qtbot
) -> None:
    for index in (17, 18):
        draw(workspace, index, "epidural")
    section.refresh()
    press(section, qtbot, "correct")
    assert down(section) == ["correct"]
    press(section, qtbot, "partial")
    assert down(section) == ["partial"]
    workspace.view.go_to_slice(17)
    section.refresh()
    assert down(section) == []
    press(section, qtbot, "incorrect")
    assert section.tally.text() == "0 % correct, 50 % partial, 50 % incorrect of 2 rated"
    assert not section.all.isVisible()
    draw(workspace, 17, "epidural", method="gradcam")
    section.refresh()
    assert down(section) == []
    assert section.all.text() == "All maps: 0 % correct, 50 % partial, 50 % incorrect of 2 rated"
    workspace.view.go_to_slice(18)
    section.refresh()
    press(section, qtbot, "partial")
    assert down(section) == []
    assert len(workspace.ratings.ratings) == 1


def test_ratings_survive_closing_and_reopening(
    section: RatingSection, workspace: QuietWorkspace, qtbot
) -> None:
    draw(workspace, 18, "epidural")
    section.refresh()
    press(section, qtbot, "correct")
    rated, prediction = workspace.ratings.ratings, workspace.case.prediction
    workspace.close_case()
    assert workspace.ratings.ratings == ()
    workspace.show_case(make_volume(30), first=18).set_prediction(prediction)
    assert workspace.ratings.ratings == rated
    draw(workspace, 18, "epidural")
    section.refresh()
    assert down(section) == ["correct"]
    assert section.header.aside == "1 rated"


def test_a_key_where_nothing_is_drawn_says_so(workspace: QuietWorkspace, qtbot) -> None:
    with qtbot.waitSignal(workspace.notice_raised) as said:
        rating_handlers(workspace)["rating.correct"]()
    assert "No heat map" in said.args[1]
