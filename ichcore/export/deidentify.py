"""An export's material without the patient: whatever format is written from it is de-identified."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from ichcore.dicom.enhanced import frame_uid
from ichcore.dicom.quiet import quiet_pydicom
from ichcore.export.confidentiality import UidMap, deidentified_header
from ichcore.export.source_headers import FRAME_NUMBER
from ichcore.volume.volume import SeriesIdentity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ichcore.annotations.annotation import Annotation
    from ichcore.annotations.answer import Said
    from ichcore.export.material import Material
    from ichcore.volume.passport import Finding

_Key = TypeVar("_Key")
READER = "Reader"
WHEN = "1900-01-01T00:00:00Z"


def deidentified(material: Material, uids: UidMap | None = None) -> Material:
    """The same series, mask, labels and maps with nobody in them (PS3.15 E.1, Basic Profile).

    Names, IDs, institution, dates and descriptions go; UIDs are replaced, the same by the same; readers
    become ``Reader 1``, ``Reader 2``, …; notes, being free text, and the
    times of the answers are left out.
    Pixels are not looked at: a head CT can be rendered into a face, and letters may be burnt into secondary
    captures, which are not opened as series here.

    Args:
        material: as it is.
        uids: which new UIDs; one that nobody can repeat by default.

    Raises:
        IchError: if a header is damaged.
    """
    uids = uids or UidMap()
    with quiet_pydicom():
        headers = tuple(deidentified_header(header, uids) for header in material.headers)
    volume = material.volume
    slices = _slices(material, uids)
    identity = volume.identity
    nobody = SeriesIdentity(
        series_instance_uid=uids(identity.series_instance_uid),
        study_instance_uid=uids(identity.study_instance_uid),
        frame_of_reference_uid=uids(identity.frame_of_reference_uid),
        patient_name="Anonymous",
        patient_id=uids.name(identity.patient_id),
        series_number=identity.series_number,
        modality=identity.modality,
        body_part=identity.body_part,
        convolution_kernel=identity.convolution_kernel,
        manufacturer=identity.manufacturer,
        scanner_model=identity.scanner_model,
    )
    prediction = material.prediction
    if prediction is not None:
        prediction = replace(
            prediction,
            series_instance_uid=uids(prediction.series_instance_uid),
            sop_instance_uids=slices,
        )
    return replace(
        material,
        volume=replace(
            volume, identity=nobody, sop_instance_uids=slices, passport=_passport(volume.passport)
        ),
        annotation=_annotation(material.annotation, slices, uids),
        prediction=prediction,
        headers=headers,
    )


def _slices(material: Material, uids: UidMap) -> tuple[str, ...]:
    """New UIDs of the slices, made from their file's where they are frames, as opening makes them."""
    if not material.headers or FRAME_NUMBER not in material.headers[0]:
        return tuple(uids(uid) for uid in material.volume.sop_instance_uids)
    return tuple(
        frame_uid(uids(str(header.SOPInstanceUID)), int(header[FRAME_NUMBER].value) - 1)
        for header in material.headers
    )


def _passport(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The codes alone: a sentence may name a file, and a file may be named after its patient."""
    return tuple(replace(finding, detail=finding.code.replace("_", " ")) for finding in findings)


def _annotation(annotation: Annotation, slices: tuple[str, ...], uids: UidMap) -> Annotation:
    readers: dict[str, str] = {}
    model = annotation.model.partition("@")[0]

    def nobody(reader: str) -> str:
        if not reader or reader == model:
            return reader
        return readers.setdefault(reader, f"{READER} {len(readers) + 1}")

    reader = nobody(annotation.reader)

    def said(answers: Mapping[_Key, Said]) -> dict[_Key, Said]:
        return {key: replace(one, reader=nobody(one.reader), at=WHEN) for key, one in answers.items()}

    return replace(
        annotation,
        series_instance_uid=uids(annotation.series_instance_uid),
        sop_instance_uids=slices,
        slices=said(annotation.slices),
        study=said(annotation.study),
        notes={},
        reader=reader,
    )
