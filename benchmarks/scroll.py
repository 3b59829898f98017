"""Budget: a slice step is painted within 8 ms (99th percentile), and in a fifth of napari's time.

The program's whole main window is up; wheel events are posted to the image area and timed until its paint
event has ended, with two joint heat maps, their boxes and a measured region on every slice.
"""

from __future__ import annotations

from _image_stage import STEPS, WARM_UP, draw_everything, stage
from _napari import report_beside_napari


def main() -> None:
    """Measure, and print the report."""
    with stage() as shown:
        draw_everything(shown)
        last = shown.workspace.case.volume.shape[0] - 1
        shown.workspace.view.go_to_slice(0)
        shown.settle()
        times = []
        for step in range(WARM_UP + STEPS):
            # up and down the stack, never beyond its ends
            up = (step // last) % 2 == 0
            took = shown.timed(lambda up=up: shown.wheel(-1 if up else 1))
            if step >= WARM_UP:
                times.append(took)
        report_beside_napari("scroll", "slice step", shown, times, "slice")


if __name__ == "__main__":
    main()
