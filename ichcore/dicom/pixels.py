"""Stored pixel patterns of one image, read straight into the volume's array or decoded into it."""

from __future__ import annotations

import struct
import sys
from typing import TYPE_CHECKING

import numpy as np

from ichcore.dicom import codec
from ichcore.dicom.elements import DEFLATED, EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE
from ichcore.errors import DecodeError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.dicom.frame import Frame

NATIVE = frozenset((IMPLICIT_LITTLE, EXPLICIT_LITTLE, DEFLATED, EXPLICIT_BIG))
"""Transfer syntaxes whose pixels are not compressed."""


class TruncatedError(DecodeError):
    """The file ends before its pixels do."""


def read_stored(frame: Frame, out: NDArray[np.int16]) -> bool:
    """Fill ``out`` with the image's stored 16-bit patterns.

    Args:
        frame: the image.
        out: C-contiguous int16 ``(rows, columns)``.

    Returns:
        Whether the codec yields ``bits_stored`` bits without sign extension.

    Raises:
        TruncatedError: if the file ends too early.
        DecodeError: if the pixels cannot be decoded or do not fit 16 bits.
    """
    elements, storage = frame.header.elements, frame.storage
    if elements.pixel_offset is None:
        raise DecodeError("it holds no pixel data")
    if elements.pixel_length is None:
        decoded, packed = codec.decode(encapsulated_frame(frame), elements.transfer_syntax, storage, frame)
        _fit(decoded, out)
        return packed
    if storage.bits_allocated == 16:
        _read_native(frame, out)
    elif storage.bits_allocated in (8, 32):
        order, sign = ">" if elements.big_endian else "<", "i" if storage.signed else "u"
        kind = np.dtype(f"{order}{sign}{storage.bits_allocated // 8}")
        raw = np.empty(out.shape, kind)
        _fill(frame, raw.data.cast("B"))
        _fit(raw, out)
    else:
        raise DecodeError(f"{storage.bits_allocated} bits a pixel cannot be read; 8, 16 or 32 can")
    return False


def _read_native(frame: Frame, out: NDArray[np.int16]) -> None:
    _fill(frame, out.data.cast("B"))
    if frame.header.elements.big_endian != (sys.byteorder == "big"):
        out.byteswap(inplace=True)


def _fill(frame: Frame, target: memoryview) -> None:
    elements = frame.header.elements
    offset = frame.number * len(target)
    there = min(len(target), max(0, (elements.pixel_length or 0) - offset))
    if there == len(target):
        there = elements.source.read_into(target, (elements.pixel_offset or 0) + offset)
    if there < len(target):
        raise TruncatedError(f"only {there} of {len(target)} bytes of pixel data are there")


def _fit(raw: NDArray[np.integer], out: NDArray[np.int16]) -> None:
    """Put decoded values into 16-bit patterns."""
    if raw.shape != out.shape:
        raise DecodeError(
            f"the pixel data hold {'×'.join(map(str, raw.shape))} values, the header says "
            f"{'×'.join(map(str, out.shape))}"
        )
    if raw.dtype.itemsize > 2:
        low, high = int(raw.min()), int(raw.max())
        if low < -32768 or high > 65535 or (low < 0 and high > 32767):
            raise DecodeError(f"values from {low} to {high} do not fit 16 bits")
        raw = raw.astype(np.int64) & 0xFFFF
    if raw.dtype == np.uint16:
        raw = raw.view(np.int16)
    np.copyto(out, raw, casting="unsafe")


def encapsulated_frame(frame: Frame) -> bytes:
    """The compressed bytes of one image out of its fragments (PS3.5 A.4).

    Raises:
        TruncatedError: if a fragment ends beyond the file.
        DecodeError: if the fragments are damaged.
    """
    elements = frame.header.elements
    data = elements.source.read()
    table, fragments = _fragments(data, elements.pixel_offset or 0)
    frames = frame.header.frames
    if frames == 1:
        chosen = fragments
    elif len(fragments) == frames:
        chosen = fragments[frame.number : frame.number + 1]
    elif len(table) == frames:
        start = table[frame.number]
        end = table[frame.number + 1] if frame.number + 1 < frames else len(data)
        base = fragments[0][0] - 8 if fragments else 0
        chosen = [part for part in fragments if base + start <= part[0] - 8 < base + end]
    else:
        raise DecodeError(f"{len(fragments)} fragments cannot be shared out among {frames} frames")
    if not chosen:
        raise TruncatedError("no compressed data are there")
    if any(end > len(data) for _, end in chosen):
        raise TruncatedError(f"the file ends {max(end for _, end in chosen) - len(data)} bytes too early")
    return data[chosen[0][0] : chosen[0][1]] if len(chosen) == 1 else b"".join(data[a:b] for a, b in chosen)


def _fragments(data: bytes, position: int) -> tuple[tuple[int, ...], list[tuple[int, int]]]:
    """The basic offset table and each fragment's ``(start, end)``."""
    table: tuple[int, ...] | None = None
    found: list[tuple[int, int]] = []
    while position + 8 <= len(data):
        group, element, length = struct.unpack_from("<HHL", data, position)
        if (group, element) != (0xFFFE, 0xE000):
            break
        position += 8
        if table is None:
            table = struct.unpack_from(f"<{length // 4}L", data, position) if length else ()
        else:
            found.append((position, position + length))
        position += length
    if table is None:
        raise DecodeError("its compressed pixel data have no fragments")
    return table, found
