from __future__ import annotations

import pytest

from ichviewer.actions.bindings import rebind
from ichviewer.actions.book import ActionBook
from ichviewer.actions.table import ACTIONS
from ichviewer.base.settings import Settings


@pytest.fixture
def settings(qapp) -> Settings:
    return Settings()


@pytest.fixture
def book(settings: Settings) -> ActionBook:
    return ActionBook(settings)


def test_an_action_runs_its_handler_only_while_enabled(book: ActionBook) -> None:
    ran: list[str] = []
    book.connect_handlers({spec.identifier: (lambda i=spec.identifier: ran.append(i)) for spec in ACTIONS})
    book.enable(frozenset())
    book.run("view.overlay")
    assert ran == []
    book.enable(frozenset({"case"}))
    book.run("view.overlay")
    book.run("no.such.action")
    assert ran == ["view.overlay"]


def test_a_forgotten_handler_is_noticed_at_the_start(book: ActionBook) -> None:
    with pytest.raises(KeyError, match=r"view\.overlay"):
        book.connect_handlers({s.identifier: lambda: None for s in ACTIONS if s.identifier != "view.overlay"})


def test_keys_follow_the_settings_at_once(book: ActionBook, settings: Settings) -> None:
    rebind(settings, "view.overlay", ("F12", "F3"))
    assert [key.toString() for key in book["view.overlay"].shortcuts()] == ["F12", "F3"]
    assert "(F12)" in book["view.overlay"].toolTip()


def test_only_what_should_repeat_repeats(book: ActionBook) -> None:
    assert book["slice.next"].autoRepeat()
    assert not book["view.learned"].autoRepeat()
