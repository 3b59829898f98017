"""The peer of scrolling and windowing: napari with the same volume on the same screen, in the same run."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
from _image_stage import WAIT_S, WARM_UP
from _report import report, summary

if TYPE_CHECKING:
    from _image_stage import Stage

    from ichcore.volume import Volume

BUDGET_MS, SHARE = 8.0, 0.2
"""99th percentile of our steps, and the part of napari's median that our median may take."""
PEER_STEPS = 300


def report_beside_napari(name: str, what: str, stage_: Stage, times: list[float], act: str) -> None:
    """Time napari doing the same, and report both.

    Args:
        name: of the benchmark.
        what: a step in words.
        stage_: the shown window.
        times: what its steps took, milliseconds.
        act: see :func:`napari_times`.
    """
    view, case = stage_.window.image.active_view, stage_.workspace.case
    figures = {
        **summary(times),
        "qt_thread_alone": summary(stage_.computed_ms[-len(times) :]),
        "screen": stage_.screen,
        "view": [view.width(), view.height()],
    }
    peer = napari_times(case.volume, act)
    ratio, peer_figures = None, {}
    if isinstance(peer, dict):
        peer_figures = {**summary(peer["ms"]), "view": peer["canvas"]}
        ratio = figures["median_ms"] / peer_figures["median_ms"]
    else:
        print(peer)
    report(
        name,
        figures,
        f"{what}, event to painted, overlay and boxes on: p99 <= 8 ms and <= 1/5 of napari's median",
        figures["p99_ms"] <= BUDGET_MS and (ratio is None or ratio <= SHARE),
        peer="napari" if peer_figures else None,
        peer_figures=peer_figures,
        ratio=ratio,
    )


def napari_times(volume: Volume, act: str) -> dict[str, list[float]] | str:
    """Time napari on the same volume and screen, in the same run: an image and a labels layer.

    Args:
        volume: what to show.
        act: ``slice`` steps the slice, ``window`` moves the contrast limits.

    Returns:
        ``{"ms": […]}`` from the call until its canvas was drawn, or why there is none.
    """
    try:
        import napari
    except ImportError as error:
        return f"napari cannot be imported ({error})"
    from PySide6.QtWidgets import QApplication

    viewer = napari.Viewer(show=True)
    viewer.window.resize(1600, 1012)
    image = viewer.add_image(volume.hu, contrast_limits=(0.0, 80.0))
    labels = np.zeros(volume.shape, np.uint8)
    labels[:, 180:330, 300:400] = 1
    viewer.add_labels(labels, opacity=0.5)
    canvas = viewer.window._qt_viewer.canvas._scene_canvas
    drawn = [0]

    def on_draw(event: object) -> None:
        drawn[0] += 1

    canvas.events.draw.connect(on_draw, position="last")
    until = time.perf_counter() + 2.0
    while time.perf_counter() < until:
        QApplication.processEvents()
    times: list[float] = []
    for step in range(WARM_UP + PEER_STEPS):
        before, started = drawn[0], time.perf_counter()
        if act == "slice":
            viewer.dims.set_current_step(0, step % volume.shape[0])
        else:
            image.contrast_limits = (float(-(step % 40)), 80.0 + step % 40)
        while drawn[0] == before and time.perf_counter() - started < WAIT_S:
            QApplication.processEvents()
        if step >= WARM_UP:
            times.append((time.perf_counter() - started) * 1000)
        QApplication.processEvents()
        time.sleep(0.002)
    size = canvas.native.size()
    viewer.close()
    return {"ms": times, "canvas": [float(size.width()), float(size.height())]}
