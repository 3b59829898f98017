"""Labels from elsewhere on an open series: bundles and NIfTI of ours, any SEG, any label map on its grid."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import nibabel as nib
import numpy as np

from ichcore.annotations.annotation import Annotation
from ichcore.annotations.step import Step
from ichcore.annotations.steps import taken_over
from ichcore.errors import IchError, InputError
from ichcore.export.annotation_json import annotation_from_json
from ichcore.export.bundle_reading import BUNDLE, find_bundles, read_bundle
from ichcore.export.nifti import LABELS, ORIGINS
from ichcore.export.placed_voxels import RAS_TO_LPS, on_grid
from ichcore.export.seg_reading import read_seg
from ichcore.masks.edits.label_map import LabelMap
from ichcore.masks.edits.origin import Origin
from ichcore.nifti import is_nifti_name
from ichcore.subtypes import UNSTATED_LABEL

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from ichcore.annotations.contents import Contents
    from ichcore.volume.volume import Volume

WITHIN_MM = 0.1
"""How far a NIfTI may lie from the series' grid; its affine is float32, its quaternion worse."""


def read_labels(path: Path, volume: Volume) -> Annotation | LabelMap:
    """What a file or folder says of a series.

    Args:
        path: a bundle (its folder, its ``bundle.json``, or an export that holds one), a NIfTI label map of
            values 0 to 6, or a DICOM SEG. Beside our own NIfTI stands who said what; it is read with it.
        volume: the open series.

    Returns:
        An annotation where answers and notes came along, else the mask alone.

    Raises:
        InputError: if it is none of these, is damaged, or was made of another series.
        GeometryError: if it lies on another grid.
    """
    if path.is_dir() or path.name == BUNDLE:
        return _of_bundle(path if path.is_dir() else path.parent, volume)
    if is_nifti_name(path.name):
        return _of_nifti(path, volume)
    return read_seg(path, volume)


def imported(contents: Contents, found: Annotation | LabelMap, name: str) -> Step:
    """The step by which an open annotation says what was read.

    Args:
        contents: as they are; what a mask alone does not speak of stays.
        found: as :func:`read_labels` gives it.
        name: of the file, for the list of steps.
    """
    title = f"Import {name}"
    if isinstance(found, Annotation):
        return taken_over(contents, found, title)
    return Step.between(title, contents, replace(contents, mask=found))


def _of_bundle(folder: Path, volume: Volume) -> Annotation:
    folders = [folder] if (folder / BUNDLE).is_file() else find_bundles(folder)
    if not folders:
        raise InputError(f"{folder.name} holds no bundle; choose a folder that ichviewer exported.")
    if len(folders) > 1:
        raise InputError(f"{folder.name} holds {len(folders)} bundles; choose the folder of one of them.")
    material = read_bundle(folders[0])
    _check(material.annotation, volume, folders[0].name)
    return material.annotation


def _check(annotation: Annotation, volume: Volume, name: str) -> None:
    same = (
        annotation.series_instance_uid == volume.identity.series_instance_uid
        and annotation.sop_instance_uids == volume.sop_instance_uids
        and annotation.mask.shape == volume.shape
    )
    if not same:
        raise InputError(
            f"{name} was made of another series than the one that is open (or is de-identified, and so names "
            "other instances); open that series first."
        )


def _of_nifti(path: Path, volume: Volume) -> Annotation | LabelMap:
    labels = _voxels(path, volume, UNSTATED_LABEL)
    origins = np.where(labels > 0, Origin.HUMAN, Origin.NONE).astype(np.uint8)
    stated = _stated(path.parent / LABELS)
    if stated is None or not (path.parent / ORIGINS).is_file():
        return LabelMap(labels, origins)
    mask = LabelMap(labels, _voxels(path.parent / ORIGINS, volume, max(Origin)))
    try:
        annotation = annotation_from_json(stated, mask)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{LABELS} beside {path.name} is damaged ({error}); import a copy of {path.name} alone."
        ) from error
    _check(annotation, volume, path.name)
    return annotation


def _stated(path: Path) -> dict[str, Any] | None:
    """The annotation that stands beside a NIfTI of ours; ``None`` beside any other."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return dict(found["annotation"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path.name} is damaged ({error}); export it anew.") from error


def _voxels(path: Path, volume: Volume, most: int) -> NDArray[np.uint8]:
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
