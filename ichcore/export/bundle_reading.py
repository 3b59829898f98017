"""A bundle read back: checked against its hashes, sizes before memory is taken, nothing ever unpickled."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import numpy as np
from pydicom import dcmread

from ichcore.dicom.quiet import quiet_pydicom
from ichcore.errors import IchError, InputError, RefusedError
from ichcore.export.annotation_json import annotation_from_json
from ichcore.export.material import Material
from ichcore.export.series_json import geometry_from_json, prediction_from_json, volume_from_json
from ichcore.files import sha256_of
from ichcore.masks.edits.label_map import LabelMap
from ichcore.masks.edits.origin import Origin
from ichcore.subtypes import CLASSES, UNSTATED_LABEL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from pydicom import Dataset

SCHEMA = "ichcore.bundle/1"
BUNDLE, HU, MASK, ACTIVATION, HEADERS = "bundle.json", "hu.npy", "mask.npz", "activation.npz", "headers"
LABELS, ORIGINS = "labels", "origins"
MOST_VOXELS = 2**31
LARGEST_HEADER = 64 * 2**20
_DAMAGE = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    EOFError,
    OverflowError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What numpy, zipfile and json raise on damaged files, and what a wrong entry of ``bundle.json`` raises."""


@dataclass(frozen=True)
class BundleRecord:
    """``bundle.json`` of one bundle, checked as far as that goes without the other files.

    Attributes:
        folder: of the bundle.
        stated: the object.
        files: all files of the bundle, ``bundle.json`` first.
    """

    folder: Path
    stated: dict[str, Any]
    files: tuple[Path, ...]


def find_bundles(folder: Path) -> list[Path]:
    """Folders at or below a folder that hold a ``bundle.json``, sorted; unfinished ones are passed over."""
    return sorted(
        path.parent
        for path in folder.rglob(BUNDLE)
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def read_record(folder: Path) -> BundleRecord:
    """What a bundle says of itself.

    Raises:
        InputError: if there is no bundle, or not one of ours.
    """
    try:
        stated = json.loads((folder / BUNDLE).read_text(encoding="utf-8"))
        schema = stated["schema"]
        names = list(stated["files"])
    except OSError as error:
        raise InputError(
            f"{folder} holds no readable {BUNDLE} ({error.strerror}); give a folder of ichcore export."
        ) from error
    except _DAMAGE as error:
        raise InputError(f"{folder / BUNDLE} is damaged ({error!r}); export it anew.") from error
    if schema != SCHEMA:
        raise InputError(f"{folder / BUNDLE} states schema {schema!r}; expected {SCHEMA!r}.")
    for name in names:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
            raise RefusedError(
                f"{folder / BUNDLE} names a file outside its folder ({name!r}); it is refused."
            )
    return BundleRecord(folder, stated, (folder / BUNDLE, *(folder / name for name in names)))


def hash_differences(record: BundleRecord) -> list[str]:
    """A sentence for each file of the bundle that is missing or whose bytes changed."""
    said = []
    for path, (name, one) in zip(record.files[1:], record.stated["files"].items(), strict=True):
        try:
            if sha256_of(path) != one["sha256"]:
                said.append(f"{name} has changed since it was written.")
        except (OSError, KeyError, TypeError) as error:
            said.append(f"{name} cannot be checked ({error}).")
    return said


def read_bundle(folder: Path) -> Material:
    """Everything that was exported, equal in every value.

    Args:
        folder: that holds ``bundle.json``.

    Raises:
        InputError: if a file is missing, changed or damaged, or the parts do not fit together.
        GeometryError: likewise, for the geometry.
    """
    record = read_record(folder)
    changed = hash_differences(record)
    if changed:
        raise InputError(f"{folder} is no whole bundle: {changed[0]}")
    stated = record.stated
    try:
        geometry = geometry_from_json(stated["geometry"])
        shape = geometry.shape
        if min(shape) < 1 or int(np.prod(shape, dtype=object)) > MOST_VOXELS:
            raise RefusedError(f"{folder} declares {shape} voxels; it is refused.")
        hu = _array((folder / HU).read_bytes(), shape, np.dtype(np.int16), HU)
        packed = _members(folder / MASK, (LABELS, ORIGINS), shape, np.dtype(np.uint8))
        mask = LabelMap(packed[LABELS], packed[ORIGINS])
        activation = {}
        if stated["activation"]:
            activation = _members(folder / ACTIVATION, stated["activation"], shape, np.dtype(np.float32))
        prediction = stated["prediction"]
        material = Material(
            volume=volume_from_json(stated["series"], hu, geometry),
            annotation=annotation_from_json(stated["annotation"], mask),
            prediction=None if prediction is None else prediction_from_json(prediction),
            activation=activation,
            headers=tuple(_headers(folder, stated["headers"])),
            card=dict(stated["card"]),
            explanation=_explanation(stated),
        )
    except OSError as error:
        raise InputError(f"{folder} cannot be read ({error.strerror or error}).") from error
    except IchError:
        raise
    except _DAMAGE as error:
        raise InputError(f"The bundle {folder} is damaged ({error!r}); export it anew.") from error
    _check(material, folder)
    return material


def _explanation(stated: dict[str, Any]) -> tuple[str, str] | None:
    method_and_layer = stated.get("explanation")  # earlier versions did not say
    if method_and_layer is None:
        return None
    method, layer = method_and_layer
    return str(method), str(layer)


def _check(material: Material, folder: Path) -> None:
    uids = material.volume.sop_instance_uids
    if uids != material.annotation.sop_instance_uids or len(uids) != material.volume.shape[0]:
        raise InputError(f"{folder} names other slices in its annotation than in its series; export it anew.")
    mask = material.annotation.mask
    if mask.labels.max() > UNSTATED_LABEL or mask.origins.max() > max(Origin):
        raise InputError(
            f"The mask of {folder} holds a label or an origin that there is none; export it anew."
        )
    if not set(material.activation) <= set(CLASSES):
        raise InputError(f"{folder} holds heat maps of classes that there are none; export it anew.")


def _headers(folder: Path, names: Sequence[str]) -> Iterator[Dataset]:
    read: dict[str, Dataset] = {}
    for name in names:
        if name not in read:
            path = folder / HEADERS / PurePosixPath(name).name
            if path.stat().st_size > LARGEST_HEADER:
                raise RefusedError(f"The header {path} is too large; it is refused.")
            data = io.BytesIO(path.read_bytes())
            with quiet_pydicom():
                read[name] = dcmread(data)
        yield read[name]


def _members(
    path: Path, names: Sequence[str], shape: tuple[int, ...], dtype: np.dtype[Any]
) -> dict[str, NDArray[Any]]:
    """Named arrays of an npz file, each as large as it must be and no larger."""
    most = int(np.prod(shape)) * dtype.itemsize + 4096
    found = {}
    with zipfile.ZipFile(path) as archive:
        for name in names:
            with archive.open(f"{name}.npy") as stream:
                found[name] = _array(stream.read(most), shape, dtype, f"{path.name}, {name}")
    return found


def _array(data: bytes, shape: tuple[int, ...], dtype: np.dtype[Any], name: str) -> NDArray[Any]:
    """An array file in memory, whose header must say what is expected before anything is made of it."""
    stream = io.BytesIO(data)
    version = np.lib.format.read_magic(stream)
    if version != (1, 0):
        raise InputError(f"{name} is an array file of version {version}; expected (1, 0).")
    found, turned, kind = np.lib.format.read_array_header_1_0(stream)
    if found != shape or kind != dtype or turned:
        raise InputError(f"{name} holds {kind} {found}; expected {dtype} {shape}.")
    size = int(np.prod(shape)) * dtype.itemsize
    if len(data) - stream.tell() != size:
        raise InputError(f"{name} holds {len(data) - stream.tell()} bytes; expected {size}.")
    array: NDArray[Any] = np.frombuffer(bytearray(data)[stream.tell() :], dtype).reshape(shape)
    return array
