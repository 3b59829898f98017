"""The series column: what is proposed, shown, doubtful and left out."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ichcore.opening import LeftOut
from ichcore.volume import Finding, Geometry, SeriesIdentity
from ichviewer.widgets.browser import SeriesBrowser
from tests.ichviewer.widgets.quiet_workspace import QuietWorkspace


def entry(uid: str, description: str, slices: int, *codes: str, modality: str = "CT") -> SimpleNamespace:
    return SimpleNamespace(
        series_instance_uid=uid,
        identity=SeriesIdentity(series_description=description, modality=modality),
        slices=slices,
        rows=512,
        columns=512,
        passport=tuple(Finding(code, f"It is {code}.") for code in codes),
        is_hu=True,
        geometry=Geometry.regular((slices, 4, 4), (5.0, 0.5, 0.5)),
    )


@pytest.fixture
def browser(qtbot: QtBot, workspace: QuietWorkspace) -> SeriesBrowser:
    series = (
        entry("2.25.100", "Plain", 30),
        entry("2.25.101", "Bone", 200, "bone_kernel"),
        entry("2.25.102", "DOE JANE scout", 2),
        entry("2.25.103", "Screen", 1, modality="SC"),
    )
    left = (LeftOut("doe_jane/IM1.dcm", "a dose report, which holds no picture"),)
    workspace.list_series(SimpleNamespace(series=series, proposed=series[0], left_out=left))  # type: ignore[arg-type]
    made = SeriesBrowser(workspace)
    qtbot.addWidget(made)
    made.resize(92, 600)
    made.show()
    return made


def test_every_series_is_there_the_shown_and_the_proposed_marked(browser: SeriesBrowser) -> None:
    assert [card.caption for card in browser.cards] == ["Plain", "Bone", "DOE JANE scout", "Screen"]
    assert [card.isChecked() for card in browser.cards] == [True, False, False, False]
    assert [card.proposed for card in browser.cards] == [True, False, False, False]


def test_poor_choices_say_why(browser: SeriesBrowser) -> None:
    assert [card.doubt for card in browser.cards] == ["", "bone", "too few", "not CT"]
    assert "It is bone_kernel." in browser.cards[1].toolTip()


def test_a_click_and_enter_open(browser: SeriesBrowser, workspace: QuietWorkspace) -> None:
    QTest.mouseClick(browser.cards[1], Qt.MouseButton.LeftButton)
    QTest.keyClick(browser.cards[2], Qt.Key.Key_Return)
    assert workspace.opened == ["2.25.101", "2.25.102"]
    assert browser.cards[0].isChecked(), "marked is what is shown, not what was clicked"


def test_arrows_go_from_card_to_card(browser: SeriesBrowser) -> None:
    browser.activateWindow()
    browser.cards[0].setFocus()
    QTest.keyClick(browser.cards[0], Qt.Key.Key_Down)
    assert browser.cards[1].hasFocus()


def test_privacy_hides_names(browser: SeriesBrowser, workspace: QuietWorkspace) -> None:
    workspace.view.set_identity_hidden(True)
    assert [card.caption for card in browser.cards] == ["Series 1", "Series 2", "Series 3", "Series 4"]
    assert not any("DOE" in card.toolTip() for card in browser.cards)
    dialog = browser.show_left_out()
    assert dialog is not None
    assert dialog.tree.topLevelItem(0).text(0) == "file 1.dcm"
    dialog.close()


def test_left_out_files_are_one_click_away(browser: SeriesBrowser) -> None:
    assert browser.left_out.text() == "1 left out"
    dialog = browser.show_left_out()
    assert dialog is not None
    item = dialog.tree.topLevelItem(0)
    assert (item.text(0), item.text(1)) == ("doe_jane/IM1.dcm", "a dose report, which holds no picture")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_thumbnail_is_drawn_when_it_comes(browser: SeriesBrowser, workspace: QuietWorkspace) -> None:
    card = browser.cards[1]
    before = card.grab().toImage()
    workspace.thumbnails["2.25.101"] = np.full((40, 40), 220, np.uint8)
    workspace.thumbnail_ready.emit("2.25.101")
    assert card.grab().toImage() != before


def test_a_closed_study_leaves_nothing(browser: SeriesBrowser, workspace: QuietWorkspace) -> None:
    workspace.list_series(None)
    assert browser.cards == []
    assert not browser.left_out.isVisible()
