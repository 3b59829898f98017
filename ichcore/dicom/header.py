"""One file's header as typed values; tolerant of what real exports write, silent about what they do not."""

from __future__ import annotations

import math
import re
import struct
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from ichcore.dicom import tags
from ichcore.volume.volume import SeriesIdentity
from ichcore.volume.window import Transfer, Window

if TYPE_CHECKING:
    from ichcore.dicom.elements import Elements

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_PADDING = b"\0 "


class Header:
    """Typed access to one file's wanted elements; missing or unreadable is ``""``, ``None`` or ``()``."""

    def __init__(self, elements: Elements) -> None:
        self.elements = elements
        self._raw = elements.raw
        self._order = ">" if elements.big_endian else "<"

    def __contains__(self, tag: int) -> bool:
        return bool(self._raw.get(tag, b"").strip(_PADDING))

    def has_element(self, tag: int) -> bool:
        """Whether the element stands in the file, even empty."""
        return tag in self._raw

    @property
    def label(self) -> str:
        """The file's path relative to what was opened."""
        return self.elements.source.label

    def text(self, tag: int) -> str:
        """An ASCII text value, backslashes and all."""
        return self._raw.get(tag, b"").strip(_PADDING).decode("latin-1")

    def words(self, tag: int) -> tuple[str, ...]:
        """The values of a multi-valued text."""
        text = self.text(tag)
        return tuple(part.strip() for part in text.split("\\")) if text else ()

    def local_text(self, tag: int) -> str:
        """A text in the file's own character set (PS3.5 6.1)."""
        value = self._raw.get(tag, b"").strip(_PADDING)
        if value.isascii():
            return value.decode("ascii")
        from pydicom.charset import convert_encodings, decode_bytes

        from ichcore.dicom.quiet import quiet_pydicom

        with quiet_pydicom():
            sets = list(self.words(tags.CHARACTER_SET)) or ["ISO_IR 6"]
            return str(decode_bytes(value, convert_encodings(sets), {0x5C}))

    def numbers(self, tag: int) -> tuple[float, ...]:
        """All finite numbers of a text value, whatever stands around them (``[00040,00040]`` is 40, 40)."""
        text = self.text(tag)
        if not text:
            return ()
        try:
            values = [float(part) for part in text.split("\\")]
        except ValueError:
            values = [float(part) for part in _NUMBER.findall(text)]
        return tuple(value for value in values if math.isfinite(value))

    def number(self, tag: int) -> float | None:
        """The first number of a text value."""
        found = self.numbers(tag)
        return found[0] if found else None

    def integer(self, tag: int) -> int | None:
        """The first number of a text value (IS), as an integer."""
        found = self.number(tag)
        return None if found is None else int(found)

    def unsigned_short(self, tag: int) -> int | None:
        """A US value, in the file's byte order."""
        value = self._raw.get(tag, b"")
        return int(struct.unpack_from(self._order + "H", value)[0]) if len(value) >= 2 else None

    @cached_property
    def image_type(self) -> tuple[str, ...]:
        """ImageType in capitals, such as ``("ORIGINAL", "PRIMARY", "AXIAL")``."""
        return tuple(word.upper() for word in self.words(tags.IMAGE_TYPE))

    @property
    def frames(self) -> int:
        """NumberOfFrames; 1 where absent."""
        return max(1, self.integer(tags.NUMBER_OF_FRAMES) or 1)

    def identity(self, series_instance_uid: str) -> SeriesIdentity:
        """Patient, study and series as the viewer shows them."""
        return SeriesIdentity(
            series_instance_uid=series_instance_uid,
            study_instance_uid=self.text(tags.STUDY_INSTANCE),
            frame_of_reference_uid=self.text(tags.FRAME_OF_REFERENCE),
            patient_name=self.local_text(tags.PATIENT_NAME),
            patient_id=self.local_text(tags.PATIENT_ID),
            patient_sex=self.text(tags.PATIENT_SEX),
            patient_age=self.text(tags.PATIENT_AGE),
            institution=self.local_text(tags.INSTITUTION),
            study_date=self.text(tags.STUDY_DATE),
            study_description=self.local_text(tags.STUDY_DESCRIPTION),
            series_description=self.local_text(tags.SERIES_DESCRIPTION),
            series_number=self.integer(tags.SERIES_NUMBER),
            modality=self.text(tags.MODALITY).upper(),
            body_part=self.text(tags.BODY_PART),
            convolution_kernel=self.text(tags.KERNEL),
            contrast_agent=self.local_text(tags.CONTRAST_AGENT),
            manufacturer=self.local_text(tags.MANUFACTURER),
            scanner_model=self.local_text(tags.SCANNER_MODEL),
        )

    def windows(self) -> tuple[Window, ...]:
        """The file's own windows in its order, each once; unusable ones dropped (PS3.3 C.11.2.1.2)."""
        return windows_of(
            self.numbers(tags.WINDOW_CENTER),
            self.numbers(tags.WINDOW_WIDTH),
            self.words(tags.WINDOW_NAME),
            self.text(tags.VOI_FUNCTION),
        )


@lru_cache(maxsize=256)
def windows_of(
    centers: tuple[float, ...], widths: tuple[float, ...], names: tuple[str, ...], function: str
) -> tuple[Window, ...]:
    """Windows out of their parallel values, each once; unusable ones dropped."""
    transfer = Transfer.LINEAR_EXACT if function.upper() == "LINEAR_EXACT" else Transfer.LINEAR
    found: dict[tuple[float, float], Window] = {}
    for index, (center, width) in enumerate(zip(centers, widths, strict=False)):
        if width >= 1.0 and (center, width) not in found:
            name = names[index].lower() if index < len(names) and names[index] else "series"
            found[center, width] = Window(center, width, name, transfer)
    return tuple(found.values())
