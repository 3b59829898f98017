"""Damage is found, said, and left behind; what is before it, or in a snapshot beyond it, is there."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ichcore.annotations import open_annotation
from ichcore.annotations.store import Store
from ichcore.errors import StoreError
from tests.ichcore.annotations._cases import SERIES, scripted, seen, stroke

ENTRIES = 12


def harmed(store: Store, *statements: str) -> None:
    """What a failing disk does: the triggers do not hold it back."""
    with store._database.writing() as connection:
        for trigger in ("journal_no_update", "journal_no_delete"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {trigger}")
        for statement in statements:
            connection.exec_driver_sql(statement)


def annotated(store: Store) -> list[tuple[object, ...]]:
    """States after each of the entries."""
    annotation = store.annotate(SERIES, "ada")
    states = [seen(annotation.contents)]
    for number in range(ENTRIES):
        annotation.commit(scripted(annotation.contents, number))
        states.append(seen(annotation.contents))
    return states


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE journal SET body = x'00' WHERE revision = 8",
        "UPDATE journal SET body = substr(body, 1, length(body) - 1) WHERE revision = 8",
        "UPDATE journal SET name = 'else' WHERE revision = 8",
        "UPDATE journal SET kind = 'no kind' WHERE revision = 8",
        "UPDATE journal SET digest = x'00' WHERE revision = 8",
        "DELETE FROM journal WHERE revision = 8",
        "DELETE FROM journal WHERE revision >= 8",
    ],
)
def test_what_is_before_the_damage_is_recovered_and_goes_on(store, harm):
    states = annotated(store)
    harmed(store, harm)
    annotation = store.annotate(SERIES, "ada")
    assert "Entry 8 of the journal of ada's annotation is damaged" in annotation.damage
    assert "The 7 entries before it were recovered" in annotation.damage
    assert seen(annotation.contents) == states[7]
    annotation.commit(stroke(annotation.contents, 700, label=3))
    annotation.undo()
    annotation.undo()
    again = store.annotate(SERIES, "ada")
    assert not again.damage, "it is said once"
    assert seen(again.contents) == states[6]
    assert [line.done for line in again.history] == [True] * 6 + [False] * 2


def test_later_contents_come_back_from_a_snapshot_beyond_the_damage(store, monkeypatch):
    monkeypatch.setattr(open_annotation, "SNAPSHOT_ENTRIES", 10)
    states = annotated(store)
    harmed(store, "UPDATE journal SET at = 'never' WHERE revision = 4")
    annotation = store.annotate(SERIES, "ada")
    assert "recovered from a snapshot" in annotation.damage
    assert seen(annotation.contents) == states[ENTRIES]
    assert [line.name for line in annotation.history][-1] == "Recovered from a snapshot"
    annotation.undo()
    assert seen(annotation.contents) == states[3]
    annotation.redo()
    assert seen(store.annotate(SERIES, "ada").contents) == states[ENTRIES]


def test_a_step_damaged_long_ago_harms_only_its_own_undo(store):
    states = annotated(store)
    store.annotate(SERIES, "ada").close()
    harmed(store, "UPDATE journal SET body = x'00' WHERE revision = 11")
    annotation = store.annotate(SERIES, "ada")
    assert not annotation.damage
    assert seen(annotation.contents) == states[ENTRIES]
    annotation.undo()
    with pytest.raises(StoreError, match="cannot be undone"):
        annotation.undo()
    assert seen(annotation.contents) == states[11]
    annotation.commit(stroke(annotation.contents, 5))


def test_damaged_snapshots_change_nothing(store, monkeypatch):
    monkeypatch.setattr(open_annotation, "SNAPSHOT_ENTRIES", 3)
    states = annotated(store)
    for harm in ("data = x'00'", "digest = x'00'", "revision = revision + 1"):
        harmed(store, f"UPDATE snapshots SET {harm}")
        annotation = store.annotate(SERIES, "ada")
        assert not annotation.damage
        assert seen(annotation.contents) == states[ENTRIES]
        annotation._unpacked = 1
        annotation.close()


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.lists(st.integers(1, 40), min_size=1, max_size=3), who=st.uuids())
def test_damage_again_and_again_never_keeps_a_store_from_opening(store, where, who):
    reader = str(who)
    annotation = store.annotate(SERIES, reader)
    for round_, revision in enumerate(where):
        for number in range(6):
            annotation.commit(scripted(annotation.contents, number + round_ * 7))
        harmed(
            store,
            f"UPDATE journal SET name = name || '!' WHERE revision = {min(revision, annotation.revision)} "
            f"AND annotation_id = {annotation.read.annotation}",
        )
        annotation = store.annotate(SERIES, reader)
    before = seen(annotation.contents)
    assert seen(store.annotate(SERIES, reader).contents) == before
    while annotation.undo():
        pass
    assert not annotation.contents.mask.labels.any()


def test_a_damaged_file_is_said_to_be_one(store, folder):
    annotated(store)
    store.close()
    path = folder / "annotations.sqlite"
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * len(data[4096:])
    path.write_bytes(data)
    with pytest.raises(StoreError, match=r"is damaged\. Keep the file as it is"):
        Store.open(path).annotate(SERIES, "ada")
