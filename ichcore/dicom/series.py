"""A DICOM series ready to be decoded: order, geometry and passport are settled, pixels are not read yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ichcore.dicom.pixels import TruncatedError, read_stored
from ichcore.dicom.rescale import really_wraps, to_hu
from ichcore.errors import IchError
from ichcore.volume.passport import Finding, has_code
from ichcore.volume.volume import AIR_HU

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.dicom.frame import Frame
    from ichcore.volume.geometry import Geometry
    from ichcore.volume.volume import SeriesIdentity
    from ichcore.volume.window import Window


@dataclass(eq=False)
class DicomSeries:
    """One series, from headers only.

    Attributes:
        identity: patient, study and series.
        geometry: where each slice lies.
        frames: one a slice, ascending.
        sop_instance_uids: one a slice.
        windows: the series' own.
        passport: what the headers say.
    """

    identity: SeriesIdentity
    geometry: Geometry
    frames: tuple[Frame, ...]
    sop_instance_uids: tuple[str, ...]
    windows: tuple[Window, ...]
    passport: tuple[Finding, ...]
    _wraps: bool | None = field(default=None, repr=False)

    @property
    def is_hu(self) -> bool:
        """``False`` where the header says that the values are something else."""
        return not has_code(self.passport, "no_hu")

    def prepare(self) -> None:
        """Decide once for the series whether its 12-bit values wrap.

        Reads up to three slices, and only where the header is of that kind.
        """
        if self._wraps is None:
            self._wraps = any(self._slice_wraps(i) for i in self._probes())

    def _probes(self) -> list[int]:
        count = len(self.frames)
        chosen = dict.fromkeys((count // 2, count // 4, 3 * count // 4))
        return [i for i in chosen if self.frames[i].storage.may_wrap]

    def _slice_wraps(self, index: int) -> bool:
        frame = self.frames[index]
        out = np.empty((frame.storage.rows, frame.storage.columns), np.int16)
        try:
            read_stored(frame, out)
        except (IchError, OSError):
            return False
        return really_wraps(out)

    def decode_slice(self, index: int, out: NDArray[np.int16]) -> tuple[Finding, ...]:
        """Put one slice's HU into ``out`` ``(rows, columns)``; air where it cannot be decoded.

        Returns:
            What had to be repaired, or why the slice is air.
        """
        frame = self.frames[index]
        try:
            packed = read_stored(frame, out)
        except TruncatedError as error:
            out[...] = AIR_HU
            return (Finding("truncated", f"Pixel data end too early ({error}); shown as air."),)
        except (IchError, OSError) as error:
            out[...] = AIR_HU
            return (Finding("undecodable_slices", f"Shown as air: {error}."),)
        return to_hu(out, frame.storage, wraps=bool(self._wraps) and frame.storage.may_wrap, packed=packed)
