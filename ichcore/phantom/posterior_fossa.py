"""Tentorium, cerebellum with its folia, brainstem and the cisterns between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.phantom.shapes import Field, capsule, ellipsoid, ramp

if TYPE_CHECKING:
    from ichcore.phantom.block import Block
    from ichcore.phantom.head import Head


def tentorium_height(x: Field, y: Field) -> Field:
    """Height of the tentorium over (x, y), mm: a tent along the straight sinus, falling to the sides."""
    ridge = np.float32(8.0) - 0.28 * np.maximum(y - 36.0, 0.0)
    return np.asarray(ridge - 0.46 * np.abs(x) + 0.0022 * x * x, np.float32)


def incisura(x: Field, y: Field) -> Field:
    """Signed mm outside the tentorial notch (negative in it)."""
    return np.asarray(
        np.sqrt((x / 1.0) ** 2 + (np.minimum(y - 18.0, 0) * 0.4 + np.maximum(y - 18.0, 0) * 0.95) ** 2) - 19.0
    )


def brainstem(x: Field, y: Field, z: Field) -> Field:
    """Signed distance to midbrain, pons and medulla, mm."""
    ax = np.abs(x)
    peduncle = capsule(ax, y, z, (9.0, 8.0, -6.0), (7.0, 18.0, -18.0), 6.5, 6.5)
    tectum = ellipsoid(x, y, z, (0.0, 21.0, -8.0), (10.0, 8.0, 9.0))
    pons = ellipsoid(x, y, z, (0.0, 24.0, -31.0), (15.5, 10.5, 14.0))
    medulla = capsule(x, y, z, (0.0, 28.0, -42.0), (0.0, 39.0, -66.0), 8.5, 6.0)
    return np.asarray(np.minimum(np.minimum(peduncle, tectum), np.minimum(pons, medulla)), np.float32)


def cerebellum(head: Head, block: Block) -> Field:
    """Signed distance to the cerebellum (hemispheres and vermis), mm; the tentorium bounds it above."""

    def body(x: Field, y: Field, z: Field) -> Field:
        ax = np.abs(x)
        lobe = ellipsoid(ax, y, z, (24.0, 60.0, -32.0), (40.0, 40.0, 38.0))
        vermis = ellipsoid(x, y, z, (0.0, 56.0, -20.0), (22.0, 33.0, 30.0))
        # the cerebellopontine angle above, the medulla in its cistern below
        front = 14.0 + 0.55 * ax + 22.0 * ramp(-z, 40, 50) - y
        peduncle = capsule(ax, y, z, (10.0, 30.0, -34.0), (20.0, 48.0, -36.0), 7.0, 9.0)
        return np.minimum(np.maximum(np.minimum(lobe, vermis), front), peduncle)

    x, y, z = block.bx, block.by, block.bz
    rim = np.float32(0.6 + 1.4 * head.atrophy)
    under_tent = z - tentorium_height(x, y) + rim
    wide = np.float32(head.cistern_mm)
    # falx cerebelli and vallecula behind
    notch = 2.0 + wide * ramp(-z, 36, 52) - 0.9 * np.abs(x) - 0.12 * (88.0 - y)
    valley = np.where(z < -34, notch, -5.0)
    edge = np.maximum(rim - block.brain_depth, under_tent)
    return np.asarray(np.maximum(np.maximum(block.smooth(body), edge), valley), np.float32)


def folia(head: Head, block: Block) -> Field:
    """Stripes of the cerebellar cortex, −1 (fissure) to 1 (white core), constant along its folds."""
    x, y, z = block.bx, block.by, block.bz
    noise = block.noise("medium")
    phase = (
        0.9 * (0.75 * (z + 38.0) + 0.55 * np.sqrt((np.abs(x) * 0.75) ** 2 + (y - 44.0) ** 2)) + 1.1 * noise
    )
    return np.asarray(np.sin(phase), np.float32)


def cisterns(head: Head, block: Block) -> Field:
    """Signed distance to the basal cisterns, mm (negative in CSF)."""
    grow, wide = 1.3 * head.atrophy, head.cistern_mm

    def open_space(x: Field, y: Field, z: Field) -> Field:
        ax = np.abs(x)
        star = ellipsoid(x, y, z, (0.0, -1.0, -17.0), (12.0, 12.0, 8.0))
        star = np.minimum(star, capsule(ax, y, z, (4.0, -8.0, -16.0), (24.0, -15.0, -15.0), 3.2, 2.0))
        star = np.minimum(star, capsule(ax, y, z, (6.0, 4.0, -15.0), (16.0, 12.0, -12.0), 3.0, 1.8))
        quad = ellipsoid(x, y, z, (0.0, 31.0, -3.0), (9.0, 5.0, 6.0))
        magna = ellipsoid(x, y, z, (0.0, 66.0, -58.0), (13.0 + wide, 18.0 + 0.5 * wide, 9.0 + wide))
        interpeduncular = ellipsoid(x, y, z, (0.0, 7.0, -14.0), (5.0, 6.0, 6.0))
        return np.minimum(np.minimum(star, quad), np.minimum(magna, interpeduncular))

    x, y, z = block.bx, block.by, block.bz
    around = np.maximum(
        block.smooth(brainstem) - (1.9 + grow), np.maximum(z + 9.0 - 11.0 * ramp(y, 12, 20), -70.0 - z)
    )
    distance = np.minimum(block.smooth(open_space), around) - np.float32(grow * 0.6)
    # the chiasm keeps the star from being an empty hole
    chiasm = ellipsoid(x, y, z, (0.0, -4.0, -16.0), (7.0, 3.0, 2.5))
    return np.asarray(np.maximum(distance, -chiasm), np.float32)


def infratentorial(block: Block) -> Field:
    """Share (0–1) of each sample that lies under the tentorium or in its notch behind the clivus."""
    x, y, z = block.bx, block.by, block.bz
    under = ramp(tentorium_height(x, y) - z, -0.8, 0.8)
    back = ramp(y - (12.5 + 0.55 * np.abs(x)) - 14.0 * ramp(z, -14.0, 4.0), -1.0, 1.0)
    return np.asarray(under * back, np.float32)
