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
from ichcore.datasets.host_anatomy import CSF_HU
from ichcore.datasets.host_block import host_block
from ichcore.datasets.hu_share import hu_share
from ichcore.datasets.implant_host import HostAnatomy, estimate_anatomy
from ichcore.datasets.implant_sites import draw_bleeds
from ichcore.datasets.workers import run_jobs
from ichcore.errors import InputError
from ichcore.phantom.bleed import Bleed, MassEffect, Push
from ichcore.phantom.case import read_truth, sure_labels
from ichcore.phantom.head import draw_head
from ichcore.phantom.render import BONE_EDGE_HU, VISIBLE_SHARE
from ichcore.phantom.shapes import coverage
from ichcore.phantom.visibility import forget_unseen
from ichcore.subtypes import CLASSES, SUBTYPES, hemorrhage_class

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from ichcore.datasets.host_anatomy import HostSlice
    from ichcore.phantom.head import Head

_TRIES = 8
LEAST_GAIN_HU, LEAST_CSF_GAIN_HU = 8.0, 14.0
"""A bleed must on average be this much brighter than the tissue in its place, or the CSF."""
LEAST_SHIFT_MM = 0.3
"""A push that moves the brain of a slice by less is left out there."""
_FILLS_CSF = ("intraventricular", "subarachnoid")
_DETAIL_MM = 0.8
_NOISE_HU = 4.0
"""Of a slice in a soft kernel; beside the anatomy's clutter it hardly counts for what is seen."""
_FIELDS = ("medium", "broad")
_TYPICAL_BRAIN_HU = 34.0


@dataclass(frozen=True, eq=False)
class Implant:
    """What came out of one host.

    Attributes:
        index: the host's slices that were used: bleed-free, with a closed skull.
        hu: int16 ``(n, H, W)``.
        truth: uint8 ``(n, H, W)``, 0–5, of what can be seen.
        labels: bool ``(n, 6)``, as of a phantom.
        known: bool ``(n, 6)``; False where careful readers could differ (decision 0027).
        notes: the bleeds.
    """

    index: NDArray[np.intp]
    hu: NDArray[np.int16]
    truth: NDArray[np.uint8]
    labels: NDArray[np.bool_]
    known: NDArray[np.bool_]
    notes: tuple[str, ...]


def implant(
    host: CaseFiles, seed: int, subtypes: Sequence[str], *, anatomy: HostAnatomy | None = None
) -> Implant:
    """Put bleeds of these subtypes into the bleed-free slices of a host.

    Args:
        host: a case on a model's grid.
        seed: everything follows from it, the host and the subtypes.
        subtypes: of the bleeds; ``()`` gives the bleed-free slices back as they are.
        anatomy: of the host where it is known already; estimated otherwise, which takes most of the time.

    Raises:
        InputError: if the host has no slice that is known to be free of blood inside a closed skull, or the
            bleeds found no room in it.
    """
    anatomy = anatomy or estimate_anatomy(host)
    for attempt in range(_TRIES):
        rng = np.random.default_rng([seed & 0xFFFFFFFF, seed >> 32, 40, attempt])
        head = _head(rng, anatomy)
        try:
            bleeds = [b for name in subtypes for b in draw_bleeds(rng, name, head, anatomy)]
        except InputError as error:
            raise InputError(f"{host.patient} is no host of {', '.join(subtypes)} blood: {error}") from error
        hu, truth = (
            np.array(host.hu[anatomy.index]),
            np.zeros((len(anatomy.index), *host.hu.shape[1:]), np.uint8),
        )
        before = hu.astype(np.float32)
        seen = np.zeros((len(hu), len(SUBTYPES)), np.float32)
        for k in range(len(hu)):
            _into_slice(anatomy, k, head, bleeds, hu[k], truth[k])
            above_brain = hu[k] - np.float32(anatomy.slices[k].brain_hu)
            seen[k] = forget_unseen(truth[k], hu[k] - before[k], above_brain, anatomy.pixel_mm, _NOISE_HU)
        labels, _ = read_truth(truth, anatomy.pixel_mm)
        if all(_is_seen(labels, truth, hu - before, name) for name in subtypes):
            known = sure_labels(labels, truth, seen)
            return Implant(anatomy.index, hu, truth, labels, known, tuple(bleed.note for bleed in bleeds))
    raise InputError(f"{', '.join(subtypes)} found no room in the slices of {host.patient}.")


def write_implanted(
    host: CaseFiles, seed: int, subtypes: Sequence[str], folder: Path, *, anatomy: HostAnatomy | None = None
) -> None:
    """Put bleeds into a host and write it as a case of the host's patient, under the host's terms."""
    made = implant(host, seed, subtypes, anatomy=anatomy)
    pixel_mm = float(host.about["pixel_mm"])
    about: dict[str, Any] = {
        **host.inherited,
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
    write_case(folder, made.hu, made.truth, made.labels, about, known=made.known)


def make_implanted_set(
    hosts: Sequence[CaseFiles], root: Path, *, first_seed: int, count: int, workers: int = 1
) -> list[CaseFiles]:
    """``count`` implanted cases: hosts and subtypes in turn, every sixth case left blank; resumable.

    Args:
        hosts: cases on one grid; those without a usable slice are passed over.
        root: one folder a case is made in it.
        first_seed: case i has seed ``first_seed + i``.
        count: cases.
        workers: processes; 1 stays in this one.
    """
    folders = [root / f"implanted-{first_seed + number:07d}" for number in range(count)]
    jobs = []
    for which, host in enumerate(hosts):
        wanted = []
        for number in range(which, count, len(hosts)):
            kind = (number // len(hosts) + which) % (len(SUBTYPES) + 1)
            if not is_complete(folders[number]):
                wanted.append((first_seed + number, SUBTYPES[kind : kind + 1], folders[number]))
        if wanted:
            jobs.append((host, wanted))
    for _ in run_jobs(_implant_often, jobs, workers=workers):
        pass
    return [read_case(folder) for folder in folders if is_complete(folder)]


def _implant_often(host: CaseFiles, wanted: Sequence[tuple[int, Sequence[str], Path]]) -> None:
    """Several cases of one host, whose anatomy is estimated once; those that find no room are left out."""
    try:
        anatomy = estimate_anatomy(host)
    except InputError:
        return  # a host of skull base and vertex only
    for seed, subtypes, folder in wanted:
        try:
            write_implanted(host, seed, subtypes, folder, anatomy=anatomy)
        except InputError:
            continue  # one without ventricles


def _is_seen(
    labels: NDArray[np.bool_], truth: NDArray[np.uint8], gain: NDArray[np.float32], name: str
) -> bool:
    """Whether a subtype is in a slice and brighter than what lay there: isodense blood teaches nothing."""
    column = CLASSES.index(name)
    least = LEAST_CSF_GAIN_HU if name in _FILLS_CSF else LEAST_GAIN_HU
    return bool(labels[:, column].any()) and float(gain[truth == column].mean()) > least


def _head(rng: np.random.Generator, anatomy: HostAnatomy) -> Head:
    """A drawn head of the host's size and HU: it lends the bleeds its vault and its random fields."""
    widest = anatomy.widest
    half_width, half_length = widest.half_size_mm
    return replace(
        draw_head(rng, fields=_FIELDS),
        half_width=half_width,
        half_length=half_length,
        front_narrowing=0.0,
        grey_hu=widest.brain_hu + 4.0,
        white_hu=widest.brain_hu - 4.0,
        offset_hu=float(np.clip(widest.brain_hu - _TYPICAL_BRAIN_HU, -6.0, 6.0)),
    )


def _reaches(bleed: Bleed, z_mm: float, step_mm: float) -> bool:
    low, high = bleed.heights()
    return low <= z_mm + 0.5 * step_mm and high >= z_mm - 0.5 * step_mm


def _shift_mm(push: Push, z_mm: float) -> float:
    """How far a push moves the brain at most in a slice."""
    away = (z_mm - push.centre[2]) ** 2
    if push.direction != (0.0, 0.0, 0.0):
        return push.amount_mm * float(np.exp(-away / (2 * push.reach_mm**2)))
    radius = max(push.amount_mm, float(np.sqrt(away)))
    return push.amount_mm**3 / (5.0 * radius**2) * float(np.exp(-(radius**2) / (2 * push.reach_mm**2)))


def _structure(rest: NDArray[np.float32], host: HostSlice) -> NDArray[np.float32]:
    """What of a slice's fine detail is anatomy and not noise: blood in its place hides it."""
    broad = ndimage.gaussian_filter(rest, _DETAIL_MM / host.pixel_mm)
    within = np.abs(broad[host.depth > 3.0])
    noise = 1.48 * float(np.median(within)) if within.size else 1.0
    return np.asarray(np.sign(broad) * np.maximum(np.abs(broad) - 1.5 * noise, 0.0) * (host.depth > 1.0))


def _into_slice(
    anatomy: HostAnatomy,
    k: int,
    head: Head,
    bleeds: Sequence[Bleed],
    hu: NDArray[np.int16],
    truth: NDArray[np.uint8],
) -> None:
    """Lay the bleeds into one slice and its label map, in place."""
    host, z_mm, step_mm = anatomy.slices[k], float(anatomy.z_mm[k]), anatomy.step_mm
    pushes = tuple(p for bleed in bleeds for p in bleed.pushes() if _shift_mm(p, z_mm) > LEAST_SHIFT_MM)
    reaching = [bleed for bleed in bleeds if _reaches(bleed, z_mm, step_mm)]
    if not pushes and not reaching:
        return
    block = host_block(host, head, z_mm, step_mm, MassEffect(pushes) if pushes else None)
    before = host.hu[host.crop]
    picture = before + (block.hu.mean(axis=0) - host.smooth) * coverage(-host.depth + 0.5, 1.0)
    hidden = _structure(before - host.smooth, host)
    labels = np.zeros(picture.shape, np.uint8)
    best = np.full(picture.shape, VISIBLE_SHARE, np.float32)
    for bleed in reaching:
        bloodless = block.hu.copy()
        covered = bleed.cover(head, block)
        if covered is None:
            continue
        share, blood = covered
        share = np.where(block.depth > -0.5, share, np.float32(0.0))
        replaced = block.hu
        if bleed.subtype in _FILLS_CSF:
            # of a voxel that is CSF in part, it is the CSF that blood takes the place of
            fluid = np.minimum(share, block.parts["csf"]) / np.maximum(share, np.float32(1e-3))
            replaced = fluid * np.float32(CSF_HU) + (1.0 - fluid) * np.maximum(
                block.hu, np.float32(host.brain_hu)
            )
        block.hu += (blood - replaced) * share
        if bleed.subtype not in _FILLS_CSF:
            picture -= hidden * share.mean(axis=0)
        # what changed, and not the blood itself, is added: the slice's own noise stays
        picture += ndimage.gaussian_filter((block.hu - bloodless).mean(axis=0), 0.45 / host.pixel_mm)
        plane = share.mean(axis=0)
        better = plane > best
        labels[better], best[better] = hemorrhage_class(bleed.subtype).label or 0, plane[better]
    labels[(before > BONE_EDGE_HU) | (host.depth < 0)] = 0
    changed = np.clip(picture, -1024, 3071)
    if anatomy.limits is not None:
        # outside the head pictures hold the lowest HU there is, whatever their window
        low, high = anatomy.limits
        changed = np.where(changed > -1000, np.clip(changed, low, high), changed)
    hu[host.crop] = np.rint(changed).astype(np.int16)
    truth[host.crop] = labels
