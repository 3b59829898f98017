"""Probes of networks whose answers are known, and of one that the program ships."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from ichcore.errors import CancelledError, IchError
from ichcore.explain.explainer import Explainer
from ichcore.explain.prober import Prober
from ichcore.explain.window_sweep import WindowSweep, level_path, width_path
from ichcore.models.checkpoint import LoadedModel, load
from ichcore.phantom.case import PhantomCase, make_case
from ichcore.predict.predictor import Predictor
from ichcore.progress import CancelToken
from ichcore.subtypes import CLASSES
from ichcore.volume.window import Window
from tests.ichcore.tiny_model import TINY_ARGUMENTS, make_volume, save_tiny, save_tiny_network

ALL_HU = Window(1000.0, 4200.0)
"""Nothing is cut off through this one."""
IPH = CLASSES.index("intraparenchymal")


@pytest.mark.parametrize("shape", ["alone", "heard", "scan", "pair", "blend"])
def test_a_slice_that_is_not_changed_says_what_was_predicted(shape: str, tmp_path: Path) -> None:
    folder = tmp_path / shape
    match shape:
        case "alone":
            save_tiny(folder)
        case "heard":
            save_tiny(folder, neighbour_weight=0.5)
        case "scan":
            save_tiny_network(
                folder, "cnn_bilstm", {**TINY_ARGUMENTS, "selection": "predictions", "hidden": 8}
            )
        case "pair":
            two = {name: [value, value] for name, value in TINY_ARGUMENTS.items()}
            save_tiny_network(folder, "classifier_pair", two)
        case _:
            save_tiny_network(folder, "blend_sign")
    model = load(folder)
    for volume in (make_volume(), make_volume(slices=20, step_mm=1.0)):
        expected = Predictor(model, 1).predict(volume).probabilities
        prober, nothing = Prober(model, 1), np.zeros(volume.shape[1:], bool)
        for index in (0, 4, volume.shape[0] - 1):
            said = prober.occlusion(volume, index, nothing)
            np.testing.assert_allclose(said.before, expected[index], atol=1e-4)
            np.testing.assert_allclose(said.after, expected[index], atol=1e-4)
            sweep = prober.window_sweep(volume, index, [ALL_HU])
            np.testing.assert_allclose(sweep.probabilities[0], expected[index], atol=1e-4)


def test_paths_go_from_end_to_end() -> None:
    levels, widths = level_path(80.0), width_path(40.0)
    assert [levels[0].center, levels[-1].center] == [0.0, 100.0]
    assert {window.width for window in levels} == {80.0}
    assert [round(widths[0].width), round(widths[-1].width)] == [10, 400]
    assert {window.center for window in widths} == {40.0}


def test_a_sweep_comes_roughly_first(tiny_model: LoadedModel) -> None:
    parts: list[WindowSweep] = []
    whole = Prober(tiny_model, 1).window_sweep(make_volume(), 4, level_path(80.0, 9), on_part=parts.append)
    assert [len(part.windows) for part in parts] == [3, 5, 9]
    for part in parts:
        at = [whole.windows.index(window) for window in part.windows]
        assert at == sorted(at)
        np.testing.assert_array_equal(part.probabilities, whole.probabilities[at])


def test_every_probe_stops_when_told(tiny_model: LoadedModel) -> None:
    prober, volume, stop = Prober(tiny_model, 1), make_volume(), CancelToken()
    stop.cancel()
    heatmap = Explainer(tiny_model, 1).explain(volume, [4], ["any"], ungated=True)[0]
    with pytest.raises(CancelledError):
        prober.window_sweep(volume, 4, level_path(80.0), cancel=stop)
    with pytest.raises(CancelledError):
        prober.occlusion(volume, 4, np.zeros(volume.shape[1:], bool), cancel=stop)
    with pytest.raises(CancelledError):
        prober.occlusion_map(volume, 4, "any", cancel=stop)
    with pytest.raises(CancelledError):
        prober.curves(volume, heatmap, cancel=stop)


def test_what_cannot_be_probed_is_said_in_one_sentence(tiny_model: LoadedModel, tmp_path: Path) -> None:
    prober, volume = Prober(tiny_model, 1), make_volume()
    with pytest.raises(IchError, match="slices 0 to 8"):
        prober.window_sweep(volume, 9, level_path(80.0))
    with pytest.raises(IchError, match="on the slice's own grid"):
        prober.occlusion(volume, 0, np.zeros((3, 3), bool))
    never = np.full(6, 2.0, np.float32)
    empty = Explainer(tiny_model, 1).explain(volume, [0], ["any"], thresholds=never)[0]
    with pytest.raises(IchError, match="any is not flagged on slice 0"):
        prober.curves(volume, empty)
    save_tiny_network(tmp_path / "blend", "blend_sign")
    with pytest.raises(IchError, match="does not predict 'epidural'; choose one of any"):
        Prober(load(tmp_path / "blend"), 1).occlusion_map(volume, 0, "epidural")
    damaged = make_volume()
    damaged.hu[2] = -1024
    with pytest.raises(IchError, match="Slice 2 holds no picture"):
        Prober(tiny_model, 1).window_sweep(damaged, 2, level_path(80.0))


def test_curves_start_and_end_with_the_slice(tiny_model: LoadedModel) -> None:
    volume = make_volume()
    said = Predictor(tiny_model, 1).predict(volume).probabilities[4, 0]
    heatmap = Explainer(tiny_model, 1).explain(volume, [4], ["any"], ungated=True)[0]
    steps: list[int] = []
    curves = Prober(tiny_model, 1).curves(
        volume, heatmap, progress=lambda done, total, message="": steps.append(done)
    )
    assert curves.deletion[0] == pytest.approx(said, abs=1e-5)
    assert curves.insertion[-1] == pytest.approx(said, abs=1e-5)
    assert steps[-1] == 30


# a network that the program ships, on a head that it has not seen


@pytest.fixture(scope="module")
def case() -> PhantomCase:
    return make_case(1, subtypes=("intraparenchymal",), slices=12, size=256)


@pytest.fixture(scope="module")
def bleed(case: PhantomCase) -> tuple[int, NDArray[np.bool_]]:
    """The slice with most of the bleed, and where the bleed is there with a margin."""
    index = int((case.truth > 0).sum(axis=(1, 2)).argmax())
    return index, ndimage.binary_dilation(case.truth[index] > 0, iterations=4)


@pytest.fixture(scope="module")
def shipped() -> Prober:
    return Prober(load("window-fusion-heads"), 1)


def test_a_window_that_hides_the_bleed_takes_the_probability_away(
    shipped: Prober, case: PhantomCase, bleed: tuple[int, NDArray[np.bool_]]
) -> None:
    shows, hides = Window(40.0, 80.0), Window(0.0, 30.0)
    said = shipped.window_sweep(case.volume, bleed[0], [shows, hides]).probabilities[:, IPH]
    assert said[0] > 0.8
    assert said[1] < 0.1


def test_painting_the_bleed_away_lowers_it_and_painting_elsewhere_hardly_does(
    shipped: Prober, case: PhantomCase, bleed: tuple[int, NDArray[np.bool_]]
) -> None:
    index, patch = bleed
    on_it = shipped.occlusion(case.volume, index, patch)
    assert on_it.before[IPH] > 0.9
    assert on_it.after[IPH] < on_it.before[IPH] - 0.4
    elsewhere = shipped.occlusion(case.volume, index, patch[:, ::-1] & ~patch)
    assert elsewhere.after[IPH] > elsewhere.before[IPH] - 0.05
    changed = on_it.picture != case.volume.hu[index]
    assert not changed[~patch].any()
    blood = case.truth[index] > 0
    assert on_it.picture[blood].mean() < case.volume.hu[index][blood].mean() - 10


def test_the_map_of_a_sliding_patch_peaks_on_the_bleed(
    shipped: Prober, case: PhantomCase, bleed: tuple[int, NDArray[np.bool_]]
) -> None:
    index, patch = bleed
    steps: list[tuple[int, int]] = []
    drop = shipped.occlusion_map(
        case.volume,
        index,
        "intraparenchymal",
        step_mm=20.0,
        progress=lambda done, total, message="": steps.append((done, total)),
    )
    assert drop.shape == case.volume.shape[1:]
    assert drop[0, 0] == 0.0
    near = ndimage.binary_dilation(patch, iterations=12)
    assert near[np.unravel_index(int(drop.argmax()), drop.shape)]
    assert drop.max() > 0.1
    assert steps[-1][0] == steps[-1][1]
