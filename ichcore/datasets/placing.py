"""An opened case laid on a model's grid, as a model will be given it, and written down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.datasets.case_files import write_case
from ichcore.datasets.hu_share import BONE_HU, hu_share
from ichcore.models.placement import Placement
from ichcore.phantom.case import read_truth
from ichcore.pictures.display_window import picture_hu
from ichcore.predict.slabs import Slabs, mean_hu

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from ichcore.datasets.labelled import LabelledSeries


@dataclass(frozen=True)
class Grid:
    """The grid that a model looks at.

    Attributes:
        size: rows and columns.
        pixel_mm: millimetres a pixel.
    """

    size: int
    pixel_mm: float


def write_on_grid(series: LabelledSeries, grid: Grid, folder: Path, about: dict[str, Any]) -> None:
    """Lay a case on a grid and write it as :mod:`ichcore.datasets.case_files` has it.

    Thin slices are averaged to about 5 mm first, as for inference; a label of the average is positive where
    one of its slices is, and known where that is or all of them are. Masks are what half of the slices hold.

    Args:
        series: the case.
        grid: of the model.
        folder: to write to.
        about: goes into ``about.json`` beside what follows from the case.

    Raises:
        OSError: if the disk is full or cannot be written.
    """
    volume = series.volume
    hu = volume.hu if series.window is None else picture_hu(volume.hu, series.window)
    spacing = volume.geometry.pixel_spacing_mm
    placement = Placement.for_volume(hu, spacing, grid.size, grid.pixel_mm)
    slabs = Slabs.for_geometry(volume.geometry)
    runs = [slabs.slices(i) for i in range(len(slabs))]
    placed = np.stack([placement.place(mean_hu(hu[run])) for run in runs])
    labels, known = _merged(series.labels, series.known, runs)
    middles = np.array([(run.start + run.stop - 1) // 2 for run in runs])
    about |= {
        "pixel_mm": grid.pixel_mm,
        "is_hu": volume.is_hu,
        "height": _heights(volume.geometry.positions_mm, runs),
        "share": [round(hu_share(_with_bone(one, series), grid.pixel_mm), 5) for one in placed],
        "notes": list(series.notes),
        "masks_teach": series.masks_teach,
    }
    if series.window is not None:
        about["window"] = {"center": series.window.center, "width": series.window.width}
    for name in ("series_labels", "series_known"):
        stated = getattr(series, name)
        if stated is not None:
            about[name] = [bool(v) for v in stated]
    if series.blend_sign is not None:
        about["blend_sign"] = [bool(series.blend_sign[run].any()) for run in runs]
    if series.weights is not None:
        # an average of slices is as sure as the least sure of those that say something
        about["weights"] = [round(_weight(series.weights[run]), 4) for run in runs]
    truth = None
    if series.truth is not None:
        truth = place_labels(_majority(series.truth, runs), placement)
        boxes = read_truth(truth, grid.pixel_mm)[1]
        about["boxes"] = [{"index": b.index, "class": b.subtype, "box": list(b.box)} for b in boxes]
        if series.drawn is not None:
            about["drawn"] = [bool(v) for v in series.drawn[middles]]
    masks = {
        name: place_labels(_majority(mask.astype(np.uint8), runs), placement) > 0
        for name, mask in series.masks.items()
    }
    write_case(
        folder,
        np.clip(np.rint(placed), -1024, 3071).astype(np.int16),
        truth,
        labels,
        about,
        known=None if known.all() else known,
        masks=masks,
    )


def place_labels(
    truth: np.ndarray[Any, np.dtype[np.uint8]], placement: Placement
) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Label map ``(N, H, W)`` on the model's grid, each pixel taking the label at its centre."""
    matrix, size = placement.matrix, placement.size
    index = []
    for axis in (0, 1):
        at = np.rint(matrix[axis, axis] * np.arange(size) + matrix[axis, 2]).astype(int)
        index.append((np.clip(at, 0, truth.shape[1 + axis] - 1), (at >= 0) & (at < truth.shape[1 + axis])))
    (rows, row_in), (columns, column_in) = index
    placed = truth[:, rows[:, None], columns[None, :]]
    placed[:, ~(row_in[:, None] & column_in[None, :])] = 0
    return np.ascontiguousarray(placed, dtype=np.uint8)


def relative_heights(positions_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """``(N,)`` heights between the lowest slice, 0, and the highest, 1."""
    return np.asarray((positions_mm - positions_mm[0]) / max(float(np.ptp(positions_mm)), 1e-6))


def _heights(positions_mm: NDArray[np.float64], runs: list[slice]) -> list[float]:
    middles = np.array([positions_mm[run].mean() for run in runs])
    return [round(float(v), 4) for v in relative_heights(middles)]


def _merged(
    labels: NDArray[np.bool_], known: NDArray[np.bool_], runs: list[slice]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Labels of averaged slices."""
    merged = np.stack([(labels[run] & known[run]).any(axis=0) for run in runs])
    return merged, merged | np.stack([known[run].all(axis=0) for run in runs])


def _weight(weights: NDArray[np.float32]) -> float:
    return float(weights[weights > 0].min(initial=1.0)) if (weights > 0).any() else 0.0


def _majority(truth: NDArray[np.uint8], runs: list[slice]) -> NDArray[np.uint8]:
    """The label map of averaged slices."""
    if all(run.stop - run.start == 1 for run in runs):
        return truth
    half = [2 * np.count_nonzero(truth[run], axis=0) >= run.stop - run.start for run in runs]
    return np.stack([np.where(h, truth[run].max(axis=0), 0) for h, run in zip(half, runs, strict=True)])


def _with_bone(hu: NDArray[np.float32], series: LabelledSeries) -> NDArray[np.float32]:
    """Pictures with the top tenth of their grey as bone, which their window cannot show."""
    if series.window is None:
        return hu
    return np.where(hu >= series.window.high - 0.1 * series.window.width, np.float32(2 * BONE_HU), hu)


__all__ = ["Grid", "place_labels", "relative_heights", "write_on_grid"]
