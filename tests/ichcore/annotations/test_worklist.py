"""The series where a look is worth most comes first, whatever the scale of its numbers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ichcore.annotations.work_state import WorkState
from ichcore.annotations.worklist import Argument, priorities
from ichcore.errors import StoreError

NUMBERS = st.one_of(st.none(), st.floats(0, 1))
ARGUMENTS = st.lists(st.builds(Argument, NUMBERS, NUMBERS, NUMBERS, NUMBERS), max_size=8)


@settings(deadline=None)
@given(ARGUMENTS)
def test_priorities_hang_on_the_order_of_the_numbers_alone(arguments):
    found = priorities(arguments)
    assert len(found) == len(arguments)
    assert ((found >= 0) & (found <= 1)).all()
    scaled = [
        Argument(*(None if n is None else n * 4 for n in (a.uncertainty, a.model_disagreement)))
        for a in arguments
    ]
    plain = [Argument(a.uncertainty, a.model_disagreement) for a in arguments]
    assert priorities(scaled) == pytest.approx(priorities(plain))


def test_open_entries_come_by_priority_then_skipped_ones(store):
    work = store.worklist
    work.add("1", "/a", Argument(uncertainty=0.2, model_disagreement=0.1))
    work.add("2", "/b", Argument(uncertainty=0.9, volume_mismatch=120.0))
    work.add("3", "/c", Argument(uncertainty=0.5))
    work.add("4")
    assert [e.series_instance_uid for e in work.entries("ada")] == ["2", "3", "1", "4"]
    work.mark("2", "ada", WorkState.SKIPPED)
    work.mark("1", "ada", WorkState.FLAGGED, "two series in one")
    work.mark("4", "ada", WorkState.DONE)
    entries = work.entries("ada")
    assert [e.series_instance_uid for e in entries] == ["3", "2", "1", "4"]
    assert entries[2].note == "two series in one"
    assert [e.series_instance_uid for e in work.entries("bo")] == ["2", "3", "1", "4"], "each has their own"


def test_the_next_entry_is_open_else_skipped_else_none(store):
    work = store.worklist
    work.add("1", "/a", Argument(0.5))
    work.add("1", "/moved", Argument(0.6))
    assert work.next("ada").path == "/moved"
    work.mark("1", "ada", WorkState.SKIPPED)
    assert work.next("ada").state == WorkState.SKIPPED
    work.mark("1", "ada", WorkState.DONE)
    assert work.next("ada") is None
    work.mark("1", "ada", WorkState.OPEN)
    assert work.next("ada").state == WorkState.OPEN
    with pytest.raises(StoreError, match="not on the worklist"):
        work.mark("9", "ada", WorkState.DONE)


def test_new_numbers_leave_those_that_they_do_not_speak_of(store):
    work = store.worklist
    work.add("1", "/a", Argument(0.2, activation_mismatch=0.7))
    work.add("2", "/b", Argument(0.9))
    work.argue("1", Argument(0.95, volume_mismatch=0.1))
    first, second = work.entries("ada")
    assert first.argument == Argument(0.95, None, 0.1, 0.7)
    assert first.path == "/a"
    assert (first.standing.uncertainty, second.standing.uncertainty) == (1.0, 0.0)
    assert second.standing.activation_mismatch is None
    with pytest.raises(StoreError, match="not on the worklist"):
        work.argue("9", Argument(0.5))
