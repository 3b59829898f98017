"""The model's mask taken over, and slices reset."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ichcore.errors import GeometryError
from ichcore.masks.edits.origin import Origin
from ichcore.masks.edits.suggestion import reset, suggested
from tests.ichcore.masks.edits._masks import SHAPE, after, blobs

SUGGESTIONS = hnp.arrays(np.uint8, SHAPE, elements=st.integers(0, 6))


@settings(max_examples=40, deadline=None)
@given(blobs(), SUGGESTIONS)
def test_the_suggestion_takes_the_place_of_the_mask(mask, suggestion):
    found = after(suggested(mask, suggestion), mask)
    assert np.array_equal(found.labels, suggestion)
    assert np.array_equal(found.origins, np.where(suggestion > 0, Origin.MODEL, Origin.NONE))
    kept = after(suggested(mask, suggestion, keep_drawn=True), mask)
    drawn = mask.origins > Origin.MODEL
    assert np.array_equal(kept.labels, np.where(drawn, mask.labels, suggestion))


@settings(max_examples=40, deadline=None)
@given(blobs(), SUGGESTIONS, st.integers(0, 3))
def test_one_slice_alone_is_replaced_or_reset(mask, suggestion, index):
    found = after(suggested(mask, suggestion[index], index=index), mask)
    others = np.arange(SHAPE[0]) != index
    assert np.array_equal(found.labels[index], suggestion[index])
    assert np.array_equal(found.labels[others], mask.labels[others])
    bare = after(reset(mask, index=index), mask)
    assert not bare.labels[index].any()
    assert not bare.origins[index].any()
    begun = after(reset(mask, suggestion=suggestion), mask)
    assert np.array_equal(begun.labels, suggestion)


@given(blobs())
def test_a_suggestion_of_another_shape_is_refused(mask):
    with pytest.raises(GeometryError, match="another shape"):
        suggested(mask, np.zeros((1, 2, 3), np.uint8))
