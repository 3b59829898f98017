"""One labelled case as training needs it: slices on the model's grid, memory-mapped from a folder."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

from ichcore.datasets.terms import OWN_TERMS, Terms
from ichcore.errors import InputError
from ichcore.files import atomic_path, write_text
from ichcore.subtypes import CLASSES
from ichcore.volume.window import Window

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

HU_FILE, TRUTH_FILE, LABELS_FILE, ABOUT_FILE = "hu.npy", "truth.npy", "labels.npy", "about.json"
KNOWN_FILE = "known.npy"
MASK_FILE = "mask-{}.npy"
_INHERITED = ("pixel_mm", "is_hu", "window", "terms")
WEAK_MARGIN = 2
"""Slices beside a positive one that are not surely blank where labels are weak [ours]."""


@dataclass(frozen=True, eq=False)
class CaseFiles:
    """A case whose arrays stay on disk until they are read.

    Attributes:
        patient: whose head it is; splits never divide one.
        hu: int16 ``(N, size, size)`` HU on the model's grid; for pictures, HU through the estimated window.
        truth: uint8 ``(N, size, size)`` label map on the same grid, 0–6; all 0 where nothing was drawn.
        labels: bool ``(N, 6)`` slice labels in class order.
        about: relative slice heights (``height``), shares of 50–90 HU in the skull (``share``), and what else
            is known of the case.
        known: bool ``(N, 6)``; a label counts only where this holds.
        masks: further masks by name (such as ``edema``), bool ``(N, size, size)``.
    """

    patient: str
    hu: NDArray[np.int16]
    truth: NDArray[np.uint8]
    labels: NDArray[np.bool_]
    about: dict[str, Any]
    known: NDArray[np.bool_] = field(default_factory=lambda: np.ones((0, 0), bool))
    masks: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.known.shape != self.labels.shape and not self.known.size:
            object.__setattr__(self, "known", np.ones(self.labels.shape, bool))

    @property
    def heights(self) -> NDArray[np.float64]:
        """``(N,)`` relative heights, 0 the lowest slice, 1 the highest."""
        return np.asarray(self.about["height"], float)

    @property
    def is_hu(self) -> bool:
        """``False`` where the source was 8-bit pictures; their HU follow from :attr:`window`."""
        return bool(self.about.get("is_hu", True))

    @property
    def window(self) -> Window | None:
        """The window that the pictures were saved through; HU beyond it are lost. ``None`` for HU."""
        stated = self.about.get("window")
        return None if stated is None else Window(stated["center"], stated["width"], "of the pictures")

    @property
    def terms(self) -> Terms:
        """What may be done with the set that the case is of."""
        stated = self.about.get("terms")
        return OWN_TERMS if stated is None else Terms.from_json(stated)

    @property
    def drawn(self) -> NDArray[np.bool_]:
        """``(N,)`` slices whose :attr:`truth` was drawn, be it empty."""
        stated = self.about.get("drawn", True)
        if isinstance(stated, bool):
            return np.full(len(self.labels), stated)
        return np.asarray(stated, bool)

    @property
    def masks_teach(self) -> bool:
        """``False`` where the masks may judge but not teach (silver masks of a weakly labelled set)."""
        return bool(self.about.get("masks_teach", True))

    @property
    def free_of_blood(self) -> NDArray[np.bool_]:
        """``(N,)`` slices that hold no blood for sure.

        A weak label ends where its drawing ended; the blood may go on into the next :data:`WEAK_MARGIN`
        slices, which are neither.
        """
        unsure = self.labels[:, 0] | ~self.known[:, 0]
        if not self.masks_teach:
            unsure = ndimage.binary_dilation(unsure, iterations=WEAK_MARGIN)
        return np.asarray(~unsure)

    @property
    def inherited(self) -> dict[str, Any]:
        """What :attr:`about` says that a case made of this one's slices says too: grid, window, terms."""
        return {name: self.about[name] for name in _INHERITED if name in self.about}

    @property
    def blend_sign(self) -> NDArray[np.int64]:
        """``(N,)`` whether a slice shows a blend sign: 1 yes, 0 no, -1 not said."""
        stated = self.about.get("blend_sign")
        if stated is None:
            return np.full(len(self.labels), -1)
        return np.array([-1 if one is None else int(one) for one in stated])

    @property
    def weights(self) -> NDArray[np.float32]:
        """``(N,)`` in [0, 1], how much each slice counts when it teaches; 1 where the set does not say."""
        stated = self.about.get("weights")
        return np.ones(len(self.labels), np.float32) if stated is None else np.asarray(stated, np.float32)

    @property
    def boxes(self) -> list[dict[str, Any]]:
        """``{"index", "class", "box"}`` of each drawn bleed, half-open (row0, column0, row1, column1)."""
        return list(self.about.get("boxes", []))

    @property
    def series_labels(self) -> NDArray[np.bool_]:
        """``(6,)`` labels of the whole series: as read, else any slice that is known to be positive."""
        stated = self.about.get("series_labels")
        if stated is not None:
            return np.asarray(stated, bool)
        return np.asarray((self.labels & self.known).any(axis=0))

    @property
    def series_known(self) -> NDArray[np.bool_]:
        """``(6,)`` whether :attr:`series_labels` is known: positive, or no slice unknown."""
        stated = self.about.get("series_known")
        if stated is not None:
            return np.asarray(stated, bool)
        return np.asarray((self.labels & self.known).any(axis=0) | self.known.all(axis=0))


def is_complete(folder: Path) -> bool:
    """Whether the case was written to its end (``about.json`` is written last)."""
    return (folder / ABOUT_FILE).is_file()


def write_case(
    folder: Path,
    hu: NDArray[np.int16],
    truth: NDArray[np.uint8] | None,
    labels: NDArray[np.bool_],
    about: dict[str, Any],
    *,
    known: NDArray[np.bool_] | None = None,
    masks: Mapping[str, NDArray[np.bool_]] | None = None,
) -> None:
    """Write a case; a folder without ``about.json`` is unfinished and will be made again.

    Args:
        folder: of the case.
        hu: see :class:`CaseFiles`.
        truth: ``None`` where nothing was drawn in any slice; no room is taken then.
        labels: see :class:`CaseFiles`.
        about: anything that JSON can hold.
        known: ``None`` where every label is.
        masks: further masks by name.

    Raises:
        OSError: if the disk is full or cannot be written.
    """
    (folder / ABOUT_FILE).unlink(missing_ok=True)
    arrays: dict[str, NDArray[Any]] = {HU_FILE: hu, LABELS_FILE: labels}
    if truth is not None:
        arrays[TRUTH_FILE] = truth
    if known is not None:
        arrays[KNOWN_FILE] = known
    arrays |= {MASK_FILE.format(name): mask for name, mask in (masks or {}).items()}
    for name, array in arrays.items():
        with atomic_path(folder / name) as temporary, temporary.open("wb") as stream:
            np.save(stream, array)
    about = {**about, "masks": sorted(masks or {})}
    if truth is None:
        about["drawn"] = False
    write_text(folder / ABOUT_FILE, json.dumps(about))


def read_case(folder: Path) -> CaseFiles:
    """Open a case, memory-mapped.

    Raises:
        InputError: if a file is missing or its arrays do not fit together.
    """
    try:
        about = json.loads((folder / ABOUT_FILE).read_text(encoding="utf-8"))
        hu = np.load(folder / HU_FILE, mmap_mode="r")
        labels = np.load(folder / LABELS_FILE)
        if about.get("drawn", True) is False:
            # one zero seen everywhere: a set without masks takes no room for them
            truth = np.broadcast_to(np.uint8(0), hu.shape)
        else:
            truth = np.load(folder / TRUTH_FILE, mmap_mode="r")
        known = (
            np.load(folder / KNOWN_FILE) if (folder / KNOWN_FILE).is_file() else np.ones(labels.shape, bool)
        )
        names = about.get("masks", [])
        masks = {name: np.load(folder / MASK_FILE.format(name), mmap_mode="r") for name in names}
    except (OSError, ValueError) as error:
        raise InputError(
            f"{folder} holds no complete case ({error}); delete it and make the set again."
        ) from error
    if hu.shape != truth.shape or labels.shape != (hu.shape[0], len(CLASSES)):
        raise InputError(
            f"{folder}: slices {hu.shape}, truth {truth.shape} and labels {labels.shape} differ."
        )
    return CaseFiles(about.get("patient", folder.name), hu, truth, labels, about, known, masks)
