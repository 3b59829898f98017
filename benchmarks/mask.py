"""Budget: the threshold slider moves mask, box and tints of a 36-slice case within 33 ms.

The program's whole main window is up with the default model's prediction of a phantom. The threshold is moved
as the slider moves it, and timed until the shown slice, with its mask at the new threshold, its box and what
the step lost and leaked, has been painted; once with the dense CRF and once without.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from _image_stage import SIZE, SLICES, stage
from _report import report, summary

from ichcore.files import resource

if TYPE_CHECKING:
    from collections.abc import Callable

    from _image_stage import Stage

STEPS, WARM_UP = 120, 20
BUDGET_MS = 33.0
PATIENCE_S = 180.0


def wait(shown: Stage, there: Callable[[], bool]) -> None:
    """Let the window live until something is there.

    Raises:
        RuntimeError: if it does not come.
    """
    until = time.perf_counter() + PATIENCE_S
    while not there():
        if time.perf_counter() > until:
            raise RuntimeError("the mask did not come")
        shown.settle(0.05)


def moved(shown: Stage, threshold: float) -> float:
    """Milliseconds from a new threshold to its mask on screen."""
    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QApplication

    # as the program itself waits: a loop that spins would hold the interpreter, which the mask's thread needs
    sleeping = QEventLoop.ProcessEventsFlag.WaitForMoreEvents
    masks, view = shown.workspace.inference.masks, shown.window.image.active_view
    index, before = shown.workspace.view.slice_index, []
    old = masks.mask(index)
    view.painted.connect(lambda: before.append(masks.mask(index)))
    started = time.perf_counter()
    masks.change(threshold=threshold)
    while not before or before[-1] is old:
        QApplication.processEvents(sleeping)
        if time.perf_counter() - started > PATIENCE_S:
            raise RuntimeError("the mask did not follow the threshold")
    took = (time.perf_counter() - started) * 1000
    view.painted.disconnect()
    shown.settle(0.03)
    return took


def main() -> None:
    """Measure, and print the report."""
    from ichcore.phantom import make_case

    volume = make_case(3, subtypes=("intraparenchymal",), slices=SLICES, size=SIZE).volume
    with stage(models=resource("models"), volume=volume) as shown:
        workspace = shown.workspace
        workspace.inference.predict()
        wait(shown, lambda: workspace.settled and workspace.jobs.idle)
        flagged = workspace.case.flags().any(axis=1).nonzero()[0]
        workspace.view.go_to_slice(int(flagged[len(flagged) // 2]))
        masks = workspace.inference.masks
        masks.change(visible=True, changes=True)
        figures = {}
        for name, weight in (("crf", 4.0), ("plain", 0.0)):
            masks.change(crf_weight=weight)
            wait(shown, lambda: masks.blood is not None and workspace.jobs.idle)
            times = [moved(shown, 0.2 + 0.5 * (step % 50) / 50) for step in range(WARM_UP + STEPS)]
            figures |= {f"{name}_{key}": value for key, value in summary(times[WARM_UP:]).items()}
        met = max(figures["crf_median_ms"], figures["plain_median_ms"]) <= BUDGET_MS
        report("mask", {"flagged_slices": len(flagged), **figures}, "median ≤ 33 ms", met)


if __name__ == "__main__":
    main()
