"""Another label for a piece, or for all voxels of a label."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from ichcore.errors import InputError
from ichcore.masks.edits.connected import component
from ichcore.masks.edits.origin import Origin
from ichcore.masks.edits.relabel import relabelled, relabelled_component
from tests.ichcore.masks.edits._masks import SHAPE, after, blobs, label_map, voxels


@settings(max_examples=60, deadline=None)
@given(blobs(), voxels(), st.integers(0, 6), st.booleans(), st.booleans())
def test_only_the_piece_under_the_click_changes(mask, at, label, in_3d, any_label):
    labels = mask.labels
    alike = labels > 0 if any_label else labels == labels[at]
    if not in_3d:
        alike = alike & (np.arange(SHAPE[0]) == at[0])[:, None, None]
    pieces, _ = ndimage.label(alike, np.ones((3, 3, 3)))
    expected = (pieces == pieces[at]) & (labels[at] > 0)
    edit = relabelled_component(mask, at, label, in_3d=in_3d, any_label=any_label)
    found = after(edit, mask)
    assert np.array_equal(found.labels, np.where(expected, label, labels))
    assert set(edit.new_origins.tolist()) <= {Origin.HUMAN}
    region = component(mask, at, in_3d=in_3d, any_label=any_label)
    assert region.inside.sum() == expected.sum()


def test_a_hemorrhage_of_unstated_subtype_is_named():
    labels = np.zeros(SHAPE, np.uint8)
    labels[:, 2:5, 2:5] = 6
    labels[1, 8, 8] = 2
    mask = label_map(labels, Origin.MODEL)
    found = after(relabelled(mask, 6, 5), mask).labels
    assert np.array_equal(found == 5, labels == 6)
    assert found[1, 8, 8] == 2
    assert set(relabelled(mask, 6, 5, index=2).slices) == {2}
    assert relabelled(mask, 3, 5).empty
    assert relabelled(mask, 6, 6).empty
    for wrong in ((0, 3), (6, 7)):
        with pytest.raises(InputError, match="no label"):
            relabelled(mask, *wrong)
