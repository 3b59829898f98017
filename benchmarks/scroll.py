"""Budget: a slice step is painted within 8 ms (99th percentile), and in a fifth of napari's time.

The program's whole main window is up; wheel events are posted to the image area and timed until its paint
event has ended, with two joint heat maps, their boxes and a measured region on every slice.
"""

from __future__ import annotations

from _image_stage import STEPS, WARM_UP, draw_everything, napari_times, stage
from _report import report, summary

BUDGET_MS, SHARE = 8.0, 0.2


def main() -> None:
    """Measure, and print the report."""
    with stage() as shown:
        draw_everything(shown)
        case = shown.workspace.case
        times = []
        for step in range(WARM_UP + STEPS):
            # up and down the stack, never beyond its ends
            up = (step // (case.volume.shape[0] - 1)) % 2 == 0
            if step == 0:
                shown.workspace.view.go_to_slice(0)
                shown.settle()
            took = shown.timed(lambda up=up: shown.wheel(-1 if up else 1))
            if step >= WARM_UP:
                times.append(took)
        view = shown.window.image.active_view
        size, screen = (view.width(), view.height()), shown.screen
        peer = napari_times(case.volume, "slice")
    figures = {**summary(times), "screen": screen, "view": list(size)}
    ratio, peer_figures = None, {}
    if isinstance(peer, dict):
        peer_figures = {**summary(peer["ms"]), "view": peer["canvas"]}
        ratio = figures["median_ms"] / peer_figures["median_ms"]
    else:
        print(peer)
    met = figures["p99_ms"] <= BUDGET_MS and (ratio is None or ratio <= SHARE)
    report(
        "scroll",
        figures,
        "slice step, event to painted, overlay and boxes on: p99 <= 8 ms and <= 1/5 of napari's median",
        met,
        peer="napari" if peer_figures else None,
        peer_figures=peer_figures,
        ratio=ratio,
    )


if __name__ == "__main__":
    main()
