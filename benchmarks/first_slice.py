"""From a folder's path to the first true slice in HU (find, begin, first decode), for 40 and 600 slices.

The painting itself is the viewer's; its budget is the scroll benchmark's 8 ms, which is added here.
"""

from __future__ import annotations

import contextlib
import statistics
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
from _report import report
from ct_files import write_series

from ichcore.errors import CancelledError
from ichcore.opening import begin, decode, find_series
from ichcore.progress import CancelToken

ROUNDS = 7
PAINT_MS = 8.0
BUDGET = "first slice painted ≤ 200 ms for 40 slices, ≤ 500 ms for 600; a true slice in its true place"


def first_slice_ms(folder: Path) -> float:
    """Milliseconds until the first slice is in; the rest is cancelled."""
    arrived: list[float] = []
    token = CancelToken()
    entered = threading.Event()

    def on_slice(_: int) -> None:
        if not entered.is_set():
            entered.set()
            arrived.append(time.perf_counter())
            token.cancel()

    start = time.perf_counter()
    entry = find_series(folder).proposed
    assert entry is not None
    with contextlib.suppress(CancelledError):
        decode(entry, begin(entry), on_slice=on_slice, cancel=token)
    return 1e3 * (arrived[0] - start)


def in_its_place(folder: Path, names: list[str]) -> bool:
    """Whether the first slice decoded is the one that pydicom reads at that position."""
    from pydicom import dcmread

    entry = find_series(folder).proposed
    assert entry is not None
    middle = entry.slices // 2
    volume = decode(entry, begin(entry))
    truth = dcmread(names[middle])
    return bool(
        np.array_equal(volume.hu[middle], truth.pixel_array - 1024)
        and volume.sop_instance_uids[middle] == truth.SOPInstanceUID
        and abs(volume.geometry.positions_mm[middle] - float(truth.ImagePositionPatient[2])) < 1e-6
    )


def main() -> None:
    """Measure and print."""
    figures: dict[str, float | bool] = {}
    true_place = True
    with tempfile.TemporaryDirectory() as temporary:
        for slices in (40, 600):
            folder = Path(temporary, str(slices))
            folder.mkdir()
            names = write_series(folder, slices)
            true_place &= in_its_place(folder, names)
            times = [first_slice_ms(folder) for _ in range(ROUNDS)]
            figures[f"slices_{slices}_ms"] = round(statistics.median(times) + PAINT_MS, 1)
            figures[f"slices_{slices}_worst_ms"] = round(max(times) + PAINT_MS, 1)
    figures["true_slice_in_true_place"] = true_place
    met = bool(figures["slices_40_ms"] <= 200 and figures["slices_600_ms"] <= 500 and true_place)
    report("first_slice", figures, BUDGET, met)


if __name__ == "__main__":
    main()
