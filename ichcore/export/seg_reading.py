"""A DICOM Segmentation, ours or another maker's, as a label map on an open series."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.dicom.enhanced import frame_uid
from ichcore.errors import GeometryError, InputError
from ichcore.export.segment_frames import frames_of_segmentation, read_segmentation, segments_of
from ichcore.export.source_images import frame_of
from ichcore.masks.edits.label_map import LabelMap
from ichcore.masks.edits.origin import Origin
from ichcore.subtypes import UNSTATED_LABEL

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from pydicom import Dataset

    from ichcore.export.plane_frames import PlaneFrame
    from ichcore.export.segment_frames import Segment
    from ichcore.volume import Geometry, Volume

SAME_PLANE_MM = 0.2
"""Makers round positions; slices of head CT lie 0.5 mm apart or more."""
SAME_DIRECTION = 1e-3
SAME_SPACING = 1e-2
"""Share of a pixel's size; over 512 pixels a thousandth would already be half a pixel, but makers round."""


def read_seg(path: Path, volume: Volume) -> LabelMap:
    """The mask that a SEG file holds.

    What a segment is follows from its code, else from words in its label, else it is hemorrhage of unstated
    subtype (:func:`~ichcore.export.codes.label_of`). A frame belongs to the slice that it names as its
    source, else to the one at its position. Fractions count from one half on. Where segments overlap, a
    stated subtype goes before the unstated one, and of two stated ones the later segment.

    Args:
        path: a SEG of type BINARY, FRACTIONAL or LABELMAP.
        volume: that it was drawn on.

    Returns:
        Labels on the volume's grid; the origin is the model's for segments that say AUTOMATIC, else the
        reader's.

    Raises:
        InputError: if the file is no SEG, is damaged, or was drawn on another series.
        GeometryError: if a frame lies on another grid.
    """
    data = read_segmentation(path)
    segments = segments_of(data)
    label_map = LabelMap.empty(volume.shape)
    slices = {uid: index for index, uid in enumerate(volume.sop_instance_uids)}
    identity = volume.identity
    frame_of_reference = identity.frame_of_reference_uid or frame_of(identity.series_instance_uid)
    same_frame = str(data.get("FrameOfReferenceUID", "")) == frame_of_reference
    for frame in frames_of_segmentation(data):
        index = _slice_named(frame, slices)
        if index is None and same_frame:
            index = _slice_there(frame, volume.geometry)
        if index is None:
            raise InputError(
                f"{path.name} was drawn on another series than the one that is open; open that series first."
            )
        _check_grid(path.name, frame, volume.geometry, index)
        for segment, inside in _parts(data, frame, segments):
            _lay(label_map, index, segment, inside)
    return label_map


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
            "only a segmentation on the series' own grid can be taken over."
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
            "only a segmentation on the series' own grid can be taken over."
        )


def _parts(
    data: Dataset, frame: PlaneFrame, segments: dict[int, Segment]
) -> list[tuple[Segment, NDArray[np.bool_]]]:
    """The segments in a frame, each with its pixels."""
    if str(data.get("SegmentationType", "")) == "LABELMAP":
        found = [int(value) for value in np.unique(frame.pixels) if value]
        return [(segments[value], frame.pixels == value) for value in found if value in segments]
    if frame.segment not in segments:
        raise InputError(
            "The segmentation has a frame of a segment that it does not describe; it is damaged."
        )
    inside = frame.pixels > 0
    if str(data.get("SegmentationType", "")) == "FRACTIONAL":
        inside = frame.pixels.astype(np.float64) * 2 >= float(data.get("MaximumFractionalValue", 255) or 255)
    return [(segments[frame.segment], inside)]


def _lay(label_map: LabelMap, index: int, segment: Segment, inside: NDArray[np.bool_]) -> None:
    labels = label_map.labels[index]
    if segment.label == UNSTATED_LABEL:
        inside = inside & (labels == 0)
    labels[inside] = segment.label
    origin = Origin.MODEL if segment.algorithm_type == "AUTOMATIC" else Origin.HUMAN
    label_map.origins[index][inside] = origin
