"""Undo and redo over several edits, with a bound on memory."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ichcore.masks.edits.history import BYTES_A_VOXEL, History
from ichcore.masks.edits.label_map import LabelMap
from ichcore.masks.edits.mask_edit import MaskEdit
from ichcore.masks.edits.merged import merged
from ichcore.masks.edits.origin import Origin

SHAPE = (2, 4, 5)
EDITS = st.lists(st.tuples(st.sets(st.integers(0, 39), min_size=1), st.integers(0, 6)), max_size=6)


def commit_all(label_map, history, edits):
    states, kept = [label_map.copy()], []
    for number, (where, label) in enumerate(edits):
        edit = MaskEdit.setting(f"edit {number}", label_map, np.sort(list(where)), label, Origin.HUMAN)
        history.commit(edit)
        if not edit.empty:
            states.append(label_map.copy())
            kept.append(edit)
    return states, kept


@settings(deadline=None)
@given(EDITS, st.lists(st.integers(0, 6), max_size=5))
def test_any_state_can_be_gone_to(edits, positions):
    label_map = LabelMap.empty(SHAPE)
    history = History(label_map)
    states, kept = commit_all(label_map, history, edits)
    assert history.names == tuple(edit.name for edit in kept)
    for position in positions:
        history.go_to(position)
        assert history.position == min(position, len(kept))
        assert np.array_equal(label_map.labels, states[history.position].labels)
        assert np.array_equal(label_map.origins, states[history.position].origins)
        assert history.can_undo == (history.position > 0)
        assert history.can_redo == (history.position < len(kept))


@settings(deadline=None)
@given(EDITS)
def test_merged_edits_are_all_of_them_at_once(edits):
    label_map = LabelMap.empty(SHAPE)
    states, kept = commit_all(label_map, History(label_map), edits)
    whole = merged("all", label_map, kept)
    whole.revert(label_map)
    assert np.array_equal(label_map.labels, states[0].labels)
    whole.apply(label_map)
    assert np.array_equal(label_map.labels, states[-1].labels)
    assert np.array_equal(label_map.origins, states[-1].origins)


def test_a_new_edit_ends_what_was_undone_and_the_oldest_are_forgotten():
    label_map = LabelMap.empty(SHAPE)
    history = History(label_map, most_bytes=25 * BYTES_A_VOXEL)

    def paint(name, count, label):
        history.commit(MaskEdit.setting(name, label_map, np.arange(count), label, Origin.HUMAN))

    paint("a", 10, 1)
    paint("b", 10, 2)
    assert history.undo().name == "b"
    paint("c", 12, 3)
    assert history.names == ("a", "c")
    assert history.redo() is None
    paint("d", 12, 4)
    assert history.names == ("c", "d")
    assert history.forgotten == 1
    paint("e", 40, 5)
    assert history.names == ("e",), "the newest stays, however large"
    history.undo()
    assert history.undo() is None
    assert (label_map.labels.reshape(-1)[:12] == 4).all()
