"""Falx, tentorium, venous sinuses and large arteries: normal structures that are brighter than brain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.phantom.head import VAULT_CENTRE, Head
from ichcore.phantom.posterior_fossa import incisura, tentorium_height
from ichcore.phantom.shapes import blend, capsule, coverage, ramp

if TYPE_CHECKING:
    from ichcore.phantom.block import Block


def paint_dura(head: Head, block: Block, falx_hu: float, tent_hu: float, artery_hu: float) -> None:
    """Paint the dural folds and the vessels.

    Args:
        head: the anatomy.
        block: the slice.
        falx_hu: falx; calcified ones are brighter.
        tent_hu: tentorium.
        artery_hu: circle of Willis.
    """
    x, y, z = block.bx, block.by, block.bz
    ax = np.abs(x)
    cavity = block.parts["cavity"]
    noise = block.noise("broad")
    edge = np.sqrt((y - 8.0) ** 2 + ((z + 2.0) * 1.25) ** 2)  # the free edge follows the corpus callosum
    reach = np.maximum(
        edge - 44.0 - 5.0 * ramp(-y, -20, 40), np.where(z > tentorium_height(x, y), 5.0, -5.0) * 8
    )
    falx = np.maximum(ax - (0.8 + 0.25 * noise), -np.minimum(reach, edge - 42.0 + 0.05 * y))
    above = np.where(z > tentorium_height(x, y) - 1.0, 1.0, 0.0) * ramp(z, -18, -10)
    blend(block.hu, falx_hu + 4.0 * noise, coverage(falx, 1.0) * cavity * above)
    if block.reaches(-30, 14):
        sheet = np.abs(z - tentorium_height(x, y)) * 0.88 - 0.6
        tent = np.maximum(sheet, -incisura(x, y))
        tent = np.where(y > 12 + 0.58 * ax, tent, 5.0)
        blend(block.hu, tent_hu, coverage(tent, 1.0) * cavity)
    _paint_sinuses(head, block)
    _paint_arteries(head, block, artery_hu)


def _paint_sinuses(head: Head, block: Block) -> None:
    """Superior sagittal, straight, transverse and sigmoid sinuses."""
    x, y, z, depth = block.x, block.y, block.z, block.depth
    cavity = block.parts["cavity"]
    hu = head.sinus_hu + head.offset_hu
    calibre = np.clip(0.35 + 0.006 * (y + 70.0), 0.25, 1.25)
    sagittal = np.abs(x) * 0.9 + depth * 0.8 - 5.2 * calibre
    sagittal = np.where((z > -12.0) & (np.abs(y - VAULT_CENTRE[1]) < 105), sagittal, 9.0)
    blend(block.hu, hu, coverage(sagittal, 1.2) * cavity)
    at = block.window((-75.0, 26.0, -70.0), (75.0, 120.0, 14.0))
    if at is not None:
        x, y, z, depth = x[at], y[at], z[at], depth[at]
        asymmetry = np.float32(np.tanh(head.ventricle_asymmetry * 12.0))
        straight = capsule(x, y, z, (0.0, 38.0, 6.0), (0.0, 92.0, -8.0), 1.5, 2.6)
        torcula = capsule(x, y, z, (-5.0, 95.0, -11.0), (5.0, 95.0, -11.0), 4.5, 4.5)
        ring = np.abs(z - tentorium_height(x, y)) * 0.7
        size = (4.2 + 1.3 * asymmetry * np.tanh(x / 15.0)) * ramp(y, 28, 40)
        transverse = np.sqrt(ring * ring + depth * depth) - size
        transverse = np.where((y > 34) & (z < 0), transverse, 9.0)
        sigmoid = capsule(np.abs(x), y, z, (54.0, 42.0, -28.0), (40.0, 38.0, -60.0), 4.6, 4.6)
        veins = np.minimum(np.minimum(straight, torcula), np.minimum(transverse, sigmoid))
        blend(block.hu[at], hu, coverage(veins, 1.2) * cavity[at])


def _paint_arteries(head: Head, block: Block, artery_hu: float) -> None:
    """Basilar artery, carotid ends, middle and anterior cerebral arteries."""
    at = block.window((-40.0, -26.0, -52.0), (40.0, 18.0, -3.0), brain=True)
    if at is None:
        return
    x, y, z = block.bx[at], block.by[at], block.bz[at]
    ax = np.abs(x)
    basilar = capsule(x, y, z, (1.5, 13.5, -48.0), (0.0, 10.0, -18.0), 1.7, 1.6)
    carotid = capsule(ax, y, z, (9.0, -3.0, -28.0), (10.0, -6.0, -16.0), 2.3, 2.1)
    middle = capsule(ax, y, z, (10.0, -7.0, -15.0), (26.0, -13.0, -14.0), 1.5, 1.3)
    middle = np.minimum(middle, capsule(ax, y, z, (26.0, -13.0, -14.0), (36.0, -8.0, -6.0), 1.2, 0.9))
    anterior = capsule(ax, y, z, (9.0, -8.0, -15.0), (2.0, -18.0, -12.0), 1.1, 1.0)
    vessels = np.minimum(np.minimum(basilar, carotid), np.minimum(middle, anterior))
    blend(block.hu[at], artery_hu + head.offset_hu, coverage(vessels, 1.0) * block.parts["cavity"][at])
