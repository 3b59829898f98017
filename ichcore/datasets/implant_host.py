"""A case as a host of phantom bleeds: the anatomy of all its bleed-free slices, estimated once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.datasets.host_anatomy import MOST_BONE_HU, HostSlice, enclosed, estimate_host, midline_angle
from ichcore.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.datasets.case_files import CaseFiles

WIDEST_SLICE_Z_MM = 8.0
"""Height in head coordinates of the slice with the largest inside, a little above the vault's middle."""
ASSUMED_STEP_MM = 5.0
"""Between pictures, whose spacing nobody states [ours]."""
_HEAD_SPAN_MM = 150.0


@dataclass(frozen=True, eq=False)
class HostAnatomy:
    """What implanting needs of a host, whatever is implanted.

    Attributes:
        index: the slices that can be used: known to be free of blood, with a closed skull.
        slices: their anatomy.
        z_mm: their heights in head coordinates.
        step_mm: between slices.
        pixel_mm: size of a pixel.
        limits: lowest and highest HU of pictures; ``None`` for HU.
    """

    index: NDArray[np.intp]
    slices: tuple[HostSlice, ...]
    z_mm: NDArray[np.float64]
    step_mm: float
    pixel_mm: float
    limits: tuple[float, float] | None

    @property
    def widest(self) -> HostSlice:
        """The slice with the largest inside."""
        return max(self.slices, key=lambda one: one.area_mm2)

    @property
    def z_range_mm(self) -> tuple[float, float]:
        """Lowest and highest height that the slices show."""
        return float(self.z_mm.min()) - 0.5 * self.step_mm, float(self.z_mm.max()) + 0.5 * self.step_mm


def estimate_anatomy(host: CaseFiles) -> HostAnatomy:
    """Estimate the bleed-free slices of a host.

    Args:
        host: a case on a model's grid.

    Raises:
        InputError: if it has no slice that is known to be free of blood inside a closed skull.
    """
    pixel_mm = float(host.about["pixel_mm"])
    window = host.window
    bone = MOST_BONE_HU if window is None else min(MOST_BONE_HU, window.high - 0.1 * window.width)
    free = np.flatnonzero(host.free_of_blood)
    # slices with a bleed are no hosts, yet they tell where in the head the others lie, and its midline
    insides = [enclosed(np.asarray(one, np.float32), pixel_mm, bone) for one in host.hu]
    areas = np.array([0 if inside is None else int(inside.sum()) for inside in insides])
    wide = [
        one for one, area in zip(insides, areas, strict=True) if one is not None and area > 0.6 * areas.max()
    ]
    angle = midline_angle(wide) if wide else 0.0
    found = {}
    for i in free:
        if (inside := insides[i]) is not None:
            one = estimate_host(host.hu[i], pixel_mm, bone, everywhere=inside, angle=angle)
            if one is not None:
                found[int(i)] = one
    if not found:
        raise InputError(f"{host.patient} has no bleed-free slice with a closed skull to put a bleed into.")
    widest = int(np.argmax(areas))
    count = len(host.labels)
    # a case does not say its steps; a head of usual height fills what HU series show of it
    step = _HEAD_SPAN_MM / max(count - 1, 1) if host.is_hu else ASSUMED_STEP_MM
    step = min(max(step, 2.5), 8.0)
    run = host.heights * (count - 1) * step
    index = np.array(sorted(found))
    return HostAnatomy(
        index=index,
        slices=tuple(found[int(i)] for i in index),
        z_mm=run[index] - run[widest] + WIDEST_SLICE_Z_MM,
        step_mm=step,
        pixel_mm=pixel_mm,
        limits=None if window is None else (float(np.ceil(window.low)), float(np.floor(window.high))),
    )


__all__ = ["HostAnatomy", "estimate_anatomy"]
