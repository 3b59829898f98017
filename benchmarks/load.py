"""Load 300×512² uncompressed and 30 slices of JPEG 2000, beside SimpleITK in the same run.

Ours is everything from the folder's path to the finished HU volume: finding the files, reading headers,
sorting, decoding. SimpleITK is timed the same way (its series finding and its reader), and once more for its
reader alone, handed the sorted file names.
"""

from __future__ import annotations

import resource
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from _report import report
from ct_files import write_series

from ichcore.opening import open_volume

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 5
BUDGET = "300×512² uncompressed ≤ 0.7 × SimpleITK's time; 30 slices JPEG 2000 ≤ 0.6 ×; memory ≤ 1.2 GB"


def milliseconds(work: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    work()
    return 1e3 * (time.perf_counter() - start)


def find_and_read(folder: Path) -> object:
    """SimpleITK from a folder."""
    import SimpleITK

    return read(list(SimpleITK.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder))))


def read(names: list[str]) -> object:
    """SimpleITK from sorted names; its image."""
    import SimpleITK

    reader = SimpleITK.ImageSeriesReader()
    reader.SetFileNames(names)
    return reader.Execute()


def values(image: object) -> np.ndarray:
    """The voxels of a SimpleITK image."""
    import SimpleITK

    return np.asarray(SimpleITK.GetArrayFromImage(image))


def side_by_side(folder: Path, names: list[str]) -> dict[str, list[float]]:
    """Interleaved rounds, so that whatever else the machine does falls on all alike."""
    times: dict[str, list[float]] = {"ours": [], "find_and_read": [], "read": []}
    for _ in range(ROUNDS):
        times["ours"].append(milliseconds(lambda: open_volume(folder)))
        times["read"].append(milliseconds(lambda: read(names)))
        times["find_and_read"].append(milliseconds(lambda: find_and_read(folder)))
    return times


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as temporary:
        plain, packed = Path(temporary, "plain"), Path(temporary, "packed")
        plain.mkdir()
        packed.mkdir()
        plain_names = write_series(plain, 300)
        packed_names = write_series(packed, 30, compressed=True)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        volume = open_volume(plain)
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        same = bool(np.array_equal(volume.hu, values(read(plain_names))))
        same &= bool(np.array_equal(open_volume(packed).hu, values(read(packed_names))))
        del volume
        uncompressed = side_by_side(plain, plain_names)
        jpeg2000 = side_by_side(packed, packed_names)
    middle = {
        f"{kind}_{name}_ms": round(statistics.median(values), 1)
        for kind, times in (("uncompressed", uncompressed), ("jpeg2000", jpeg2000))
        for name, values in times.items()
    }
    ratios = {
        kind: middle[f"{kind}_ours_ms"] / middle[f"{kind}_{peer}_ms"]
        for kind, peer in (("uncompressed", "read"), ("jpeg2000", "read"))
    }
    figures = {
        "uncompressed_300_ms": middle["uncompressed_ours_ms"],
        "jpeg2000_30_ms": middle["jpeg2000_ours_ms"],
        "uncompressed_ratio_to_read": round(ratios["uncompressed"], 3),
        "jpeg2000_ratio_to_read": round(ratios["jpeg2000"], 3),
        "peak_memory_mb": round(peak_mb),
        "memory_before_mb": round(before / 1024),
        "hu_equal_to_peer": same,
    }
    peer_figures = {k: v for k, v in middle.items() if "_ours_" not in k}
    met = same and ratios["uncompressed"] <= 0.7 and ratios["jpeg2000"] <= 0.6 and peak_mb <= 1200
    report(
        "load",
        figures,
        BUDGET,
        met,
        peer="SimpleITK",
        peer_figures=peer_figures,
        ratio=ratios["uncompressed"],
    )


if __name__ == "__main__":
    main()
