"""Several passes over the same positions under one series UID: told apart, and double positions settled."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from ichcore.volume.geometry import EVEN_TOLERANCE_MM

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from numpy.typing import NDArray

    from ichcore.dicom.frame import Frame

SAME_POSITION_MM = 0.2
"""Slices nearer than this are one position scanned twice (0.09 mm apart was seen)."""
RESCAN_SHARE = 0.25
"""Share of positions that must be double before the series counts as several passes."""

_KEYS: tuple[Callable[[Frame], Hashable], ...] = (
    lambda frame: frame.kernel,
    lambda frame: frame.acquisition,
    lambda frame: frame.header.image_type,
    lambda frame: frame.slice_thickness_mm,
    lambda frame: frame.time,
)


def tolerance_mm(positions: NDArray[np.float64]) -> float:
    """How near two sorted positions are the same one; never near the true step of a thin series."""
    steps = np.diff(positions)
    real = steps[steps > 0.02]
    return min(SAME_POSITION_MM, 0.4 * float(np.median(real))) if real.size else SAME_POSITION_MM


def position_groups(positions: NDArray[np.float64]) -> list[list[int]]:
    """Indices of sorted positions, grouped where they are the same position."""
    tolerance = tolerance_mm(positions)
    groups: list[list[int]] = []
    for index, position in enumerate(positions):
        if groups and position - positions[groups[-1][0]] < tolerance:
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups


def split_passes(frames: Sequence[Frame], positions: NDArray[np.float64]) -> list[list[int]]:
    """Indices of each pass, the one to keep first; one list where there is only one pass.

    Args:
        frames: sorted by position.
        positions: ``(n,)`` mm along the normal, ascending.
    """
    groups = position_groups(positions)
    double = len(positions) - len(groups)
    if double >= max(2, RESCAN_SHARE * len(groups)):
        passes = _passes_by_key(frames, groups) or _passes_by_order(frames, groups)
    else:
        passes = _offset_passes(frames, positions)
    return sorted(passes, key=lambda one: _rank(frames, one), reverse=True)


def _rank(frames: Sequence[Frame], chosen: list[int]) -> tuple[int, int, str]:
    """The most complete pass first, then the later one."""
    whole = sum(frames[i].stored_whole for i in chosen)
    return whole, len(chosen), max(frames[i].time for i in chosen)


def _by(frames: Sequence[Frame], key: Callable[[Frame], Hashable]) -> list[list[int]]:
    found: dict[Hashable, list[int]] = defaultdict(list)
    for index, frame in enumerate(frames):
        found[key(frame)].append(index)
    return list(found.values())


def _passes_by_key(frames: Sequence[Frame], groups: list[list[int]]) -> list[list[int]] | None:
    """Passes told apart by kernel, acquisition, …, where that leaves no position double."""
    group_of = {index: number for number, group in enumerate(groups) for index in group}
    deepest = max(map(len, groups))
    for key in _KEYS:
        passes = _by(frames, key)
        if 2 <= len(passes) <= deepest and all(len({group_of[i] for i in one}) == len(one) for one in passes):
            return passes
    return None


def _passes_by_order(frames: Sequence[Frame], groups: list[list[int]]) -> list[list[int]]:
    """Passes as the instance numbers run: a new one where a position comes again."""
    group_of = {index: number for number, group in enumerate(groups) for index in group}
    order = sorted(
        range(len(frames)),
        key=lambda i: (frames[i].instance_number is None, frames[i].instance_number or 0, frames[i].label),
    )
    passes: list[list[int]] = []
    seen: list[set[int]] = []
    for index in order:
        if passes and group_of[index] not in seen[-1]:
            passes[-1].append(index)
            seen[-1].add(group_of[index])
        else:
            passes.append([index])
            seen.append({group_of[index]})
    if len(passes) > max(map(len, groups)):
        # instance numbers alternate between the passes; share each position's slices out in turn
        depth = max(map(len, groups))
        rank = {index: turn for turn, index in enumerate(order)}
        passes = [[] for _ in range(depth)]
        for group in groups:
            for turn, index in enumerate(sorted(group, key=rank.__getitem__)):
                passes[turn - len(group)].append(index)
    return [sorted(one) for one in passes if one]


def _offset_passes(frames: Sequence[Frame], positions: NDArray[np.float64]) -> list[list[int]]:
    """Passes between each other's positions: each even by itself and over the same range as the others."""
    everything = [list(range(len(frames)))]
    steps = np.diff(positions)
    if steps.size < 5:
        return everything
    thickness = frames[0].slice_thickness_mm
    even_together = np.ptp(steps) <= EVEN_TOLERANCE_MM
    if even_together and (thickness is None or thickness <= 1.2 * float(np.median(steps))):
        return everything  # slices fill the range only together: one scan, whatever it was numbered
    for key in _KEYS:
        passes = _by(frames, key)
        if not 2 <= len(passes) <= 4 or min(map(len, passes)) < 3:
            continue
        even = all(np.ptp(np.diff(positions[one])) <= EVEN_TOLERANCE_MM for one in passes)
        low = max(positions[one[0]] for one in passes)
        high = min(positions[one[-1]] for one in passes)
        shortest = min(positions[one[-1]] - positions[one[0]] for one in passes)
        if even and high - low > 0.5 * shortest:
            return passes
    return everything


def settle_doubles(
    frames: Sequence[Frame], positions: NDArray[np.float64]
) -> tuple[list[int], list[tuple[int, int, float]]]:
    """One slice a position: the complete one, of several the later.

    Returns:
        Indices to keep, and ``(dropped, kept, distance in mm)`` for each slice that goes.
    """
    kept: list[int] = []
    dropped: list[tuple[int, int, float]] = []
    for group in position_groups(positions):
        best = max(
            group,
            key=lambda i: (frames[i].stored_whole, frames[i].time, frames[i].instance_number or 0, i),
        )
        kept.append(best)
        dropped += [(i, best, abs(float(positions[i] - positions[best]))) for i in group if i != best]
    return kept, dropped
