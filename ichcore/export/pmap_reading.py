"""A Parametric Map of class activation, as heat maps of an open series to look at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ichcore.dicom.quiet import PydicomError, quiet_pydicom
from ichcore.errors import InputError
from ichcore.explain.heatmap import Heatmap
from ichcore.export.codes import CODES
from ichcore.export.frames_on_series import slices_on
from ichcore.export.plane_frames import plane_frames, read_dicom

if TYPE_CHECKING:
    from pathlib import Path

    from pydicom import Dataset

    from ichcore.volume import Volume

_PARAMETRIC_MAP = ("1.2.840.10008.5.1.4.1.1.30",)
CLASS_ACTIVATION = ("130402", "DCM")
_LONGEST = 64
"""Characters of a content description (VR LO)."""
_DESCRIBED = re.compile(r"^\S+ by (?P<model>.+?)(?: (?P<method>\w+)@(?P<layer>\S+))?, research$")


@dataclass(frozen=True, eq=False)
class ReadMap:
    """What a file holds.

    Attributes:
        class_name: one of the six classes.
        model: whose activation it is; empty where the file does not say.
        heatmaps: one a slice that has a frame, in order; their method and layer are empty where the file does
            not say.
    """

    class_name: str
    model: str
    heatmaps: tuple[Heatmap, ...]

    def on(self, index: int) -> Heatmap | None:
        """The map of a slice."""
        return next((one for one in self.heatmaps if one.slice_index == index), None)


def map_description(short: str, model: str, explanation: tuple[str, str] | None) -> str:
    """The sentence from which :func:`read_heatmaps` knows model, method and layer again.

    Args:
        short: of the class.
        model: its name.
        explanation: method and layer.
    """
    how = f" {explanation[0]}@{explanation[1]}" if explanation is not None else ""
    tail = f"{how}, research"
    return f"{short} by {(model or 'a model')[: _LONGEST - len(short) - len(' by ') - len(tail)]}{tail}"


def is_parametric_map(path: Path) -> bool:
    """Whether a file is a Parametric Map of whatever kind; ``False`` where it is no DICOM at all."""
    from pydicom import dcmread

    try:
        with quiet_pydicom():
            head = dcmread(path, stop_before_pixels=True, specific_tags=["SOPClassUID"])
    except (OSError, PydicomError):
        return False
    return str(head.get("SOPClassUID", "")) in _PARAMETRIC_MAP


def read_parametric_map(path: Path) -> Dataset:
    """A Parametric Map file.

    Raises:
        InputError: if it cannot be read, or is something else.
    """
    return read_dicom(path, "a DICOM parametric map", _PARAMETRIC_MAP)


def read_heatmaps(path: Path, volume: Volume) -> ReadMap:
    """Heat maps of a series as a file has them.

    The layer's own grid is not in the file: :attr:`Heatmap.raw` is the map itself.

    Args:
        path: a Parametric Map of class activation (DCM 130402) in floating point.
        volume: the series that it is of.

    Raises:
        InputError: if it is none, is damaged, or of another series.
        GeometryError: if it lies on another grid.
    """
    data = read_parametric_map(path)
    with quiet_pydicom():
        try:
            mapping = data.SharedFunctionalGroupsSequence[0].RealWorldValueMappingSequence[0]
            quantity = mapping.QuantityDefinitionSequence[0].ConceptCodeSequence[0]
            kind = (str(quantity.CodeValue), str(quantity.CodingSchemeDesignator))
            label = str(mapping.LUTLabel)
            slope, intercept = float(mapping.RealWorldValueSlope), float(mapping.RealWorldValueIntercept)
            stored = np.frombuffer(data.FloatPixelData, "<f4").reshape(-1, data.Rows, data.Columns)
            frames = plane_frames(data, stored)
        except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
            raise InputError(
                f"{path.name} is no map in floating point that says what it maps ({error})."
            ) from error
    name = next((name for name, code in CODES.items() if code.short == label), "")
    if kind != CLASS_ACTIVATION or not name:
        raise InputError(
            f"{path.name} maps {label!r}, and not the class activation of a class that is known here."
        )
    planes = stored if (slope, intercept) == (1.0, 0.0) else (stored * slope + intercept).astype(np.float32)
    if not np.isfinite(planes).all() or planes.min(initial=0) < 0 or planes.max(initial=0) > 1:
        raise InputError(f"{path.name} holds values outside 0 to 1; class activation lies between them.")
    described = _DESCRIBED.match(str(data.get("ContentDescription", "")))
    model, method, layer = ("", "", "") if described is None else (part or "" for part in described.groups())
    indices = slices_on(path.name, data, frames, volume)
    if len(set(indices)) < len(indices):
        raise InputError(f"{path.name} has several frames on one slice; only one map of each can be shown.")
    own_grid = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    heatmaps = tuple(
        Heatmap(method, layer, name, index, planes[at], planes[at], float(planes[at].max()), own_grid)
        for index, at in sorted(zip(indices, range(len(indices)), strict=True))
    )
    return ReadMap(name, model, heatmaps)
