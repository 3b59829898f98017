"""How the scanner looked at the head: grid, tilt, position, kernel, noise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ichcore.phantom.head import VAULT_CENTRE, Head
from ichcore.volume import Geometry

if TYPE_CHECKING:
    from numpy.typing import NDArray

USUAL, DRIFTED = "usual", "drifted"
SCANNERS = (USUAL, DRIFTED)
"""Scanners that phantoms can come from; see :func:`drifted`."""
HEAD_BOTTOM_MM, HEAD_TOP_MARGIN_MM = -82.0, 10.0
"""Lowest z a series starts at, and how far above the vertex it may end (head coordinates)."""


@dataclass(frozen=True, eq=False)
class Scan:
    """One acquisition.

    Attributes:
        geometry: where the slices lie (LPS mm).
        thickness_mm: float ``(slices,)``, what each slice averages over.
        head_from_lps: ``(3, 3)`` rotation.
        head_origin_mm: LPS position of the origin of head coordinates.
        tilt_deg: gantry tilt.
        kernel: ``"standard"``, ``"soft"`` or ``"edge"``.
        noise_hu: SD of the noise in the middle of the brain.
        kvp: tube voltage.
        signed: 16-bit signed with padding −2000 outside the circle, or 12-bit unsigned.
        padded: whether pixels outside the reconstruction circle hold padding.
        table: whether table and head rest are in the picture.
        beam_hardening: strength, 0–1.5.
        motion_mm: in-plane movement during one slice, normally 0.
        gain: by which tissue's HU are off in proportion, normally 1.
        offset_hu: by which they are off as such, normally 0.
    """

    geometry: Geometry
    thickness_mm: NDArray[np.float64]
    head_from_lps: NDArray[np.float64]
    head_origin_mm: NDArray[np.float64]
    tilt_deg: float
    kernel: str
    noise_hu: float
    kvp: int
    signed: bool
    padded: bool
    table: bool
    beam_hardening: float
    motion_mm: float
    gain: float = 1.0
    offset_hu: float = 0.0

    def head_z_range_mm(self) -> tuple[float, float]:
        """Lowest and highest z (head coordinates) at the head's axis that the slices cover."""
        axis = np.array(VAULT_CENTRE)
        centre = self.head_from_lps.T @ axis + self.head_origin_mm
        positions = self.geometry.positions_mm
        offset = float(centre @ self.geometry.normal)
        return float(positions[0] - offset + axis[2]), float(positions[-1] - offset + axis[2])


def _rotation(pitch_deg: float, roll_deg: float, yaw_deg: float) -> NDArray[np.float64]:
    """Head-from-LPS rotation: pitch about x, roll about y, yaw about z."""
    p, r, w = np.deg2rad([pitch_deg, roll_deg, yaw_deg])
    about_x = np.array([[1, 0, 0], [0, np.cos(p), np.sin(p)], [0, -np.sin(p), np.cos(p)]])
    about_y = np.array([[np.cos(r), 0, -np.sin(r)], [0, 1, 0], [np.sin(r), 0, np.cos(r)]])
    about_z = np.array([[np.cos(w), np.sin(w), 0], [-np.sin(w), np.cos(w), 0], [0, 0, 1]])
    turned: NDArray[np.float64] = about_x @ about_y @ about_z
    return turned


def _steps(rng: np.random.Generator, slices: int) -> NDArray[np.float64]:
    """Steps between slices, mm: one, or a finer one below and a coarser one above."""
    step = float(rng.choice([5.0, 5.0, 5.0, 5.0, 4.8, 4.5, 4.0, 3.75, 3.0, 2.5]))
    step = min(max(min(step, 170.0 / slices), 135.0 / slices), 6.0)
    step = round(step, 2)
    steps = np.full(max(slices - 1, 0), step)
    if slices >= 12 and rng.random() < 0.2:
        low = int(slices * rng.uniform(0.3, 0.45))
        steps[:low] = round(step * 0.7, 2)
        steps[low:] = round(step * 1.15, 2)
    return steps


def draw_scan(rng: np.random.Generator, head: Head, slices: int, size: int) -> Scan:
    """A random acquisition of ``slices`` pictures of ``size`` × ``size`` pixels."""
    pixel = round(float(rng.uniform(0.415, 0.50)) * 512.0 / size, 6)
    steps = _steps(rng, slices)
    run = np.concatenate([[0.0], np.cumsum(steps)])
    tilt = (
        0.0
        if rng.random() < 0.35
        else float(np.round(rng.uniform(3, 24) * 2) / 2 * (1 if rng.random() < 0.8 else -1))
    )
    pitch = tilt + float(rng.normal(-3, 6))
    rotation = _rotation(pitch, float(rng.normal(0, 3.0)), float(rng.normal(0, 5.0)))
    normal_z = np.cos(np.deg2rad(tilt))
    covered = run[-1] * normal_z
    top = VAULT_CENTRE[2] + head.height_up + head.skull_mm + rng.uniform(-4, HEAD_TOP_MARGIN_MM)
    if covered < 110.0:  # too few slices for a whole head: look at its middle
        bottom = rng.uniform(-35.0, 10.0) - covered * 0.25
    else:
        bottom = max(top - covered, HEAD_BOTTOM_MM)
    head_origin = np.array([rng.normal(0, 4), rng.normal(0, 5) - 12.0, 0.0])
    axis_low = rotation.T @ np.array([0.0, VAULT_CENTRE[1], VAULT_CENTRE[2]])
    row_axis = np.array([0.0, np.cos(np.deg2rad(tilt)), np.sin(np.deg2rad(tilt))])
    normal = np.array([0.0, -np.sin(np.deg2rad(tilt)), np.cos(np.deg2rad(tilt))])
    # a plane through the head's axis at the wanted height, then its centre kept over the table's middle
    at = axis_low + head_origin + normal * (bottom - VAULT_CENTRE[2])
    centre_y = float((axis_low + head_origin)[1] + rng.normal(0, 4))
    z0 = float((at @ normal - normal[1] * centre_y) / normal[2])
    half = (size - 1) / 2.0 * pixel
    centres = np.stack([np.full(slices, rng.normal(0, 3)), np.full(slices, centre_y), z0 + run], axis=1)
    shift = float(rng.uniform(-400, 400))
    centres[:, 2] += shift
    head_origin[2] += shift
    origins = np.round(centres - half * (row_axis + np.array([1.0, 0.0, 0.0])), 3)
    thickness = np.full(slices, float(np.median(steps)) if steps.size else 5.0)
    if steps.size:
        thickness = np.concatenate([steps[:1], steps])
    geometry = Geometry(
        (slices, size, size),
        origins,
        row_axis=row_axis,
        pixel_spacing_mm=(pixel, pixel),
        slice_thickness_mm=float(np.round(np.median(thickness), 2)),
    )
    return Scan(
        geometry=geometry,
        thickness_mm=thickness,
        head_from_lps=rotation,
        head_origin_mm=head_origin,
        tilt_deg=tilt,
        kernel=str(rng.choice(["standard", "soft", "edge"], p=[0.5, 0.25, 0.25])),
        noise_hu=float(np.clip(rng.lognormal(np.log(3.5), 0.28), 2.0, 6.0)),
        kvp=int(rng.choice([120, 120, 120, 140, 100])),
        signed=bool(rng.random() < 0.7),
        padded=bool(rng.random() < 0.5),
        table=bool(rng.random() < 0.85),
        beam_hardening=float(rng.uniform(0.4, 1.3)),
        motion_mm=float(rng.uniform(0.8, 2.0)) if rng.random() < 0.05 else 0.0,
    )


def drifted(scan: Scan) -> Scan:
    """The same acquisition on a scanner out of calibration, at a lower dose: a model has not seen such.

    Tissue reads brighter and with less contrast, as between scanners of different makers; the noise is half
    as strong again. Fixed before any model was retrained on it.
    """
    return replace(scan, gain=0.94, offset_hu=9.0, noise_hu=1.5 * scan.noise_hu)
