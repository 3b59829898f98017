"""What holds of all tools: nothing changes in place, an edit can be taken back and keeps to its bounds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ichcore.masks.edits.brush import Brush
from ichcore.masks.edits.connected import component
from ichcore.masks.edits.fill import filled
from ichcore.masks.edits.holes import holes_filled
from ichcore.masks.edits.hu_gate import HuGate
from ichcore.masks.edits.interpolation import interpolated
from ichcore.masks.edits.islands import dropped, only_clicked, only_largest
from ichcore.masks.edits.level_trace import level_traced
from ichcore.masks.edits.margins import grown, shrunk
from ichcore.masks.edits.neighbour_copy import copied
from ichcore.masks.edits.origin import Origin
from ichcore.masks.edits.outline import outlined
from ichcore.masks.edits.paint import OVER_ALL, OVER_BACKGROUND, Paint
from ichcore.masks.edits.region_grow import region_grown
from ichcore.masks.edits.relabel import relabelled, relabelled_component
from ichcore.masks.edits.smart_refine import DENSE_CRF, RANDOM_WALKER, proposed
from ichcore.masks.edits.smooth import smoothed
from ichcore.masks.edits.stroke import Stroke
from ichcore.masks.edits.suggestion import reset, suggested
from tests.ichcore.masks.edits._masks import SHAPE, after, blobs, grids, pictures, voxels


def _stroke(brush):
    def draw(label_map, grid, hu, at, paint, in_3d):
        stroke = Stroke(label_map, grid, brush, paint, hu)
        stroke.add(*at)
        stroke.add(at[0], 3.3, 15.0, 0.6)
        return stroke.end()

    return draw


def _refine(by, rough):
    def draw(label_map, grid, hu, at, paint, in_3d):
        start = component(label_map, at, in_3d=in_3d)
        return proposed(label_map, grid, paint, start, hu, rough=rough, reach=3.0, by=by).edit

    return draw


TRIANGLE = [(1.0, 2.0), (9.5, 3.0), (4.0, 12.0)]

PAINTING = {
    "brush": _stroke(Brush(1.2)),
    "soft brush": _stroke(Brush(2.0, hardness=0.4)),
    "ball": _stroke(Brush(4.0, ball=True)),
    "fill": lambda m, g, hu, at, p, in_3d: filled(m, p, at, hu=hu, in_3d=in_3d),
    "polygon": lambda m, g, hu, at, p, in_3d: outlined(m, p, at[0], TRIANGLE, hu=hu),
    "level trace": lambda m, g, hu, at, p, in_3d: level_traced(m, p, at, hu),
    "region grow": lambda m, g, hu, at, p, in_3d: region_grown(
        m, g, p, at, hu, tolerance_hu=15, radius=4, in_3d=in_3d
    ),
    "smart refine": _refine(DENSE_CRF, rough=False),
}

CHANGING = {
    "smart refine of a rough mask": _refine(DENSE_CRF, rough=True),
    "random walker": _refine(RANDOM_WALKER, rough=True),
    "grow": lambda m, g, hu, at, p, in_3d: grown(
        m, g, 1.5, label=p.label or None, index=None if in_3d else at[0], over=p.over
    ),
    "shrink": lambda m, g, hu, at, p, in_3d: shrunk(m, g, 0.8, index=None if in_3d else at[0]),
    "smooth": lambda m, g, hu, at, p, in_3d: smoothed(
        m, g, 1.0, label=p.label or None, index=None if in_3d else at[0]
    ),
    "fill holes": lambda m, g, hu, at, p, in_3d: holes_filled(m, g, index=None if in_3d else at[0]),
    "drop islands": lambda m, g, hu, at, p, in_3d: dropped(
        m, g, below=4, above=40, index=None if in_3d else at[0]
    ),
    "keep largest": lambda m, g, hu, at, p, in_3d: only_largest(m, g, index=None if in_3d else at[0]),
    "keep clicked": lambda m, g, hu, at, p, in_3d: only_clicked(m, at, in_3d=in_3d, any_label=not p.label),
    "copy": lambda m, g, hu, at, p, in_3d: copied(m, g, at[0], at[0] + 1, over=p.over),
    "interpolate": lambda m, g, hu, at, p, in_3d: interpolated(m, g),
    "relabel piece": lambda m, g, hu, at, p, in_3d: relabelled_component(m, at, p.label, in_3d=in_3d),
    "relabel": lambda m, g, hu, at, p, in_3d: relabelled(m, 6, p.label, index=None if in_3d else at[0]),
    "from the model": lambda m, g, hu, at, p, in_3d: suggested(
        m, (hu % 7).astype(np.uint8), index=None if in_3d else at[0], keep_drawn=bool(p.label)
    ),
    "reset": lambda m, g, hu, at, p, in_3d: reset(m, index=None if in_3d else at[0]),
}


@pytest.mark.parametrize("tool", [*PAINTING, *CHANGING])
@settings(max_examples=25, deadline=None)
@given(blobs(), grids(), pictures(), voxels(), st.integers(0, 6), st.booleans())
def test_an_edit_can_be_taken_back(tool, label_map, grid, hu, at, label, in_3d):
    before = label_map.copy()
    over = OVER_ALL if at[1] % 2 else OVER_BACKGROUND
    edit = (PAINTING | CHANGING)[tool](label_map, grid, hu, at, Paint(label, over), in_3d)
    assert np.array_equal(label_map.labels, before.labels), "the label map itself is left alone"
    assert np.array_equal(label_map.origins, before.origins)
    assert (np.diff(edit.where.astype(np.int64)) > 0).all()
    assert edit.name
    edit.apply(label_map)
    assert label_map.labels.max() <= 6
    changed = (label_map.labels != before.labels) | (label_map.origins != before.origins)
    assert np.array_equal(np.flatnonzero(changed), edit.where), "an edit holds what changes and no more"
    edit.revert(label_map)
    assert np.array_equal(label_map.labels, before.labels)
    assert np.array_equal(label_map.origins, before.origins)


@pytest.mark.parametrize("tool", PAINTING)
@settings(max_examples=25, deadline=None)
@given(blobs(), grids(), pictures(), voxels(), st.integers(0, 6), st.sets(st.integers(0, 6)), st.booleans())
def test_a_tool_keeps_off_labels_and_hu_that_it_may_not_touch(
    tool, label_map, grid, hu, at, label, over, inverted
):
    gate = HuGate(20, 60, inverted)
    paint = Paint(label, frozenset(over), gate)
    edit = PAINTING[tool](label_map, grid, hu, at, paint, True)
    assert set(edit.old_labels.tolist()) <= over
    assert set(edit.new_labels.tolist()) <= {label}
    assert set(edit.new_origins.tolist()) <= {Origin.THRESHOLD}
    touched = hu.reshape(-1)[edit.where]
    assert (((touched >= 20) & (touched <= 60)) != inverted).all()


@pytest.mark.parametrize("tool", CHANGING)
@settings(max_examples=15, deadline=None)
@given(blobs(), grids(), pictures(), voxels())
def test_a_tool_of_one_slice_stays_in_it(tool, label_map, grid, hu, at):
    if tool == "interpolate":
        return
    edit = CHANGING[tool](label_map, grid, hu, at, Paint(3), False)
    expected = at[0] + 1 if tool == "copy" else at[0]
    assert set(edit.slices.tolist()) <= {min(expected, SHAPE[0] - 1)}


def test_an_empty_mask_and_a_click_beside_it_change_nothing():
    from ichcore.masks.edits.label_map import LabelMap
    from tests.ichcore.masks.edits._masks import even_grid

    empty = LabelMap.empty(SHAPE)
    hu = np.zeros(SHAPE, np.int16)
    for name, tool in CHANGING.items():
        if name != "from the model":
            assert tool(empty, even_grid(), hu, (1, 2, 2), Paint(3), True).empty, name
    for outside in ((1, -1, 3), (1, 4, 14), (9, 0, 0)):
        for tool in ("fill", "level trace", "region grow"):
            assert PAINTING[tool](empty, even_grid(), hu, outside, Paint(3), True).empty, tool
    assert (
        not after(PAINTING["polygon"](empty, even_grid(), hu, (1, 2, 2), Paint(3), True), empty)
        .labels[0]
        .any()
    )
