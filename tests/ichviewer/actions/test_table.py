from __future__ import annotations

from PySide6.QtGui import QKeySequence

from ichcore.subtypes import SUBTYPES
from ichviewer.actions.bindings import conflicts, portable
from ichviewer.actions.table import ACTIONS, BY_IDENTIFIER, GROUPS

HABITS = {
    "N": "slice.next_flagged",
    "Shift+N": "slice.previous_flagged",
    "Down": "slice.next",
    "Up": "slice.previous",
    "Home": "slice.first",
    "End": "slice.last",
    "PgDown": "slice.page_next",
    "PgUp": "slice.page_previous",
    "0": "window.default",
    "L": "view.learned",
    "O": "view.overlay",
    "C": "slice.cine",
    "I": "view.invert",
    "Space": "view.reset",
    "Ctrl+Z": "edit.undo",
    "Ctrl+Shift+Z": "edit.redo",
    "Ctrl+K": "help.palette",
    "F1": "help.shortcuts",
    **{str(n): f"window.preset_{n}" for n in range(1, 10)},
}


def test_the_keys_that_radiologists_know_do_what_they_expect() -> None:
    users = {portable(key): spec.identifier for spec in ACTIONS for key in spec.shortcuts}
    assert {key: users[key] for key in HABITS} == HABITS


def test_no_key_does_two_things() -> None:
    assert conflicts({}) == {}


def test_identifiers_are_unique_and_every_key_is_one() -> None:
    assert len(BY_IDENTIFIER) == len(ACTIONS)
    for spec in ACTIONS:
        assert spec.group in GROUPS
        assert all(not QKeySequence(key).isEmpty() and portable(key) for key in spec.shortcuts), spec


def test_every_subtype_can_be_gone_to_in_both_directions() -> None:
    for name in SUBTYPES:
        assert f"slice.next_{name}" in BY_IDENTIFIER
        assert f"slice.previous_{name}" in BY_IDENTIFIER
