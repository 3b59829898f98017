from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ichcore.errors import CancelledError, IchError
from ichcore.explain.explainer import Explainer
from ichcore.models.checkpoint import LoadedModel, load
from ichcore.models.placement import Placement
from ichcore.predict.predictor import Predictor
from ichcore.progress import CancelToken
from ichcore.subtypes import CLASSES
from tests.ichcore.tiny_model import TINY_ARGUMENTS, make_volume, save_tiny_network


def test_a_map_per_slice_and_class_on_the_slices_grid(tiny_model: LoadedModel) -> None:
    volume = make_volume()
    maps = Explainer(tiny_model).explain(volume, [3, 1], ["subdural", "any"], method="layercam", ungated=True)
    assert [(m.slice_index, m.class_name) for m in maps] == [
        (3, "subdural"),
        (3, "any"),
        (1, "subdural"),
        (1, "any"),
    ]
    for m in maps:
        assert m.activation.shape == volume.shape[1:]
        assert m.activation.dtype == np.float32
        assert m.activation.min() >= 0
        assert m.activation.max() <= 1
        assert m.raw_max == pytest.approx(max(m.raw.max(), 0))
        assert (m.method, m.layer) == ("layercam", "fusion")


def test_a_class_below_its_threshold_gives_an_empty_map(tiny_model: LoadedModel) -> None:
    volume = make_volume()
    explainer = Explainer(tiny_model)
    prediction = Predictor(tiny_model).predict(volume)
    flags = prediction.flags()
    for gate in (None, prediction):
        maps = explainer.explain(volume, range(9), CLASSES, method="gradcam", prediction=gate)
        assert {m.empty for m in maps} == {True, False}
        for m in maps:
            if not flags[m.slice_index, CLASSES.index(m.class_name)]:
                assert m.empty
                assert m.raw_max == 0
                assert m.raw.shape == maps[0].raw.shape
    open_maps = explainer.explain(volume, range(9), CLASSES, method="gradcam", ungated=True)
    assert sum(m.empty for m in open_maps) < sum(m.empty for m in maps)


def test_other_operating_points_gate_too(tiny_model: LoadedModel) -> None:
    never = np.full(6, 2.0, np.float32)
    maps = Explainer(tiny_model).explain(make_volume(), [0, 1], CLASSES, thresholds=never)
    assert all(m.empty for m in maps)


def test_a_prediction_that_flags_nothing_costs_no_forward(tiny_model: LoadedModel) -> None:
    volume = make_volume()
    nothing = replace(Predictor(tiny_model).predict(volume), probabilities=np.zeros((9, 6), np.float32))
    explainer = Explainer(tiny_model)
    explainer.explain(volume, [0], ["any"], ungated=True)
    calls: list[int] = []
    handle = explainer._network.register_forward_hook(lambda *_: calls.append(1))
    try:
        explainer.explain(volume, range(9), CLASSES, prediction=nothing)
        explainer.explain(volume, [0], ["any"], ungated=True)  # remembered
        assert not calls
        explainer.explain(volume, [1], ["any"], ungated=True)
        assert len(calls) == 2, "the slice and its mirror image"
    finally:
        handle.remove()


def test_thin_slices_are_explained_as_the_model_saw_them(tiny_model: LoadedModel) -> None:
    volume = make_volume(slices=20, step_mm=1.0)
    maps = Explainer(tiny_model).explain(volume, [5, 9, 10], ["any"], ungated=True)
    np.testing.assert_array_equal(maps[0].raw, maps[1].raw)
    assert not np.array_equal(maps[0].raw, maps[2].raw)


def test_batches_change_nothing(tiny_model: LoadedModel) -> None:
    volume = make_volume()
    together = Explainer(tiny_model).explain(volume, range(9), ["any"], method="layercam", ungated=True)
    for index in (0, 5, 8):
        (alone,) = Explainer(tiny_model).explain(volume, [index], ["any"], method="layercam", ungated=True)
        np.testing.assert_allclose(alone.raw, together[index].raw, atol=1e-4 * max(1.0, alone.raw_max))


def test_cancel_and_bad_names(tiny_model: LoadedModel) -> None:
    cancel = CancelToken()
    cancel.cancel()
    explainer, volume = Explainer(tiny_model), make_volume()
    with pytest.raises(CancelledError):
        explainer.explain(volume, [0], ["any"], cancel=cancel)
    with pytest.raises(IchError, match="no class 'blood'"):
        explainer.explain(volume, [0], ["blood"])
    with pytest.raises(IchError, match="slices 0 to 8"):
        explainer.explain(volume, [9], ["any"])
    with pytest.raises(IchError, match="no layer 'block9'"):
        explainer.explain(volume, [0], ["any"], layer="block9")
    assert explainer.layers[-1] == explainer.default_layer == "fusion"


def test_the_map_lies_where_the_network_reacted(tiny_model: LoadedModel) -> None:
    """Grid cell → slice pixel: what changes in the slice changes the map there and nowhere else."""
    volume = make_volume(slices=1)
    changed = volume.hu.copy()
    changed[0, 30:36, 60:66] = 1000
    before, after = (
        Explainer(tiny_model).explain(v, [0], ["any"], layer="block1", method="layercam", ungated=True)[0]
        for v in (volume, replace(volume, hu=changed))
    )
    moved = np.abs(after.raw - before.raw)
    row, column = np.unravel_index(int(moved.argmax()), moved.shape)
    at = after.grid_to_slice @ [row, column, 1]
    assert abs(at[0] - 32.5) < 8
    assert abs(at[1] - 62.5) < 8


@settings(max_examples=30, deadline=None)
@given(
    scale=st.tuples(st.floats(0.4, 3.0), st.floats(0.4, 3.0)),
    center=st.tuples(st.floats(30, 70), st.floats(30, 70)),
    cells=st.integers(4, 20),
    at=st.tuples(st.floats(0.2, 0.8), st.floats(0.2, 0.8)),
)
def test_placement_and_its_inverse_agree(
    scale: tuple[float, float], center: tuple[float, float], cells: int, at: tuple[float, float]
) -> None:
    """A blob on the grid comes back to the slice pixel that the affine names."""
    placement = Placement(40, center, scale)
    row, column = (1 + int(a * (cells - 3)) for a in at)  # the outermost cells are flat to their border
    blob = np.zeros((cells, cells), np.float32)
    blob[row, column] = 1
    matrix = placement.grid_to_slice((cells, cells))
    expected = matrix @ [row, column, 1]
    back = placement.to_slice(blob, (100, 100))
    inside = all(cell < e < 99 - cell for e, cell in zip(expected, (matrix[0, 0], matrix[1, 1]), strict=True))
    if inside:
        weight = back.sum()
        found = [(back.sum(axis=1 - axis) * np.arange(100)).sum() / weight for axis in (0, 1)]
        np.testing.assert_allclose(found, expected, atol=0.5)


def test_gradients_need_no_grad_mode_from_the_caller(tiny_model: LoadedModel) -> None:
    with torch.no_grad():
        (m,) = Explainer(tiny_model).explain(make_volume(), [2], ["any"], method="layercam", ungated=True)
    assert not m.empty


def test_maps_are_gated_as_the_predictor_flags_neighbours_heard(tiny_model: LoadedModel) -> None:
    hearing = replace(tiny_model, card=replace(tiny_model.card, neighbour_weight=0.5))
    volume = make_volume()
    prediction = Predictor(hearing).predict(volume)
    limits = np.nanmedian(prediction.probabilities, axis=0)
    maps = Explainer(hearing).explain(volume, range(9), ["any"], thresholds=limits)
    drawn = [heatmap.raw.any() for heatmap in maps]
    assert drawn == prediction.flags(limits)[:, 0].tolist()
    assert 0 < sum(drawn) < 9


def test_a_slow_method_reports_its_steps_in_all_slices_and_stops_between_them(
    tiny_model: LoadedModel,
) -> None:
    told: list[tuple[int, int]] = []
    token = CancelToken()

    def progress(done: int, total: int, message: str = "") -> None:
        told.append((done, total))
        if stop_at and done >= stop_at:
            token.cancel()

    stop_at = 0
    volume, how = make_volume(), {"method": "scorecam", "ungated": True, "progress": progress}
    (first, *_) = Explainer(tiny_model).explain(volume, range(6), ["any", "subdural"], **how)  # type: ignore[arg-type]
    channels, slices = 8, 6
    assert first.method == "scorecam"
    assert {total for _, total in told} == {channels * slices}
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] == channels * slices
    stop_at = 10
    told.clear()
    with pytest.raises(CancelledError):
        Explainer(tiny_model).explain(volume, range(6), ["any"], cancel=token, **how)  # type: ignore[arg-type]
    assert told[-1][0] < channels * slices


@pytest.mark.parametrize("method", ["gradcampp", "scorecam"])
@pytest.mark.parametrize("architecture", ["blend_sign", "xception_lstm", "fusion_bilstm"])
def test_the_newer_methods_explain_every_system(tmp_path: Path, method: str, architecture: str) -> None:
    reads = {"selection": "predictions"} if architecture == "fusion_bilstm" else {}
    scan = {} if architecture == "blend_sign" else {**TINY_ARGUMENTS, "hidden": 8, **reads}
    model = load(save_tiny_network(tmp_path / "net", architecture, scan or None))
    explainer = Explainer(model)
    found = explainer.explain(
        make_volume(), [7], model.card.classes, method=method, layer=explainer.layers[0], ungated=True
    )
    assert len(found) == len(model.card.classes)
    assert any(heatmap.raw.any() for heatmap in found)
    assert all(np.isfinite(heatmap.raw).all() for heatmap in found)


def test_without_a_named_method_the_best_measured_one_is_used_and_what_is_not_defined_refused(
    tiny_model: LoadedModel, tmp_path: Path
) -> None:
    def used(model: LoadedModel) -> set[str]:
        return {m.method for m in Explainer(model).explain(make_volume(), [3], ["any"], ungated=True)}

    assert used(tiny_model) == {"sfcam"}
    wang = load(save_tiny_network(tmp_path / "wang", "blend_sign"))
    assert Explainer(wang).methods == (
        "sfcam",
        "sfcam+context",
        "layercam",
        "gradcam",
        "gradcampp",
        "scorecam",
    )
    assert used(wang) == {"sfcam"}
    with pytest.raises(IchError, match="gradcam or layercam"):
        Explainer(wang).explain(make_volume(), [3], ["any"], method="cam", ungated=True)
