"""Phantom bleeds put into real bleed-free slices: real anatomy and noise, exact truth.

The slices are taken where they lie already, on a model's grid (:mod:`ichcore.datasets.cache`), as HU or
as pictures with an estimated window. A bleed is one body through all slices of a host; it pushes the
brain and covers the anatomy of :mod:`ichcore.datasets.host_anatomy`. Only differences are added to a
slice, so its own noise stays where it was.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

from ichcore.datasets.case_files import CaseFiles, is_complete, read_case, write_case
from ichcore.datasets.host_anatomy import CSF_HU, MOST_BONE_HU, HostSlice, estimate_host, host_block
from ichcore.datasets.hu_share import hu_share
from ichcore.datasets.labelled import labels_of_truth
from ichcore.errors import InputError
from ichcore.phantom.bleed import Bleed, MassEffect
from ichcore.phantom.bleed_epidural import Epidural
from ichcore.phantom.bleed_intraparenchymal import Intraparenchymal
from ichcore.phantom.bleed_intraventricular import Intraventricular
from ichcore.phantom.bleed_statistics import draw_volume_ml
from ichcore.phantom.bleed_subarachnoid import Subarachnoid
from ichcore.phantom.bleed_subdural import Subdural
from ichcore.phantom.case import read_truth
from ichcore.phantom.head import draw_head
from ichcore.phantom.render import BONE_EDGE_HU, VISIBLE_SHARE
from ichcore.phantom.shapes import coverage
from ichcore.subtypes import SUBTYPES, hemorrhage_class

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from ichcore.phantom.head import Head

WIDEST_SLICE_Z_MM = 8.0
"""Height in head coordinates of the slice with the largest inside, a little above the vault's middle."""
ASSUMED_STEP_MM = 5.0
"""Between pictures, whose spacing nobody states [ours]."""
_HEAD_SPAN_MM = 150.0
_TRIES = 8
WEAK_MARGIN = 2
"""Slices beside a positive one that are no host where labels are weak [ours]."""
LEAST_GAIN_HU = 8.0
"""A bleed must on average be this much brighter than the tissue in its place."""
_FILLS_CSF = ("intraventricular", "subarachnoid")


@dataclass(frozen=True, eq=False)
class Implant:
    """What came out of one host.

    Attributes:
        index: the host's slices that were used: bleed-free, with a closed skull.
        hu: int16 ``(n, H, W)``.
        truth: uint8 ``(n, H, W)``, 0–5.
        notes: the bleeds.
    """

    index: NDArray[np.intp]
    hu: NDArray[np.int16]
    truth: NDArray[np.uint8]
    notes: tuple[str, ...]


def implant(host: CaseFiles, seed: int, subtypes: Sequence[str]) -> Implant:
    """Put bleeds of these subtypes into the bleed-free slices of a host.

    Args:
        host: a case on a model's grid.
        seed: everything follows from it, the host and the subtypes.
        subtypes: of the bleeds; ``()`` gives the bleed-free slices back as they are.

    Raises:
        InputError: if the host has no slice that is known to be free of blood inside a closed skull, or the
            bleeds found no room in it.
    """
    pixel_mm = float(host.about["pixel_mm"])
    window = host.window
    bone = MOST_BONE_HU if window is None else min(MOST_BONE_HU, window.high - 0.1 * window.width)
    bleeding = host.labels[:, 0] | ~host.known[:, 0]
    if not host.masks_teach:
        # a weak label ends where its drawing ended; the blood may go on into the next slices
        bleeding = np.convolve(bleeding, np.ones(2 * WEAK_MARGIN + 1), mode="same") > 0
    free = np.flatnonzero(~bleeding)
    slices = {int(i): s for i in free if (s := estimate_host(host.hu[i], pixel_mm, bone)) is not None}
    if not slices:
        raise InputError(f"{host.patient} has no bleed-free slice with a closed skull to put a bleed into.")
    index = np.array(sorted(slices))
    z, step = _heights_mm(host, slices)
    for attempt in range(_TRIES):
        rng = np.random.default_rng([seed & 0xFFFFFFFF, seed >> 32, 40, attempt])
        head = _head(rng, slices)
        z_range = (float(z.min()) - 6.0, float(z.max()) + 10.0)
        bleeds = [_bleed(rng, name, head, z_range) for name in subtypes]
        made = [_into_slice(slices[int(i)], head, float(z[k]), step, bleeds) for k, i in enumerate(index)]
        hu, truth = (np.stack(part) for part in zip(*made, strict=True))
        labels, _ = labels_of_truth(truth, pixel_mm)
        gain = hu.astype(np.float32) - host.hu[index]
        if all(_is_seen(labels, truth, gain, name) for name in subtypes):
            break
    else:
        raise InputError(f"{', '.join(subtypes)} found no room in the slices of {host.patient}.")
    if window is not None:
        inside = hu > -1000
        hu[inside] = np.clip(hu[inside], np.ceil(window.low), np.floor(window.high))
    return Implant(index, hu, truth, tuple(bleed.note for bleed in bleeds))


def write_implanted(host: CaseFiles, seed: int, subtypes: Sequence[str], folder: Path) -> None:
    """Put bleeds into a host and write it as a case of the host's patient, under the host's terms."""
    made = implant(host, seed, subtypes)
    pixel_mm = float(host.about["pixel_mm"])
    labels, known = labels_of_truth(made.truth, pixel_mm)
    kept: dict[str, Any] = {
        name: host.about[name] for name in ("pixel_mm", "is_hu", "window", "terms") if name in host.about
    }
    about: dict[str, Any] = {
        **kept,
        "patient": host.patient,
        "case": folder.name,
        "seed": seed,
        "kind": "implanted",
        "height": [float(host.heights[i]) for i in made.index],
        "share": [round(hu_share(one, pixel_mm), 5) for one in made.hu],
        "notes": list(made.notes),
        "boxes": [
            {"index": b.index, "class": b.subtype, "box": list(b.box)}
            for b in read_truth(made.truth, pixel_mm)[1]
        ],
    }
    write_case(folder, made.hu, made.truth, labels, about, known=known)


def make_implanted_set(
    hosts: Sequence[CaseFiles], root: Path, *, first_seed: int, count: int
) -> list[CaseFiles]:
    """``count`` implanted cases: hosts and subtypes in turn, every sixth case left blank; resumable.

    Args:
        hosts: cases on one grid; those without a usable slice are passed over.
        root: one folder a case is made in it.
        first_seed: case i has seed ``first_seed + i``.
        count: cases.
    """
    made = []
    for number in range(count):
        turn, which = divmod(number, len(hosts))
        host, kind = hosts[which], (turn + which) % (len(SUBTYPES) + 1)
        folder = root / f"implanted-{first_seed + number:07d}"
        if not is_complete(folder):
            try:
                write_implanted(host, first_seed + number, SUBTYPES[kind : kind + 1], folder)
            except InputError:
                continue  # a host of skull base and vertex only, or one without ventricles
        made.append(read_case(folder))
    return made


def _is_seen(
    labels: NDArray[np.bool_], truth: NDArray[np.uint8], gain: NDArray[np.float32], name: str
) -> bool:
    """Whether a subtype is in a slice and brighter than what lay there: isodense blood teaches nothing."""
    column = SUBTYPES.index(name) + 1
    return bool(labels[:, column].any()) and float(gain[truth == column].mean()) > LEAST_GAIN_HU


def _heights_mm(host: CaseFiles, slices: dict[int, HostSlice]) -> tuple[NDArray[np.float64], float]:
    """Z of every usable slice in head coordinates, and the step between slices, mm."""
    widest = max(slices, key=lambda i: int((slices[i].depth > 0).sum()))
    count = len(host.labels)
    step = _HEAD_SPAN_MM / max(count - 1, 1) if host.is_hu else ASSUMED_STEP_MM
    run = host.heights * (count - 1) * min(max(step, 2.5), 8.0)
    return run[sorted(slices)] - run[widest] + WIDEST_SLICE_Z_MM, min(max(step, 2.5), 8.0)


def _head(rng: np.random.Generator, slices: dict[int, HostSlice]) -> Head:
    """A drawn head of the host's size and HU: it lends the bleeds its vault and its random fields."""
    widest = max(slices.values(), key=lambda one: int((one.depth > 0).sum()))
    half_width, half_length = widest.half_size_mm
    return replace(
        draw_head(rng),
        half_width=half_width,
        half_length=half_length,
        front_narrowing=0.0,
        grey_hu=widest.brain_hu + 4.0,
        white_hu=widest.brain_hu - 4.0,
        offset_hu=0.0,
    )


def _bleed(rng: np.random.Generator, name: str, head: Head, z_range: tuple[float, float]) -> Bleed:
    """One bleed of a subtype, of a size that a reader sees."""
    if name == "epidural":
        return Epidural(rng, head, z_range, draw_volume_ml(rng, name, 1.0))
    if name == "subdural":
        return Subdural(rng, head, z_range, draw_volume_ml(rng, name, 1.0))
    if name == "intraparenchymal":
        return Intraparenchymal(rng, head, z_range, draw_volume_ml(rng, name, 0.4))
    if name == "intraventricular":
        return Intraventricular(rng, head, z_range)
    return Subarachnoid(rng, head, z_range)


def _into_slice(
    host: HostSlice, head: Head, z_mm: float, thickness_mm: float, bleeds: Sequence[Bleed]
) -> tuple[NDArray[np.int16], NDArray[np.uint8]]:
    """HU and label map of one slice with its bleeds."""
    pushes = tuple(push for bleed in bleeds for push in bleed.pushes())
    near = [p for p in pushes if abs(p.centre[2] - z_mm) < 2.5 * p.reach_mm]
    block = host_block(host, head, z_mm, thickness_mm, MassEffect(tuple(near)) if near else None)
    inside = coverage(-host.depth + 0.5, 1.0)
    picture = host.hu + (block.hu.mean(axis=0) - host.smooth) * inside
    labels = np.zeros(picture.shape, np.uint8)
    best = np.full(picture.shape, VISIBLE_SHARE, np.float32)
    for bleed in bleeds:
        before = block.hu.copy()
        covered = bleed.cover(head, block)
        if covered is None:
            continue
        share, blood = covered
        share = np.where(block.depth > -0.5, share, 0.0)
        replaced = block.hu
        if bleed.subtype in _FILLS_CSF:
            # of a voxel that is CSF in part, it is the CSF that blood takes the place of
            fluid = np.minimum(share, block.parts["csf"]) / np.maximum(share, 1e-3)
            replaced = fluid * CSF_HU + (1.0 - fluid) * np.maximum(block.hu, host.brain_hu)
        block.hu += (blood - replaced) * share
        # what changed, and not the blood itself, is added: the slice's own noise stays
        change = ndimage.gaussian_filter((block.hu - before).mean(axis=0), 0.45 / host.pixel_mm)
        picture += change
        plane = share.mean(axis=0)
        better = plane > best
        labels[better], best[better] = hemorrhage_class(bleed.subtype).label or 0, plane[better]
    labels[(host.hu > BONE_EDGE_HU) | (host.depth < 0)] = 0
    return np.rint(np.clip(picture, -1024, 3071)).astype(np.int16), labels
