"""NIfTI-1 files as series: RAS turned to LPS, slices ascending towards the head."""

from __future__ import annotations

import gzip
import io
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nibabel as nib
import numpy as np

from ichcore.errors import GeometryError, InputError
from ichcore.nifti.axes import geometry_from_affine, turned
from ichcore.nifti.grid import with_true_positions
from ichcore.sources import DiskFile, LeftOut
from ichcore.volume.passport import Finding
from ichcore.volume.spacing import spacing_findings
from ichcore.volume.uid import derived_uid
from ichcore.volume.volume import AIR_HU, SeriesIdentity, Volume

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ichcore.sources import ByteSource
    from ichcore.volume.geometry import Geometry
    from ichcore.volume.window import Window

MOST_VOXELS = 2**31
NOTABLE_DEG = 0.5
THIN_MM = 3.0
_READ_ERRORS = (
    nib.filebasedimages.ImageFileError,
    nib.spatialimages.HeaderDataError,
    EOFError,
    OSError,
    ValueError,
    KeyError,
    TypeError,
    OverflowError,
    zlib.error,
)


def is_nifti_name(name: str) -> bool:
    """Whether a file is NIfTI-1 by its name."""
    return name.lower().endswith((".nii", ".nii.gz"))


@dataclass(eq=False)
class NiftiSeries:
    """One NIfTI file as a series; its voxels are read when the first slice is decoded.

    Attributes:
        identity: only a made-up UID and the file's name; NIfTI states no more.
        geometry: from the affine, or from ``grid.json`` beside the file.
        sop_instance_uids: made up, stable for the same file name and header.
        windows: none.
        passport: what the header says.
        is_hu: ``False`` for 8-bit values (masks and pictures).
    """

    identity: SeriesIdentity
    geometry: Geometry
    sop_instance_uids: tuple[str, ...]
    passport: tuple[Finding, ...]
    is_hu: bool
    windows: tuple[Window, ...]
    _image: Any = field(repr=False)
    _voxels: NDArray[np.generic] | None = field(default=None, repr=False)
    _error: str = ""

    def prepare(self) -> None:
        """Read the voxels, unscaled; a memory map where the file is not packed."""
        if self._voxels is not None or self._error:
            return
        try:
            raw = _three_dimensions(np.asanyarray(self._image.dataobj.get_unscaled()))
            voxels, _ = turned(raw, self._image.affine, "LPS")
        except _READ_ERRORS as error:
            self._error = (
                f"its voxels cannot be read ({str(error).splitlines()[0] if str(error) else error!r})"
            )
            return
        self._voxels = voxels.transpose(2, 1, 0)

    def decode_slice(self, index: int, out: NDArray[np.int16]) -> tuple[Finding, ...]:
        """Put one slice's values into ``out``; air where the file is cut off."""
        if self._voxels is None:
            out[...] = AIR_HU
            return (Finding("undecodable_slices", f"Shown as air: {self._error}."),)
        raw = self._voxels[index]
        slope, shift = float(self._image.dataobj.slope), float(self._image.dataobj.inter)
        if (
            raw.dtype.kind in "iu"
            and raw.dtype.itemsize <= 2
            and raw.dtype != np.uint16
            and (slope, shift) == (1, 0)
        ):
            np.copyto(out, raw, casting="unsafe")
            return ()
        values = np.nan_to_num(
            np.rint(np.asarray(raw, np.float64) * slope + shift), nan=AIR_HU, posinf=32767, neginf=-32768
        )
        low, high = float(values.min()), float(values.max())
        np.copyto(out, np.clip(values, -32768, 32767), casting="unsafe")
        if low < -32768 or high > 32767:
            text = f"Values from {low:.0f} to {high:.0f} HU were clipped to −32768…32767 HU."
            return (Finding("clipped", text),)
        return ()


def find_nifti(sources: Sequence[ByteSource]) -> tuple[list[NiftiSeries], list[LeftOut]]:
    """Each NIfTI file as a series, and those that cannot be one."""
    found: list[NiftiSeries] = []
    left: list[LeftOut] = []
    for source in sources:
        try:
            found.append(open_nifti(source))
        except InputError as error:
            left.append(LeftOut(source.label, str(error)))
    return found, left


def open_nifti(source: ByteSource) -> NiftiSeries:
    """The series of one NIfTI file, from its header.

    Raises:
        InputError: if it is damaged, too large or no volume; the message is the reason alone.
    """
    try:
        image = _load(source)
        shape = tuple(int(n) for n in image.shape)
        if len(shape) < 3 or min(shape) < 1 or any(n != 1 for n in shape[4:]):
            raise InputError(f"a NIfTI file of {'×'.join(map(str, shape))} values is not a volume")
        if int(np.prod(shape, dtype=object)) > MOST_VOXELS:
            raise InputError(
                f"refused: its header declares {'×'.join(map(str, shape))} voxels, too many for memory"
            )
        if np.dtype(image.get_data_dtype()).kind not in "iuf":
            raise InputError("its voxels are colours or complex numbers, not HU")
        dummy = np.broadcast_to(np.int8(0), shape[:3])
        spun, affine = turned(dummy, image.affine, "LPS")
        ours = (spun.shape[2], spun.shape[1], spun.shape[0])
        stated = int(image.header["sform_code"]) > 0 or int(image.header["qform_code"]) > 0
        geometry = geometry_from_affine(ours, affine, known=stated)
    except GeometryError as error:
        raise InputError(str(error)) from error
    except _READ_ERRORS as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"it is not a readable NIfTI file ({reason})") from error
    if isinstance(source, DiskFile):
        geometry = with_true_positions(geometry, source.path.parent)
    uid = derived_uid("nifti", Path(source.label).name, bytes(image.header.binaryblock).hex())
    is_hu = np.dtype(image.get_data_dtype()).itemsize > 1
    return NiftiSeries(
        identity=SeriesIdentity(
            series_instance_uid=uid,
            series_description=Path(source.label).name,
            modality="CT" if is_hu else "",
        ),
        geometry=geometry,
        sop_instance_uids=tuple(derived_uid(uid, i) for i in range(ours[0])),
        passport=tuple(_findings(geometry, shape, stated=stated, is_hu=is_hu)),
        is_hu=is_hu,
        windows=(),
        _image=image,
    )


def _load(source: ByteSource) -> Any:
    if isinstance(source, DiskFile):
        return nib.Nifti1Image.from_filename(source.path)
    data = source.read()
    if data[:2] == b"\x1f\x8b":
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
            data = packed.read(MOST_VOXELS)
    return nib.Nifti1Image.from_bytes(data)


def _three_dimensions(raw: NDArray[np.generic]) -> NDArray[np.generic]:
    """The first volume of a series of volumes."""
    while raw.ndim > 3:
        raw = raw[..., 0]
    return raw


def _findings(geometry: Geometry, shape: tuple[int, ...], *, stated: bool, is_hu: bool) -> list[Finding]:
    found = [
        Finding(
            "header_unknown",
            "NIfTI does not state: patient, slice thickness, convolution kernel, whether contrast was given"
            + ("." if stated else ", orientation and position (no sform or qform)."),
        )
    ]
    if not is_hu:
        found.append(Finding("no_hu", "8-bit values (a mask or picture), not HU."))
    if len(shape) > 3 and shape[3] > 1:
        found.append(Finding("several_volumes", f"The file holds {shape[3]} volumes; this is the first."))
    upright = float(np.degrees(np.arccos(np.clip(abs(geometry.normal[2]), 0.0, 1.0))))
    if upright > NOTABLE_DEG:
        found.append(Finding("tilt", f"The slices are tilted by {upright:.1f}°."))
    if geometry.shear_deg > NOTABLE_DEG:
        found.append(
            Finding("shear", f"The stack leans by {geometry.shear_deg:.1f}° against its slice normal.")
        )
    if geometry.positions_known:
        found += spacing_findings(geometry)
    step = geometry.spacing_between_slices_mm
    if step is not None and step < THIN_MM:
        found.append(
            Finding(
                "thin_slices",
                f"Slices come every {step:.2f} mm; for inference they are averaged to about 5 mm.",
            )
        )
    return found


def read_nifti(path: Path) -> Volume:
    """A NIfTI file as a Volume on the LPS grid, slices ascending towards the head.

    Args:
        path: ``.nii`` or ``.nii.gz``; integer or float, with scaling.

    Raises:
        InputError: if it cannot be read, saying why.
    """
    try:
        series = open_nifti(DiskFile(path, path.name))
    except InputError as error:
        raise InputError(f"{path.name} cannot be opened: {error}.") from error
    series.prepare()
    hu = np.empty(series.geometry.shape, np.int16)
    found = {finding.code: finding for i in range(len(hu)) for finding in series.decode_slice(i, hu[i])}
    if "undecodable_slices" in found:
        raise InputError(f"{path.name} cannot be opened: {found['undecodable_slices'].detail}")
    return Volume(
        hu=hu,
        geometry=series.geometry,
        sop_instance_uids=series.sop_instance_uids,
        identity=series.identity,
        passport=(*series.passport, *found.values()),
        is_hu=series.is_hu,
    )
