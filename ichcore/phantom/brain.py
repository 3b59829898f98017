"""The brain: grey and white matter, nuclei, ventricles and CSF, painted into a block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.phantom.cortex import measure_sulci, measure_sylvian
from ichcore.phantom.posterior_fossa import brainstem, cerebellum, cisterns, folia, infratentorial
from ichcore.phantom.shapes import Field, coverage, ellipsoid, ramp
from ichcore.phantom.ventricles import measure_ventricles

if TYPE_CHECKING:
    from ichcore.phantom.block import Block
    from ichcore.phantom.head import Head


def paint_brain(head: Head, block: Block) -> None:
    """Paint everything inside the inner table and leave the distances that bleeds need.

    Leaves in ``block.parts``: ``cavity`` (share inside the inner table), ``subarachnoid`` (share of CSF
    outside the ventricles), ``ventricle`` (share), ``sulcus`` (mm to the subarachnoid space),
    ``under_tent`` (share), ``white`` (share of white matter).
    """
    x, z = block.bx, block.bz
    cavity = coverage(-block.depth, 1.0)
    block.parts["cavity"] = cavity
    under = infratentorial(block) if block.z_low < 14 else np.zeros_like(x)
    block.parts["under_tent"] = under
    distance = measure_sulci(head, block)
    if block.reaches(-22, 40):
        distance = np.minimum(distance, measure_sylvian(head, block))
    low = block.z_low < 10
    if low:
        distance = np.minimum(distance, cisterns(head, block))
    lateral, third, fourth = measure_ventricles(head, block)
    ventricle_mm = np.minimum(np.minimum(lateral, third), fourth)
    cortex = np.maximum(coverage(distance - head.cortex_mm, 1.6), 0.0)
    nuclei = _nuclei(head, block) if block.reaches(-16, 26) else np.zeros_like(x)
    near_deep = ramp(ventricle_mm, 1.0, 5.0)
    grey = np.maximum(cortex * near_deep, nuclei)
    texture = block.noise("medium")
    broad = block.noise("broad")
    white_hu = np.float32(head.white_hu) + 1.1 * texture + 1.4 * broad
    if head.leukoaraiosis > 0.05:
        caps = np.exp(-np.maximum(lateral, 0.0) / (3.0 + 9.0 * head.leukoaraiosis)) * ramp(lateral, -1.0, 1.5)
        patchy = np.clip(0.75 + 0.5 * texture + 0.4 * broad, 0, 1.4)
        white_hu = white_hu - (4.0 + 8.0 * head.leukoaraiosis) * caps * patchy * ramp(z, -15, 5)
    tissue = white_hu + (np.float32(head.grey_hu) + 1.1 * texture + 0.8 * broad - white_hu) * grey
    if low:
        _paint_under_tent(head, block, tissue, distance, under)
    csf = coverage(distance, 1.1)
    ventricle = coverage(ventricle_mm, 1.1)
    block.parts["subarachnoid"] = csf * (1.0 - ventricle) * cavity
    block.parts["ventricle"] = ventricle * cavity
    block.parts["sulcus"] = distance
    block.parts["ventricle_mm"] = ventricle_mm
    block.parts["white"] = (1.0 - grey) * (1.0 - csf)
    fluid = np.maximum(csf, ventricle)
    content = tissue + (np.float32(head.csf_hu) - tissue) * fluid
    content += np.float32(head.offset_hu)
    block.hu += (content - block.hu) * cavity


def _nuclei(head: Head, block: Block) -> Field:
    """Share of deep grey matter: caudate, lentiform nucleus, thalamus."""
    grow = 2.2 * (head.ventricle - 0.8)

    def striatum(x: Field, y: Field, z: Field) -> Field:
        ax = np.abs(x)
        caudate = ellipsoid(ax - grow, y, z, (14.0, -17.0, 7.0), (4.5, 10.0, 11.0))
        lentiform = ellipsoid(ax - 0.22 * (y + 4.0), y, z, (25.0, -4.0, 2.0), (6.5, 17.0, 11.0))
        return np.minimum(caudate, lentiform)

    def thalamus(x: Field, y: Field, z: Field) -> Field:
        return ellipsoid(
            np.abs(x) - 0.25 * (y - 12.0) - 0.5 * grow, y, z, (10.5, 12.0, 5.0), (8.5, 14.0, 10.0)
        )

    wobble = 0.8 * block.noise("medium")
    share = 0.9 * coverage(block.smooth(striatum) + wobble, 2.0)
    return np.asarray(np.maximum(share, 0.72 * coverage(block.smooth(thalamus) + wobble, 2.5)), np.float32)


def _paint_under_tent(head: Head, block: Block, tissue: Field, distance: Field, under: Field) -> None:
    """Replace what lies under the tentorium by cerebellum, brainstem and the CSF around them, in place."""
    x, y, z = block.bx, block.by, block.bz
    stem = block.smooth(brainstem)
    cereb = cerebellum(head, block)
    stripes = folia(head, block)
    inner = ramp(-cereb, 3.0, 14.0)
    bark = np.float32(head.grey_hu - 0.5) - (1.6 + 1.2 * stripes) * (1.0 - 0.4 * inner)
    # arbor vitae: a white core around the fourth ventricle, the pons and peduncles between grey and white
    core = np.exp(-(((np.abs(x) - 12.0) / 13.0) ** 2) - ((y - 52.0) / 14.0) ** 2 - ((z + 36.0) / 13.0) ** 2)
    bark = bark - (head.grey_hu - head.white_hu - 1.5) * 0.8 * np.minimum(core * 1.3, 1.0)
    fissures = ramp(stripes, 0.82, 1.0) * (1.0 - inner) * (0.5 + 1.0 * head.atrophy)
    bark = bark - 8.0 * fissures
    bark = bark + np.float32(head.fossa_hu)
    trunk = np.float32(0.5 * (head.grey_hu + head.white_hu) - 1.0)
    behind = np.where(stem < cereb, trunk, bark)
    tissue += (behind - tissue) * under
    tissue += (trunk - tissue) * coverage(stem, 1.5) * (1.0 - under)
    fluid = np.minimum(stem, cereb) * np.float32(-1.0)
    distance += (fluid - distance) * under
    # the midbrain stands in the notch, cerebral or not
    np.maximum(distance, np.where(stem < 0.0, -stem, distance), out=distance)
