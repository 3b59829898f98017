"""The mask as a DICOM Segmentation: one binary segment a subtype, on the series' own grid.

Every slice that holds blood becomes a frame that states its own position and its source instance, so tilted,
sheared and uneven series are exact. Source: PS3.3 A.51 (Segmentation IOD), C.8.20.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.dicom.quiet import quiet_pydicom
from ichcore.errors import IchError
from ichcore.export.codes import BY_LABEL
from ichcore.export.new_instance import MANUFACTURER, common, model_of, person_of, save
from ichcore.export.segment_frames import seg_differences
from ichcore.export.source_images import source_images
from ichcore.masks.edits.origin import Origin

if TYPE_CHECKING:
    from pathlib import Path

    import highdicom as hd

    from ichcore.export.codes import HemorrhageCode
    from ichcore.export.material import Material
    from ichcore.export.source_images import SourceImages

FILE_NAME = "segmentation.dcm"
SERIES_NUMBER = 901
TOOLS = "ichviewer mask tools"
"""Algorithm of a mask that a reader drew with ranges of HU or between slices, without a model."""


class EmptyMaskError(IchError):
    """There is nothing to write a segmentation of."""


@dataclass(frozen=True)
class SegFormat:
    """DICOM SEG, BINARY."""

    name: str = "seg"

    def write(self, material: Material, folder: Path) -> tuple[Path, ...]:
        """Write ``segmentation.dcm``.

        Raises:
            EmptyMaskError: if no voxel is labelled; the standard wants a segment in every segmentation.
            InputError: if the source is not DICOM.
            GeometryError: if the series does not say where its slices lie.
            OSError: if the folder cannot be written.
        """
        return (save(segmentation(material, source_images(material)), folder / FILE_NAME),)

    def differences(self, material: Material, folder: Path) -> list[str]:
        """Read back by highdicom and, apart from it, by pydicom; voxels, places, codes, names, references."""
        return seg_differences(material, folder / FILE_NAME)


def present_codes(material: Material) -> list[HemorrhageCode]:
    """What the mask holds, in class order; segment 1 is the first."""
    there = np.bincount(material.annotation.mask.labels.ravel(), minlength=7)
    return [code for label, code in BY_LABEL.items() if label is not None and there[label]]


def segmentation(material: Material, source: SourceImages) -> hd.seg.Segmentation:
    """The mask as a highdicom object.

    Raises:
        EmptyMaskError: if no voxel is labelled.
    """
    import highdicom as hd

    mask = material.annotation.mask
    codes = present_codes(material)
    if not codes:
        raise EmptyMaskError(
            "The mask of this series is empty, so there is no DICOM segmentation to write; export sr to say "
            "what was answered of its slices, or draw something first."
        )
    segments = np.zeros(7, np.uint8)
    for number, code in enumerate(codes, start=1):
        segments[code.label] = number
    with quiet_pydicom():
        return hd.seg.Segmentation(
            source_images=source.datasets,
            pixel_array=source.stored(segments[mask.labels]),
            segmentation_type=hd.seg.SegmentationTypeValues.BINARY,
            segment_descriptions=[_describe(material, n, code) for n, code in enumerate(codes, start=1)],
            content_label="HEMORRHAGE",
            content_description="Hemorrhage mask for research, not for diagnosis",
            content_creator_name=person_of(material) or None,
            **common(material, "SEG", SERIES_NUMBER, "hemorrhage mask", mask.labels, mask.origins),
        )


def algorithm_type(material: Material, label: int) -> str:
    """``MANUAL``, ``SEMIAUTOMATIC`` or ``AUTOMATIC``, by where the voxels of a label come from.

    Automatic is what a model alone made, manual what a reader alone drew. Voxels without an origin, as read
    from elsewhere, count as the model's where the mask began with one, else as the reader's.
    """
    mask = material.annotation.mask
    counts = np.bincount(mask.origins[mask.labels == label], minlength=len(Origin))
    counts[Origin.MODEL if material.annotation.model else Origin.HUMAN] += counts[Origin.NONE]
    counts[Origin.NONE] = 0
    if counts.sum() == counts[Origin.MODEL]:
        return "AUTOMATIC"
    return "MANUAL" if counts.sum() == counts[Origin.HUMAN] else "SEMIAUTOMATIC"


def _describe(material: Material, number: int, code: HemorrhageCode) -> hd.seg.SegmentDescription:
    import highdicom as hd
    from pydicom.sr.codedict import codes

    kind = algorithm_type(material, code.label or 0)
    algorithm = None
    if kind != "MANUAL":
        name, version = model_of(material) or (TOOLS, "1")
        algorithm = hd.AlgorithmIdentificationSequence(
            name=name,
            version=version,
            source=MANUFACTURER,
            family=codes.DCM.ArtificialIntelligence,
        )
    red, green, blue = (int(code.colour[at : at + 2], 16) for at in (1, 3, 5))
    return hd.seg.SegmentDescription(
        segment_number=number,
        segment_label=code.title,
        segmented_property_category=codes.SCT.MorphologicallyAbnormalStructure,
        segmented_property_type=code.concept,
        algorithm_type=kind,
        algorithm_identification=algorithm,
        display_color=hd.color.CIELabColor.from_rgb(red, green, blue),
    )
