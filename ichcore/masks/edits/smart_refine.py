"""Smart refine: a scribble or a rough mask drawn to the borders of the picture, as a proposal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ichcore.masks.dense_crf import dense_crf
from ichcore.masks.edits.mask_edit import MaskEdit
from ichcore.masks.edits.mean_hu import mean_of_nine
from ichcore.masks.edits.merged import merged, nothing
from ichcore.masks.edits.origin import Origin
from ichcore.masks.edits.paint import require_hu
from ichcore.masks.edits.region import Region
from ichcore.masks.edits.same_tissue import same_tissue
from ichcore.masks.edits.two_tissues import evidence_of_blood
from ichcore.masks.refined import SOFT_HU

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.masks.edits.label_map import LabelMap
    from ichcore.masks.edits.paint import Paint
    from ichcore.masks.edits.region import Box
    from ichcore.masks.edits.voxel_grid import VoxelGrid

    _Evidence = NDArray[np.float32]

SMART_REFINE = "Smart refine"
DENSE_CRF, RANDOM_WALKER = "dense-crf", "random-walker"
USUAL_PIXEL_MM = 0.45
"""Of a head in 512 pixels, where the series states no spacing and the field needs one."""
_SURE_INSIDE = 0.5
"""What being inside a rough mask says at most, as the logarithm of chances: less than the HU do."""
_STEEPEST = 160.0
"""Of the random walker: how little it likes to step from one tissue to the other."""
_SEED_DEPTH = 1.5
"""So deep inside what surely is the scribble's tissue the walker need not look; in the grid's unit."""
_EVEN_PX, _SURELY_OTHER = 1.0, -1.2
"""Blur of the evidence that it walks over, and how low that is where it surely is not blood."""


@dataclass(frozen=True, eq=False)
class Proposal:
    """What would be drawn; nothing is, until the edit is applied.

    Attributes:
        region: what is proposed, whole.
        edit: that makes it so.
    """

    region: Region
    edit: MaskEdit


def proposed(
    label_map: LabelMap,
    grid: VoxelGrid,
    paint: Paint,
    start: Region,
    hu: NDArray[np.number],
    *,
    rough: bool,
    reach: float = 12.0,
    by: str = DENSE_CRF,
) -> Proposal:
    """Draw what belongs to a start, near it, and hangs together with it.

    Two kinds of tissue are told apart by the HU of the start and of what lies around it; how near a voxel is
    to the start, and the borders of the picture, say the rest. A scribble stands for all that hangs together
    with it and surely is of its tissue (:func:`~ichcore.masks.edits.same_tissue.same_tissue`), so that it may
    be as small as the reader likes.

    Args:
        label_map: not changed.
        grid: of the series.
        paint: label, what it may overwrite, range of HU.
        start: what a scribble covered (see :meth:`~ichcore.masks.edits.brush.Brush.covered` and
            :func:`~ichcore.masks.edits.region.joined`), or the
            :func:`~ichcore.masks.edits.connected.component` under a click; one slice or several.
        hu: ``(slices, rows, columns)`` of the series.
        rough: the start is a rough mask: what of it does not belong goes too. A scribble is sure, and stays.
        reach: how far from the start, or from what surely is its tissue, it may go, in the grid's unit;
            slices beyond the start's are left alone.
        by: :data:`DENSE_CRF`, through the slices of the start; or :data:`RANDOM_WALKER`, slice by slice,
            which keeps closer to the start and to strong edges.

    Raises:
        InputError: if the HU are not of the label map's shape.

    Source: Krähenbühl & Koltun, NIPS 2011; Grady, Random walks for image segmentation, IEEE TPAMI 2006.
    """
    require_hu(hu, label_map)
    if start.empty:
        return Proposal(Region.nothing(), nothing(SMART_REFINE, label_map))
    core = start if rough else same_tissue(start, grid, hu)
    box = _around(core, grid, reach)
    inside, alike = _laid_out(start, box), _laid_out(core, box)
    seen = hu[box]
    smooth = mean_of_nine(hu, box)
    depth = np.stack([_signed_distance(one, grid.pixel) for one in alike])
    soft = (smooth > SOFT_HU[0]) & (smooth < SOFT_HU[1]) & (depth > -reach)
    tissue = evidence_of_blood(smooth, alike & soft, soft, rough=rough)
    if by == RANDOM_WALKER:
        sure = inside if rough else inside | (alike & (depth > _SEED_DEPTH))
        parts = zip(tissue, sure, depth, soft, strict=True)
        found = np.stack([_walked(*part, grid.pixel, rough=rough) for part in parts])
    else:
        near = np.clip(depth / (reach / 3), -3, _SURE_INSIDE) if rough else np.clip(3 * depth / reach, -3, 0)
        chances = 1 / (1 + np.exp(-(tissue + near)))
        if not rough:
            chances[inside] = 1.0
        pixel_mm = grid.pixel if grid.unit == "mm" else (USUAL_PIXEL_MM, USUAL_PIXEL_MM)
        field = dense_crf(chances, seen, pixel_mm=pixel_mm, positions_mm=grid.positions[box[0]], region=soft)
        found = soft & (field > 0.5)
    if not rough:
        found |= inside
    region = Region((box[0].start, box[1].start, box[2].start), _touching(found, inside))
    return Proposal(region, _edit(label_map, paint, start, region, hu, rough=rough))


def _edit(
    label_map: LabelMap,
    paint: Paint,
    start: Region,
    region: Region,
    hu: NDArray[np.number],
    *,
    rough: bool,
) -> MaskEdit:
    """What joins, and of a rough start what goes."""
    edits = [paint.edit(SMART_REFINE, label_map, region, hu, Origin.THRESHOLD)]
    if rough:
        box = start.box
        left = start.inside & (label_map.labels[box] > 0) & paint.may_overwrite(label_map.labels[box])
        left &= ~region.inside[_within(box, region.box)]
        where = Region(start.corner, left).where(label_map.shape)
        edits.append(MaskEdit.setting(SMART_REFINE, label_map, where, 0, Origin.THRESHOLD))
    return merged(SMART_REFINE, label_map, edits)


def _walked(
    tissue: _Evidence,
    inside: NDArray[np.bool_],
    depth: _Evidence,
    soft: NDArray[np.bool_],
    pixel: tuple[float, float],
    *,
    rough: bool,
) -> NDArray[np.bool_]:
    """Where, in one slice, a walker arrives at the start sooner than at what is surely something else.

    It walks over the evidence rather than over HU, whose noise would stop it. Slices are too far apart for
    steps between them.
    """
    from skimage.segmentation import random_walker

    blood = inside & soft
    if rough:  # its core, where HU agree
        blood &= (tissue > 0) & (depth > 0.3 * depth.max())
    even = ndimage.gaussian_filter(tissue, _EVEN_PX)
    other = soft & ~blood & (even < _SURELY_OTHER)
    if not rough:
        other &= ~inside
    if not blood.any() or not other.any():
        return blood
    seeds = np.where(blood, 1, np.where(other, 2, 0))
    seeds[~soft] = -1
    # a piece without a seed has no answer, and a pixel that stands alone upsets the walker's numbering
    pieces, _ = ndimage.label(seeds >= 0)
    walked = np.intersect1d(pieces[seeds > 0], pieces[seeds == 0])
    seeds[~np.isin(pieces, walked)] = -1
    if not (seeds == 1).any() or not (seeds == 2).any():
        return blood
    spacing = np.array(pixel) / min(pixel)
    found: NDArray[np.bool_] = random_walker(even, seeds, beta=_STEEPEST, mode="bf", spacing=spacing) == 1
    return found | blood


def _around(start: Region, grid: VoxelGrid, reach: float) -> Box:
    """The start's box, wider by the reach."""
    wide = []
    for axis, span in enumerate(start.box[1:]):
        margin = int(np.ceil(reach / grid.pixel[axis])) + 1
        wide.append(slice(max(span.start - margin, 0), min(span.stop + margin, grid.shape[axis + 1])))
    return (start.box[0], wide[0], wide[1])


def _laid_out(region: Region, box: Box) -> NDArray[np.bool_]:
    """A region as bool of a box that holds it."""
    inside = np.zeros([span.stop - span.start for span in box], bool)
    inside[_within(region.box, box)] = region.inside
    return inside


def _within(inner: Box, outer: Box) -> Box:
    """One box as an index into another that holds it."""
    first, second, third = (
        slice(one.start - whole.start, one.stop - whole.start)
        for one, whole in zip(inner, outer, strict=True)
    )
    return (first, second, third)


def _signed_distance(inside: NDArray[np.bool_], pixel: tuple[float, float]) -> _Evidence:
    """To the start's border in the plane; positive inside. A slice without start is far away."""
    if not inside.any():
        return np.full(inside.shape, -np.inf, np.float32)
    beyond = ndimage.distance_transform_edt(~inside, sampling=pixel)
    within = ndimage.distance_transform_edt(inside, sampling=pixel)
    return np.asarray(within - beyond, np.float32)


def _touching(found: NDArray[np.bool_], start: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Those pieces that share a voxel with the start."""
    pieces, _ = ndimage.label(found)
    held: NDArray[np.bool_] = found & np.isin(pieces, np.unique(pieces[start & found]))
    return held
