"""One slice of a phantom: paint its sheets, average them, add what the scanner adds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ichcore.phantom.artifacts import beam_hardening, metal_streaks
from ichcore.phantom.bleed import Bleed, MassEffect
from ichcore.phantom.block import Block, make_block
from ichcore.phantom.brain import paint_brain
from ichcore.phantom.dura import paint_dura
from ichcore.phantom.mimic_painting import paint_mimics, paint_outer_mimics, swell_scalp
from ichcore.phantom.noise import kernel_noise
from ichcore.phantom.skull import paint_skull
from ichcore.phantom.soft_tissue import paint_face, paint_scalp
from ichcore.phantom.table import over_air
from ichcore.phantom.upsampling import enlarge, upsample
from ichcore.phantom.visibility import forget_unseen
from ichcore.subtypes import SUBTYPES, hemorrhage_class

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ichcore.phantom.head import Head
    from ichcore.phantom.mimics import Mimics
    from ichcore.phantom.scan import Scan
    from ichcore.phantom.shapes import Field

VISIBLE_SHARE = 0.35
"""Share of a voxel that blood must fill for the truth mask to hold it."""


BONE_EDGE_HU = 95.0
"""Brighter voxels are bone in part, and no part of a truth mask."""


@dataclass(frozen=True, eq=False)
class Scene:
    """All that is in one picture series.

    Attributes:
        head: the anatomy.
        scan: the acquisition.
        mimics: hard negatives.
        bleeds: in painting order.
    """

    head: Head
    scan: Scan
    mimics: Mimics
    bleeds: Sequence[Bleed]


def paint_block(scene: Scene, block: Block) -> tuple[Block, dict[int, Field], Field | None]:
    """Paint anatomy, mimics and bleeds into a block.

    Returns:
        The part inside the skull, the share of each subtype's blood in it, by label, and how much the blood
        changed its HU, ``None`` without any.
    """
    head = scene.head
    swell_scalp(head, block, scene.mimics)
    paint_scalp(head, block)
    paint_face(head, block)
    paint_skull(head, block)
    shares: dict[int, Field] = {}
    inner = block.inside()
    if inner is not None:
        paint_brain(head, inner)
        paint_dura(head, inner, scene.mimics.falx_hu, scene.mimics.tent_hu, scene.mimics.artery_hu)
        paint_mimics(head, inner, scene.mimics)
    paint_outer_mimics(head, block, scene.mimics)
    if inner is None:
        return block, shares, None
    bloodless: Field | None = None
    for bleed in scene.bleeds:
        covered = bleed.cover(head, inner)
        if covered is None:
            continue
        share, hu = covered
        if bloodless is None:
            bloodless = inner.hu.copy()
        inner.hu += (hu - inner.hu) * share
        label = hemorrhage_class(bleed.subtype).label or 0
        # what lay there before is displaced
        shares = {other: lain * (1.0 - share) for other, lain in shares.items()}
        shares[label] = shares[label] + share if label in shares else share
    return inner, shares, None if bloodless is None else inner.hu - bloodless


def render_slice(
    scene: Scene, index: int, table: NDArray[np.float32] | None, rng: np.random.Generator
) -> tuple[NDArray[np.int16], NDArray[np.uint8], NDArray[np.float32]]:
    """HU and label map of one slice, both ``(size, size)``, and how far each subtype in it stands out.

    The map is what a careful reader would draw: blood that fills a good part of its voxel, up to the bone, of
    subtypes that can be seen in this slice at all.

    Args:
        scene: what is shown.
        index: the slice.
        table: table on the working grid, if it is in the picture.
        rng: noise of this slice.

    Returns:
        HU, label map, and ``(5,)`` signal-to-noise ratio of each subtype in the map, else 0.
    """
    scan = scene.scan
    size = scan.geometry.shape[1]
    factor = working_factor(size)
    samples = size // factor
    pixel = (scan.geometry.pixel_spacing_mm or (1.0, 1.0))[0]
    warp = MassEffect(tuple(p for b in scene.bleeds for p in b.pushes()))
    block = make_block(scene.head, scan, index, factor, warp if warp.pushes else None)
    work = np.full((samples, samples), -1000.0, np.float32)
    labels = np.zeros((size, size), np.uint8)
    change: Field | None = None
    if block is not None:
        inner, shares, changed = paint_block(scene, block)
        if changed is not None:
            change = np.zeros((samples, samples), np.float32)
            change[inner.rows, inner.columns] = changed.mean(axis=0)
        np.clip(block.hu, -1000.0, 14000.0, out=block.hu)
        work[block.rows, block.columns] = block.hu.mean(axis=0)
        labels = _label(shares, inner, samples, factor)
    if table is not None:
        over_air(work, table)
    dense = float(work.max())
    if dense > 300.0:
        error = beam_hardening(work, pixel * factor, scan.beam_hardening)
        work += enlarge(error, samples)
    if dense > 3500.0:
        at = np.unravel_index(int(work.argmax()), work.shape)
        work += metal_streaks(samples, (float(at[0]), float(at[1])), rng, 28.0)
    picture = upsample(work, factor)
    # readers draw a bleed up to the bone, not into it
    labels[picture > BONE_EDGE_HU] = 0
    seen = np.zeros(len(SUBTYPES), np.float32)
    if change is not None:
        brain_hu = np.float32(0.5 * (scene.head.grey_hu + scene.head.white_hu))
        changed_hu = upsample(change, factor)
        seen = forget_unseen(labels, changed_hu, picture - brain_hu, pixel, scan.noise_hu)
    if scan.motion_mm:
        shift = scan.motion_mm / pixel
        picture = 0.6 * picture + 0.4 * ndimage.shift(picture, (0.3 * shift, shift), order=1, mode="nearest")
    picture += _noise(picture, scan, pixel, rng)
    if (scan.gain, scan.offset_hu) != (1.0, 0.0):
        tissue = (picture > -200.0) & (picture < 300.0)
        picture[tissue] = picture[tissue] * scan.gain + scan.offset_hu
    return np.round(np.clip(picture, -1024, 3071)).astype(np.int16), labels, seen


def working_factor(size: int) -> int:
    """Pixels that one working sample spans."""
    return 2 if size >= 384 and size % 2 == 0 else 1


def _label(shares: dict[int, Field], block: Block, samples: int, factor: int) -> NDArray[np.uint8]:
    best = np.full((samples * factor, samples * factor), VISIBLE_SHARE, np.float32)
    labels = np.zeros(best.shape, np.uint8)
    planes: dict[int, Field] = {}
    for label, share in shares.items():
        plane = np.zeros((samples, samples), np.float32)
        plane[block.rows, block.columns] = share.mean(axis=0)
        planes[label] = plane
    for label in sorted(planes):
        fine = upsample(planes[label], factor)
        better = fine > best
        labels[better] = label
        best[better] = fine[better]
    return labels


def _noise(
    picture: NDArray[np.float32], scan: Scan, pixel_mm: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Noise that is stronger behind more bone and tissue, and weak in air."""
    size = picture.shape[0]
    step = max(size // 64, 1)
    body = np.clip(picture[::step, ::step] + 1000.0, 0.0, 2600.0) / 1000.0
    load = ndimage.gaussian_filter(body, 64 / 9.0)
    local = np.clip(0.28 + 0.72 * load / 1.05, 0.25, 1.9).astype(np.float32)
    amplitude = enlarge(local, size)
    noise = kernel_noise(rng, size, pixel_mm, scan.kernel)
    return np.asarray(noise * amplitude * np.float32(scan.noise_hu), np.float32)
