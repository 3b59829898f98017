"""A label map in a NIfTI file, ours or another maker's, on an open series."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nibabel as nib
import numpy as np

from ichcore.errors import IchError, InputError
from ichcore.export.placed_voxels import RAS_TO_LPS, on_grid

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from ichcore.volume.volume import Volume

WITHIN_MM = 0.1
"""How far a NIfTI may lie from the series' grid; its affine is float32, its quaternion worse."""


def read_nifti_labels(path: Path, volume: Volume, most: int) -> NDArray[np.uint8]:
    """Labels ``(slices, rows, columns)`` where the file's own affine puts them.

    Args:
        path: of the file.
        volume: the open series.
        most: the largest label that there is.

    Raises:
        InputError: if it cannot be read, lies on another grid, or holds other values.
    """
    try:
        image = nib.Nifti1Image.from_filename(path)
        if len(image.shape) != 3 or np.prod(image.shape, dtype=object) != np.prod(volume.shape, dtype=object):
            raise InputError(f"its grid is {image.shape} and the series' {volume.shape}")
        found = on_grid(np.asanyarray(image.dataobj), RAS_TO_LPS @ image.affine, volume.geometry, WITHIN_MM)
    except IchError as error:
        raise InputError(
            f"{path.name} does not lie on the series' own grid ({error}); only such a map is taken over."
        ) from error
    except (OSError, ValueError, EOFError, nib.filebasedimages.ImageFileError) as error:
        raise InputError(f"{path.name} cannot be read as NIfTI ({error}).") from error
    labels = np.ascontiguousarray(found).astype(np.uint8)
    if not np.array_equal(labels, found) or labels.max(initial=0) > most:
        raise InputError(
            f"{path.name} holds values other than 0 to {most}, which are labels here (0 background, 1 to 5 "
            "the subtypes from epidural to subdural, 6 unstated); relabel it first."
        )
    return labels
