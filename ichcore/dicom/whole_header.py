"""A file's whole header as a pydicom dataset, for what the lean header pass leaves out."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ichcore.dicom.header import Header


def whole_header(header: Header) -> Any:
    """Every element before the pixel data as a pydicom ``Dataset``; parsed by pydicom as it is asked for.

    Raises:
        OSError: if the file cannot be read.
        InputError: if it cannot be unpacked. Whatever pydicom raises on damage is raised on; see
            :func:`~ichcore.dicom.quiet.quiet_pydicom`.
    """
    from pydicom import dcmread
    from pydicom.filereader import read_dataset

    elements = header.elements
    raw = elements.source.head(elements.pixel_offset or elements.source.size)
    if raw[128:132] == b"DICM" or elements.irregular:
        return dcmread(io.BytesIO(raw), stop_before_pixels=True, force=True)
    # an inflated dataset has lost its file meta information
    return read_dataset(io.BytesIO(raw), is_implicit_VR=False, is_little_endian=True)
