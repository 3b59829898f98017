"""An edit can be taken back exactly, and is kept as bytes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ichcore.errors import GeometryError, IchError
from ichcore.masks.edits.label_map import LabelMap
from ichcore.masks.edits.mask_edit import MaskEdit
from ichcore.masks.edits.origin import Origin

SHAPE = (3, 4, 5)
LABELS = hnp.arrays(np.uint8, SHAPE, elements=st.integers(0, 6))


@given(LABELS, hnp.arrays(bool, SHAPE), st.integers(0, 6))
def test_an_edit_changes_what_it_says_and_can_be_taken_back(labels, region, label):
    label_map = LabelMap(labels, np.where(labels > 0, Origin.MODEL, Origin.NONE).astype(np.uint8))
    before = label_map.copy()
    edit = MaskEdit.setting("Brush", label_map, np.flatnonzero(region), label, Origin.HUMAN)
    edit = MaskEdit.from_bytes("Brush", edit.to_bytes())
    edit.apply(label_map)
    assert np.array_equal(label_map.labels, np.where(region, label, before.labels))
    assert (label_map.origins[region] == Origin.HUMAN).all()
    assert np.array_equal(edit.slices, np.flatnonzero(region.any(axis=(1, 2))))
    edit.revert(label_map)
    assert np.array_equal(label_map.labels, before.labels)
    assert np.array_equal(label_map.origins, before.origins)


def test_an_edit_holds_only_what_changes():
    label_map = LabelMap.empty(SHAPE)
    first = MaskEdit.setting("Brush", label_map, np.arange(10), 2, Origin.HUMAN)
    first.apply(label_map)
    again = MaskEdit.setting("Brush", label_map, np.arange(12), 2, Origin.HUMAN)
    assert again.where.tolist() == [10, 11]
    assert MaskEdit.setting("Brush", label_map, np.arange(10), 2, Origin.HUMAN).empty


def test_what_is_no_edit_is_refused():
    edit = MaskEdit.setting("Brush", LabelMap.empty(SHAPE), np.arange(10), 2, Origin.HUMAN)
    with pytest.raises(GeometryError, match="cannot change"):
        edit.apply(LabelMap.empty((1, 4, 5)))
    data = edit.to_bytes()
    for damaged in (b"", data[:-3], b"XXXX" + data[4:], data[:8]):
        with pytest.raises(IchError, match="damaged"):
            MaskEdit.from_bytes("Brush", damaged)
