"""A whole phantom: one seed in, one Volume with its truth out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ichcore.errors import InputError
from ichcore.phantom.bleed_epidural import Epidural
from ichcore.phantom.bleed_intraparenchymal import Intraparenchymal
from ichcore.phantom.bleed_intraventricular import Intraventricular
from ichcore.phantom.bleed_statistics import draw_component_volumes_ml
from ichcore.phantom.bleed_subarachnoid import Subarachnoid
from ichcore.phantom.bleed_subdural import FoldSubdural, Subdural
from ichcore.phantom.blend_signs import blend_sign_slices
from ichcore.phantom.head import Head, draw_head
from ichcore.phantom.mimics import draw_mimics
from ichcore.phantom.mix import draw_subtypes
from ichcore.phantom.render import Scene, render_slice, working_factor
from ichcore.phantom.scan import DRIFTED, SCANNERS, USUAL, Scan, draw_scan, drifted
from ichcore.phantom.table import table_picture
from ichcore.phantom.visibility import SURE_SNR
from ichcore.subtypes import CLASSES, SUBTYPES, hemorrhage_class
from ichcore.volume import SeriesIdentity, Volume, Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ichcore.phantom.bleed import Bleed
    from ichcore.progress import CancelToken

POSITIVE_AREA_MM2 = 12.0
"""A slice counts as positive for a subtype when its truth mask covers at least this area."""
UID_ROOT = "2.25"
"""UIDs are UUID-derived (PS3.5 B.2), so that phantoms need no registered root."""


@dataclass(frozen=True)
class TruthBox:
    """The bounding rectangle of one subtype in one slice.

    Attributes:
        index: slice.
        subtype: class name.
        box: ``(row0, column0, row1, column1)``, half-open pixels.
    """

    index: int
    subtype: str
    box: tuple[int, int, int, int]


@dataclass(frozen=True, eq=False)
class PhantomCase:
    """A synthetic head with its ground truth.

    Attributes:
        volume: the series as a viewer would open it.
        truth: uint8 ``(slice, row, column)``; 0, or 1–5 in class order from epidural to subdural.
        labels: bool ``(slices, 6)`` in class order; positive from :data:`POSITIVE_AREA_MM2` of mask on.
        sure: bool ``(slices, 6)``; False where careful readers could differ (decision 0027).
        boxes: one for each slice and subtype that is positive.
        blend_sign: bool ``(slices,)``; slices that show both parts of a hematoma with a blend sign.
        blend_sign_sure: bool ``(slices,)``; False where readers could differ on that.
        patient_id: such as ``PHANTOM-0001``.
        seed: what it was made from.
        description: what was put in, bleeds first, then mimics.
        scan: how it was acquired.
    """

    volume: Volume
    truth: NDArray[np.uint8]
    labels: NDArray[np.bool_]
    sure: NDArray[np.bool_]
    boxes: tuple[TruthBox, ...]
    blend_sign: NDArray[np.bool_]
    blend_sign_sure: NDArray[np.bool_]
    patient_id: str
    seed: int
    description: tuple[str, ...]
    scan: Scan = field(repr=False)


def stable_uid(*parts: object) -> str:
    """A UID that depends on nothing but ``parts``."""
    digest = hashlib.sha256("/".join(str(p) for p in parts).encode()).digest()
    return f"{UID_ROOT}.{int.from_bytes(digest[:16], 'big')}"


def make_case(
    seed: int,
    *,
    subtypes: Sequence[str] | None = None,
    mix: str = "natural",
    slices: int = 36,
    size: int = 512,
    blend_sign: bool | None = None,
    blend_mimic: bool | None = None,
    wide_cistern: bool = False,
    scanner: str = USUAL,
    number: int | None = None,
    cancel: CancelToken | None = None,
) -> PhantomCase:
    """Make one phantom.

    Args:
        seed: everything follows from it and from the other arguments.
        subtypes: put all of these in one head; ``()`` gives a blank head with mimics; ``None`` draws.
        mix: how ``None`` draws: ``"natural"`` (about 14 % positive slices, subtypes as frequent as in the
            RSNA 2019 set) or ``"even"`` (every subtype equally often, a sixth blank).
        slices: slices.
        size: rows and columns; even.
        blend_sign: whether an intraparenchymal bleed has a blend sign; ``None`` draws.
        blend_mimic: whether one without a blend sign is a mimic of it: heterogeneous, with a swirl, islands
            or a black hole; ``None`` draws.
        wide_cistern: whether the head has a large cisterna magna beside a bright cerebellum, a mimic.
        scanner: one of :data:`~ichcore.phantom.scan.SCANNERS`.
        number: number in a set, for the patient's name.
        cancel: asked between slices.

    Raises:
        InputError: if a subtype or mix is unknown, or a size is out of range.
        CancelledError: if ``cancel`` was set.
    """
    _check(subtypes, slices, size)
    if scanner not in SCANNERS:
        raise InputError(f"{scanner!r} is no scanner; expected one of {', '.join(SCANNERS)}.")
    rng = np.random.default_rng([seed & 0xFFFFFFFF, seed >> 32, 20])
    wanted = draw_subtypes(rng, mix) if subtypes is None else tuple(dict.fromkeys(subtypes))
    head = draw_head(rng)
    if wide_cistern:
        head = head.with_wide_cistern()
    scan = draw_scan(rng, head, slices, size)
    if scanner == DRIFTED:
        scan = drifted(scan)
    mimics = draw_mimics(rng, head)
    pixel = (scan.geometry.pixel_spacing_mm or (1.0, 1.0))[0]
    factor = working_factor(size)
    table = table_picture(rng, size // factor, pixel * factor, rng.uniform(92, 102)) if scan.table else None
    state = rng.bit_generator.state
    for attempt in range(4):
        rng.bit_generator.state = state
        rng = np.random.default_rng([seed & 0xFFFFFFFF, seed >> 32, 21, attempt])
        bleeds = _draw_bleeds(rng, head, scan, wanted, blend_sign, blend_mimic)
        scene = Scene(head, scan, mimics, bleeds)
        hu, truth, seen = _render(scene, table, seed, cancel)
        labels, boxes = read_truth(truth, pixel)
        signs, sure_signs = blend_sign_slices(scan, bleeds, truth)
        shown = (signs & sure_signs).any() or not (blend_sign and "intraparenchymal" in wanted)
        if shown and all(labels[:, CLASSES.index(s)].any() for s in wanted):
            break
    labelled = _Labelled(labels, sure_labels(labels, truth, seen), boxes, signs, sure_signs)
    return _assemble(seed, number, scene, hu, truth, labelled)


def _check(subtypes: Sequence[str] | None, slices: int, size: int) -> None:
    for name in subtypes or ():
        if name not in SUBTYPES:
            raise InputError(f"{name!r} is no subtype; expected some of {', '.join(SUBTYPES)}.")
    if not 1 <= slices <= 400:
        raise InputError(f"A phantom cannot have {slices} slices; choose 1 to 400.")
    if not 64 <= size <= 1024 or size % 2:
        raise InputError(f"A phantom cannot be {size} pixels wide; choose an even number from 64 to 1024.")


def _draw_bleeds(
    rng: np.random.Generator,
    head: Head,
    scan: Scan,
    wanted: Sequence[str],
    blend_sign: bool | None,
    blend_mimic: bool | None,
) -> list[Bleed]:
    """The bleeds of one head, in painting order: first what pushes, then what fills."""
    z_range = scan.head_z_range_mm()
    z_range = (max(z_range[0], -62.0), min(z_range[1], head.height_up))
    bleeds: list[Bleed] = []
    if "intraparenchymal" in wanted:
        volumes = draw_component_volumes_ml(rng, "intraparenchymal")
        bleeds.append(Intraparenchymal(rng, head, z_range, volumes[0], blend_sign, mimic=blend_mimic))
        bleeds += [Intraparenchymal(rng, head, z_range, ml, blend_sign=False) for ml in volumes[1:]]
    if "subarachnoid" in wanted:
        count = int(rng.choice([1, 2, 3], p=[0.5, 0.3, 0.2]))
        bleeds += [Subarachnoid(rng, head, z_range) for _ in range(count)]
    if "intraventricular" in wanted:
        count = int(rng.choice([1, 2], p=[0.7, 0.3]))
        bleeds += [Intraventricular(rng, head, z_range) for _ in range(count)]
    if "subdural" in wanted:
        bleeds += _subdurals(rng, head, z_range)
    if "epidural" in wanted:
        volumes = draw_component_volumes_ml(rng, "epidural")
        bleeds += [Epidural(rng, head, z_range, ml) for ml in volumes]
    return bleeds


def _subdurals(rng: np.random.Generator, head: Head, z_range: tuple[float, float]) -> list[Bleed]:
    """A main crescent with satellites, most over the same hemisphere or along the folds; or a fold alone."""
    if rng.random() < 0.15:
        return [FoldSubdural(rng, head, z_range)]
    main, *rest = draw_component_volumes_ml(rng, "subdural")
    first = Subdural(rng, head, z_range, main)
    bleeds: list[Bleed] = [first]
    for ml in rest:
        if rng.random() < 0.3:
            bleeds.append(FoldSubdural(rng, head, z_range))
        else:
            side = first.side if rng.random() < 0.75 else -first.side
            bleeds.append(Subdural(rng, head, z_range, ml, side))
    return bleeds


def _render(
    scene: Scene, table: NDArray[np.float32] | None, seed: int, cancel: CancelToken | None
) -> tuple[NDArray[np.int16], NDArray[np.uint8], NDArray[np.float32]]:
    shape = scene.scan.geometry.shape
    hu = np.empty(shape, np.int16)
    truth = np.empty(shape, np.uint8)
    seen = np.empty((shape[0], len(SUBTYPES)), np.float32)
    for index in range(shape[0]):
        if cancel is not None:
            cancel.raise_if_cancelled()
        rng = np.random.default_rng([seed & 0xFFFFFFFF, seed >> 32, 22, index])
        hu[index], truth[index], seen[index] = render_slice(scene, index, table, rng)
    return hu, truth, seen


def read_truth(truth: NDArray[np.uint8], pixel_mm: float) -> tuple[NDArray[np.bool_], tuple[TruthBox, ...]]:
    """Slice labels and boxes of a label map.

    Args:
        truth: uint8 ``(slice, row, column)``.
        pixel_mm: pixel size.

    Returns:
        bool ``(slices, 6)`` in class order, and a box for each positive slice and subtype.
    """
    labels = np.zeros((truth.shape[0], len(CLASSES)), bool)
    boxes: list[TruthBox] = []
    for index in np.flatnonzero(truth.any(axis=(1, 2))):
        for name in SUBTYPES:
            mask = truth[index] == hemorrhage_class(name).label
            if mask.sum() * pixel_mm**2 < POSITIVE_AREA_MM2:
                continue
            labels[index, CLASSES.index(name)] = True
            rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
            box = (int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1)
            boxes.append(TruthBox(int(index), name, box))
    labels[:, 0] = labels[:, 1:].any(axis=1)
    return labels, tuple(boxes)


def sure_labels(
    labels: NDArray[np.bool_], truth: NDArray[np.uint8], seen: NDArray[np.float32]
) -> NDArray[np.bool_]:
    """Which labels every careful reader would give.

    Args:
        labels: bool ``(slices, 6)`` of the label map.
        truth: uint8 ``(slice, row, column)``.
        seen: ``(slices, 5)`` signal-to-noise ratio of each subtype in the map.

    Returns:
        bool ``(slices, 6)``; a subtype with some blood is sure if it counts as positive and its ratio is at
        least :data:`~ichcore.phantom.visibility.SURE_SNR`; ``any`` if a subtype surely is there, or none is
        unsure.
    """
    there = np.stack([(truth == label).any(axis=(1, 2)) for label in range(1, len(SUBTYPES) + 1)], axis=1)
    sure = ~there | (labels[:, 1:] & (seen >= SURE_SNR))
    any_sure = np.any(labels[:, 1:] & sure, axis=1) | np.all(sure, axis=1)
    return np.column_stack([any_sure, sure])


class _Labelled(NamedTuple):
    """What :class:`PhantomCase` says of its slices, by the same names."""

    labels: NDArray[np.bool_]
    sure: NDArray[np.bool_]
    boxes: tuple[TruthBox, ...]
    blend_sign: NDArray[np.bool_]
    blend_sign_sure: NDArray[np.bool_]


def _assemble(
    seed: int,
    number: int | None,
    scene: Scene,
    hu: NDArray[np.int16],
    truth: NDArray[np.uint8],
    labelled: _Labelled,
) -> PhantomCase:
    scan, head = scene.scan, scene.head
    shape = scan.geometry.shape
    if scan.padded:
        row, column = np.ogrid[: shape[1], : shape[2]]
        middle = (shape[1] - 1) / 2.0
        hu[:, (row - middle) ** 2 + (column - middle) ** 2 > (shape[1] / 2.0) ** 2] = -1024
    identity = f"{number if number is not None else seed % 10000:04d}"
    # what the drawn case was asked for is part of its identity: two sizes of one seed are two series
    key = (seed, shape[0], shape[1], *(b.note for b in scene.bleeds))
    if scan.offset_hu:
        key = (*key, DRIFTED)
    volume = Volume(
        hu=hu,
        geometry=scan.geometry,
        sop_instance_uids=tuple(stable_uid("instance", *key, i) for i in range(shape[0])),
        identity=SeriesIdentity(
            series_instance_uid=stable_uid("series", *key),
            study_instance_uid=stable_uid("study", *key),
            frame_of_reference_uid=stable_uid("frame", *key),
            patient_name=f"PHANTOM^{identity}",
            patient_id=f"PHANTOM-{identity}",
            patient_sex="O",
            patient_age=f"{int(head.age):03d}Y",
            institution="",
            study_date="20240101",
            study_description="CT HEAD WITHOUT CONTRAST (SYNTHETIC)",
            series_description="HEAD 5MM",
            series_number=2,
            modality="CT",
            body_part="HEAD",
            convolution_kernel={"standard": "STANDARD", "soft": "SOFT", "edge": "H40s"}[scan.kernel],
            manufacturer="ichcore synthetic phantom",
            scanner_model="PHANTOM",
        ),
        windows=(Window(40, 80, "BRAIN"), Window(400, 1800, "BONE")),
    )
    return PhantomCase(
        volume=volume,
        truth=truth,
        labels=labelled.labels,
        sure=labelled.sure,
        boxes=labelled.boxes,
        blend_sign=labelled.blend_sign,
        blend_sign_sure=labelled.blend_sign_sure,
        patient_id=f"PHANTOM-{identity}",
        seed=seed,
        description=(*(b.note for b in scene.bleeds), *scene.mimics.notes),
        scan=scan,
    )


__all__ = ["POSITIVE_AREA_MM2", "PhantomCase", "TruthBox", "make_case", "read_truth", "stable_uid"]
