"""The painted part of the brush's budget: from a mouse move in the main window to the end of its painting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from _image_stage import draw_everything, stage
from _report import summary

if TYPE_CHECKING:
    from collections.abc import Callable

WARM_UP = 20
MAPS = 3
"""Slices that get heat maps; the brush paints on one of them."""


def painted(shape: tuple[int, int, int], spacing: tuple[float, float, float], samples: int) -> dict[str, Any]:
    """Milliseconds from a posted mouse move to the painted brush sample, overlay, boxes and a region on."""
    from ichcore.volume import Geometry, SeriesIdentity, Volume
    from ichviewer.documents.view_state import Tool

    hu = np.random.default_rng(0).integers(20, 80, shape, np.int16)
    identity = SeriesIdentity(series_instance_uid="1.2.3", modality="CT")
    uids = tuple(f"1.2.3.{index}" for index in range(shape[0]))
    volume = Volume(hu, Geometry.regular(shape, spacing), uids, identity)
    figures: dict[str, Any] = {}
    with stage(volume=volume) as shown:
        draw_everything(shown, kept=MAPS)
        workspace = shown.workspace
        workspace.view.go_to_slice(1)
        workspace.view.set_tool(Tool.BRUSH)
        shown.settle(2.0)
        annotating = workspace.annotating
        if not annotating.ready:
            raise RuntimeError("the mask was not opened")
        for name, changes in {
            "painted_disk": {"ball": False},
            "painted_ball": {"ball": True},
        }.items():
            annotating.change(label=2, radius=5.0, **changes)
            wall = _stroke(shown.timed, shown.mouse, samples)
            figures[name] = {**summary(wall), "cpu": summary(shown.computed_ms[-samples:])}
            shown.settle(1.0)
    return figures


def _stroke(
    timed: Callable[..., float], mouse: Callable[[str, float, float], None], samples: int
) -> list[float]:
    times = []
    mouse("press", 150, 0)
    for step in range(samples + WARM_UP):
        turn, radius = step * 0.08, 150 - 80 * step / (samples + WARM_UP)
        at = (radius * float(np.cos(turn)), radius * float(np.sin(turn)))
        took = timed(lambda at=at: mouse("move", *at))
        if step >= WARM_UP:
            times.append(took)
    mouse("release", 150, 0)
    return times
