"""What is committed is there when the store is opened again; what would overwrite another's is refused."""

import sqlite3

import numpy as np
import pytest
from sqlalchemy import update

from ichcore.annotations import migrating, schema
from ichcore.annotations.annotation import LabelledBox
from ichcore.annotations.answer import Answer
from ichcore.annotations.change import BoxChange
from ichcore.annotations.contents import Suggestion
from ichcore.annotations.series import AnnotatedSeries
from ichcore.annotations.step import Step
from ichcore.annotations.steps import answered, began_with, boxed, noted, said_now
from ichcore.annotations.store import Store
from ichcore.errors import ConflictError, GeometryError, StoreError
from ichcore.masks.edits.label_map import LabelMap
from ichcore.masks.edits.origin import Origin
from tests.ichcore.annotations._cases import SERIES, SHAPE, said, scripted, seen, series, stroke


def test_everything_is_there_after_a_restart(store, folder):
    annotation = store.annotate(SERIES, "ada")
    for number in range(12):
        annotation.commit(scripted(annotation.contents, number))
    annotation.undo()
    annotation.spend(2, 1.5)
    annotation.spend(2, 2.0)
    store.close()
    again = Store.open(folder / "annotations.sqlite").annotate(SERIES, "ada")
    assert seen(again.contents) == seen(annotation.contents)
    assert again.history == annotation.history
    assert again.revision == annotation.revision == 13
    assert not again.history[-1].done
    assert again.snapshot().seconds == {2: 3.5}


def test_the_store_commits_to_the_disk_before_it_returns(store):
    with store._database.reading() as connection:
        asked = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "trusted_schema")
        }
    assert asked == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "trusted_schema": 0}


def test_the_journal_is_only_appended_to(store):
    store.annotate(SERIES, "ada").commit(noted(store.annotate(SERIES, "ada").contents, 0, "x"))
    for statement in ("UPDATE journal SET name = 'y'", "DELETE FROM journal"):
        with pytest.raises(StoreError, match="only appended"), store._database.writing() as connection:
            connection.exec_driver_sql(statement)


def test_nothing_is_accepted_before_the_last_step_is_stored(store):
    annotation = store.annotate(SERIES, "ada")
    assert annotation.accept(stroke(annotation.contents, 0))
    assert annotation.pending == "Brush"
    assert annotation.contents.mask.labels.any(), "what was drawn is seen at once"
    for another in (annotation.accept_undo, annotation.accept_redo, annotation.lock_read):
        with pytest.raises(StoreError, match="'Brush' is not stored yet"):
            another()
    with pytest.raises(StoreError, match="'Brush' is not stored yet"):
        annotation.accept(stroke(annotation.contents, 90))
    assert annotation.store_pending() == annotation.store_pending() == 1
    annotation.accept(stroke(annotation.contents, 90))
    annotation.drop_pending()
    assert int((annotation.contents.mask.labels > 0).sum()) == 40


def test_a_step_made_before_another_is_undone_to_what_was_there(store):
    annotation = store.annotate(SERIES, "ada")
    slow, box = stroke(annotation.contents, 20, label=2), LabelledBox(0, "any", (0, 0, 3, 3), Origin.HUMAN)
    slow_boxes = Step("Boxes", None, (BoxChange(0, None, box), BoxChange(1, None, box)))
    annotation.commit(boxed(annotation.contents, box))
    annotation.commit(stroke(annotation.contents, 0, label=1))
    before = seen(annotation.contents)
    annotation.commit(slow)
    annotation.commit(slow_boxes)
    assert len(annotation.contents.boxes) == 3
    annotation.undo()
    annotation.undo()
    assert seen(annotation.contents) == before
    assert seen(store.annotate(SERIES, "ada").contents) == before


def test_two_readers_never_touch_each_other_s_annotation(store):
    ada, bo = store.annotate(SERIES, "ada"), store.annotate(SERIES, "bo")
    ada.commit(stroke(ada.contents, 0, label=1))
    bo.commit(stroke(bo.contents, 0, label=2))
    ada.commit(stroke(ada.contents, 60, label=1))
    assert set(np.unique(store.annotate(SERIES, "ada").contents.mask.labels)) == {0, 1}
    assert set(np.unique(store.annotate(SERIES, "bo").contents.mask.labels)) == {0, 2}


def test_the_second_writer_of_one_annotation_is_told_and_can_go_on(store, folder):
    here = store.annotate(SERIES, "ada")
    there = Store.open(folder / "annotations.sqlite").annotate(SERIES, "ada")
    there.commit(stroke(there.contents, 0, label=1))
    with pytest.raises(ConflictError, match="reload the annotation, then do it again"):
        here.commit(stroke(here.contents, 20, label=2))
    mine = here.reload()
    assert seen(here.contents) == seen(there.contents)
    here.commit(mine.onto(here.contents))
    here.undo()
    assert seen(here.contents) == seen(there.contents), "undo brings back what the other had drawn"


def test_an_entry_whose_answer_was_lost_is_not_stored_twice(store, monkeypatch):
    annotation = store.annotate(SERIES, "ada")
    annotation.accept(stroke(annotation.contents, 0))
    other = store.annotate(SERIES, "ada")
    other._pending = annotation._pending
    other.store_pending()
    assert annotation.store_pending() == 1, "the connection broke after the commit"
    annotation.commit(stroke(annotation.contents, 50))
    assert len(store.annotate(SERIES, "ada").history) == 2


def test_the_series_must_have_the_grid_it_was_annotated_on(store):
    store.annotate(SERIES, "ada")
    with pytest.raises(StoreError, match="4 slices of 16×16, and this is 4 slices of 16×17"):
        store.annotate(
            AnnotatedSeries(SERIES.series_instance_uid, SERIES.sop_instance_uids, (4, 16, 17)), "ada"
        )
    with pytest.raises(StoreError, match="of other instances"):
        store.annotate(
            AnnotatedSeries(SERIES.series_instance_uid, SERIES.sop_instance_uids[::-1], SHAPE), "bo"
        )
    with pytest.raises(GeometryError, match="4 slices, the series 3"):
        AnnotatedSeries("1.2", ("1", "2", "3"), SHAPE)
    with pytest.raises(StoreError, match="give a name"):
        store.annotate(SERIES, " ")


def test_an_imported_annotation_is_one_entry_and_the_same_again(store):
    annotation = store.annotate(SERIES, "ada")
    for number in range(9):
        annotation.commit(scripted(annotation.contents, number))
    mask = LabelMap.empty(SHAPE)
    annotation.commit(began_with(annotation.contents, mask, Suggestion("compact@abc", 0.3)))
    annotation.spend(1, 4.0)
    frozen = annotation.snapshot()
    imported = store.import_annotation(frozen, "bo")
    assert [line.name for line in imported.history] == ["Imported"]
    again = store.annotate(SERIES, "bo").snapshot()
    assert np.array_equal(again.mask.labels, frozen.mask.labels)
    assert np.array_equal(again.mask.origins, frozen.mask.origins)
    for name in ("slices", "study", "boxes", "notes", "seconds", "model"):
        assert getattr(again, name) == getattr(frozen, name)
    assert again.reader == "bo"
    with pytest.raises(ConflictError, match="under another name"):
        store.import_annotation(frozen)


def test_an_answer_says_who_when_and_of_which_model(store):
    annotation = store.annotate(SERIES, "ada")
    given = said_now(Answer.UNSURE, "ada", model="compact@abc")
    annotation.commit(answered(annotation.contents, None, "epidural", given))
    assert store.annotate(SERIES, "ada").snapshot().study == {"epidural": given}
    assert given.at.endswith("Z")
    assert annotation.history[0].name == "Unsure to EDH"
    annotation.commit(answered(annotation.contents, None, "epidural", None))
    assert not annotation.snapshot().study


def test_a_store_of_a_newer_program_is_refused(store, folder):
    with store._database.writing() as connection:
        connection.execute(update(schema.STORE_SCHEMA).values(version=schema.VERSION + 1))
    with pytest.raises(StoreError, match=r"newer version of this program .* Update the program"):
        Store.open(folder / "annotations.sqlite")


def test_a_store_of_an_older_program_is_brought_up(store, folder, monkeypatch):
    store.annotate(SERIES, "ada").commit(noted(store.annotate(SERIES, "ada").contents, 0, "kept"))
    monkeypatch.setattr(migrating, "VERSION", schema.VERSION + 1)
    added = "ALTER TABLE worklist ADD COLUMN colour TEXT"
    monkeypatch.setattr(
        migrating, "MIGRATIONS", {schema.VERSION: lambda connection: connection.exec_driver_sql(added)}
    )
    again = Store.open(folder / "annotations.sqlite")
    assert again.annotate(SERIES, "ada").contents.notes == {0: "kept"}
    with again._database.reading() as connection:
        assert connection.execute(schema.STORE_SCHEMA.select()).scalars().all() == [schema.VERSION + 1]


def test_what_is_no_store_is_refused(folder):
    (folder / "text").write_text("these are no annotations " * 99)
    with pytest.raises(StoreError, match="no database"):
        Store.open(folder / "text")
    other = sqlite3.connect(folder / "other")
    other.execute("CREATE TABLE journal (x)")
    other.close()
    with pytest.raises(StoreError, match="another program"):
        Store.open(folder / "other")
    for where in ("mysql://x/y", "://", "sqlite://"):
        with pytest.raises(StoreError, match="A store is the path of a file, or a URL"):
            Store.open(where)


def test_a_url_of_sqlite_is_a_file(folder):
    store = Store.open(f"sqlite:///{folder}/by_url.sqlite")
    store.annotate(series(2), "ada")
    assert [read.reader for read in Store.open(folder / "by_url.sqlite").reads()] == ["ada"]


def test_a_read_of_long_ago_is_undone_from_the_journal(store):
    annotation = store.annotate(SERIES, "ada")
    states = [seen(annotation.contents)]
    for number in range(10):
        annotation.commit(scripted(annotation.contents, number))
        states.append(seen(annotation.contents))
    again = store.annotate(SERIES, "ada")
    for state in reversed(states[:-1]):
        again.undo()
        assert seen(again.contents) == state
    assert again.undo() is None
    for state in states[1:]:
        again.redo()
        assert seen(again.contents) == state
    assert again.redo() is None
    again.commit(stroke(again.contents, 3, 500, 1))
    assert said() == again.contents.answers[0, "subdural"]
