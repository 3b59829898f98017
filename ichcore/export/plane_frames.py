"""Frames of multi-frame objects as they state themselves: where they lie and which slice they come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.dicom.quiet import quiet_pydicom
from ichcore.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from pydicom import Dataset

    from ichcore.export.source_images import SourceImages
    from ichcore.volume.geometry import Geometry

SAME_PLACE_MM = 1e-3
"""Positions are written with 16 characters, so they are exact to far less than this."""


@dataclass(frozen=True, eq=False)
class PlaneFrame:
    """One frame of a segmentation or map.

    Attributes:
        segment: segment number; 0 where the frame belongs to none.
        pixels: ``(rows, columns)``.
        position_mm: LPS of pixel (0, 0); ``None`` where not stated.
        orientation: six cosines; ``None`` where not stated.
        spacing_mm: between rows, between columns; ``None`` where not stated.
        sources: ``(SOP instance UID, frame number or 0)`` of the images it was made of.
    """

    segment: int
    pixels: NDArray[Any]
    position_mm: NDArray[np.float64] | None
    orientation: NDArray[np.float64] | None
    spacing_mm: tuple[float, float] | None
    sources: tuple[tuple[str, int], ...]


def read_dicom(path: Path, what: str, sop_classes: tuple[str, ...]) -> Dataset:
    """A file of one of these SOP classes.

    Raises:
        InputError: if it cannot be read, or is something else.
    """
    from pydicom import dcmread

    with quiet_pydicom():
        try:
            data = dcmread(path)
        except OSError as error:
            raise InputError(f"{path.name} cannot be read ({error.strerror or error}).") from error
    if str(data.get("SOPClassUID", "")) not in sop_classes:
        raise InputError(f"{path.name} is not {what}; choose the file that holds one.")
    return data


def plane_frames(data: Dataset, planes: NDArray[np.generic]) -> list[PlaneFrame]:
    """The frames of an object in order.

    Args:
        data: with functional groups (PS3.3 C.7.6.16).
        planes: ``(frames, rows, columns)`` its pixels.

    Raises:
        InputError: if the functional groups are damaged.
    """
    with quiet_pydicom():
        shared = (data.get("SharedFunctionalGroupsSequence") or [{}])[0]
        groups = data.PerFrameFunctionalGroupsSequence
        return [_frame(group, shared, plane) for group, plane in zip(groups, planes, strict=True)]


def _frame(group: Dataset, shared: Dataset, plane: NDArray[np.generic]) -> PlaneFrame:
    def macro(name: str) -> Dataset | None:
        found = group.get(name) or shared.get(name)
        return next(iter(found), None) if found else None

    where, turned = macro("PlanePositionSequence"), macro("PlaneOrientationSequence")
    measures, named = macro("PixelMeasuresSequence"), macro("SegmentIdentificationSequence")
    position = where.get("ImagePositionPatient") if where is not None else None
    orientation = turned.get("ImageOrientationPatient") if turned is not None else None
    spacing = measures.get("PixelSpacing") if measures is not None else None
    sources = []
    for derivation in group.get("DerivationImageSequence") or ():
        for image in derivation.get("SourceImageSequence") or ():
            numbers = image.get("ReferencedFrameNumber") or 0
            number = numbers if isinstance(numbers, int | str) else next(iter(numbers), 0)
            sources.append((str(image.ReferencedSOPInstanceUID), int(number)))
    return PlaneFrame(
        segment=0 if named is None else int(named.ReferencedSegmentNumber),
        pixels=plane,
        position_mm=None if position is None else np.array(position, float),
        orientation=None if orientation is None else np.array(orientation, float),
        spacing_mm=None if spacing is None else (float(spacing[0]), float(spacing[1])),
        sources=tuple(sources),
    )


def slices_of(
    frames: list[PlaneFrame], source: SourceImages, geometry: Geometry
) -> tuple[list[int], list[str]]:
    """The slice that each frame names as its source.

    Returns:
        Slice indices, −1 where a frame names none or several; and a sentence for each such frame and for each
        that does not lie where that slice does.
    """
    index_of = {}
    for index in range(geometry.shape[0]):
        _, uid, numbers = source.reference(index)
        index_of[uid, numbers[0] if numbers else 0] = index
    axes = np.array((*geometry.column_axis, *geometry.row_axis))
    spacing_mm = geometry.require_in_plane_mm()
    indices, wrong = [], []
    for number, frame in enumerate(frames, start=1):
        index = index_of.get(frame.sources[0], -1) if len(frame.sources) == 1 else -1
        indices.append(index)
        if index < 0:
            wrong.append(f"Frame {number} does not name the one slice that it lies on.")
            continue
        off = _misplaced(frame, geometry.origins_mm[index], axes, spacing_mm)
        if off:
            wrong.append(f"Frame {number} (slice {index + 1}) {off}.")
    return indices, wrong


def _misplaced(
    frame: PlaneFrame,
    origin_mm: NDArray[np.float64],
    axes: NDArray[np.float64],
    spacing_mm: tuple[float, float],
) -> str:
    """How a frame's plane differs from a slice's; empty where it does not."""
    if frame.position_mm is None or np.abs(frame.position_mm - origin_mm).max() > SAME_PLACE_MM:
        return f"lies at {frame.position_mm}, not at {origin_mm} mm"
    if frame.orientation is None or np.abs(frame.orientation - axes).max() > SAME_PLACE_MM:
        return f"is turned {frame.orientation}, not {axes}"
    if frame.spacing_mm is None or not np.allclose(frame.spacing_mm, spacing_mm, atol=SAME_PLACE_MM):
        return f"has pixels of {frame.spacing_mm}, not {spacing_mm} mm"
    return ""


def identity_differences(data: Dataset, source: SourceImages) -> list[str]:
    """Whether patient, study and frame of reference are the source's, and the research note is there."""
    found = []
    for keyword in ("PatientName", "PatientID", "StudyInstanceUID", "StudyDate", "FrameOfReferenceUID"):
        if keyword == "FrameOfReferenceUID" and keyword not in data:
            continue  # a report has none
        if str(data.get(keyword, "")) != str(source.first.get(keyword, "")):
            found.append(f"{keyword} is not the source's.")
    if str(data.get("ContentQualification", "")) != "RESEARCH":
        found.append("It does not say that it is for research.")
    return found
