"""What a DICOM Segmentation holds, read with pydicom alone, and whether it is what was to be written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.dicom.quiet import quiet_pydicom
from ichcore.export.codes import BY_LABEL, label_of
from ichcore.export.plane_frames import identity_differences, plane_frames, read_dicom, slices_of
from ichcore.export.source_images import source_images

if TYPE_CHECKING:
    from pathlib import Path

    from pydicom import Dataset

    from ichcore.export.material import Material
    from ichcore.export.plane_frames import PlaneFrame
    from ichcore.export.source_images import SourceImages

_SEGMENTATIONS = ("1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7")


@dataclass(frozen=True)
class Segment:
    """One segment as its maker describes it.

    Attributes:
        number: in the file.
        label: label-map value it stands for.
        title: segment label.
        algorithm_type: ``AUTOMATIC``, ``SEMIAUTOMATIC`` or ``MANUAL``.
        scheme, value: of the property type.
    """

    number: int
    label: int
    title: str
    algorithm_type: str
    scheme: str
    value: str


def read_segmentation(path: Path) -> Dataset:
    """A SEG file.

    Raises:
        InputError: if it cannot be read, or is something else.
    """
    return read_dicom(path, "a DICOM segmentation", _SEGMENTATIONS)


def segments_of(data: Dataset) -> dict[int, Segment]:
    """The segments by number."""
    found = {}
    with quiet_pydicom():
        for item in data.SegmentSequence:
            kind = (item.get("SegmentedPropertyTypeCodeSequence") or [None])[0]
            scheme = str(kind.get("CodingSchemeDesignator", "")) if kind else ""
            value = str(kind.get("CodeValue", "")) if kind else ""
            meaning = str(kind.get("CodeMeaning", "")) if kind else ""
            title = str(item.get("SegmentLabel", ""))
            number = int(item.SegmentNumber)
            label = label_of(scheme, value, f"{meaning} {title} {item.get('SegmentDescription', '')}")
            found[number] = Segment(
                number, label, title, str(item.get("SegmentAlgorithmType", "")), scheme, value
            )
    return found


def frames_of_segmentation(data: Dataset) -> list[PlaneFrame]:
    """Its frames in order.

    Raises:
        InputError: if pixels or functional groups are damaged.
    """
    with quiet_pydicom():
        pixels = data.pixel_array
    return plane_frames(data, pixels if pixels.ndim == 3 else pixels[None])


def seg_differences(material: Material, path: Path) -> list[str]:
    """A sentence for every difference between a SEG file and the mask it was made from.

    Raises:
        IchError: if the file cannot be read.
    """
    data, source = read_segmentation(path), source_images(material)
    found = identity_differences(data, source)
    segments = segments_of(data)
    labels = material.annotation.mask.labels
    there = {int(label) for label in np.unique(labels)} - {0}
    stated = {(segment.scheme, segment.value, segment.title, segment.label) for segment in segments.values()}
    wanted = {(c.scheme, c.value, c.title, c.label) for label, c in BY_LABEL.items() if label in there}
    # the unstated class shares its code with `any`, which no segment is
    if stated != wanted:
        found.append(f"The segments are {sorted(stated)}, not {sorted(wanted)}.")
        return found
    found += _pydicom_differences(data, material, source, segments)
    found += _highdicom_differences(path, material, source, segments)
    return found


def _pydicom_differences(
    data: Dataset, material: Material, source: SourceImages, segments: dict[int, Segment]
) -> list[str]:
    """By pydicom: the mask rebuilt through each frame's reference, and each frame's own position."""
    labels = material.annotation.mask.labels
    frames = frames_of_segmentation(data)
    indices, found = slices_of(frames, source, material.volume.geometry)
    rebuilt = np.zeros_like(labels)
    for index, frame in zip(indices, frames, strict=True):
        if index >= 0:
            rebuilt[index][frame.pixels != 0] = segments[frame.segment].label
    wrong = int(np.count_nonzero(rebuilt != labels))
    if wrong:
        found.append(f"{wrong} voxels read back by pydicom have another label.")
    return found


def _highdicom_differences(
    path: Path, material: Material, source: SourceImages, segments: dict[int, Segment]
) -> list[str]:
    """By highdicom, through its index of source instances."""
    import highdicom as hd

    seg = hd.seg.segread(path)
    labels = material.annotation.mask.labels
    numbers = sorted(segments)
    if source.frames is None:
        planes = seg.get_pixels_by_source_instance(
            source_sop_instance_uids=[str(one.SOPInstanceUID) for one in source.datasets],
            segment_numbers=numbers,
            combine_segments=True,
            assert_missing_frames_are_empty=True,
        )
    else:
        planes = seg.get_pixels_by_source_frame(
            source_sop_instance_uid=str(source.first.SOPInstanceUID),
            source_frame_numbers=[int(frame) + 1 for frame in source.frames],
            segment_numbers=numbers,
            combine_segments=True,
            assert_missing_frames_are_empty=True,
        )
    to_label = np.zeros(max(numbers) + 1, np.uint8)
    for number, segment in segments.items():
        to_label[number] = segment.label
    wrong = int(np.count_nonzero(to_label[planes] != labels))
    return [f"{wrong} voxels read back by highdicom have another label."] if wrong else []
