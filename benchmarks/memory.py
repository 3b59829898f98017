"""Budget: a 300-slice case of 512² takes at most 1.2 GB of memory, torch not imported.

A process of its own shows the main window with 300 slices (157 MB of HU), scrolls through all of them with
heat maps and boxes on, zooms, and opens four views; the system then says the peak of its resident memory.
"""

from __future__ import annotations

import json
import subprocess
import sys

from _report import report

BUDGET_MB = 1200.0
SLICES, SIZE = 300, 512


def child() -> None:
    """Work through a large case, and print the peak."""
    import resource

    import numpy as np
    from _image_stage import draw_everything, stage

    from ichcore.volume import Geometry, SeriesIdentity, Volume
    from ichviewer.documents.view_state import Layout

    rng = np.random.default_rng(0)
    yy, xx = np.mgrid[:SIZE, :SIZE] / SIZE - 0.5
    radius = np.hypot(yy, xx * 1.2)
    head = np.where(radius < 0.34, 32, np.where(radius < 0.38, 1200, -1000)).astype(np.int16)
    hu = np.empty((SLICES, SIZE, SIZE), np.int16)
    for index in range(SLICES):
        hu[index] = head + rng.integers(-8, 9, head.shape, np.int16)
    uids = tuple(f"1.2.826.{index}" for index in range(SLICES))
    geometry = Geometry.regular(hu.shape, (0.625, 0.45, 0.45))
    volume = Volume(hu, geometry, uids, SeriesIdentity(series_instance_uid="1.2.826"))
    with stage(volume=volume) as shown:
        empty_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        draw_everything(shown, kept=40)
        view = shown.workspace.view
        for index in range(SLICES):
            view.go_to_slice(index)
            shown.settle(0.004)
        shown.window.image.zoom_by(4.0)
        view.set_layout(Layout.FOUR_UP)
        shown.settle()
        for index in range(0, SLICES, 10):
            view.go_to_slice(index)
            shown.settle(0.004)
        shown.window.image.snapshot()
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line = {"peak_mb": round(peak_mb, 1), "shown_mb": round(empty_mb, 1), "torch": "torch" in sys.modules}
    print("MEMORY " + json.dumps(line), flush=True)


def main() -> None:
    """Measure, and print the report."""
    done = subprocess.run(
        [sys.executable, __file__, "--child"], check=False, capture_output=True, text=True, timeout=600
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("MEMORY ")]
    if not lines:
        raise RuntimeError(f"the measured process said nothing: {done.stderr[-800:]}")
    found = json.loads(lines[-1].removeprefix("MEMORY "))
    figures = {"peak_mb": found["peak_mb"], "shown_mb": found["shown_mb"], "torch_imported": found["torch"]}
    figures |= {"slices": SLICES, "hu_mb": round(SLICES * SIZE * SIZE * 2 / 2**20, 1)}
    met = found["peak_mb"] <= BUDGET_MB and not found["torch"]
    report("memory", figures, "a 300-slice case of 512² takes <= 1.2 GB without torch", met)


if __name__ == "__main__":
    child() if "--child" in sys.argv else main()
