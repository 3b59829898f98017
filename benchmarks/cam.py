"""LayerCAM of two layers and six classes for a slice, beside pytorch-grad-cam on the same model.

usage: python benchmarks/cam.py [RUNS]

The peer is measured in two ways: one call a class, as its documentation has it, and one call with the slice
repeated six times. The ratio is to its faster one. Both get the same picture and
the threads that the program takes (all cores but one).
"""

from __future__ import annotations

import sys
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from _report import report, summary

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from ichcore.models.network import IchNetwork

PAIRS = (("block5", "fusion"), ("block4", "block5"))
"""The two deepest layers, whose budget it is, and a shallower pair, told beside it."""
CLASSES = range(6)


def timed(work: Callable[[], object], runs: int) -> list[float]:
    """Milliseconds of each run, after one that is not counted."""
    work()
    times = []
    for _ in range(runs):
        start = perf_counter()
        work()
        times.append((perf_counter() - start) * 1e3)
    return times


def compare(
    network: IchNetwork, hu: Tensor, layers: tuple[str, str], runs: int
) -> tuple[dict[str, float], dict[str, dict[str, float]], float]:
    """Our summary, the peer's two, and the greatest difference between maps scaled to 1."""
    from pytorch_grad_cam import LayerCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    from ichcore.explain.method import explanation_method

    method = explanation_method("layercam")
    targets = [ClassifierOutputTarget(column) for column in CLASSES]
    modules = [network.cam_layers[name] for name in layers]

    def peer_class_by_class() -> None:
        with LayerCAM(network, modules) as cam:
            for target in targets:
                cam(hu, [target])

    def peer_batched() -> None:
        with LayerCAM(network, modules) as cam:
            cam(hu.expand(len(targets), -1, -1, -1), targets)

    mine = timed(lambda: method.raw_maps(network, hu, layers, CLASSES), runs)
    maps = method.raw_maps(network, hu, layers, CLASSES).maps
    network.requires_grad_(True)  # the peer's hooks see no gradient otherwise
    theirs = {"class_by_class": peer_class_by_class, "one_batch_of_six": peer_batched}
    peer = {name: summary(timed(work, runs)) for name, work in theirs.items()}
    difference = 0.0
    for name, module in zip(layers, modules, strict=True):
        with LayerCAM(network, [module]) as cam:
            for column, target in enumerate(targets):
                cam(hu, [target])
                seen = cam.activations_and_grads
                raw = cam.get_cam_image(
                    hu, None, None, seen.activations[0].numpy(), seen.gradients[0].numpy(), False
                )
                apart = float(np.abs(maps[name][0, column].numpy() - raw[0]).max())
                difference = max(difference, apart / max(float(np.abs(raw).max()), 1e-30))
    network.requires_grad_(False)
    return summary(mine), peer, difference


def main(runs: int = 15) -> None:
    """Measure both pairs, compare maps, report."""
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
        mine, peer, difference = compare(network, hu, layers, runs)
        fastest = min(one["median_ms"] for one in peer.values())
        ratios.append(mine["median_ms"] / fastest)
        differences.append(difference)
        pair = "+".join(layers)
        figures[pair] = {**mine, "ratio": round(ratios[-1], 4), "map_difference": difference}
        peer_figures[pair] = peer
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
    main(*(int(argument) for argument in sys.argv[1:2]))
