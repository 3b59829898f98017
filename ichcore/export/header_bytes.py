"""A DICOM header without pixel data as the bytes of a file."""

from __future__ import annotations

import io

from pydicom import dcmwrite
from pydicom.config import IGNORE, settings
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (
    UID,
    CTImageStorage,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from ichcore.dicom.quiet import quiet_pydicom

_PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
_NO_INSTANCE = "2.25.0"
"""Instance of a header that states none; part 10 of the standard wants one."""


def encoded(header: Dataset) -> bytes:
    """A header as a DICOM file in the encoding that it was read in; values stay as they are, valid or not.

    Raises:
        InputError: if pydicom cannot write it.
    """
    implicit, little = header.original_encoding
    if implicit is None or little is None:
        implicit, little = False, True
    if little:
        syntax: str = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian
    else:
        syntax = ExplicitVRBigEndian
    bare = Dataset()
    bare.update({tag: header.get_item(tag) for tag in header.keys() if tag.group != 2})  # noqa: SIM118
    for name in _PIXELS:
        if name in bare:
            delattr(bare, name)
    bare.set_original_encoding(implicit, little)
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = UID(syntax)
    stream = io.BytesIO()
    with quiet_pydicom():
        meta.MediaStorageSOPClassUID = UID(str(header.get("SOPClassUID", "") or CTImageStorage))
        meta.MediaStorageSOPInstanceUID = UID(str(header.get("SOPInstanceUID", "") or _NO_INSTANCE))
        bare.file_meta = meta
        before, settings.writing_validation_mode = settings.writing_validation_mode, IGNORE
        try:
            dcmwrite(stream, bare, enforce_file_format=True)
        finally:
            settings.writing_validation_mode = before
    return stream.getvalue()
