"""Frames of another maker's object on an open series: which slice each lies on, pixel by pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.dicom.enhanced import frame_uid
from ichcore.errors import GeometryError, InputError
from ichcore.export.source_images import frame_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydicom import Dataset

    from ichcore.export.plane_frames import PlaneFrame
    from ichcore.volume import Geometry, Volume

SAME_PLANE_MM = 0.2
"""Makers round positions; slices of head CT lie 0.5 mm apart or more."""
SAME_DIRECTION = 1e-3
SAME_SPACING = 1e-2
"""Share of a pixel's size; over 512 pixels a thousandth would already be half a pixel, but makers round."""


def slices_on(name: str, data: Dataset, frames: Sequence[PlaneFrame], volume: Volume) -> list[int]:
    """The slice of each frame: the one it names as its source, else the one at its position.

    Args:
        name: of the file.
        data: whose frames they are.
        frames: of it.
        volume: the open series.

    Raises:
        InputError: if a frame is of another series.
        GeometryError: if a frame lies on another grid.
    """
    slices = {uid: index for index, uid in enumerate(volume.sop_instance_uids)}
    identity = volume.identity
    frame_of_reference = identity.frame_of_reference_uid or frame_of(identity.series_instance_uid)
    same_frame = str(data.get("FrameOfReferenceUID", "")) == frame_of_reference
    found = []
    for frame in frames:
        index = _slice_named(frame, slices)
        if index is None and same_frame:
            index = _slice_there(frame, volume.geometry)
        if index is None:
            raise InputError(
                f"{name} was drawn on another series than the one that is open; open that series first."
            )
        _check_grid(name, frame, volume.geometry, index)
        found.append(index)
    return found


def _slice_named(frame: PlaneFrame, slices: dict[str, int]) -> int | None:
    """By the one source instance that it names; makers who name the whole series say nothing by it."""
    if len(frame.sources) != 1:
        return None
    uid, number = frame.sources[0]
    return slices.get(frame_uid(uid, number - 1) if number and uid not in slices else uid)


def _slice_there(frame: PlaneFrame, geometry: Geometry) -> int | None:
    if frame.position_mm is None or not geometry.positions_known:
        return None
    distance = np.abs(geometry.positions_mm - frame.position_mm @ geometry.normal)
    nearest = int(distance.argmin())
    return nearest if distance[nearest] <= SAME_PLANE_MM else None


def _check_grid(name: str, frame: PlaneFrame, geometry: Geometry, index: int) -> None:
    """Pixels of the frame must be pixels of the slice.

    Raises:
        GeometryError: if they are not.
    """
    if frame.pixels.shape != geometry.shape[1:]:
        raise GeometryError(
            f"{name} has frames of {frame.pixels.shape} pixels, the series slices of {geometry.shape[1:]}; "
            "only what lies on the series' own grid can be taken over."
        )
    rows_mm, columns_mm = geometry.pixel_spacing_mm or (1.0, 1.0)
    axes = np.array((*geometry.column_axis, *geometry.row_axis))
    wrong = frame.orientation is not None and np.abs(frame.orientation - axes).max() > SAME_DIRECTION
    if frame.spacing_mm is not None and geometry.pixel_spacing_mm is not None:
        wrong |= not np.allclose(frame.spacing_mm, (rows_mm, columns_mm), rtol=SAME_SPACING)
    if frame.position_mm is not None and geometry.positions_known:
        off = frame.position_mm - geometry.origins_mm[index]
        wrong |= (
            abs(off @ geometry.row_axis) > rows_mm / 2 or abs(off @ geometry.column_axis) > columns_mm / 2
        )
        wrong |= abs(off @ geometry.normal) > SAME_PLANE_MM
    if wrong:
        raise GeometryError(
            f"{name} lies on another grid than slice {index + 1} of the series (moved, turned or scaled); "
            "only what lies on the series' own grid can be taken over."
        )
