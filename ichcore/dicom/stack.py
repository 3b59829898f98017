"""Images of one size and orientation in anatomical order, with their geometry."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.sources import natural_key
from ichcore.volume.geometry import Geometry

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from ichcore.dicom.frame import Frame, Triple

SAME_ORIENTATION = float(np.cos(np.radians(1.0)))
"""Cosine of the angle within which two slices are parallel; headers round their cosines."""
AXIAL: tuple[Triple, Triple] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))


@dataclass(frozen=True, eq=False)
class Stack:
    """Frames of one size and orientation, sorted towards the head.

    Attributes:
        frames: in order.
        geometry: their positions.
        positions_known: whether positions come from the headers or are an order only.
        orientation_known: likewise for the orientation.
    """

    frames: tuple[Frame, ...]
    geometry: Geometry
    orientation_known: bool = True

    @property
    def positions_known(self) -> bool:
        """Whether positions come from the headers."""
        return self.geometry.positions_known

    def subset(self, chosen: Sequence[int]) -> Stack:
        """The stack of some of its slices."""
        return build_stack([self.frames[i] for i in chosen])


def build_stack(frames: Sequence[Frame]) -> Stack:
    """Sort frames by position along the slice normal; by number or name only where no position is known.

    Args:
        frames: at least one; all of one size and orientation.
    """
    first = frames[0]
    orientation = first.orientation or AXIAL
    places = [frame.position_mm for frame in frames]
    known = [place for place in places if place is not None]
    rows, columns = first.storage.rows, first.storage.columns
    thickness = _common(frame.slice_thickness_mm for frame in frames)
    shape = (len(frames), rows, columns)
    column_axis, row_axis = (np.asarray(axis, float) for axis in orientation)
    if len(known) == len(places):
        origins = np.asarray(known, float)
        geometry = Geometry(
            shape, origins, row_axis, column_axis, first.pixel_spacing_mm, thickness, positions_known=True
        )
        along = geometry.positions_mm
        if len(frames) < 2 or np.ptp(along) > 0.01 * len(frames):
            order = np.argsort(along, kind="stable")
            geometry = Geometry(
                shape, origins[order], row_axis, column_axis, first.pixel_spacing_mm, thickness
            )
            return Stack(
                tuple(frames[i] for i in order), geometry, orientation_known=first.orientation is not None
            )
    ordered = sorted(frames, key=_order_without_positions)
    blank = Geometry(shape, np.zeros((len(frames), 3)), row_axis, column_axis)
    geometry = Geometry(
        shape,
        np.arange(len(frames))[:, None] * blank.normal,
        row_axis,
        column_axis,
        first.pixel_spacing_mm,
        thickness,
        positions_known=False,
    )
    return Stack(tuple(ordered), geometry, orientation_known=first.orientation is not None)


def _common(values: Iterable[float | None]) -> float | None:
    """The commonest known value."""
    count: dict[float, int] = defaultdict(int)
    for value in values:
        if value is not None:
            count[value] += 1
    return max(count, key=count.__getitem__) if count else None


def _order_without_positions(frame: Frame) -> tuple[object, ...]:
    from ichcore.dicom import tags

    location = frame.header.number(tags.SLICE_LOCATION)
    return (
        location is None,
        location or 0.0,
        frame.instance_number is None,
        frame.instance_number or 0,
        natural_key(frame.header.label),
        frame.number,
    )


def split_by(frames: Sequence[Frame]) -> tuple[dict[Hashable, list[Frame]], str]:
    """Frames by size, orientation and pixel spacing; and which of these differ, in words."""
    exact: dict[Hashable, list[Frame]] = defaultdict(list)
    for frame in frames:
        spacing = frame.pixel_spacing_mm
        exact[
            (frame.storage.rows, frame.storage.columns),
            None if spacing is None else (round(spacing[0], 3), round(spacing[1], 3)),
            frame.orientation,
        ].append(frame)
    merged: dict[Hashable, list[Frame]] = {}
    for key, members in exact.items():
        home = next((other for other in merged if _alike(other, key)), key)
        merged.setdefault(home, []).extend(members)
    names = ("sizes", "pixel spacings", "orientations")
    keys = [key for key in merged if isinstance(key, tuple)]
    differing = [name for at, name in enumerate(names) if len({str(key[at]) for key in keys}) > 1]
    return merged, " and ".join(differing)


def _alike(a: object, b: object) -> bool:
    if not (isinstance(a, tuple) and isinstance(b, tuple)) or a[:2] != b[:2]:
        return False
    if a[2] is None or b[2] is None:
        return bool(a[2] == b[2])
    return all(float(np.dot(u, v)) > SAME_ORIENTATION for u, v in zip(a[2], b[2], strict=True))
