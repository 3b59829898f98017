"""Six probabilities for 36 slices of 512² with the default model on two cores: whole time and first result.

usage: python benchmarks/predict.py [RUNS]
"""

from __future__ import annotations

import sys
from time import perf_counter

from _report import report, summary

BUDGET_S = 5.0
CORES = 2


def main(runs: int = 5) -> None:
    """Measure with the one thread that the program takes on two cores, and with both."""
    from ichcore.models.checkpoint import load
    from ichcore.phantom import make_case
    from ichcore.predict.predictor import Predictor
    from ichcore.volume import Volume

    case = make_case(5, slices=36, size=512)
    start = perf_counter()
    model = load()
    load_ms = (perf_counter() - start) * 1e3
    figures: dict[str, object] = {"model": model.name, "slices": 36, "load_model_ms": round(load_ms, 1)}
    worst = 0.0
    for threads, name in ((CORES - 1, "one_thread"), (CORES, "two_threads")):
        predictor = Predictor(model, threads=threads)
        whole, first = [], []
        for _ in range(runs + 1):
            # a new volume each time, so that laying the head on the grid is measured too
            old = case.volume
            volume = Volume(old.hu, old.geometry, old.sop_instance_uids, old.identity)
            seen: list[float] = []
            start = perf_counter()
            predictor.predict(volume, on_slices=lambda _, seen=seen: seen.append(perf_counter()))
            whole.append((perf_counter() - start) * 1e3)
            first.append((seen[0] - start) * 1e3)
        # the first run warms caches and kernels; it is told apart
        figures[name] = {"whole": summary(whole[1:]), "first_slice": summary(first[1:])}
        figures[name]["first_run_ms"] = round(whole[0], 1)  # type: ignore[index]
        if threads == CORES - 1:  # what the viewer and the command line take on two cores
            worst = summary(whole[1:])["median_ms"]
    report(
        "predict",
        figures,
        "six probabilities, 36 slices of 512², default model, two cores: at most 5 s",
        worst <= BUDGET_S * 1e3,
    )


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
