"""Whether a structured report says what was to be reported; read by highdicom and, apart from it, pydicom."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, cast

from ichcore.dicom.quiet import quiet_pydicom
from ichcore.export.codes import CODES
from ichcore.export.dicom_seg import present_codes
from ichcore.export.new_instance import RESEARCH_NOTE
from ichcore.export.plane_frames import identity_differences, read_dicom
from ichcore.export.report_groups import ANSWERS
from ichcore.export.source_images import source_images
from ichcore.masks.volumes import volumes_ml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydicom import Dataset

    from ichcore.export.material import Material
    from ichcore.export.source_images import SourceImages

_REPORTS = ("1.2.840.10008.5.1.4.1.1.88.34",)
_Answer = tuple[str, str, str]
"""Where (a SOP instance UID, or the study), class code, answer code."""


def report_differences(material: Material, path: Path, seg: Path | None) -> list[str]:
    """A sentence for every difference between a report and the material it was made from.

    Args:
        material: that it was made from.
        path: the report.
        seg: the segmentation beside it; ``None`` where there is none.

    Raises:
        IchError: if the file cannot be read.
    """
    data, source = read_dicom(path, "a DICOM structured report", _REPORTS), source_images(material)
    found = identity_differences(data, source)
    with quiet_pydicom():
        texts = [str(item.TextValue) for item in _items(data) if item.ValueType == "TEXT"]
        if RESEARCH_NOTE not in texts:
            found.append("It does not carry the note that it is for research only.")
        found += _wrong_volumes(data, material)
        found += _wrong_answers(data, material, source)
        found += _highdicom_differences(path, material, seg)
    return found


def _wrong_volumes(data: Dataset, material: Material) -> list[str]:
    """By pydicom: every NUM item in mL against the mask."""
    stated: Counter[tuple[str, float]] = Counter()
    for group in _groups(data):
        finding = _code_named(group, "121071")
        for item in group.ContentSequence:
            if item.ValueType == "NUM":
                value = item.MeasuredValueSequence[0]
                unit = str(value.MeasurementUnitsCodeSequence[0].CodeValue)
                if unit != "mL":
                    return [f"A volume is stated in {unit}, not mL."]
                stated[finding, round(float(value.NumericValue), 3)] += 1
    wanted: Counter[tuple[str, float]] = Counter()
    codes = present_codes(material)
    if codes and material.volume.geometry.supports_volumes:
        ml = volumes_ml(material.annotation.mask.labels, material.volume.geometry)
        for code in (*codes, CODES["any"]):
            wanted[code.value, round(round(ml[code.name], 4), 3)] += 1
    return [] if stated == wanted else [f"Its volumes are {dict(stated)}, not {dict(wanted)} mL."]


def _wrong_answers(data: Dataset, material: Material, source: SourceImages) -> list[str]:
    """By pydicom: every yes, no and undetermined against what was said."""
    values = {value for value, _ in ANSWERS.values()}
    stated: Counter[_Answer] = Counter()
    for group in _groups(data):
        images = [i.ReferencedSOPSequence[0] for i in group.ContentSequence if i.ValueType == "IMAGE"]
        where = _place(images[0]) if images else "study"
        for item in group.ContentSequence:
            if item.ValueType == "CODE" and str(item.ConceptCodeSequence[0].CodeValue) in values:
                name, answer = item.ConceptNameCodeSequence[0], item.ConceptCodeSequence[0]
                stated[where, str(name.CodeValue), str(answer.CodeValue)] += 1
    wanted: Counter[_Answer] = Counter()
    what = material.annotation
    for name, said in what.study.items():
        wanted["study", CODES[name].value, ANSWERS[said.answer][0]] += 1
    for (index, name), said in what.slices.items():
        _, uid, frames = source.reference(index)
        where = f"{uid} {frames[0] if frames else 0}"
        wanted[where, CODES[name].value, ANSWERS[said.answer][0]] += 1
    wrong = sum(((stated - wanted) + (wanted - stated)).values())
    return [f"{wrong} answers are missing, added or different."] if wrong else []


def _place(image: Dataset) -> str:
    frames = image.get("ReferencedFrameNumber") or 0
    number = frames if isinstance(frames, int | str) else next(iter(frames), 0)
    return f"{image.ReferencedSOPInstanceUID} {int(number)}"


def _highdicom_differences(path: Path, material: Material, seg: Path | None) -> list[str]:
    """By highdicom: the groups of segments, and that they refer to the segmentation beside the report."""
    import highdicom as hd
    from pydicom import dcmread

    document = hd.sr.srread(path)
    content = cast("hd.sr.MeasurementReport", document.content)
    groups = content.get_volumetric_roi_measurement_groups()
    wanted = [(number, code.value) for number, code in enumerate(present_codes(material), start=1)]
    stated = []
    uids = set()
    for group in groups:
        item = group.referenced_segment
        reference = item.referenced_sop_instance_uid if item is not None else ""
        uids.add(str(reference))
        numbers = item.referenced_segment_numbers if item is not None else None
        finding = group.finding_type
        stated.append((numbers[0] if numbers else 0, "" if finding is None else str(finding.value)))
    found = []
    if sorted(stated) != sorted(wanted):
        found.append(f"Its groups speak of segments {sorted(stated)}, not {sorted(wanted)}.")
    if seg is not None and uids - {str(dcmread(seg, specific_tags=["SOPInstanceUID"]).SOPInstanceUID)}:
        found.append("It refers to another segmentation than the one beside it.")
    return found


def _groups(data: Dataset) -> list[Dataset]:
    """Containers called Measurement Group (DCM 125007)."""
    return [
        item
        for item in _items(data)
        if item.ValueType == "CONTAINER" and item.ConceptNameCodeSequence[0].CodeValue == "125007"
    ]


def _code_named(group: Dataset, name: str) -> str:
    """Value of the CODE item with this concept name."""
    for item in group.ContentSequence:
        if item.ValueType == "CODE" and item.ConceptNameCodeSequence[0].CodeValue == name:
            return str(item.ConceptCodeSequence[0].CodeValue)
    return ""


def _items(item: Dataset) -> Iterator[Dataset]:
    """Every content item below one, depth first."""
    for child in item.get("ContentSequence") or ():
        yield child
        yield from _items(child)
