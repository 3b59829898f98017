"""LayerCAM of two layers and six classes for a slice, beside pytorch-grad-cam on the same model.

usage: python benchmarks/cam.py [RUNS]

The peer is measured in two ways: one call a class, as its documentation has it, and one call with the slice
repeated six times. The ratio is to its faster one. Both get the same picture and the same two threads.
"""

from __future__ import annotations

import sys
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from _report import report, summary

if TYPE_CHECKING:
    from collections.abc import Callable

LAYERS = ("block4", "fusion")
CLASSES = range(6)
CORES = 2


def timed(work: Callable[[], object], runs: int) -> list[float]:
    """Milliseconds of each run, after one that is not counted."""
    work()
    times = []
    for _ in range(runs):
        start = perf_counter()
        work()
        times.append((perf_counter() - start) * 1e3)
    return times


def main(runs: int = 15) -> None:
    """Measure, compare maps, report."""
    import torch
    from pytorch_grad_cam import LayerCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    from ichcore.explain.method import explanation_method
    from ichcore.models.checkpoint import load
    from ichcore.phantom import make_case
    from ichcore.predict.model_input import ModelInput

    torch.set_num_threads(CORES)
    model = load()
    case = make_case(5, slices=8, size=512)
    hu = torch.from_numpy(ModelInput.of(case.volume, model.card).batch([4]))
    network = model.network.to(memory_format=torch.channels_last)
    method = explanation_method("layercam")
    targets = [ClassifierOutputTarget(column) for column in CLASSES]

    def ours() -> object:
        return method.raw_maps(network, hu, LAYERS, CLASSES)

    def peer_class_by_class() -> None:
        with LayerCAM(network, [network.cam_layers[name] for name in LAYERS]) as cam:
            for target in targets:
                cam(hu, [target])

    def peer_batched() -> None:
        with LayerCAM(network, [network.cam_layers[name] for name in LAYERS]) as cam:
            cam(hu.expand(len(targets), -1, -1, -1), targets)

    mine = timed(ours, runs)
    maps = method.raw_maps(network, hu, LAYERS, CLASSES).maps
    network.requires_grad_(True)  # the peer's hooks see no gradient otherwise
    one_by_one, batched = timed(peer_class_by_class, runs), timed(peer_batched, runs)
    difference = 0.0
    for name in LAYERS:
        with LayerCAM(network, [network.cam_layers[name]]) as cam:
            for column, target in enumerate(targets):
                cam(hu, [target])
                seen = cam.activations_and_grads
                raw = cam.get_cam_image(
                    hu, None, None, seen.activations[0].numpy(), seen.gradients[0].numpy(), False
                )
                theirs = raw[0] / max(float(np.abs(raw).max()), 1e-30)
                own = maps[name][0, column].numpy() / max(float(np.abs(raw).max()), 1e-30)
                difference = max(difference, float(np.abs(own - theirs).max()))
    best = min(summary(one_by_one)["median_ms"], summary(batched)["median_ms"])
    ratio = summary(mine)["median_ms"] / best
    report(
        "cam",
        {
            "model": model.name,
            "layers": list(LAYERS),
            **summary(mine),
            "greatest_difference_of_maps_scaled_to_1": difference,
        },
        "LayerCAM, two layers, six classes, a slice: at most 1/5 of pytorch-grad-cam, maps equal to 1e-4",
        ratio <= 0.2 and difference <= 1e-4,
        peer="pytorch-grad-cam",
        peer_figures={"class_by_class": summary(one_by_one), "one_batch_of_six": summary(batched)},
        ratio=ratio,
    )


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
