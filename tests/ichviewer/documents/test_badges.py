from __future__ import annotations

from dataclasses import replace

import pytest

from ichcore.models.card import Card, WindowRecord
from ichcore.volume import Finding, Transfer, Volume, Window
from ichcore.volume.window import weights_from_window
from ichviewer.documents.badges import badges_of
from ichviewer.documents.case import Case
from ichviewer.documents.view_state import Display, Layout, ViewState
from tests.ichviewer.conftest import predicted


@pytest.fixture
def view(qapp) -> ViewState:
    made = ViewState()
    made.open_stack(5, first=2, window=Window(40, 80, "brain"))
    return made


@pytest.fixture
def card() -> Card:
    w, b = weights_from_window(46.0, 62.0)
    return Card("m", "M", "he2024", "a", {}, 64, 3.6, windows=(WindowRecord("brain", w, b, 40, 80),))


def codes(*args) -> list[tuple[str, str]]:
    return [(badge.code, badge.level) for badge in badges_of(*args)]


def test_nothing_open_nothing_said(view: ViewState, card: Card) -> None:
    assert badges_of(None, view, card) == ()


def test_a_window_that_the_model_did_not_see_is_said(
    view: ViewState, card: Card, tiny_volume: Volume
) -> None:
    case = Case(tiny_volume)
    assert codes(case, view, card) == [("display_window", "info")]
    view.set_window(Window(46, 62, "", Transfer.SIGMOID))
    assert codes(case, view, card) == []
    view.set_window(Window(46, 62, "", Transfer.LINEAR))
    assert codes(case, view, card) == [("display_window", "info")]
    view.set_display(Display.MODEL_INPUT)
    assert codes(case, view, card) == []


def test_an_inverted_picture_is_said(view: ViewState, card: Card, tiny_volume: Volume) -> None:
    view.set_window(Window(46, 62, "", Transfer.SIGMOID))
    view.set_inverted(True)
    assert codes(Case(tiny_volume), view, card) == [("display_inverted", "info")]


def test_repaired_geometry_is_one_amber_badge_with_every_detail(
    view: ViewState, card: Card, tiny_volume: Volume
) -> None:
    passport = (Finding("tilt", "Tilted by 12 degrees."), Finding("wrap_repaired", "Values were wrapped."))
    view.set_layout(Layout.FOUR_UP)
    (badge,) = badges_of(Case(replace(tiny_volume, passport=passport)), view, card)
    assert badge.level == "warning"
    assert "tilt" in badge.text
    assert "wrap repaired" in badge.text
    assert "Tilted by 12 degrees." in badge.detail
    assert "Values were wrapped." in badge.detail


def test_hu_that_were_moved_for_the_model_are_said(view: ViewState, card: Card, tiny_volume: Volume) -> None:
    view.set_window(Window(46, 62, "", Transfer.SIGMOID))
    case = Case(replace(tiny_volume, passport=(Finding("brain_level", "Brain is 10 HU brighter here."),)))
    assert codes(case, view, card) == [("brain_level", "info")]


def test_out_of_scope_comes_first(view: ViewState, card: Card, tiny_volume: Volume) -> None:
    case = Case(replace(tiny_volume, passport=(Finding("shear", "Sheared."),)))
    warnings = (Finding("bone_kernel", "Sharp."), Finding("not_head", "A knee."))
    case.set_prediction(replace(predicted(), warnings=warnings))
    found = codes(case, view, card)
    assert found[:2] == [("bone_kernel", "error"), ("not_head", "error")]
    assert found[2] == ("geometry", "warning")


def test_a_model_with_fixed_windows_has_its_own_too(view: ViewState, tiny_volume: Volume) -> None:
    stated = {
        "linear_windows": [{"name": "tissue", "wl": 40, "ww": 40}, {"name": "blood", "wl": 60, "ww": 40}]
    }
    fixed = Card("m", "M", "wang2023", "blend_sign", {}, 64, 3.6, normalisation=stated)
    case = Case(tiny_volume)
    (badge,) = badges_of(case, view, fixed)
    assert badge.code == "display_window"
    assert "(40/40, 60/40)" in badge.detail
    assert "press L" not in badge.detail, "it learned none"
    view.set_window(Window(60, 40))
    assert badges_of(case, view, fixed) == ()


def test_a_series_out_of_scope_is_marked_before_and_after_it_is_scored(
    view: ViewState, card: Card, tiny_volume: Volume
) -> None:
    case = Case(tiny_volume)
    case.refuse((Finding("contrast", "A series after contrast."),))
    assert codes(case, view, card)[:2] == [("not_scored", "error"), ("contrast", "error")]
    case.accept_scope()
    assert codes(case, view, card)[0] == ("scored_anyway", "error")
