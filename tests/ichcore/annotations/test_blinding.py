"""Two reads of a series are two opinions: nobody sees another's marks before their own read is locked."""

import pytest

from ichcore.annotations.blinding import Purpose, Stage
from ichcore.annotations.contents import Suggestion
from ichcore.annotations.steps import began_with
from ichcore.errors import StoreError
from ichcore.masks.edits.label_map import LabelMap
from tests.ichcore.annotations._cases import SERIES, SHAPE, seen, stroke

UID = SERIES.series_instance_uid


def test_another_s_marks_are_hidden_until_one_s_own_read_is_locked(store):
    ada, bo = store.annotate(SERIES, "ada"), store.annotate(SERIES, "bo")
    ada.commit(stroke(ada.contents, 0))
    assert store.may_see(UID, "ada", "ada")
    assert not store.may_see(UID, "bo", "ada")
    assert not store.may_see(UID, "cy", "ada"), "nor who has not begun"
    with pytest.raises(StoreError, match="hidden from bo"):
        store.view(UID, "ada", by="bo")
    assert bo.lock_read() == Stage.FINAL
    assert store.may_see(UID, "bo", "ada")
    assert not store.may_see(UID, "ada", "bo")
    assert store.view(UID, "ada", by="bo").mask.labels.any()
    with pytest.raises(StoreError, match=r"locked at .* not changed any more"):
        bo.commit(stroke(bo.contents, 0))
    with pytest.raises(StoreError, match="not changed any more"):
        store.annotate(SERIES, "bo").undo()
    with pytest.raises(StoreError, match="bo has no adjudication"):
        store.view(UID, "bo", by="bo", purpose=Purpose.ADJUDICATION)


def test_the_model_is_hidden_until_the_first_read_is_locked(store):
    store.register(SERIES, model_hidden=True)
    ada = store.annotate(SERIES, "ada")
    assert not store.may_see_model(UID, "ada")
    mask = LabelMap.empty(SHAPE)
    mask.labels[0], mask.origins[0] = 6, 1
    with pytest.raises(StoreError, match="hidden until the first read is locked"):
        ada.commit(began_with(ada.contents, mask, Suggestion("compact@abc", 0.3)))
    ada.commit(stroke(ada.contents, 300, label=2))
    first = seen(ada.contents)
    assert ada.lock_read() == Stage.FIRST
    assert store.may_see_model(UID, "ada")
    assert not store.may_see_model(UID, "bo")
    assert not store.may_see(UID, "ada", "bo"), "the read goes on, with the model"
    ada.commit(began_with(ada.contents, mask, Suggestion("compact@abc", 0.3)))
    with pytest.raises(StoreError, match="not locked the final read"):
        store.view(UID, "ada", by="ada", stage=Stage.FINAL)
    assert ada.lock_read() == Stage.FINAL
    before = store.view(UID, "ada", by="ada", stage=Stage.FIRST)
    after = store.view(UID, "ada", by="ada", stage=Stage.FINAL)
    assert (before.mask.labels.tobytes(), before.model) == (first[0], "")
    assert (after.mask.labels == mask.labels).all()
    assert after.model == "compact@abc"


def test_both_reads_are_in_the_log(store):
    store.register(SERIES, model_hidden=True)
    ada = store.annotate(SERIES, "ada")
    ada.commit(stroke(ada.contents, 0))
    ada.lock_read()
    ada.lock_read()
    (read,) = store.reads(UID)
    assert [(lock.stage, lock.revision) for lock in read.locks] == [(Stage.FIRST, 2), (Stage.FINAL, 3)]
    assert read.began_at <= read.locks[0].at <= read.locks[1].at
    assert read.done
    assert store.reads() == (read,)


def test_a_series_keeps_the_way_it_was_first_read(store):
    store.annotate(SERIES, "ada", model_hidden=True)
    store.annotate(SERIES, "bo", model_hidden=False)
    assert not store.may_see_model(UID, "bo")
    assert store.may_see_model("1.2.3", "bo"), "of a series that nobody reads nothing is hidden"
