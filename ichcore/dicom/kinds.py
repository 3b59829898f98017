"""What a DICOM file is, as far as opening a CT series goes: a CT image, or why it is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichcore.dicom import tags
from ichcore.dicom.frame import MOST_PIXELS

if TYPE_CHECKING:
    from ichcore.dicom.header import Header

REFUSED = "refused: "
"""How the reason of a file begins that was refused before it could do harm."""
MOST_EXPANSION = 5000
"""Uncompressed bytes a compressed byte may stand for; a blank 512² slice as JPEG 2000 reaches some 3000."""
MOST_VOXELS = 2**31
"""Voxels of one series (4 GiB as int16)."""

_SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
_SCOUT_WORDS = ("LOCALIZER", "SCOUT", "SURVIEW", "TOPOGRAM")
_DOCUMENTS = {
    "SR": "a structured report (a dose report, perhaps), not an image",
    "PR": "a presentation state, not an image",
    "KO": "a key object note, not an image",
    "DOC": "a document, not an image",
    "REG": "a registration, not an image",
    "SEG": "a segmentation, not an image",
    "RTSTRUCT": "contours, not an image",
    "RTPLAN": "a treatment plan, not an image",
}


def why_left_out(header: Header) -> str | None:
    """One sentence why this file is no CT image, or ``None`` if it is one."""
    modality = header.text(tags.MODALITY).upper()
    if header.has_element(tags.DIRECTORY_RECORDS) or (not modality and not header.has_element(tags.ROWS)):
        return "a directory of the medium or another object without an image"
    if modality in _DOCUMENTS:
        return f"modality {modality}: {_DOCUMENTS[modality]}"
    if modality not in ("", "CT"):
        return f"modality {modality}, not CT"
    if header.elements.pixel_offset is None:
        return "it holds no pixel data (cut off, or not an image)"
    return _why_not_ct_image(header) or _why_refused(header)


def _why_not_ct_image(header: Header) -> str | None:
    samples = header.unsigned_short(tags.SAMPLES_PER_PIXEL) or 1
    photometric = header.text(tags.PHOTOMETRIC).upper()
    if header.text(tags.SOP_CLASS).startswith(_SECONDARY_CAPTURE):
        return "a secondary capture, not a CT image"
    if samples != 1 or (photometric and not photometric.startswith("MONOCHROME")):
        return "a colour picture (secondary capture), not a CT image"
    if any(word in value for value in header.image_type for word in _SCOUT_WORDS):
        return "a scout (localizer), not an axial image"
    return None


def _why_refused(header: Header) -> str | None:
    rows = header.unsigned_short(tags.ROWS) or 0
    columns = header.unsigned_short(tags.COLUMNS) or 0
    frames = header.frames
    if rows < 1 or columns < 1:
        return "its header states no rows or no columns"
    if rows * columns > MOST_PIXELS or rows * columns * frames > MOST_VOXELS:
        return f"{REFUSED}its header declares {frames} × {rows} × {columns} pixels, too many to be a CT image"
    elements = header.elements
    bits = header.unsigned_short(tags.BITS_ALLOCATED) or 16
    declared = rows * columns * frames * bits // 8
    there = max(1, elements.source.size - (elements.pixel_offset or 0))
    if elements.pixel_length is None and declared > MOST_EXPANSION * there:
        return f"{REFUSED}{declared} bytes are declared to be compressed into {there}"
    if elements.pixel_length is not None and frames > 1 and declared > 4 * there + 2**24:
        return f"{REFUSED}its header declares {declared} bytes of pixels, the file holds {there}"
    return None
