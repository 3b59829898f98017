"""Budget: a window drag is painted within 8 ms (99th percentile), and in a fifth of napari's time.

The program's whole main window is up; mouse moves with the left button down are posted to the image area and
timed until its paint event has ended, with two joint heat maps, their boxes and a measured region on it.
"""

from __future__ import annotations

import math

from _image_stage import STEPS, WARM_UP, draw_everything, stage
from _napari import report_beside_napari


def main() -> None:
    """Measure, and print the report."""
    with stage() as shown:
        draw_everything(shown)
        shown.workspace.view.go_to_slice(shown.workspace.case.volume.shape[0] // 2)
        shown.settle()
        shown.mouse("press", 0, 250)
        shown.settle()
        times = []
        for step in range(WARM_UP + STEPS):
            angle = step * 0.13
            dx, dy = 40 * math.sin(angle) + step * 0.05, 250 + 30 * math.cos(angle)
            took = shown.timed(lambda dx=dx, dy=dy: shown.mouse("move", dx, dy))
            if step >= WARM_UP:
                times.append(took)
        shown.mouse("release", 0, 250)
        shown.settle()
        report_beside_napari("window", "window drag", shown, times, "window")


if __name__ == "__main__":
    main()
