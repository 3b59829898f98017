"""Whatever a reader does, the store holds what a plain list of states says, also after it was closed."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import update

from ichcore.annotations import open_annotation
from ichcore.annotations.schema import SNAPSHOTS
from ichcore.annotations.store import Store
from tests.ichcore.annotations._cases import SERIES, scripted, seen


class Journal(RuleBasedStateMachine):
    """States before and after each step, and where in them the reader stands."""

    @initialize()
    def begin(self):
        memory = Path("/dev/shm")
        self.folder = tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None)
        self.path = Path(self.folder.name) / "store.sqlite"
        self.store = Store.open(self.path)
        self.annotation = self.store.annotate(SERIES, "ada")
        self.states, self.names, self.at = [seen(self.annotation.contents)], [], 0

    @rule(number=st.integers(0, 200))
    def do_something(self, number):
        step = scripted(self.annotation.contents, number)
        self.annotation.commit(step)
        if not step.empty:
            self.states[self.at + 1 :] = [seen(self.annotation.contents)]
            self.names[self.at :] = [step.name]
            self.at += 1

    @rule()
    def undo(self):
        step = self.annotation.undo()
        assert (step is None) == (self.at == 0)
        self.at = max(self.at - 1, 0)

    @rule()
    def redo(self):
        step = self.annotation.redo()
        assert (step is None) == (self.at == len(self.names))
        self.at = min(self.at + 1, len(self.names))

    @rule(closing=st.booleans())
    def open_again(self, closing):
        if closing:
            self.annotation.close()
        self.store.close()
        self.store = Store.open(self.path)
        self.annotation = self.store.annotate(SERIES, "ada")
        assert not self.annotation.damage

    @precondition(lambda self: self.at > 2)
    @rule(what=st.sampled_from(["data", "digest"]))
    def snapshots_are_damaged(self, what):
        with self.store._database.writing() as connection:
            connection.execute(update(SNAPSHOTS).values({what: b"damaged"}))

    @invariant()
    def it_is_as_the_list_says(self):
        if not hasattr(self, "states"):
            return
        assert seen(self.annotation.contents) == self.states[self.at]
        lines = self.annotation.history
        assert [line.name for line in lines] == self.names
        assert [line.done for line in lines] == [i < self.at for i in range(len(self.names))]

    def teardown(self):
        if hasattr(self, "store"):
            self.store.close()
            self.folder.cleanup()


def test_the_journal_against_a_plain_list(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(open_annotation, "SNAPSHOT_ENTRIES", 5)
    run_state_machine_as_test(
        Journal,
        settings=settings(
            max_examples=20, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
