"""What every reader yields: a list of cases, each opened as a series with labels and, if drawn, masks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ichcore.phantom.case import POSITIVE_AREA_MM2
from ichcore.subtypes import CLASSES, SUBTYPES, UNSTATED_LABEL, hemorrhage_class

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from ichcore.datasets.terms import Terms
    from ichcore.sources import LeftOut
    from ichcore.volume import Volume, Window


@dataclass(frozen=True, eq=False)
class LabelledSeries:
    """One case opened, still on its series' own grid.

    Attributes:
        volume: HU, or 8-bit grey values where ``volume.is_hu`` is false.
        labels: bool ``(N, 6)`` in class order.
        known: bool ``(N, 6)``; a label counts only where this holds.
        truth: uint8 ``(N, H, W)`` label map, 0–6, or ``None`` where nothing was drawn.
        drawn: bool ``(N,)``; slices that :attr:`truth` speaks of. ``None`` for all of them.
        masks: further masks by name, bool ``(N, H, W)``.
        masks_teach: whether the masks may be learned from, or only judged by.
        window: what 8-bit pictures were saved through; ``None`` for HU.
        series_labels: bool ``(6,)`` where the set labels whole series; else they follow from the slices.
        series_known: bool ``(6,)`` beside it.
        blend_sign: bool ``(N,)`` where the set says it.
        weights: float32 ``(N,)`` in [0, 1], how much each slice counts when it teaches; ``None`` for 1.
        notes: what a person should know of this case, one sentence each.
    """

    volume: Volume
    labels: NDArray[np.bool_]
    known: NDArray[np.bool_]
    truth: NDArray[np.uint8] | None = None
    drawn: NDArray[np.bool_] | None = None
    masks: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)
    masks_teach: bool = True
    window: Window | None = None
    series_labels: NDArray[np.bool_] | None = None
    series_known: NDArray[np.bool_] | None = None
    blend_sign: NDArray[np.bool_] | None = None
    weights: NDArray[np.float32] | None = None
    notes: tuple[str, ...] = ()


class SourceCase(Protocol):
    """One case of a set before it is opened: small, so that it can be sent to a process that opens it."""

    @property
    def name(self) -> str:
        """Unique in its set; fit for a folder's name."""
        ...

    @property
    def patient(self) -> str:
        """Whose head it is."""
        ...

    @property
    def files(self) -> Sequence[Path]:
        """What it is read from; the cache is made anew where one of them changed."""
        ...

    @property
    def facts(self) -> str:
        """What tables say of it; the cache is made anew where that changed."""
        ...

    def open(self) -> LabelledSeries:
        """Read it.

        Raises:
            IchError: if it cannot be read, in one clear sentence.
            OSError: if a file cannot be read.
        """
        ...


class CaseSource(Protocol):
    """A public set, a folder of phantoms, or anything else that labelled cases come from."""

    @property
    def name(self) -> str:
        """Short, lower case: a folder's name."""
        ...

    @property
    def terms(self) -> Terms:
        """What may be done with it."""
        ...

    def cases(self) -> tuple[Sequence[SourceCase], list[LeftOut]]:
        """Every case, and what of the set is none, with the reason.

        Raises:
            InputError: if the set is not there or is laid out otherwise.
        """
        ...


def nothing_known(slices: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Labels and ``known``, both false, ``(slices, 6)``."""
    return np.zeros((slices, len(CLASSES)), bool), np.zeros((slices, len(CLASSES)), bool)


def settle(labels: NDArray[np.bool_], known: NDArray[np.bool_]) -> None:
    """Draw, in place, what the six classes say of each other; both ``(N, 6)``.

    A slice with a known subtype has ``any``; one without ``any`` has no subtype; one known to have none of
    the five has not ``any``. What is not known says nothing and is left ``False`` in ``labels``.
    """
    labels &= known
    bleeding = labels[:, 1:].any(axis=1)
    labels[bleeding, 0] = known[bleeding, 0] = True
    known[known[:, 1:].all(axis=1), 0] = True
    known[known[:, 0] & ~labels[:, 0]] = True


def labels_of_truth(truth: NDArray[np.uint8], pixel_mm: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Slice labels of a drawn label map, and which of them it states.

    A class is positive from :data:`~ichcore.phantom.case.POSITIVE_AREA_MM2` of it on, as for phantoms, and
    negative without a pixel; between them a reader of the slice could say either, so it is not known [ours].
    Where a hemorrhage of unstated subtype is drawn, ``any`` is positive and the other subtypes are not known.

    Args:
        truth: uint8 ``(N, H, W)``, 0–6.
        pixel_mm: size of a pixel.

    Returns:
        Labels and ``known``, bool ``(N, 6)``.
    """
    labels, known = nothing_known(len(truth))
    area = np.stack([(truth == v).sum(axis=(1, 2)) for v in range(UNSTATED_LABEL + 1)]) * pixel_mm**2
    unstated = area[UNSTATED_LABEL]
    for name in SUBTYPES:
        own, column = area[hemorrhage_class(name).label or 0], CLASSES.index(name)
        labels[:, column] = own >= POSITIVE_AREA_MM2
        known[:, column] = labels[:, column] | ((own == 0) & (unstated == 0))
    bleeding = area[1:].sum(axis=0)
    labels[:, 0] = bleeding >= POSITIVE_AREA_MM2
    known[:, 0] = labels[:, 0] | (bleeding == 0)
    settle(labels, known)
    return labels, known
