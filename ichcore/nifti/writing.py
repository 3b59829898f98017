"""Arrays on a series' grid → NIfTI-1: RAS, (x, y, z)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nibabel as nib
import numpy as np

from ichcore.errors import GeometryError
from ichcore.files import atomic_path
from ichcore.nifti.axes import affine_ras, is_sheared, turned
from ichcore.nifti.grid import write_grid

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import DTypeLike, NDArray

    from ichcore.volume.geometry import Geometry

SCANNER = 1
"""NIFTI_XFORM_SCANNER_ANAT: coordinates of the scanner."""


def write_nifti(
    path: Path,
    array: NDArray[np.generic],
    geometry: Geometry,
    *,
    dtype: DTypeLike | None = None,
    description: str = "ichviewer, research use only",
    positions: bool = True,
) -> tuple[Path, ...]:
    """Write an array on a series' grid.

    The voxels are turned so that x runs to the patient's right, y to the front, z to the head; the affine
    puts every voxel where it was. A tilted series gets a sheared sform and qform code 0, since a quaternion
    cannot say it. An uneven one gets its mean step and its true positions in ``grid.json`` beside the file.

    Args:
        path: ``.nii`` or ``.nii.gz``; written to a temporary name first.
        array: ``(slice, row, column)``, or ``(class, slice, row, column)`` for one volume a class.
        geometry: the series' grid.
        dtype: stored type; the array's own by default (bool becomes uint8, int64 int32, float64 float32).
        description: at most 79 bytes for the header.
        positions: whether an uneven series gets its ``grid.json``; where several series share a folder, their
            true positions are kept otherwise.

    Returns:
        The files written: the NIfTI, and ``grid.json`` for an uneven series.

    Raises:
        GeometryError: if the array is not on the grid.
        OSError: if the folder cannot be written.
    """
    if array.ndim not in (3, 4) or array.shape[-3:] != geometry.shape:
        raise GeometryError(
            f"An array of shape {array.shape} is not on a grid of {geometry.shape}; "
            "give (slice, row, column), or (class, slice, row, column)."
        )
    data = array.astype(_stored_type(array.dtype) if dtype is None else dtype, copy=False)
    order = (2, 1, 0) if data.ndim == 3 else (3, 2, 1, 0)
    voxels, affine = turned(data.transpose(order), affine_ras(geometry), "RAS")
    image = nib.Nifti1Image(voxels, affine)
    image.header.set_xyzt_units("mm" if geometry.pixel_spacing_mm else "unknown")
    image.header["descrip"] = description.encode("ascii", "replace")[:79]
    image.set_sform(affine, SCANNER)
    if is_sheared(affine):
        image.set_qform(None, 0)
    else:
        image.set_qform(affine, SCANNER)
    with atomic_path(path) as temporary:
        nib.save(image, temporary)
    if positions and geometry.positions_known and not geometry.even:
        return path, write_grid(path.parent, geometry)
    return (path,)


def _stored_type(dtype: np.dtype[np.generic]) -> np.dtype[np.generic]:
    """A type that NIfTI readers understand."""
    replacements = {
        "bool": "uint8",
        "int64": "int32",
        "uint64": "int32",
        "float64": "float32",
        "float16": "float32",
    }
    return np.dtype(replacements.get(dtype.name, dtype.name))
