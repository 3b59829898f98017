"""The measurement groups of a report: one a segment, one for all of them, one for each set of answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.annotations.answer import Answer
from ichcore.export.codes import CODES, UNSTATED
from ichcore.export.dicom_seg import algorithm_type, present_codes
from ichcore.export.new_instance import MANUFACTURER, model_of
from ichcore.masks.volumes import volumes_ml
from ichcore.subtypes import CLASSES
from ichcore.volume.uid import derived_uid

if TYPE_CHECKING:
    from collections.abc import Mapping

    import highdicom as hd

    from ichcore.annotations.answer import Said
    from ichcore.export.codes import HemorrhageCode
    from ichcore.export.material import Material
    from ichcore.export.source_images import SourceImages

ANSWERS = {
    Answer.YES: ("373066001", "Yes"),
    Answer.NO: ("373067005", "No"),
    Answer.UNSURE: ("373068000", "Undetermined"),
}
"""SNOMED CT codes of DICOM's CID 230."""
VOLUME = ("118565006", "SCT", "Volume")
UNIT = ("mL", "UCUM", "milliliter")
STUDY = "Study"


def segment_groups(
    material: Material, source: SourceImages, seg: hd.seg.Segmentation | None
) -> list[hd.sr.VolumetricROIMeasurementsAndQualitativeEvaluations]:
    """TID 1411 for each segment of ``seg``; none where there is no segmentation."""
    import highdicom as hd

    if seg is None:
        return []
    return [
        hd.sr.VolumetricROIMeasurementsAndQualitativeEvaluations(
            tracking_identifier=_tracking(material, code.title),
            referenced_segment=_referenced(material, source, seg, number, code),
            finding_type=code.concept,
            algorithm_id=_algorithm(material, code),
            measurements=_volume(material, code.name),
        )
        for number, code in enumerate(present_codes(material), start=1)
    ]


def _referenced(
    material: Material, source: SourceImages, seg: hd.seg.Segmentation, number: int, code: HemorrhageCode
) -> hd.sr.ReferencedSegment:
    """A segment and the images that it was drawn on.

    highdicom's own ``from_segmentation`` looks for the segment's number at every frame, and fails where there
    is but one segment: then the number stands once for all frames (PS3.3 C.7.6.16.1.1).
    """
    import highdicom as hd

    drawn_on: dict[tuple[str, str], list[int]] = {}
    for index in np.flatnonzero((material.annotation.mask.labels == code.label).any(axis=(1, 2))).tolist():
        sop_class, uid, frames = source.reference(index)
        drawn_on.setdefault((sop_class, uid), []).extend(frames or ())
    images = [
        hd.sr.SourceImageForSegmentation(sop_class, uid, frames or None)
        for (sop_class, uid), frames in drawn_on.items()
    ]
    return hd.sr.ReferencedSegment(seg.SOPClassUID, seg.SOPInstanceUID, number, source_images=images)


def total_group(material: Material) -> list[hd.sr.MeasurementsAndQualitativeEvaluations]:
    """TID 1501 with the volume of all hemorrhage; none where the mask is empty or volumes are withheld."""
    import highdicom as hd

    volume = _volume(material, "any") if present_codes(material) else None
    if volume is None:
        return []
    return [
        hd.sr.MeasurementsAndQualitativeEvaluations(
            tracking_identifier=_tracking(material, "All hemorrhage"),
            finding_type=CODES["any"].concept,
            measurements=volume,
        )
    ]


def answer_groups(
    material: Material, source: SourceImages
) -> list[hd.sr.MeasurementsAndQualitativeEvaluations]:
    """TID 1501 with what was said of the study, then of each slice that something was said of."""
    import highdicom as hd

    what = material.annotation
    groups = []
    if what.study:
        groups.append(
            hd.sr.MeasurementsAndQualitativeEvaluations(
                tracking_identifier=_tracking(material, STUDY),
                qualitative_evaluations=_evaluations(what.study),
            )
        )
    for index in sorted({index for index, _ in what.slices}):
        sop_class, uid, frames = source.reference(index)
        answers = {name: said for (at, name), said in what.slices.items() if at == index}
        groups.append(
            hd.sr.MeasurementsAndQualitativeEvaluations(
                tracking_identifier=_tracking(material, f"Slice {index + 1}"),
                qualitative_evaluations=_evaluations(answers),
                source_images=[hd.sr.SourceImageForMeasurementGroup(sop_class, uid, frames)],
            )
        )
    return groups


def _evaluations(answers: Mapping[str, Said]) -> list[hd.sr.QualitativeEvaluation]:
    """In class order."""
    import highdicom as hd

    found = []
    for name in (*CLASSES, UNSTATED):
        if name in answers:
            value, meaning = ANSWERS[answers[name].answer]
            found.append(
                hd.sr.QualitativeEvaluation(CODES[name].concept, hd.sr.CodedConcept(value, "SCT", meaning))
            )
    return found


def _tracking(material: Material, what: str) -> hd.sr.TrackingIdentifier:
    import highdicom as hd

    uid = derived_uid("ichviewer", "finding", material.annotation.series_instance_uid, what)
    return hd.sr.TrackingIdentifier(uid=uid, identifier=what)


def _algorithm(material: Material, code: HemorrhageCode) -> hd.sr.AlgorithmIdentification | None:
    """The model (TID 4019); none where it had no part in a segment."""
    import highdicom as hd

    model = model_of(material)
    if model is None or algorithm_type(material, code.label or 0) == "MANUAL":
        return None
    return hd.sr.AlgorithmIdentification(name=model[0], version=model[1], manufacturer=MANUFACTURER)


def _volume(material: Material, name: str) -> list[hd.sr.Measurement] | None:
    """Volume in mL of a class; ``None`` where the geometry does not support it."""
    import highdicom as hd

    if not material.volume.geometry.supports_volumes:
        return None
    ml = volumes_ml(material.annotation.mask.labels, material.volume.geometry)[name]
    return [
        hd.sr.Measurement(
            name=hd.sr.CodedConcept(*VOLUME), value=round(ml, 4), unit=hd.sr.CodedConcept(*UNIT)
        )
    ]
