"""Budget: a brush sample on 512×512×300 in 8 ms to the painted pixel; undo of a 300-slice edit in 50 ms.

usage: python benchmarks/brush.py [SAMPLES]

First the engine's part alone, without a screen: a sample is a small edit of a stroke on its way, made and
applied. A disk, a soft brush and a ball of 5 mm in 0.45 mm pixels and 0.625 mm steps, a gated ball, and a
ball in a tilted series, whose slices each lie elsewhere. The undone edit covers 5,000 pixels of each of the
300 slices. Then the whole way in the main window: a mouse move is posted and timed until its painting has
ended, with heat maps, boxes and a measured region on. Beside wall time stands what the process itself
computed (``cpu``), which a busy machine lengthens less.
"""

from __future__ import annotations

import sys
from time import perf_counter, process_time
from typing import TYPE_CHECKING

import numpy as np
from _brush_stage import painted
from _report import report, summary

if TYPE_CHECKING:
    from collections.abc import Callable

    from ichcore.masks.edits.stroke import Stroke

SHAPE = (300, 512, 512)
SPACING_MM = (0.625, 0.45, 0.45)
SAMPLE_MS, PAINTED_MS, UNDO_MS = 2.0, 8.0, 50.0
UNDONE_PX = (50, 100)
UNDOES = 15


def path(samples: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Round and round in a narrowing spiral, about 8 pixels a sample, as a hand in a hurry draws."""
    turn = np.arange(samples) * 0.08
    radius = 110 - 60 * np.arange(samples) / samples
    return np.stack([256 + radius * np.sin(turn), 256 + radius * np.cos(turn)], axis=1)


def drawn(stroke: Callable[[], Stroke], samples: int) -> dict[str, object]:
    """Wall and own milliseconds of each sample, made and applied, and of the stroke's end."""
    line = stroke()
    label_map = line.label_map
    wall, own = [], []
    for row, column in path(samples):
        start, computed = perf_counter(), process_time()
        line.add(150, row, column).apply(label_map)
        wall.append((perf_counter() - start) * 1e3)
        own.append((process_time() - computed) * 1e3)
    start = perf_counter()
    edit = line.end()
    return {
        **summary(wall),
        "cpu": summary(own),
        "end_ms": round((perf_counter() - start) * 1e3, 2),
        "voxels": int(edit.where.size),
    }


def undone() -> dict[str, object]:
    """An edit of all slices, taken back again and again; and what it holds in memory and in bytes kept."""
    from ichcore.masks.edits.history import History
    from ichcore.masks.edits.label_map import LabelMap
    from ichcore.masks.edits.mask_edit import MaskEdit
    from ichcore.masks.edits.origin import Origin
    from ichcore.masks.edits.region import Region

    label_map = LabelMap.empty(SHAPE)
    region = Region((0, 200, 200), np.ones((SHAPE[0], *UNDONE_PX), bool))
    edit = MaskEdit.setting("Grow", label_map, region.where(SHAPE), 2, Origin.HUMAN)
    history = History(label_map)
    history.commit(edit)
    wall, own = [], []
    for _ in range(UNDOES):
        start, computed = perf_counter(), process_time()
        history.undo()
        wall.append((perf_counter() - start) * 1e3)
        own.append((process_time() - computed) * 1e3)
        history.redo()
    arrays = (edit.where, edit.old_labels, edit.new_labels, edit.old_origins, edit.new_origins)
    return {
        **summary(wall),
        "cpu": summary(own),
        "voxels": int(edit.where.size),
        "bytes_a_voxel": round(sum(array.nbytes for array in arrays) / edit.where.size, 2),
        "kept_bytes_a_voxel": round(len(edit.to_bytes()) / edit.where.size, 4),
    }


def main(samples: int = 300) -> None:
    """Measure, and print the report."""
    from ichcore.masks.edits.brush import Brush
    from ichcore.masks.edits.hu_gate import HuGate
    from ichcore.masks.edits.label_map import LabelMap
    from ichcore.masks.edits.paint import Paint
    from ichcore.masks.edits.stroke import Stroke
    from ichcore.masks.edits.voxel_grid import VoxelGrid
    from ichcore.volume import Geometry

    hu = np.random.default_rng(0).integers(20, 80, SHAPE, np.int16)
    right, tilted = (VoxelGrid.of(Geometry.regular(SHAPE, SPACING_MM, tilt_deg=tilt)) for tilt in (0.0, 15.0))
    gated = Paint(2, gate=HuGate(40, 90))
    kinds = {
        "disk": (right, Brush(5.0), Paint(2)),
        "soft_disk": (right, Brush(5.0, hardness=0.5), Paint(2)),
        "ball": (right, Brush(5.0, ball=True), Paint(2)),
        "gated_ball": (right, Brush(5.0, ball=True), gated),
        "tilted_ball": (tilted, Brush(5.0, ball=True), Paint(2)),
        "large_ball": (right, Brush(15.0, ball=True), Paint(2)),
    }
    figures: dict[str, object] = {
        name: drawn(lambda kind=kind: Stroke(LabelMap.empty(SHAPE), kind[0], kind[1], kind[2], hu), samples)
        for name, kind in kinds.items()
    }
    undo = undone()
    window = painted(SHAPE, SPACING_MM, samples)
    met = all(float(figures[name]["p99_ms"]) <= SAMPLE_MS for name in kinds if name != "large_ball")
    met &= float(str(undo["p99_ms"])) <= UNDO_MS
    met &= all(float(one["p99_ms"]) <= PAINTED_MS for one in window.values())
    report(
        "brush",
        figures | {"undo_300_slices": undo} | window,
        "brush sample on 512×512×300: 99 % ≤ 2 ms made, ≤ 8 ms painted; undo of 300 slices ≤ 50 ms",
        met,
    )


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
