"""8-bit pictures of equal size in one folder as a series: an order and grey values, no HU, no mm."""

from __future__ import annotations

import io
import warnings
from collections import defaultdict
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ichcore.sources import DiskFile, LeftOut, natural_key
from ichcore.volume.geometry import Geometry
from ichcore.volume.passport import Finding
from ichcore.volume.uid import derived_uid
from ichcore.volume.volume import AIR_HU, SeriesIdentity
from ichcore.volume.window import Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ichcore.sources import ByteSource

SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp")
FORMATS = ("PNG", "JPEG", "TIFF", "BMP")
MOST_PIXELS = 8192 * 8192
GREY = Window(128.0, 256.0, "grey values")
_EIGHT_BIT = frozenset(("L", "LA", "P", "PA", "1", "RGB", "RGBA", "CMYK", "YCbCr"))
_READ_ERRORS = (OSError, ValueError, SyntaxError, Image.DecompressionBombError, EOFError)


def is_picture_name(name: str) -> bool:
    """Whether a file is a picture by its name."""
    return name.lower().endswith(SUFFIXES)


@dataclass(eq=False)
class PictureSeries:
    """Pictures of one folder and size, in the natural order of their names.

    Attributes:
        identity: only a made-up UID and the folder's name.
        geometry: an order; no spacing, no positions.
        sop_instance_uids: made up, stable for the same names.
        windows: the whole grey scale.
        passport: ``no_hu`` and what is unknown.
        pictures: the files.
        is_hu: always ``False``.
    """

    identity: SeriesIdentity
    geometry: Geometry
    sop_instance_uids: tuple[str, ...]
    windows: tuple[Window, ...]
    passport: tuple[Finding, ...]
    pictures: tuple[ByteSource, ...]
    is_hu: bool = False

    def prepare(self) -> None:
        """Nothing to decide."""

    def decode_slice(self, index: int, out: NDArray[np.int16]) -> tuple[Finding, ...]:
        """Put one picture's grey values (colours as luminance) into ``out``; −1024 where it is damaged."""
        try:
            with _quiet(), _open(self.pictures[index]) as image:
                np.copyto(out, np.asarray(image.convert("L")), casting="unsafe")
        except _READ_ERRORS as error:
            out[...] = AIR_HU
            return (Finding("undecodable_slices", f"Shown empty: the picture is damaged ({error})."),)
        return ()


class _quiet(warnings.catch_warnings):  # noqa: N801 - a context manager
    """Pillow warns of odd metadata on stderr."""

    def __enter__(self) -> None:
        super().__enter__()
        warnings.simplefilter("ignore")


def _open(source: ByteSource) -> Image.Image:
    stream = source.path if isinstance(source, DiskFile) else io.BytesIO(source.read())
    return Image.open(stream, formats=FORMATS)


def find_pictures(sources: Sequence[ByteSource]) -> tuple[list[PictureSeries], list[LeftOut]]:
    """One series a folder: its pictures of the commonest size; the others are left out."""
    left: list[LeftOut] = []
    folders: dict[str, dict[tuple[int, int], list[ByteSource]]] = defaultdict(lambda: defaultdict(list))
    for source in sources:
        size = _size(source)
        if isinstance(size, str):
            left.append(LeftOut(source.label, size))
        else:
            folders[str(PurePath(source.label).parent)][size].append(source)
    found: list[PictureSeries] = []
    for folder, sizes in sorted(folders.items(), key=lambda item: natural_key(item[0])):
        common = max(sizes, key=lambda size: len(sizes[size]))
        for size, members in sizes.items():
            if size != common:
                reason = f"{size[1]}×{size[0]} pixels, the others of its folder are {common[1]}×{common[0]}"
                left += [LeftOut(member.label, reason) for member in members]
        found.append(_series(folder, common, sizes[common]))
    return found, left


def _size(source: ByteSource) -> tuple[int, int] | str:
    """``(rows, columns)`` from the header alone, or why the picture is left out."""
    try:
        with _quiet(), _open(source) as image:
            columns, rows = image.size
            if rows * columns > MOST_PIXELS:
                return f"refused: it declares {columns}×{rows} pixels, too many for a slice"
            if image.mode not in _EIGHT_BIT:
                return f"not an 8-bit picture (mode {image.mode})"
            return rows, columns
    except _READ_ERRORS as error:
        return f"it is not a readable picture ({str(error).splitlines()[0] if str(error) else 'damaged'})"


def _series(folder: str, size: tuple[int, int], members: list[ByteSource]) -> PictureSeries:
    ordered = tuple(sorted(members, key=lambda source: natural_key(source.label)))
    uid = derived_uid("pictures", *(source.label for source in ordered), size)
    shape = (len(ordered), *size)
    name = "pictures" if folder == "." else folder
    order = np.arange(len(ordered))[:, None] * np.array([0.0, 0.0, 1.0])
    return PictureSeries(
        identity=SeriesIdentity(
            series_instance_uid=uid,
            series_description=ordered[0].label if folder == "." and len(ordered) == 1 else name,
        ),
        geometry=Geometry(shape, order, positions_known=False),
        sop_instance_uids=tuple(derived_uid(uid, source.label) for source in ordered),
        windows=(GREY,),
        passport=(
            Finding("no_hu", "8-bit pictures: grey values through an unknown window, not HU."),
            Finding(
                "header_unknown",
                "Pictures do not state: patient, pixel spacing, positions, orientation, kernel, contrast.",
            ),
        ),
        pictures=ordered,
    )
