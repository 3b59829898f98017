"""What every DICOM object that we make has in common: its UIDs, its maker, its warning, its file."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING, Any, TypedDict

import ichcore
from ichcore.export.codes import PRIVATE_SCHEME, PRIVATE_SCHEME_NAME
from ichcore.export.confidentiality import METHOD, without_identity
from ichcore.files import write_bytes
from ichcore.volume.uid import derived_uid

if TYPE_CHECKING:
    from pathlib import Path

    from highdicom import ContentQualificationValues
    from highdicom.coding_schemes import CodingSchemeIdentificationItem
    from pydicom import Dataset

    from ichcore.export.material import Material

MANUFACTURER = "The ichviewer authors"
MODEL_NAME = "ichviewer"
SERIAL_NUMBER = "0"
"""Software has none, and enhanced equipment must state one (PS3.3 C.7.5.2)."""
RESEARCH_NOTE = "For research only; not for diagnosis. Not made by a medical device."


class Common(TypedDict):
    """Arguments that all of highdicom's constructors share."""

    series_instance_uid: str
    series_number: int
    sop_instance_uid: str
    instance_number: int
    manufacturer: str
    manufacturer_model_name: str
    software_versions: str
    device_serial_number: str
    series_description: str
    content_qualification: ContentQualificationValues
    coding_schemes: list[CodingSchemeIdentificationItem]


def common(material: Material, kind: str, number: int, description: str, *content: Any) -> Common:
    """Series, equipment and qualification of a new object.

    The UIDs follow from the source, the reader, the revision and the content, so the same annotation exported
    twice is the same instance, and an SR finds the SEG that it speaks of whichever was exported first.

    Args:
        material: what is exported.
        kind: ``SEG``, ``SR``, …
        number: of the new series.
        description: what the series is; ``RESEARCH`` is put before it.
        content: arrays or texts that the object holds.
    """
    from highdicom import ContentQualificationValues
    from highdicom.coding_schemes import CodingSchemeIdentificationItem

    what = material.annotation
    digest = hashlib.sha256()
    for part in (what.reader, what.model, what.revision, *content):
        digest.update(part.tobytes() if hasattr(part, "tobytes") else repr(part).encode())
    series = derived_uid("ichviewer", kind, number, what.series_instance_uid, digest.hexdigest())
    return Common(
        series_instance_uid=series,
        series_number=number,
        sop_instance_uid=derived_uid(series, "instance", 1),
        instance_number=1,
        manufacturer=MANUFACTURER,
        manufacturer_model_name=MODEL_NAME,
        software_versions=ichcore.__version__,
        device_serial_number=SERIAL_NUMBER,
        series_description=f"RESEARCH {description}"[:64],
        content_qualification=ContentQualificationValues.RESEARCH,
        coding_schemes=[
            CodingSchemeIdentificationItem(
                PRIVATE_SCHEME, name=PRIVATE_SCHEME_NAME, responsible_organization=MANUFACTURER
            )
        ],
    )


def model_of(material: Material) -> tuple[str, str] | None:
    """Name and version of the model whose mask or map it is; ``None`` where no model had a part."""
    if material.annotation.model:
        name, _, digest = material.annotation.model.partition("@")
        return (name[:64], digest[:16] or "unknown")
    if material.prediction is not None:
        return (material.prediction.model_name[:64], material.prediction.model_sha256[:16] or "unknown")
    return None


def person_of(material: Material) -> str:
    """The reader as a DICOM person name; empty where the annotation is a model's suggestion."""
    reader, model = material.annotation.reader.strip(), material.annotation.model.partition("@")[0]
    if not reader or reader == model:
        return ""
    clean = reader.replace("\\", " ").replace("=", " ")[:60]
    return clean if "^" in clean else f"{clean}^"


def save(dataset: Dataset, path: Path) -> Path:
    """Write one object atomically; de-identified where its source was.

    Raises:
        OSError: if the folder cannot be written.
    """
    if str(dataset.get("DeidentificationMethod", "")) == METHOD:
        without_identity(dataset)
    stream = io.BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    write_bytes(path, stream.getvalue())
    return path
