"""The mask as a NIfTI label map on the series' own grid, with origins, labels and heat maps beside it."""

from __future__ import annotations

import json
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import nibabel as nib
import numpy as np

from ichcore.errors import IchError, InputError
from ichcore.export.annotation_json import LABEL_VALUES, ORIGIN_VALUES, annotation_as_json
from ichcore.export.comparing import array_differences, entry_differences
from ichcore.export.placed_voxels import RAS_TO_LPS, on_grid
from ichcore.files import RESEARCH_USE, json_text, write_text
from ichcore.nifti import write_nifti
from ichcore.nifti.axes import affine_ras, is_sheared
from ichcore.nifti.grid import NAME as GRID
from ichcore.nifti.grid import with_true_positions

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from ichcore.export.material import Material
    from ichcore.volume.geometry import Geometry

SCHEMA = "ichcore.labels/1"
MASK, ORIGINS, ACTIVATION, LABELS = "mask.nii.gz", "origins.nii.gz", "activation.nii.gz", "labels.json"
_AFFINE_MM = 0.01
"""What a float32 affine may be off at the corner of a head."""
_QUATERNION_MM = 0.4
"""Header cosines are rounded; SimpleITK makes right angles of them."""


class Nifti:
    """The format ``nifti``: ``mask.nii.gz``, ``origins.nii.gz``, ``labels.json``, ``activation.nii.gz``.

    A tilted series has a sheared sform and qform code 0, an uneven one its nominal step and ``grid.json``.
    """

    name = "nifti"

    def write(self, material: Material, folder: Path) -> tuple[Path, ...]:
        """Write the arrays and what was said of slices and study.

        Raises:
            GeometryError: if the mask is not on the series' grid.
            OSError: if the folder cannot be written.
        """
        geometry, mask = material.volume.geometry, material.annotation.mask
        files = [*write_nifti(folder / MASK, mask.labels, geometry)]
        files += write_nifti(folder / ORIGINS, mask.origins, geometry)
        if material.activation:
            stack = np.stack([*material.activation.values()])
            files += write_nifti(folder / ACTIVATION, stack, geometry)
        write_text(folder / LABELS, json_text(_labels(material)))
        return (*dict.fromkeys(files), folder / LABELS)

    def differences(self, material: Material, folder: Path) -> list[str]:
        """Compare what nibabel reads, and SimpleITK where it is installed and the series is not sheared.

        Raises:
            InputError: if a file cannot be read.
        """
        geometry, mask = material.volume.geometry, material.annotation.mask
        expected: dict[str, NDArray[Any]] = {MASK: mask.labels, ORIGINS: mask.origins}
        if material.activation:
            expected[ACTIVATION] = np.stack([*material.activation.values()])
        said: list[str] = []
        for name, array in expected.items():
            said += nifti_differences(folder / name, array, geometry)
        if geometry.positions_known and not geometry.even:
            said += _grid_differences(folder, geometry)
        try:
            found = json.loads((folder / LABELS).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InputError(f"{folder / LABELS} cannot be read ({error}).") from error
        return said + entry_differences(LABELS, _labels(material), found)


def nifti_differences(path: Path, expected: NDArray[Any], geometry: Geometry) -> list[str]:
    """A sentence for each difference between an array and what is read of a file, in values and in place.

    Args:
        path: ``.nii.gz``.
        expected: ``(slice, row, column)``, or ``(class, slice, row, column)``.
        geometry: its grid.

    Raises:
        InputError: if the file cannot be read.
    """
    try:
        image = nib.Nifti1Image.from_filename(path)
        voxels = np.asanyarray(image.dataobj)
    except (OSError, ValueError, EOFError, nib.filebasedimages.ImageFileError) as error:
        raise InputError(f"{path.name} cannot be read back ({error}).") from error
    said = []
    wanted = 0 if is_sheared(affine_ras(geometry)) else 1
    if (int(image.header["sform_code"]), int(image.header["qform_code"])) != (1, wanted):
        said.append(f"{path.name} states the wrong codes of its sform and qform.")
    readings = [("nibabel", voxels, RAS_TO_LPS @ image.affine, _AFFINE_MM)]
    if wanted and expected.ndim == 3 and find_spec("SimpleITK") is not None:
        readings.append(("SimpleITK", *_by_simple_itk(path), _QUATERNION_MM))
    for reader, array, affine, tolerance_mm in readings:
        try:
            found = on_grid(array, affine, geometry, tolerance_mm)
        except IchError as error:
            said.append(f"{path.name} as {reader} reads it: {error}.")
        else:
            said += array_differences(f"{path.name} as {reader} reads it", expected, found)
    return said


def _by_simple_itk(path: Path) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Voxels (i, j, k) and their affine to LPS."""
    simple_itk: Any = import_module("SimpleITK")
    try:
        image = simple_itk.ReadImage(str(path))
    except RuntimeError as error:
        raise InputError(f"SimpleITK cannot read {path.name} ({str(error).splitlines()[-1]}).") from error
    affine = np.eye(4)
    affine[:3, :3] = np.reshape(image.GetDirection(), (3, 3)) * np.array(image.GetSpacing())
    affine[:3, 3] = image.GetOrigin()
    return simple_itk.GetArrayFromImage(image).transpose(2, 1, 0), affine


def _grid_differences(folder: Path, geometry: Geometry) -> list[str]:
    found = with_true_positions(geometry, folder)
    if found is geometry or np.abs(found.origins_mm - geometry.origins_mm).max() > 1e-5:
        return [f"{GRID} does not give the true positions of the slices."]
    return []


def _labels(material: Material) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "research_use": RESEARCH_USE,
        "labels": {"background": 0, **LABEL_VALUES},
        "origins": dict(ORIGIN_VALUES),
        "activation": list(material.activation),
        "annotation": annotation_as_json(material.annotation),
    }
