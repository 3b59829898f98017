"""36 slices through a network of the paper's size on two cores: ResNeXt-101 32×8d of Burduja 2020 by default.

The weights are random; the time is that of any. Without pretrained weights nothing is fetched.

usage: python benchmarks/predict_paper.py [ARCHITECTURE [SIZE]]
"""

from __future__ import annotations

import sys
from time import perf_counter

from _report import report

BUDGET_S = 8.0
CORES, SLICES, BATCH = 2, 36, 4


def main(architecture: str = "slice_cnn", size: str = "256") -> None:
    """Measure the network's forward passes as a prediction makes them, warm."""
    import torch

    from ichcore.models.registry import build
    from ichcore.predict.compute import limited_threads, worthwhile_precision

    network = build(architecture, {"size": "paper"}).eval().to(memory_format=torch.channels_last)
    hu = torch.rand(SLICES, 1, int(size), int(size)) * 80
    seconds = []
    with (
        torch.inference_mode(),
        limited_threads(CORES),
        worthwhile_precision(network, torch.device("cpu")),
    ):
        for _ in range(3):
            start = perf_counter()
            for part in hu.split(BATCH):
                network(part.contiguous(memory_format=torch.channels_last))
            seconds.append(perf_counter() - start)
    best = min(seconds[1:])
    parameters = sum(p.numel() for p in network.parameters()) / 1e6
    report(
        "predict_paper",
        {
            "architecture": architecture,
            "million_parameters": round(parameters, 1),
            "slices": SLICES,
            "first_run_s": round(seconds[0], 2),
            "whole_s": round(best, 2),
        },
        f"{SLICES} slices of {size}², paper-size network, two cores, bf16: at most {BUDGET_S:g} s",
        best <= BUDGET_S,
    )


if __name__ == "__main__":
    main(*sys.argv[1:3])
