"""A DICOM Segmentation, ours or another maker's, as a label map on an open series."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.errors import InputError
from ichcore.export.frames_on_series import slices_on
from ichcore.export.segment_frames import frames_of_segmentation, read_segmentation, segments_of
from ichcore.masks.edits.label_map import LabelMap
from ichcore.masks.edits.origin import Origin
from ichcore.subtypes import UNSTATED_LABEL

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from pydicom import Dataset

    from ichcore.export.plane_frames import PlaneFrame
    from ichcore.export.segment_frames import Segment
    from ichcore.volume import Volume


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
    frames = frames_of_segmentation(data)
    for frame, index in zip(frames, slices_on(path.name, data, frames, volume), strict=True):
        for segment, inside in _parts(data, frame, segments):
            _lay(label_map, index, segment, inside)
    return label_map


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
