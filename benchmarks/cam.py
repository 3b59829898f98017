"""Maps of two layers and six classes for a slice, beside pytorch-grad-cam on the same model.

usage: python benchmarks/cam.py [RUNS] [METHOD …]

LayerCAM has the budget; the other methods that the peer has are told beside it (all of them unless named),
and SF-CAM, which it has not, with our time alone. Score-CAM, which takes a pass a channel, is run once.

The peer is measured in two ways: one call a class, as its documentation has it, and one call with the slice
repeated six times. The ratio is to its faster one. Both get the same picture and
the threads that the program takes (all cores but one).
"""

from __future__ import annotations

import sys
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from _report import report, summary

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from ichcore.explain.method import Method
    from ichcore.models.network import IchNetwork

PAIRS = (("block5", "fusion"), ("block4", "block5"))
"""The two deepest layers, whose budget it is, and a shallower pair, told beside it."""
CLASSES = range(6)
PEERS = {
    "layercam": "LayerCAM",
    "gradcam": "GradCAM",
    "gradcampp": "GradCAMPlusPlus",
    "scorecam": "ScoreCAM",
    "sfcam": None,
}
"""Our methods and the peer's classes; it has no SF-CAM and no CAM."""


def timed(work: Callable[[], object], runs: int) -> list[float]:
    """Milliseconds of each run, after one that is not counted where there are several."""
    if runs > 1:
        work()
    times = []
    for _ in range(runs):
        start = perf_counter()
        work()
        times.append((perf_counter() - start) * 1e3)
    return times


def compare(
    name: str, network: IchNetwork, hu: Tensor, layers: tuple[str, str], runs: int
) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """Our summary of a method, and the peer's two; with ratio, and difference of maps, where it has it."""
    import pytorch_grad_cam
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    from ichcore.explain.method import SLOW_METHODS, explanation_method

    method = explanation_method(name)
    runs = 1 if name in SLOW_METHODS else runs
    mine = summary(timed(lambda: method.raw_maps(network, hu, layers, CLASSES), runs))
    if PEERS[name] is None:
        return mine, {}
    kind = getattr(pytorch_grad_cam, PEERS[name])
    targets = [ClassifierOutputTarget(column) for column in CLASSES]
    modules = [network.cam_layers[layer] for layer in layers]

    def peer_class_by_class() -> None:
        with kind(network, modules) as cam:
            for target in targets:
                cam(hu, [target])

    def peer_batched() -> None:
        with kind(network, modules) as cam:
            cam(hu.expand(len(targets), -1, -1, -1), targets)

    network.requires_grad_(True)  # the peer's hooks see no gradient otherwise
    theirs = {"class_by_class": peer_class_by_class, "one_batch_of_six": peer_batched}
    peer = {how: summary(timed(work, runs)) for how, work in theirs.items()}
    mine["ratio"] = round(mine["median_ms"] / min(one["median_ms"] for one in peer.values()), 4)
    if name not in SLOW_METHODS:  # the peer's hooks hold its last masked picture; tests compare the maps
        mine["map_difference"] = _difference(method, kind, network, hu, layers)
    network.requires_grad_(False)
    return mine, peer


def _difference(
    method: Method, kind: Callable[..., Any], network: IchNetwork, hu: Tensor, layers: tuple[str, str]
) -> float:
    """The greatest difference between raw maps, as a share of the peer's largest value."""
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    maps = method.raw_maps(network, hu, layers, CLASSES).maps
    targets = [ClassifierOutputTarget(column) for column in CLASSES]
    difference = 0.0
    for name in layers:
        with kind(network, [network.cam_layers[name]]) as cam:
            for column, target in enumerate(targets):
                cam(hu, [target])
                seen = cam.activations_and_grads
                raw = cam.get_cam_image(
                    hu, None, None, seen.activations[0].numpy(), seen.gradients[0].numpy(), False
                )
                apart = float(np.abs(maps[name][0, column].numpy() - raw[0]).max())
                difference = max(difference, apart / max(float(np.abs(raw).max()), 1e-30))
    return difference


def main(runs: int = 15, *names: str) -> None:
    """Measure LayerCAM on both pairs and the others on the deepest, compare maps, report."""
    import torch

    from ichcore.models.checkpoint import load
    from ichcore.phantom import make_case
    from ichcore.predict.compute import considerate_threads
    from ichcore.predict.model_input import ModelInput

    threads = considerate_threads()
    torch.set_num_threads(threads)
    model = load()
    case = make_case(5, slices=8, size=512)
    hu = torch.from_numpy(ModelInput.of(case.volume, model.card).batch([4]))
    network = model.network.to(memory_format=torch.channels_last)
    figures: dict[str, object] = {"model": model.name, "threads": threads}
    peer_figures: dict[str, object] = {}
    ratios, differences = [], []
    for layers in PAIRS:
        mine, peer = compare("layercam", network, hu, layers, runs)
        ratios.append(mine["ratio"])
        differences.append(mine["map_difference"])
        pair = "+".join(layers)
        figures[pair], peer_figures[pair] = mine, peer
    for name in names or PEERS:
        if name != "layercam":
            figures[name], peer_figures[name] = compare(name, network, hu, PAIRS[0], runs)
    report(
        "cam",
        figures,
        "LayerCAM, two layers, six classes, a slice: at most 1/5 of pytorch-grad-cam, maps equal to 1e-4",
        ratios[0] <= 0.2 and max(differences) <= 1e-4,
        peer="pytorch-grad-cam",
        peer_figures=peer_figures,
        ratio=ratios[0],
    )


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]), *sys.argv[2:])
