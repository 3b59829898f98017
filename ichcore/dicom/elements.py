"""A lean pass over a DICOM file's elements: the wanted ones as raw bytes, and where the pixels begin.

pydicom reads everything well, at about a millisecond a file; a study of 600 slices must be on screen in
half a second. This pass walks the same structure (PS3.5 chapter 7) without building a dataset. What needs
nested sequences (enhanced multi-frame, modality LUT) is handed to pydicom by the caller.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ichcore.dicom import tags
from ichcore.errors import InputError, RefusedError

if TYPE_CHECKING:
    from ichcore.sources import ByteSource

FIRST_LOOK = 16 * 1024
"""Bytes read of each file at first; most CT headers end well before."""
LARGEST_HEADER = 64 * 2**20
LARGEST_INFLATED = 2**30
"""Bytes that a deflated dataset may inflate to; zlib can make 1000 of 1."""
UNDEFINED = 0xFFFFFFFF

IMPLICIT_LITTLE = "1.2.840.10008.1.2"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
DEFLATED = "1.2.840.10008.1.2.1.99"
EXPLICIT_BIG = "1.2.840.10008.1.2.2"

_LONG_VRS = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
_VRS = _LONG_VRS | frozenset(b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split())
_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD


class NotDicomError(InputError):
    """The bytes are not DICOM, or too damaged to find their elements."""


class _Short(Exception):  # noqa: N818 - a signal inside this module: the bytes read so far end too early
    """More of the file is needed."""


@dataclass(frozen=True)
class Elements:
    """The wanted elements of one dataset.

    Attributes:
        source: where pixel data is read from (the inflated dataset where the file is deflated).
        transfer_syntax: UID as stated, or as found where it is not stated.
        big_endian: byte order of binary values and uncompressed pixels.
        raw: tag → value bytes as they stand in the file.
        pixel_offset: offset of the pixel data's value in ``source``; ``None`` where there is none.
        pixel_length: bytes of pixel data; ``None`` where they come as encapsulated fragments.
        irregular: what the file lacks of its own format (preamble, transfer syntax), for the passport.
    """

    source: ByteSource
    transfer_syntax: str
    big_endian: bool
    raw: dict[int, bytes]
    pixel_offset: int | None
    pixel_length: int | None
    irregular: str = ""


def read_elements(source: ByteSource) -> Elements:
    """The wanted elements of a file.

    Raises:
        NotDicomError: if it is not DICOM or its header is damaged.
        RefusedError: if a deflated dataset inflates beyond :data:`LARGEST_INFLATED`.
        OSError: if the file cannot be read.
    """
    count = FIRST_LOOK
    while True:
        buffer = source.head(count)
        whole = len(buffer) < count
        try:
            return _walk(source, buffer, whole=whole)
        except _Short:
            if whole:
                raise NotDicomError("its header ends in the middle of an element") from None
            if count >= LARGEST_HEADER:
                raise NotDicomError(f"its header is longer than {LARGEST_HEADER // 2**20} MiB") from None
            count *= 16


def _walk(source: ByteSource, buffer: bytes, *, whole: bool) -> Elements:
    irregular = ""
    syntax = ""
    raw: dict[int, bytes] = {}
    if buffer[128:132] == b"DICM":
        start, meta = _read_meta(buffer, 132)
        syntax = meta.get(tags.TRANSFER_SYNTAX, b"").rstrip(b"\0 ").decode("ascii", "replace")
        if not syntax:
            irregular = "no transfer syntax is stated"
        raw.update(meta)
    else:
        start = 0
        if not _plausible_start(buffer):
            raise NotDicomError("it is not a DICOM file")
        irregular = "no preamble"
        if buffer[0:2] == b"\x02\0":
            start, meta = _read_meta(buffer, 0)
            syntax = meta.get(tags.TRANSFER_SYNTAX, b"").rstrip(b"\0 ").decode("ascii", "replace")
            raw.update(meta)
    if syntax == DEFLATED:
        source = Inflated(source, start)
        buffer, start = source.head(len(buffer)), 0
        whole = len(buffer) >= source.size
    big = syntax == EXPLICIT_BIG
    explicit = _looks_explicit(buffer, start)
    if not syntax:
        syntax = EXPLICIT_LITTLE if explicit else IMPLICIT_LITTLE
    offset, length = _dataset(buffer, start, raw, explicit=explicit, big=big, whole=whole)
    if not raw.keys() & tags.TELLING:
        raise NotDicomError("no element of a DICOM image is found in it")
    return Elements(source, syntax, big, raw, offset, length, irregular)


def _plausible_start(buffer: bytes) -> bool:
    """Whether a file without preamble begins with an element of group 0002 or 0008."""
    if len(buffer) < 16 or buffer[0:2] not in (b"\x02\0", b"\x08\0"):
        return False
    if buffer[4:6] in _VRS:
        return True
    return 0 < int.from_bytes(buffer[4:8], "little") <= 256


def _looks_explicit(buffer: bytes, start: int) -> bool:
    """Whether the first element carries a VR (the stated syntax is wrong in some files)."""
    return buffer[start + 4 : start + 6] in _VRS


def _read_meta(buffer: bytes, start: int) -> tuple[int, dict[int, bytes]]:
    """Group 0002, always explicit little endian (PS3.10 7.1); the offset behind it and its elements."""
    found: dict[int, bytes] = {}
    position = start
    while buffer[position : position + 2] == b"\x02\0":
        if position + 12 > len(buffer):
            raise _Short
        element = int.from_bytes(buffer[position + 2 : position + 4], "little")
        if buffer[position + 4 : position + 6] in _LONG_VRS:
            length, head = int.from_bytes(buffer[position + 8 : position + 12], "little"), 12
        elif buffer[position + 4 : position + 6] in _VRS:
            length, head = int.from_bytes(buffer[position + 6 : position + 8], "little"), 8
        else:
            length, head = int.from_bytes(buffer[position + 4 : position + 8], "little"), 8
        found[0x00020000 | element] = buffer[position + head : position + head + length]
        position += head + length
    if position > len(buffer):
        raise _Short
    return position, found


def _dataset(  # noqa: PLR0912 - one flat loop: the hottest of opening a folder
    buffer: bytes, position: int, raw: dict[int, bytes], *, explicit: bool, big: bool, whole: bool
) -> tuple[int | None, int | None]:
    """Walk the dataset up to the pixel data; fills ``raw``; the pixel data's offset and length."""
    order = ">" if big else "<"
    short_head = struct.Struct(order + "HH2sH").unpack_from
    plain_head = struct.Struct(order + "HHL").unpack_from
    long_length = struct.Struct(order + "L").unpack_from
    wanted = tags.WANTED
    size = len(buffer)
    while position + 8 <= size:
        if explicit:
            group, element, vr, length = short_head(buffer, position)
            if vr in _LONG_VRS:
                if position + 12 > size:
                    raise _Short
                (length,) = long_length(buffer, position + 8)
                position += 12
            elif vr in _VRS:
                position += 8
            else:
                raise NotDicomError(f"its header is damaged at byte {position}")
        else:
            group, element, length = plain_head(buffer, position)
            vr = b""
            position += 8
        tag = group << 16 | element
        if tag == tags.PIXEL_DATA:
            return position, None if length == UNDEFINED else length
        if length == UNDEFINED:
            # PS3.5 6.2.2: UN of undefined length holds an implicit little endian sequence
            position = _skip_sequence(buffer, position, explicit=explicit and vr != b"UN", order=order)
            if tag in wanted:
                raw[tag] = b"\0"
            continue
        end = position + length
        if tag in wanted:
            if end > size:
                if whole:
                    raise NotDicomError(f"its header is damaged at byte {position}")
                raise _Short
            raw[tag] = buffer[position:end]
        position = end
    if not whole:
        raise _Short
    return None, None


def _skip_sequence(buffer: bytes, position: int, *, explicit: bool, order: str) -> int:
    """The offset behind a sequence of undefined length (PS3.5 7.5.2)."""
    head = struct.Struct(order + "HHL").unpack_from
    size = len(buffer)
    while position + 8 <= size:
        group, element, length = head(buffer, position)
        position += 8
        tag = group << 16 | element
        if tag == _SEQUENCE_END:
            return position
        if tag != _ITEM:
            raise NotDicomError(f"a sequence is damaged at byte {position}")
        position = (
            _skip_item(buffer, position, explicit=explicit, order=order)
            if length == UNDEFINED
            else position + length
        )
    raise _Short


def _skip_item(buffer: bytes, position: int, *, explicit: bool, order: str) -> int:
    """The offset behind an item of undefined length."""
    short_head = struct.Struct(order + "HH2sH").unpack_from
    plain_head = struct.Struct(order + "HHL").unpack_from
    size = len(buffer)
    while position + 8 <= size:
        group, element, length = plain_head(buffer, position)
        if (group << 16 | element) == _ITEM_END:
            return position + 8
        vr = b""
        if explicit:
            group, element, vr, length = short_head(buffer, position)
            if vr in _LONG_VRS:
                if position + 12 > size:
                    raise _Short
                (length,) = struct.unpack_from(order + "L", buffer, position + 8)
                position += 4
            elif vr not in _VRS:
                raise NotDicomError(f"a sequence is damaged at byte {position}")
        position += 8
        if length == UNDEFINED:
            position = _skip_sequence(buffer, position, explicit=explicit and vr != b"UN", order=order)
        else:
            position += length
    raise _Short


class Inflated:
    """The dataset of a deflated file (PS3.5 A.5), inflated anew at each read: nothing is kept in memory."""

    def __init__(self, inner: ByteSource, start: int) -> None:
        self._inner = inner
        self._start = start
        self._size: int | None = None

    @property
    def label(self) -> str:
        """The file's own label."""
        return self._inner.label

    @property
    def size(self) -> int:
        """Inflated bytes."""
        if self._size is None:
            self._size = len(self._inflate(LARGEST_INFLATED))
        return self._size

    def head(self, count: int) -> bytes:
        """The first ``count`` inflated bytes."""
        return self._inflate(count, part=True)

    def read(self) -> bytes:
        """All inflated bytes.

        Raises:
            RefusedError: if there are more than :data:`LARGEST_INFLATED`.
        """
        return self._inflate(LARGEST_INFLATED)

    def read_into(self, target: memoryview, offset: int) -> int:
        """Fill ``target`` from ``offset`` on; the number of bytes that were there."""
        data = self._inflate(offset + len(target), part=True)[offset:]
        target[: len(data)] = data
        return len(data)

    def _inflate(self, most: int, *, part: bool = False) -> bytes:
        packed = memoryview(self._inner.read())[self._start :]
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            data = inflater.decompress(packed, most)
        except zlib.error as error:
            raise NotDicomError(f"its deflated dataset is damaged ({error})") from error
        if not part and not inflater.eof and len(data) >= most:
            raise RefusedError(f"{self.label} inflates to more than {most / 2**30:.0f} GiB; it is refused.")
        return data
