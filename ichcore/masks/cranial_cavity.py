"""The inside of the skull in one slice, its base included: what activation is asked to stay in [ours].

A pixel is inside where bone lies around it: of the directions in a slice, nearly all meet bone before they
leave it. So a suture, a burr hole or the foramen magnum does not open the head, as it would for a flood fill,
and scalp, which has bone on one side alone, is never inside. At the open skull base the same rule holds: what
bone surrounds is inside, but for air, and chambers that bone has cut off are left out where they hold air or
fat (sinuses, mastoid cells, most orbits). An orbit that joins the cavity in the slice, or muscle in a deep
fold of the base, counts as inside; such slices judge activation mildly. The cavity ends at the inner border
of the bone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ichcore.explain.deletion import in_head

if TYPE_CHECKING:
    from numpy.typing import NDArray

BONE_HU = 150.0
"""Brighter is bone; acute blood stays below 100. A picture through a window has bone at the window's end."""
AIR_HU = -300.0
"""Darker is air, which is outside wherever it lies."""
SURROUNDED = 0.8
"""Share of the directions that must meet bone."""
LEAST_MM2 = 150.0
"""A smaller chamber is a cell of bone, or the last of the vertex."""
_OF_WINDOW = 0.95
_BRAIN_HU = 10.0
"""Median of a chamber of brain or CSF with brain; orbits and sinuses lie below."""
_NECK_MM = 2.0
"""A passage narrower than twice this parts two chambers."""
_CELL_MM = 1.7
"""Directions are followed over cells of this size: bone is thicker, and it is fast."""
_SLOPES = np.linspace(-1.0, 1.0, 9)[:-1]
"""Columns a row; four turns of the slice make 32 directions of them."""


def cranial_cavity(hu: NDArray[np.number], pixel_mm: float) -> NDArray[np.bool_] | None:
    """The inside ``(H, W)`` of the skull, or ``None`` where bone encloses nothing.

    Args:
        hu: the slice; or HU of a picture through its window, where the brightest is bone.
        pixel_mm: size of a pixel.
    """
    image = np.asarray(hu, np.float32)
    highest = float(image.max(initial=0.0))
    if highest <= 0.0:
        return None
    bone = (image > min(BONE_HU, _OF_WINDOW * highest)) & in_head(image)
    cells = max(1, round(_CELL_MM / pixel_mm))
    around = _enlarged(surrounded(_pooled(bone, cells)) >= SURROUNDED, cells, bone.shape)
    # what is bright and has cavity all around is blood at a window's end, calcium or metal, not the skull
    inside = ndimage.binary_fill_holes(around & ~bone) & (image > AIR_HU)
    cavity = _chambers(inside, image, pixel_mm)
    return cavity if cavity.any() else None


def surrounded(bone: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Share ``(H, W)`` of 32 directions in which a pixel meets bone before the slice ends."""
    rows, columns = bone.shape
    side = max(rows, columns)
    square = np.zeros((side, side), bool)
    square[:rows, :columns] = bone
    turned = np.stack([np.rot90(square, turns) for turns in range(4)])
    met = np.zeros((4, side, side), np.float32)
    seen = np.zeros((4, len(_SLOPES), side), bool)
    at = np.arange(side)
    for row in range(side):
        # whole columns are stepped, as evenly as the slope asks
        step = np.rint(_SLOPES * row).astype(np.intp) - np.rint(_SLOPES * (row - 1)).astype(np.intp)
        source = at[None, :] + step[:, None]
        there = (source >= 0) & (source < side)
        source = np.broadcast_to(np.clip(source, 0, side - 1), seen.shape)
        seen = (np.take_along_axis(seen, source, axis=2) & there) | turned[:, row][:, None]
        met[:, row] = seen.sum(axis=1)
    total = sum(np.rot90(one, -turns) for turns, one in enumerate(met))
    return np.asarray(total / np.float32(4 * len(_SLOPES)), np.float32)[:rows, :columns]


def _pooled(mask: NDArray[np.bool_], cells: int) -> NDArray[np.bool_]:
    """Squares of cells in which anything is set."""
    rows, columns = mask.shape
    padded = np.pad(mask, ((0, -rows % cells), (0, -columns % cells)))
    blocks = padded.reshape(padded.shape[0] // cells, cells, padded.shape[1] // cells, cells)
    return np.asarray(blocks.any(axis=(1, 3)))


def _enlarged(mask: NDArray[np.bool_], cells: int, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    return mask.repeat(cells, axis=0).repeat(cells, axis=1)[: shape[0], : shape[1]]


def _chambers(inside: NDArray[np.bool_], image: NDArray[np.float32], pixel_mm: float) -> NDArray[np.bool_]:
    """The chambers that hold brain, or the largest, without passages and folds narrower than the neck."""
    neck = max(1.0, _NECK_MM / pixel_mm)
    cores, count = ndimage.label(ndimage.distance_transform_edt(inside) > neck)
    if not count:
        return np.zeros(inside.shape, bool)
    away, nearest = ndimage.distance_transform_edt(cores == 0, return_indices=True)
    chambers = np.where(inside & (away <= 2.0 * neck), cores[tuple(nearest)], 0)
    index = np.arange(1, count + 1)
    area = np.bincount(chambers.ravel(), minlength=count + 1)[1:] * pixel_mm**2
    middle = np.atleast_1d(ndimage.median(image, chambers, index))
    kept = (area >= LEAST_MM2) & (middle > _BRAIN_HU)
    if not kept.any():
        kept = area == area.max()
    cavity: NDArray[np.bool_] = np.isin(chambers, index[kept])
    return cavity
