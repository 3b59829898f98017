"""What was found as a DICOM structured report: TID 1500, with the segmentation that it speaks of beside it.

One measurement group a segment (TID 1411: volume in mL where the geometry supports it, algorithm of TID
4019), one for all hemorrhage, and one for the study and for each slice of which something was said (TID 1501:
yes, no or undetermined for each class). Source: PS3.16 TID 1500; PS3.3 A.35.13 (Comprehensive 3D SR).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ichcore.dicom.quiet import quiet_pydicom
from ichcore.errors import IchError
from ichcore.export.dicom_seg import FILE_NAME as SEG_FILE_NAME
from ichcore.export.dicom_seg import EmptyMaskError, SegFormat, present_codes, segmentation
from ichcore.export.new_instance import MANUFACTURER, MODEL_NAME, RESEARCH_NOTE, common, person_of, save
from ichcore.export.report_differences import report_differences
from ichcore.export.report_groups import answer_groups, segment_groups, total_group
from ichcore.export.source_images import source_images
from ichcore.masks.volumes import why_no_volumes
from ichcore.volume.uid import derived_uid

if TYPE_CHECKING:
    from pathlib import Path

    import highdicom as hd
    from pydicom import Dataset

    from ichcore.export.material import Material
    from ichcore.export.source_images import SourceImages

    Group = (
        hd.sr.VolumetricROIMeasurementsAndQualitativeEvaluations
        | hd.sr.PlanarROIMeasurementsAndQualitativeEvaluations
        | hd.sr.MeasurementsAndQualitativeEvaluations
    )

FILE_NAME = "report.dcm"
SERIES_NUMBER = 902
DEVICE_UID = derived_uid("ichviewer", "device")


class NothingToReportError(IchError):
    """Neither a mask nor an answer."""


@dataclass(frozen=True)
class SrFormat:
    """DICOM SR, and the SEG that it refers to."""

    name: str = "sr"

    def write(self, material: Material, folder: Path) -> tuple[Path, ...]:
        """Write ``report.dcm`` and, where the mask is not empty, ``segmentation.dcm``.

        Raises:
            NothingToReportError: if the mask is empty and nothing was said of any class.
            InputError: if the source is not DICOM.
            GeometryError: if the series does not say where its slices lie.
            OSError: if the folder cannot be written.
        """
        source = source_images(material)
        try:
            seg = segmentation(material, source)
        except EmptyMaskError:
            seg = None
        document = report(material, source, seg)
        files = [] if seg is None else [save(seg, folder / SEG_FILE_NAME)]
        return (save(document, folder / FILE_NAME), *files)

    def differences(self, material: Material, folder: Path) -> list[str]:
        """Read back by highdicom and, apart from it, by pydicom: groups, volumes, answers, references."""
        seg = folder / SEG_FILE_NAME
        found = SegFormat().differences(material, folder) if present_codes(material) else []
        return found + report_differences(material, folder / FILE_NAME, seg if seg.exists() else None)


def report(
    material: Material, source: SourceImages, seg: hd.seg.Segmentation | None
) -> hd.sr.Comprehensive3DSR:
    """The report as a highdicom object.

    Args:
        material: what is reported.
        source: its instances.
        seg: the mask of the same material; ``None`` where it is empty.

    Raises:
        NothingToReportError: if there is nothing to say.
    """
    import highdicom as hd

    with quiet_pydicom():
        groups: list[Group] = [
            *segment_groups(material, source, seg),
            *total_group(material),
            *answer_groups(material, source),
        ]
        if not groups:
            raise NothingToReportError(
                "The mask of this series is empty and nothing was answered of its slices, so there is "
                "nothing to report; answer for the study or draw something first."
            )
        content = hd.sr.MeasurementReport(
            observation_context=_observers(material),
            procedure_reported=hd.sr.CodedConcept("77477000", "SCT", "Computed tomography"),
            imaging_measurements=groups,
        )
        content[0].ContentSequence.extend(_comments(material))
        evidence: list[Dataset] = [*source.datasets] if seg is None else [seg, *source.datasets]
        what = material.annotation
        return hd.sr.Comprehensive3DSR(
            evidence=evidence,
            content=content[0],
            is_complete=True,
            is_final=False,
            **common(
                material,
                "SR",
                SERIES_NUMBER,
                "hemorrhage report",
                what.mask.labels,
                what.mask.origins,
                sorted(what.slices.items(), key=str),
                sorted(what.study.items(), key=str),
                sorted(what.notes.items(), key=str),
            ),
        )


def _observers(material: Material) -> hd.sr.ObservationContext:
    """The program, and the reader where there is one (TID 1001)."""
    import highdicom as hd
    from pydicom.sr.codedict import codes

    device = hd.sr.ObserverContext(
        observer_type=codes.DCM.Device,
        observer_identifying_attributes=hd.sr.DeviceObserverIdentifyingAttributes(
            uid=DEVICE_UID, name=MODEL_NAME, manufacturer_name=MANUFACTURER, model_name=MODEL_NAME
        ),
    )
    reader = person_of(material)
    person = None
    if reader:
        person = hd.sr.ObserverContext(
            observer_type=codes.DCM.Person,
            observer_identifying_attributes=hd.sr.PersonObserverIdentifyingAttributes(name=reader),
        )
    return hd.sr.ObservationContext(observer_person_context=person, observer_device_context=device)


def _comments(material: Material) -> list[hd.sr.TextContentItem]:
    """The warning, why there are no volumes, what opening found, the notes."""
    import highdicom as hd
    from pydicom.sr.codedict import codes

    notes = material.annotation.notes
    texts = [RESEARCH_NOTE, why_no_volumes(material.volume.geometry)]
    texts += [f"Geometry: {finding.detail}" for finding in material.volume.passport]
    texts += [
        f"Note on {'the study' if index is None else f'slice {index + 1}'}: {text}"
        for index, text in sorted(notes.items(), key=lambda item: -1 if item[0] is None else item[0])
    ]
    return [
        hd.sr.TextContentItem(
            name=codes.DCM.Comment, value=text, relationship_type=hd.sr.RelationshipTypeValues.CONTAINS
        )
        for text in texts
        if text
    ]
