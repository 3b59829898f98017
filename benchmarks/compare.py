"""Budget: a slice step is painted within 8 ms (99th percentile) while explanations are compared.

The program's whole main window is up with four methods side by side (``--panes 6`` for more); wheel events
are posted to the active pane and timed until the paint event of every pane has ended. Half of the slices
have their maps and boxes, as where a reader goes back and forth; the others are painted without, as where
he scrolls on.
"""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

import numpy as np
from _image_stage import SLICES, STEPS, WAIT_S, WARM_UP, stage
from _report import report, summary

if TYPE_CHECKING:
    from _image_stage import Stage

BUDGET_MS = 8.0


def main() -> None:
    """Measure, and print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--panes", type=int, default=4, choices=range(2, 7))
    panes = parser.parse_args().panes
    with stage() as shown:
        compare(shown, panes)
        last = SLICES - 1
        shown.workspace.view.go_to_slice(0)
        shown.settle()
        times, own = [], []
        for step in range(WARM_UP + STEPS):
            took, computed = stepped(shown, up=(step // last) % 2 == 0)
            if step >= WARM_UP:
                times.append(took)
                own.append(computed)
        figures = {**summary(times), "computed": summary(own), "panes": panes, "screen": shown.screen}
        budget = "a slice step over all panes, event to painted, p99 <= 8 ms"
        report("compare", figures, budget, figures["p99_ms"] <= BUDGET_MS)


def compare(shown: Stage, panes: int) -> None:
    """Flag every slice, compare so many explanations, and give every second slice its maps and boxes."""
    from ichcore.explain.heatmap import Box, Heatmap
    from ichcore.predict.prediction import Prediction
    from ichviewer.documents.comparison import Found
    from ichviewer.documents.view_state import Layout

    case, comparison = shown.workspace.case, shown.workspace.inference.comparison
    if case is None:
        raise RuntimeError("no case is open")
    slices, rows, columns = case.volume.shape
    said = np.full((slices, 6), 0.9, np.float32)
    uids, places = case.volume.sop_instance_uids, case.volume.geometry.positions_mm
    limits, done = np.full(6, 0.5, np.float32), np.ones(slices, bool)
    case.set_prediction(Prediction("1", "none", "0" * 64, "cpu", uids, places, said, limits, done))
    comparison.offer(("sfcam", "layercam"))
    while comparison.panes < panes:
        comparison.add()
    for place in range(panes):
        comparison.choose(place, class_name="epidural", layer=f"block{place}")
    yy, xx = np.mgrid[:rows, :columns].astype(np.float32)
    grid = np.array([[rows / 32, 0, rows / 64 - 0.5], [0, columns / 32, columns / 64 - 0.5]])
    shown.workspace.view.set_layout(Layout.COMPARE)
    # maps are made up below: no model is installed that could compute them
    shown.workspace.inference.comparing.set_case(None, "")
    for index in range(0, slices, 2):
        for place, each in enumerate(comparison.explanations):
            y, x = rows * 0.45, columns * (0.4 + place / 20) + index
            activation = np.exp(-(((yy - y) / 60) ** 2) - ((xx - x) / 40) ** 2)
            activation[activation < 0.05] = 0
            raw = activation[:: rows // 32, :: columns // 32].copy()
            map_ = Heatmap(each.method, each.layer or "", "epidural", index, activation, raw, 1.0, grid)
            box = Box(index, "epidural", (int(y) - 76, int(x) - 51, int(y) + 76, int(x) + 51), 1.0)
            comparison.put(index, each, Found(map_, box))
    shown.settle(1.0)


def stepped(shown: Stage, *, up: bool) -> tuple[float, float]:
    """Milliseconds of one wheel step until the last pane is painted: on the clock, and of the Qt thread."""
    from PySide6.QtWidgets import QApplication

    views = shown.window.image.comparison.views
    left = set(views)
    watching = [(view, lambda view=view: left.discard(view)) for view in views]
    for view, painted in watching:
        view.painted.connect(painted)
    started, own = time.perf_counter(), time.thread_time()
    shown.wheel(-1 if up else 1)
    while left and time.perf_counter() - started < WAIT_S:
        QApplication.processEvents()
    took, computed = time.perf_counter() - started, time.thread_time() - own
    for view, painted in watching:
        view.painted.disconnect(painted)
    if left:
        raise RuntimeError("a pane painted nothing after a wheel step")
    QApplication.processEvents()
    time.sleep(0.002)
    return took * 1000, computed * 1000


if __name__ == "__main__":
    main()
