"""Batches of slices from memory-mapped cases, or from a device that holds them all."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import IterableDataset

from ichcore.errors import IchError
from ichcore.subtypes import SUBTYPES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from ichcore.datasets.case_files import CaseFiles
    from ichcore.training.augmentation import Augmenter

Batch = tuple[Tensor, Tensor, Tensor]
"""HU ``(B, 1, H, W)``, labels ``(B, 6)`` and, if asked for, masks ``(B, 5, h, w)``, else empty."""


class SliceTable:
    """Every slice of a set: which case, which index, which labels.

    Attributes:
        device: where :meth:`read` puts what it reads.
        labels: bool ``(N, 6)``.
        known: bool ``(N, 6)``; a label counts only where this holds (decision 0018).
        taught: bool ``(N,)``; slices whose label map may teach: it was drawn, may be learned from and says
            of every class whether it is there; or the slice is known to be free of blood, its map empty.
        sign: int64 ``(N,)``; 1 with a blend sign, 0 without, −1 where the set does not say.
        weight: float32 ``(N,)`` in [0, 1]; how much a slice counts when it teaches.
        chance: ``(N,)`` how often each slice is drawn, summing to 1; ``None`` where an epoch looks at all.

    Args:
        cases: the set.
        chance: as above.
    """

    device = torch.device("cpu")

    def __init__(self, cases: Sequence[CaseFiles], chance: NDArray[np.float64] | None = None) -> None:
        self.cases, self.chance = cases, chance
        self.case = np.concatenate([np.full(len(c.labels), i) for i, c in enumerate(cases)])
        self.index = np.concatenate([np.arange(len(c.labels)) for c in cases])
        self.labels: NDArray[np.bool_] = np.concatenate([c.labels for c in cases])
        self.known: NDArray[np.bool_] = np.concatenate([c.known for c in cases])
        teach = np.concatenate([c.drawn & c.masks_teach for c in cases])
        blank = self.known.all(axis=1) & ~self.labels.any(axis=1)
        self.taught: NDArray[np.bool_] = (teach & self.known.all(axis=1)) | blank
        self.sign: NDArray[np.int64] = np.concatenate([c.blend_sign for c in cases])
        self.weight: NDArray[np.float32] = np.concatenate([c.weights for c in cases])

    def __len__(self) -> int:
        return len(self.case)

    def read(self, rows: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        """HU float32 ``(B, 1, H, W)`` and labels float32 ``(B, 6)`` of these rows."""
        hu = np.stack([self.cases[self.case[r]].hu[self.index[r]] for r in rows])
        return torch.from_numpy(hu).float()[:, None], torch.from_numpy(self.labels[rows]).float()

    def read_masks(self, rows: NDArray[np.int64], reduce: int) -> Tensor:
        """Truth of the subtypes ``(B, 5, H / reduce, W / reduce)``, 1 wherever a block touches a bleed."""
        size = self.cases[0].truth.shape[1] // reduce
        masks = torch.zeros(len(rows), len(SUBTYPES), size, size)
        for at, row in enumerate(rows):
            if self.labels[row, 0]:
                truth = self.cases[self.case[row]].truth[self.index[row]]
                blocks = truth[: size * reduce, : size * reduce].reshape(size, reduce, size, reduce)
                for column in range(len(SUBTYPES)):
                    if self.labels[row, column + 1]:
                        touched = (blocks == column + 1).any(axis=(1, 3))
                        masks[at, column] = torch.from_numpy(touched).float()
        return masks


class ResidentTable(SliceTable):
    """A table whose slices stay on the training device, so that a GPU never waits for files.

    Args:
        cases: the set.
        device: where its slices go.
        reduce: block of pixels a mask cell stands for; 0 keeps no masks.
        chance: as of :class:`SliceTable`.
    """

    def __init__(
        self,
        cases: Sequence[CaseFiles],
        device: torch.device,
        reduce: int,
        chance: NDArray[np.float64] | None = None,
    ) -> None:
        super().__init__(cases, chance)
        self.device, self.reduce = device, reduce
        self._hu = torch.cat([torch.from_numpy(np.array(c.hu)).to(device) for c in cases])
        self._labels = torch.from_numpy(self.labels).to(device)
        self._masks: Tensor | None = None
        if reduce:
            parts = [super(ResidentTable, self).read_masks(rows, reduce) for rows in self._rows_of_cases()]
            self._masks = torch.cat([part.to(device, torch.bool) for part in parts])

    @staticmethod
    def bytes_needed(cases: Sequence[CaseFiles], reduce: int) -> int:
        """What the table takes on the device."""
        pixels = sum(c.hu.size for c in cases)
        return pixels * 2 + (pixels // reduce**2 * len(SUBTYPES) if reduce else 0)

    def read(self, rows: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        """As :meth:`SliceTable.read`, on the device."""
        at = torch.from_numpy(rows).to(self.device)
        return self._hu[at].float()[:, None], self._labels[at].float()

    def read_masks(self, rows: NDArray[np.int64], reduce: int) -> Tensor:
        """As :meth:`SliceTable.read_masks`, on the device.

        Raises:
            IchError: if the masks were not kept at this reduction.
        """
        if self._masks is None or reduce != self.reduce:
            raise IchError(f"The table holds masks reduced by {self.reduce}, not by {reduce}.")
        return self._masks[torch.from_numpy(rows).to(self.device)].float()

    def _rows_of_cases(self) -> Iterator[NDArray[np.int64]]:
        """The rows of one case after another."""
        for case in range(len(self.cases)):
            yield np.flatnonzero(self.case == case)


class Batches(IterableDataset[Batch]):
    """One epoch of batches, in a new order each time it is iterated.

    Args:
        table: the slices.
        batch: slices a batch.
        seed: of the order.
        shuffle: ``False`` for validation: every slice once, in order.
        keep_negative: share of the slices without bleed that an epoch looks at.
        drawn: slices that an epoch draws where the table states chances; 0 for as many as it holds.
        augment: applied to HU, or ``None``.
        mask_reduce: block of pixels a mask cell stands for; 0 for no masks.
    """

    def __init__(
        self,
        table: SliceTable,
        batch: int,
        *,
        seed: int = 0,
        shuffle: bool = False,
        keep_negative: float = 1.0,
        drawn: int = 0,
        augment: Augmenter | None = None,
        mask_reduce: int = 0,
    ) -> None:
        super().__init__()
        self.table, self.batch, self.shuffle = table, batch, shuffle
        self.keep_negative, self.augment, self.mask_reduce = keep_negative, augment, mask_reduce
        self.drawn = drawn or len(table)
        self.random = np.random.default_rng(seed)
        positive = (table.labels & table.known).any(axis=1)
        self._positive = np.flatnonzero(positive)
        self._negative = np.flatnonzero(~positive & table.known.any(axis=1))

    def __len__(self) -> int:
        if not self.shuffle:
            kept = len(self.table)
        else:
            by_label = len(self._positive) + self._kept
            kept = by_label if self.table.chance is None else self.drawn
        return (kept + self.batch - 1) // self.batch

    @property
    def _kept(self) -> int:
        return round(self.keep_negative * len(self._negative))

    def __iter__(self) -> Iterator[Batch]:
        for rows in self.rows():
            yield self.at(rows)

    def rows(self) -> Iterator[NDArray[np.int64]]:
        """Rows of the table, a batch each; slices of which nothing is known are learned nothing from."""
        rows = np.arange(len(self.table))
        if self.shuffle and self.table.chance is not None:
            rows = self.random.permutation(self._by_chance(self.table.chance))
        elif self.shuffle:
            negative = self.random.choice(self._negative, self._kept, replace=False)
            rows = self.random.permutation(np.concatenate([self._positive, negative]))
        for start in range(0, len(rows), self.batch):
            yield rows[start : start + self.batch]

    def _by_chance(self, chance: NDArray[np.float64]) -> NDArray[np.int64]:
        """Rows as often as their chance wants, evenly: none twice before its like was looked at once."""
        mixed = self.random.permutation(len(chance))
        ends = np.cumsum(chance[mixed])
        at = (np.arange(self.drawn) + self.random.random()) / self.drawn * ends[-1]
        return np.asarray(mixed[np.searchsorted(ends, at, side="right").clip(max=len(mixed) - 1)], np.int64)

    def at(self, rows: NDArray[np.int64]) -> Batch:
        """The slices of these rows, augmented."""
        hu, labels = self.table.read(rows)
        masks = self.table.read_masks(rows, self.mask_reduce) if self.mask_reduce else None
        if self.augment is not None:
            hu, masks = self.augment(hu, masks)
        return hu, labels, torch.empty(0) if masks is None else masks


class Lesson(NamedTuple):
    """A batch as training has it; see :class:`SliceTable` for what is known of a slice."""

    hu: Tensor
    labels: Tensor
    known: Tensor
    masks: Tensor
    taught: Tensor
    sign: Tensor
    weight: Tensor


class Lessons(IterableDataset[Lesson]):
    """Batches with what is known of their slices.

    Args:
        batches: the slices.
    """

    def __init__(self, batches: Batches) -> None:
        super().__init__()
        self.batches = batches

    def __len__(self) -> int:
        return len(self.batches)

    def __iter__(self) -> Iterator[Lesson]:
        table = self.batches.table
        for rows in self.batches.rows():
            hu, labels, masks = self.batches.at(rows)
            known, taught, sign, weight = (
                torch.from_numpy(a[rows]) for a in (table.known, table.taught, table.sign, table.weight)
            )
            yield Lesson(hu, labels, known, masks, taught, sign, weight)
