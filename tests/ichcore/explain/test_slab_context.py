from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ichcore.errors import IchError
from ichcore.explain.explainer import Explainer
from ichcore.explain.slab_context import SlabContext
from ichcore.explain.spatial_context import uneven, with_neighbours
from ichcore.predict.predictor import Predictor
from ichcore.predict.slabs import Slabs
from ichcore.subtypes import CLASSES
from ichcore.volume import Geometry
from tests.ichcore.tiny_model import make_volume

METHOD = "sfcam+context"


def saying(prediction, rows, name="any"):
    """The prediction with one class flagged in some slices, and nothing else anywhere."""
    said = np.zeros_like(prediction.probabilities)
    said[rows, CLASSES.index(name)] = 1.0
    return replace(prediction, probabilities=said)


@pytest.fixture(scope="module")
def volume():
    return make_volume()


@pytest.fixture(scope="module")
def prediction(tiny_model, volume):
    return Predictor(tiny_model).predict(volume)


def test_a_slice_hears_its_run_and_one_alone_is_the_plain_map(tiny_model, volume, prediction):
    explainer, rows = Explainer(tiny_model), [1, 2, 3, 4, 6]
    plain, fused = (
        explainer.explain(volume, range(9), ["any"], method=method, prediction=saying(prediction, rows))
        for method in ("sfcam", METHOD)
    )
    assert [not one.empty for one in fused] == [index in rows for index in range(9)]
    assert {one.method for one in fused if not one.empty} == {METHOD}
    np.testing.assert_array_equal(fused[6].raw, plain[6].raw)
    np.testing.assert_array_equal(fused[6].activation, plain[6].activation)
    forms = [plain[i].raw / plain[i].raw_max for i in range(9) if i in rows]
    expected = (forms[0] + 0.5 * forms[1] + 0.25 * forms[2]) / 1.75
    np.testing.assert_allclose(fused[1].raw / fused[1].raw_max, expected / expected.max(), atol=1e-5)
    assert fused[1].raw_max != pytest.approx(plain[1].raw_max)


def test_asked_for_one_slice_or_for_all_it_is_the_same_map_and_plain_maps_are_shared(
    tiny_model, volume, prediction
):
    gate = saying(prediction, [2, 3, 4, 5])
    together = Explainer(tiny_model).explain(volume, range(9), ["any"], method=METHOD, prediction=gate)
    explainer = Explainer(tiny_model)
    explainer.explain(volume, [2, 3, 4, 5], ["any"], prediction=gate)
    calls = []
    handle = explainer._network.register_forward_hook(lambda *_: calls.append(1))
    try:
        (alone,) = explainer.explain(volume, [4], ["any"], method=METHOD, prediction=gate)
        assert not calls, "every map that it hears was drawn before"
    finally:
        handle.remove()
    np.testing.assert_allclose(alone.raw, together[4].raw, atol=1e-4)


def test_runs_are_of_the_maps_own_class_and_ungated_what_is_in_none_is_plain(tiny_model, volume, prediction):
    explainer = Explainer(tiny_model)
    gate = saying(prediction, [3, 4], "subdural")
    how = {"prediction": gate, "ungated": True}
    plain, fused = (
        explainer.explain(volume, [2, 3], ["any", "subdural"], method=method, **how)
        for method in ("sfcam", METHOD)
    )
    same = [np.array_equal(a.raw, b.raw) for a, b in zip(plain, fused, strict=True)]
    assert same == [True, True, True, False], "only subdural in slice 3 has a flagged neighbour"


def test_without_a_prediction_the_neighbours_are_asked_first(tiny_model, volume, prediction):
    limits = np.nanmedian(prediction.probabilities, axis=0)
    index = int(np.flatnonzero(prediction.flags(limits)[:, 0])[0])
    how = {"method": METHOD, "thresholds": limits}
    (alone,) = Explainer(tiny_model).explain(volume, [index], ["any"], **how)
    (gated,) = Explainer(tiny_model).explain(volume, [index], ["any"], prediction=prediction, **how)
    np.testing.assert_allclose(alone.raw, gated.raw, atol=1e-4)


def test_across_a_gap_a_slice_hears_nothing(tiny_model, volume, prediction):
    moved = volume.geometry.origins_mm.copy()
    moved[4:, 2] += 100.0
    apart = replace(volume, geometry=replace(volume.geometry, origins_mm=moved))
    gate = saying(prediction, [3, 4])
    explainer = Explainer(tiny_model)
    (plain,) = explainer.explain(apart, [3], ["any"], prediction=gate)
    (there,) = explainer.explain(apart, [3], ["any"], method=METHOD, prediction=gate)
    (near,) = explainer.explain(volume, [3], ["any"], method=METHOD, prediction=gate)
    np.testing.assert_array_equal(there.raw, plain.raw)
    assert not np.array_equal(near.raw, plain.raw)


def test_a_name_that_is_no_method_is_refused_with_all_that_can_be_chosen(tiny_model, volume):
    with pytest.raises(IchError, match=r"sfcam, sfcam\+context, layercam"):
        Explainer(tiny_model).explain(volume, [0], ["any"], method="gradcam+context")


steps = st.lists(st.sampled_from([4.0, 5.0, 5.1, 12.0, 40.0]), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None)
@given(steps, st.data())
def test_what_is_heard_lies_within_reach_both_ways_and_in_either_order(gaps, data):
    positions = np.concatenate([[0.0], np.cumsum(gaps)])
    count = len(positions)
    geometry = Geometry((count, 4, 4), np.outer(positions, [0.0, 0.0, 1.0]), slice_thickness_mm=5.0)
    context = SlabContext.of(Slabs.for_geometry(geometry), geometry)
    flagged = data.draw(hnp.arrays(bool, count))
    heard = [set(context.sources(slab, flagged)) if flagged[slab] else set() for slab in range(count)]
    for slab in range(count):
        reach = range(count)[context.within_reach(slab)]
        assert heard[slab] <= set(reach)
        assert all(slab in heard[other] for other in heard[slab]), "who is heard hears"
    maps = data.draw(hnp.arrays(np.float32, (count, 1, 1), elements=st.floats(0, 1, width=32)))
    up = with_neighbours(maps, flagged, positions_mm=uneven(positions))
    down = with_neighbours(maps[::-1], flagged[::-1], positions_mm=uneven(positions[::-1]))
    np.testing.assert_allclose(down[::-1], up, rtol=1e-5, atol=1e-6)


@given(st.integers(1, 40), st.floats(0.5, 10.0), st.floats(-500, 500))
def test_even_slices_are_counted_to_the_last_bit(count, step, first):
    rounded = np.round(first + step * np.arange(count), 2)
    assert uneven(rounded) is None
    assert uneven(rounded[::-1]) is None
    assert uneven(None) is None


def test_slices_scanned_in_one_place_are_counted_too():
    assert uneven([0.0, 0.0, 0.0, 5.0]) is None
    assert uneven([0.0, 5.0, 10.0, 17.5]) is not None
