"""One image of a series: what its header says of its place, its storage and its making."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ichcore.dicom import tags

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.dicom.header import Header
    from ichcore.volume.window import Window

Triple = tuple[float, float, float]
MOST_PIXELS = 8192 * 8192
"""Rows × columns of one image; more is refused before memory is taken."""


@dataclass(frozen=True, eq=False)
class ModalityLut:
    """A modality LUT (PS3.3 C.11.1): stored value → HU.

    Attributes:
        first: the stored value that maps to ``table[0]``.
        table: int32 output values.
    """

    first: int
    table: NDArray[np.int32]

    def apply(self, raw: NDArray[np.integer]) -> NDArray[np.int32]:
        """Output values of any shape of stored values; outside the table its ends hold."""
        index = np.clip(raw.astype(np.int64) - self.first, 0, len(self.table) - 1)
        return self.table[index]


@dataclass(frozen=True, eq=False)
class Storage:
    """How pixels are stored and what makes them HU.

    Attributes:
        rows: image rows.
        columns: image columns.
        bits_allocated: 8, 16 or 32.
        bits_stored: used bits of those.
        signed: PixelRepresentation 1.
        slope: rescale slope, 1 where unknown.
        intercept: rescale intercept, 0 where unknown.
        padding: declared padding as the 16-bit pattern it is stored in.
        padding_limit: other end of a padding range, likewise.
        lut: modality LUT in place of slope and intercept.
        samples: samples a pixel; 1 for a CT image.
    """

    rows: int
    columns: int
    bits_allocated: int = 16
    bits_stored: int = 16
    signed: bool = False
    slope: float = 1.0
    intercept: float = 0.0
    padding: int | None = None
    padding_limit: int | None = None
    lut: ModalityLut | None = None
    samples: int = 1

    @property
    def frame_bytes(self) -> int:
        """Bytes of one uncompressed image."""
        return self.rows * self.columns * self.samples * self.bits_allocated // 8

    @property
    def may_wrap(self) -> bool:
        """Whether the header is of the kind whose 12-bit values are known to wrap."""
        return self.bits_stored == 12 and not self.signed and self.intercept > -100 and self.lut is None


@dataclass(frozen=True, eq=False)
class Frame:
    """One image.

    Attributes:
        header: the header of its file.
        number: 0-based frame within the file.
        storage: how its pixels are stored.
        sop_instance_uid: its own, or made up for a frame of a multi-frame file.
        position_mm: LPS position of the centre of pixel (0, 0); ``None`` where unknown.
        orientation: LPS direction along a row, then down a column (PS3.3 C.7.6.2.1.1); ``None`` unknown.
        pixel_spacing_mm: ``(between rows, between columns)``; ``None`` where unknown.
        slice_thickness_mm: ``None`` where unknown.
        instance_number: ``None`` where unknown.
        acquisition: acquisition number as text.
        time: acquisition or content time as text, for telling passes apart.
        kernel: convolution kernel as text.
        rescale_type: what the rescaled values are, ``HU`` or empty for a CT image.
        windows: the frame's own windows, best first.
    """

    header: Header
    number: int
    storage: Storage
    sop_instance_uid: str
    position_mm: Triple | None
    orientation: tuple[Triple, Triple] | None
    pixel_spacing_mm: tuple[float, float] | None
    slice_thickness_mm: float | None
    instance_number: int | None
    acquisition: str = ""
    time: str = ""
    kernel: str = ""
    rescale_type: str = ""
    windows: tuple[Window, ...] = ()

    @property
    def label(self) -> str:
        """The file, with the frame where it holds several."""
        return self.header.label if self.header.frames == 1 else f"{self.header.label}[{self.number}]"

    @cached_property
    def stored_whole(self) -> bool:
        """Whether an uncompressed file is long enough for its pixels."""
        elements = self.header.elements
        if elements.pixel_length is None or elements.pixel_offset is None:
            return elements.pixel_offset is not None
        needed = (self.number + 1) * self.storage.frame_bytes
        return elements.pixel_length >= needed and elements.source.size - elements.pixel_offset >= needed


def single_frame(header: Header) -> Frame:
    """The one image of a classic CT file."""
    return Frame(
        header=header,
        number=0,
        storage=storage_of(header),
        sop_instance_uid=header.text(tags.SOP_INSTANCE),
        position_mm=triple(header.numbers(tags.IMAGE_POSITION)),
        orientation=orientation_of(header.numbers(tags.IMAGE_ORIENTATION)),
        pixel_spacing_mm=spacing_of(header.numbers(tags.PIXEL_SPACING)),
        slice_thickness_mm=positive(header.number(tags.SLICE_THICKNESS)),
        instance_number=header.integer(tags.INSTANCE_NUMBER),
        acquisition=header.text(tags.ACQUISITION_NUMBER),
        time=header.text(tags.ACQUISITION_TIME) or header.text(tags.CONTENT_TIME),
        kernel=header.text(tags.KERNEL),
        rescale_type=header.text(tags.RESCALE_TYPE).upper(),
        windows=header.windows(),
    )


def storage_of(header: Header, *, slope: float | None = None, intercept: float | None = None) -> Storage:
    """How a file's pixels are stored; slope and intercept may come from functional groups instead."""
    allocated = header.unsigned_short(tags.BITS_ALLOCATED) or 16
    stored = header.unsigned_short(tags.BITS_STORED) or allocated
    if slope is None:
        slope = header.number(tags.RESCALE_SLOPE)
    if intercept is None:
        intercept = header.number(tags.RESCALE_INTERCEPT)
    return Storage(
        rows=header.unsigned_short(tags.ROWS) or 0,
        columns=header.unsigned_short(tags.COLUMNS) or 0,
        bits_allocated=allocated,
        bits_stored=min(stored, allocated),
        signed=header.unsigned_short(tags.PIXEL_REPRESENTATION) == 1,
        slope=slope or 1.0,
        intercept=intercept or 0.0,
        padding=header.unsigned_short(tags.PIXEL_PADDING),
        padding_limit=header.unsigned_short(tags.PIXEL_PADDING_LIMIT),
        samples=header.unsigned_short(tags.SAMPLES_PER_PIXEL) or 1,
    )


def triple(values: tuple[float, ...]) -> Triple | None:
    """Three numbers, or ``None``."""
    return (values[0], values[1], values[2]) if len(values) == 3 else None


def orientation_of(values: tuple[float, ...]) -> tuple[Triple, Triple] | None:
    """Two unit vectors at right angles from six numbers; ``None`` where they are no such thing."""
    if len(values) != 6:
        return None
    a, b, c, d, e, f = values
    first, second = math.sqrt(a * a + b * b + c * c), math.sqrt(d * d + e * e + f * f)
    if first < 1e-3 or second < 1e-3 or abs(a * d + b * e + c * f) > 0.02 * first * second:
        return None
    return (a / first, b / first, c / first), (d / second, e / second, f / second)


def spacing_of(values: tuple[float, ...]) -> tuple[float, float] | None:
    """``(between rows, between columns)``, both positive, or ``None``."""
    if len(values) == 1:
        values = (values[0], values[0])
    return (values[0], values[1]) if len(values) >= 2 and min(values[:2]) > 0 else None


def positive(value: float | None) -> float | None:
    """The value where it is above zero."""
    return value if value is not None and value > 0 else None
