"""Decompressing one image: imagecodecs, which lets go of the interpreter lock, else pydicom."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from ichcore.dicom.quiet import PydicomError, quiet_pydicom
from ichcore.errors import DecodeError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.dicom.frame import Frame, Storage

RLE = "1.2.840.10008.1.2.5"
JPEG_LOSSLESS = frozenset(("1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70"))
JPEG_LS = frozenset(("1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"))
JPEG_2000 = frozenset(
    (
        "1.2.840.10008.1.2.4.90",
        "1.2.840.10008.1.2.4.91",
        *tuple(f"1.2.840.10008.1.2.4.{n}" for n in (201, 202, 203)),
    )
)
_IMAGECODECS_ERRORS = (RuntimeError, ValueError, ImportError, AttributeError)
"""Damaged streams; and builds of imagecodecs that lack a codec, or its library."""


def decode(data: bytes, syntax: str, storage: Storage, frame: Frame) -> tuple[NDArray[np.integer], bool]:
    """The image's stored values.

    Args:
        data: compressed bytes of the image.
        syntax: transfer syntax UID.
        storage: rows, columns and bits that the header declares.
        frame: the image, for the fallback that needs its whole file.

    Returns:
        ``(rows, columns)`` integers, and whether they are bit patterns without sign extension.

    Raises:
        DecodeError: if the data are damaged or declare another size than the header.
    """
    declared = _declared_size(data, syntax)
    if declared is not None and declared != (storage.rows, storage.columns):
        raise DecodeError(
            f"its compressed image is {declared[0]}×{declared[1]}, the header says "
            f"{storage.rows}×{storage.columns}"
        )
    decoded = _with_imagecodecs(data, syntax, storage)
    packed = syntax not in JPEG_2000
    if decoded is None:
        decoded = _with_pydicom(frame)
    return decoded, packed


def _with_imagecodecs(data: bytes, syntax: str, storage: Storage) -> NDArray[np.integer] | None:
    """Decode without the interpreter lock; ``None`` where imagecodecs is absent or cannot."""
    try:
        import imagecodecs
    except ImportError:
        return None
    try:
        if syntax in JPEG_2000:
            image = imagecodecs.jpeg2k_decode(data, numthreads=1)
        elif syntax in JPEG_LOSSLESS:
            image = imagecodecs.jpegsof3_decode(data)
        elif syntax in JPEG_LS:
            image = imagecodecs.jpegls_decode(data)
        elif syntax == RLE and storage.bits_allocated == 16:
            flat = np.asarray(imagecodecs.dicomrle_decode(data, "<u2"))
            image = flat.reshape(storage.rows, storage.columns)
        else:
            return None
    except _IMAGECODECS_ERRORS:
        # the other decoders may know this flavour; if not, their error is the one to show
        return None
    return np.asarray(image)


def _with_pydicom(frame: Frame) -> NDArray[np.integer]:
    """Decode with whichever of pydicom's plugins can (pylibjpeg, gdcm)."""
    from pydicom.pixels.utils import pixel_array

    file = io.BytesIO(frame.header.elements.source.read())
    try:
        with quiet_pydicom():
            image = pixel_array(file, index=frame.number, raw=True, allow_excess_frames=False)
    except PydicomError as error:
        raise DecodeError(f"its pixel data cannot be decoded ({error})") from error
    return np.asarray(image)


def _declared_size(data: bytes, syntax: str) -> tuple[int, int] | None:
    """``(rows, columns)`` that the compressed stream itself declares, to see a lie before decoding."""
    if syntax in JPEG_2000:
        at = data.find(b"\xff\x4f\xff\x51", 0, 4096)
        if at < 0 or len(data) < at + 24:
            raise DecodeError("its JPEG 2000 stream has no size marker")
        words = [int.from_bytes(data[at + 8 + 4 * k : at + 12 + 4 * k], "big") for k in range(4)]
        return words[1] - words[3], words[0] - words[2]
    if syntax in JPEG_LOSSLESS or syntax in JPEG_LS or syntax.startswith("1.2.840.10008.1.2.4.5"):
        return _jpeg_size(data)
    return None


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """``(rows, columns)`` of the first start-of-frame marker (ISO 10918-1 B.2.2; JPEG-LS SOF55)."""
    position = 2
    while position + 9 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        if (0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC)) or marker == 0xF7:
            rows = int.from_bytes(data[position + 5 : position + 7], "big")
            return rows, int.from_bytes(data[position + 7 : position + 9], "big")
        position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
    raise DecodeError("its JPEG stream has no frame header")
