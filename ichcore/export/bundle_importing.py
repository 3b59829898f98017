"""The bundle of an open series: by its name, or, where it names another, by the pixels themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ichcore.annotations.series import AnnotatedSeries
from ichcore.errors import InputError
from ichcore.export.bundle_reading import find_bundles, read_bundle, read_record

if TYPE_CHECKING:
    from pathlib import Path

    from ichcore.annotations.annotation import Annotation
    from ichcore.volume.geometry import Geometry
    from ichcore.volume.volume import Volume

SAME_PLACE_MM = 0.01
"""Within what two statements of one position agree; makers write six decimals or more."""


def annotation_of_bundle(folder: Path, volume: Volume) -> Annotation:
    """What the bundle of a series says, with the series' own UIDs.

    A de-identified bundle names no series that anybody has. It is taken where every HU and every slice's
    place are those of the open series, so only who has the original can join the two, and nothing kept
    anywhere helps them to.

    Args:
        folder: of a bundle, or one that holds bundles; one that names the series goes before the others.
        volume: the open series.

    Raises:
        InputError: if there is no bundle, it is damaged, or none or several are of the series.
        GeometryError: if it is damaged.
    """
    folders = find_bundles(folder)
    if not folders:
        raise InputError(f"{folder.name} holds no bundle; choose a folder that ichviewer exported.")
    named = [one for one in folders if _named(one) == volume.identity.series_instance_uid]
    fitting: list[tuple[Path, Annotation]] = []
    why_not = ""
    for one in named or folders:
        material = read_bundle(one)
        mine = AnnotatedSeries.of_annotation(material.annotation) == AnnotatedSeries.of(volume)
        why_not = "" if mine else difference(material.volume, volume)
        if not why_not:
            fitting.append((one, material.annotation))
    if len(fitting) > 1:
        raise InputError(
            f"{folder.name} holds {len(fitting)} bundles of the open series, such as "
            f"{' and '.join(str(one.relative_to(folder)) for one, _ in fitting[:2])}; choose one of them."
        )
    if not fitting:
        what = f"None of the {len(folders)} bundles in {folder.name}" if len(folders) > 1 else folder.name
        reason = f"{why_not}; " if len(folders) == 1 or named else ""
        was = "was" if len(folders) > 1 else "was not"
        raise InputError(
            f"{what} {was} made of the series that is open ({reason}open the one that it is of)."
        )
    return replace(
        fitting[0][1],
        series_instance_uid=volume.identity.series_instance_uid,
        sop_instance_uids=volume.sop_instance_uids,
    )


def difference(one: Volume, other: Volume) -> str:
    """Why two volumes are not of one series, whatever they are called; empty where they are."""
    if one.shape != other.shape:
        return f"it has {_size(one.shape)}, the series {_size(other.shape)}"
    if not _same_places(one.geometry, other.geometry):
        return "its slices lie elsewhere"
    differing = int((one.hu != other.hu).any(axis=(1, 2)).sum())
    return f"its pixels are others on {differing} of {len(one.hu)} slices" if differing else ""


def _same_places(one: Geometry, other: Geometry) -> bool:
    if one.positions_known != other.positions_known:
        return False
    if (one.pixel_spacing_mm is None) != (other.pixel_spacing_mm is None):
        return False
    last = np.array([one.shape[1] - 1, one.shape[2] - 1], float)
    corners = []
    for geometry in (one, other):
        row_mm, column_mm = geometry.pixel_spacing_mm or (1.0, 1.0)
        across = geometry.row_axis * row_mm * last[0] + geometry.column_axis * column_mm * last[1]
        corners.append(np.concatenate([geometry.origins_mm, geometry.origins_mm + across]))
    return bool(np.abs(corners[0] - corners[1]).max() <= SAME_PLACE_MM)


def _named(folder: Path) -> str:
    try:
        return str(read_record(folder).stated["series"]["identity"]["series_instance_uid"])
    except (KeyError, TypeError) as error:
        raise InputError(f"The bundle {folder} is damaged ({error!r}); export it anew.") from error


def _size(shape: tuple[int, int, int]) -> str:
    return f"{shape[0]} slices of {shape[1]} × {shape[2]}"
