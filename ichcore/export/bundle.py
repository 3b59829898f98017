"""Our own bundle: everything that is known of an annotated series, with hashes, to go on or learn from.

::

    bundle.json        identity, geometry, passport, annotation, prediction, card, digest of every file
    hu.npy             int16 (slices, rows, columns), the series' own grid
    mask.npz           labels and origins, uint8 of the same shape
    activation.npz     heat maps by class, float32; only where there are any
    headers/NNNN.dcm   DICOM headers without pixel data; only where the source was DICOM
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore import __version__
from ichcore.errors import IchError
from ichcore.export.annotation_json import annotation_as_json
from ichcore.export.bundle_reading import (
    ACTIVATION,
    BUNDLE,
    HEADERS,
    HU,
    LABELS,
    MASK,
    ORIGINS,
    SCHEMA,
    read_bundle,
)
from ichcore.export.comparing import material_differences
from ichcore.export.header_bytes import encoded
from ichcore.export.series_json import geometry_as_json, prediction_as_exact_json, series_as_json
from ichcore.files import RESEARCH_USE, atomic_path, json_text, sha256_of, write_bytes, write_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from ichcore.export.material import Material


class Bundle:
    """The format ``bundle``; :func:`~ichcore.export.bundle_reading.read_bundle` gives the material back."""

    name = "bundle"

    def write(self, material: Material, folder: Path) -> tuple[Path, ...]:
        """Write all files, ``bundle.json`` last.

        Raises:
            IchError: if mask, HU and geometry are of several shapes.
            OSError: if the folder cannot be written.
        """
        volume, annotation = material.volume, material.annotation
        if not volume.hu.shape == volume.geometry.shape == annotation.mask.shape:
            raise IchError(
                f"HU {volume.hu.shape}, geometry {volume.geometry.shape} and mask {annotation.mask.shape} "
                "must be of one shape; annotate the series on its own grid."
            )
        files = [folder / HU, folder / MASK]
        with atomic_path(files[0]) as temporary, temporary.open("wb") as stream:
            np.save(stream, np.ascontiguousarray(volume.hu, np.int16))
        _pack(files[1], {LABELS: annotation.mask.labels, ORIGINS: annotation.mask.origins})
        if material.activation:
            files.append(folder / ACTIVATION)
            _pack(files[-1], material.activation)
        placed, headers = _headers(material)
        for name, data in headers.items():
            files.append(folder / name)
            write_bytes(files[-1], data)
        about: dict[str, Any] = {
            "schema": SCHEMA,
            "program": f"ichcore {__version__}",
            "research_use": RESEARCH_USE,
            "series": series_as_json(volume),
            "geometry": geometry_as_json(volume.geometry),
            "annotation": annotation_as_json(annotation),
            "prediction": None
            if material.prediction is None
            else prediction_as_exact_json(material.prediction),
            "card": dict(material.card),
            "activation": list(material.activation),
            "explanation": material.explanation,
            "headers": placed,
            "files": {
                path.relative_to(folder).as_posix(): {
                    "sha256": sha256_of(path),
                    "bytes": path.stat().st_size,
                }
                for path in files
            },
        }
        write_text(folder / BUNDLE, json_text(about))
        return (folder / BUNDLE, *files)

    def differences(self, material: Material, folder: Path) -> list[str]:
        """Every value that the bundle gives back otherwise.

        Raises:
            InputError: if it is no whole bundle.
        """
        return material_differences(material, read_bundle(folder))


def _headers(material: Material) -> tuple[list[str], dict[str, bytes]]:
    """The file of each slice's header, and what is in each file; a header that slices share is kept once."""
    names: dict[int, str] = {}
    files: dict[str, bytes] = {}
    for header in material.headers:
        if id(header) not in names:
            names[id(header)] = name = f"{HEADERS}/{len(names):04d}.dcm"
            files[name] = encoded(header)
    return [names[id(header)] for header in material.headers], files


def _pack(target: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    with atomic_path(target) as temporary, temporary.open("wb") as stream:
        np.savez_compressed(stream, allow_pickle=False, **dict(arrays))
