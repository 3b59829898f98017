"""``grid.json``: the true slice positions that a NIfTI affine cannot hold."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ichcore.files import write_text

if TYPE_CHECKING:
    from pathlib import Path

    from ichcore.volume.geometry import Geometry

SCHEMA = "ichcore.grid/1"
NAME = "grid.json"


def write_grid(folder: Path, geometry: Geometry) -> Path:
    """Write the true position of every slice beside the NIfTI files of one series."""
    target = folder / NAME
    rows, columns = geometry.pixel_spacing_mm or (None, None)
    grid = {
        "schema": SCHEMA,
        "shape": list(geometry.shape),
        "nominal_step_mm": float(np.linalg.norm(geometry.affine[:3, 0])),
        "positions_mm": [round(float(v), 6) for v in geometry.positions_mm],
        "origins_lps_mm": [[round(float(v), 6) for v in origin] for origin in geometry.origins_mm],
        "row_axis_lps": [float(v) for v in geometry.row_axis],
        "column_axis_lps": [float(v) for v in geometry.column_axis],
        "pixel_spacing_mm": [rows, columns],
        "slice_thickness_mm": geometry.slice_thickness_mm,
        "note": "Uneven slices: the NIfTI affine has the mean step, these are the true positions.",
    }
    write_text(target, json.dumps(grid, indent=1) + "\n")
    return target


def with_true_positions(geometry: Geometry, folder: Path) -> Geometry:
    """The geometry with the positions of a ``grid.json`` in the folder, where one belongs to it."""
    try:
        grid = json.loads((folder / NAME).read_text(encoding="utf-8"))
        origins = np.asarray(grid["origins_lps_mm"], float)
        thickness = grid.get("slice_thickness_mm")
        fits = grid["schema"] == SCHEMA and tuple(grid["shape"]) == geometry.shape
    except (OSError, ValueError, KeyError, TypeError):
        return geometry
    if not fits or origins.shape != geometry.origins_mm.shape or not np.isfinite(origins).all():
        return geometry
    if np.abs(origins[[0, -1]] - geometry.origins_mm[[0, -1]]).max() > 0.05:
        return geometry
    return replace(geometry, origins_mm=origins, slice_thickness_mm=thickness)
