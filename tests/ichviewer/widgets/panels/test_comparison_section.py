"""The section that says how far the compared maps agree."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ichcore.explain.agreement import Agreement, agreement
from ichviewer.documents.comparison import Asked
from ichviewer.documents.view_state import Layout
from ichviewer.widgets.panels.comparison_section import ComparisonSection
from tests.ichviewer.widgets.quiet_workspace import QuietWorkspace


@pytest.fixture
def section(workspace: QuietWorkspace, qtbot: Any) -> ComparisonSection:
    made = ComparisonSection(workspace)
    qtbot.addWidget(made)
    made.resize(320, 400)
    made.show()
    workspace.inference.comparison.offer(("sfcam", "gradcam", "cam"))
    return made


def spot(row: int) -> np.ndarray:
    rows, columns = np.mgrid[:64, :64]
    return np.exp(-((rows - row) ** 2 + (columns - 30) ** 2) / 60.0).astype(np.float32)


def say(workspace: QuietWorkspace, section: ComparisonSection, said: Agreement) -> None:
    comparison, index = workspace.inference.comparison, workspace.view.slice_index
    asked = Asked.of(workspace.case, comparison, index, workspace.view.overlay.threshold)
    comparison.put_agreement(index, asked, said)
    section.refresh()


def test_it_is_one_button_until_explanations_are_compared(
    workspace: QuietWorkspace, section: ComparisonSection, qtbot: Any
) -> None:
    assert section.compare.isEnabled()
    assert not section.matrix.isVisible()
    with qtbot.waitSignal(section.action_requested) as asked:
        section.compare.click()
    assert asked.args == ["view.compare"]
    workspace.view.set_layout(Layout.COMPARE)
    qtbot.waitUntil(section.matrix.isVisible)
    assert section.compare.isChecked()


def test_the_matrix_has_dice_above_and_ranks_below(
    workspace: QuietWorkspace, section: ComparisonSection
) -> None:
    workspace.view.set_layout(Layout.COMPARE)
    said = agreement([spot(20), spot(24), np.zeros((64, 64), np.float32)], 0.2, (0.5, 0.5))
    say(workspace, section, said)
    matrix = section.matrix
    assert matrix.text_of(0, 1) == f"{said.dice[0, 1]:.2f}"
    assert matrix.text_of(1, 0) == f"{said.rank[0, 1]:.2f}".replace("-", "−")
    assert matrix.text_of(0, 2) == matrix.text_of(2, 1) == "–"
    assert "SF-CAM and 2: Dice" in matrix.accessibleDescription()
    assert section.peaks.text() == "Peaks within 10 mm of each other: at most 2.0 mm apart."


def test_peaks_far_apart_are_told_and_so_is_a_single_map(
    workspace: QuietWorkspace, section: ComparisonSection
) -> None:
    workspace.view.set_layout(Layout.COMPARE)
    say(workspace, section, agreement([spot(5), spot(55), spot(30)], 0.2, (0.5, 0.5)))
    assert section.peaks.text() == "Peaks farther apart than 10 mm: up to 25.0 mm."
    empty = np.zeros((64, 64), np.float32)
    say(workspace, section, agreement([spot(5), empty, empty], 0.2, (0.5, 0.5)))
    assert section.peaks.text().startswith("Fewer than two maps")


def test_panes_are_added_and_the_agreement_pane_switched_here(
    workspace: QuietWorkspace, section: ComparisonSection
) -> None:
    workspace.view.set_layout(Layout.COMPARE)
    section.refresh()
    comparison = workspace.inference.comparison
    section.votes.click()
    assert comparison.votes_shown
    section.add.click()
    section.add.click()
    section.refresh()
    assert comparison.panes == 6
    assert not section.add.isEnabled()
