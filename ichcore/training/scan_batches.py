"""Sequences of slices: whole scans or chunks of them, from pictures or from features computed once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import IterableDataset

from ichcore.models.chunks import overlapping_chunks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from ichcore.training.augmentation import Augmenter
    from ichcore.training.batches import SliceTable
    from ichcore.training.scan_features import Described


class ScanBatch(NamedTuple):
    """Some sequences, padded to the longest.

    Either :attr:`hu` holds the pictures of all slices that are there, in order, ``(n, 1, H, W)``, or
    :attr:`described` ``(B, T, F)`` and :attr:`own` ``(B, T, K)`` what the slice network said of them; the
    others are empty.
    """

    hu: Tensor
    described: Tensor
    own: Tensor
    labels: Tensor
    known: Tensor
    there: Tensor


class ScanBatches(IterableDataset[ScanBatch]):
    """Every sequence of a set once, in a new order each time it is iterated where it is shuffled.

    Args:
        table: the slices, each case in position order.
        batch: sequences a batch.
        chunk: slices a sequence, neighbours sharing half; 0 for whole scans.
        seed: of the order.
        shuffle: ``False`` for validation.
        augment: applied to HU [ours: to each slice for itself], or ``None``.
        described: what the slice network said; ``None`` to read pictures.
    """

    def __init__(
        self,
        table: SliceTable,
        batch: int,
        *,
        chunk: int = 0,
        seed: int = 0,
        shuffle: bool = False,
        augment: Augmenter | None = None,
        described: Described | None = None,
    ) -> None:
        super().__init__()
        self.table, self.batch, self.shuffle = table, batch, shuffle
        self.augment, self.described = augment, described
        self.random = np.random.default_rng(seed)
        self.sequences: list[NDArray[np.int64]] = []
        for case in range(len(table.cases)):
            rows = np.flatnonzero(table.case == case)
            for run in overlapping_chunks(len(rows), chunk or len(rows), chunk // 2):
                self.sequences.append(rows[run.start : run.stop])
        if shuffle:  # nothing is learned from a sequence of which nothing is known
            self.sequences = [rows for rows in self.sequences if table.known[rows].any()]

    def __len__(self) -> int:
        return (len(self.sequences) + self.batch - 1) // self.batch

    def __iter__(self) -> Iterator[ScanBatch]:
        order = np.arange(len(self.sequences))
        if self.shuffle:
            order = self.random.permutation(order)
        for start in range(0, len(order), self.batch):
            yield self._at([self.sequences[i] for i in order[start : start + self.batch]])

    def _at(self, sequences: list[NDArray[np.int64]]) -> ScanBatch:
        there = torch.zeros(len(sequences), max(map(len, sequences)), dtype=torch.bool)
        for mask, rows in zip(there, sequences, strict=True):
            mask[: len(rows)] = True
        flat = np.concatenate(sequences)
        labels = padded(torch.from_numpy(self.table.labels[flat]).float(), there)
        known = padded(torch.from_numpy(self.table.known[flat]), there)
        hu = described = own = torch.empty(0)
        if self.described is None:
            hu, _ = self.table.read(flat)
            if self.augment is not None:
                hu, _ = self.augment(hu)
        else:
            described, own = (padded(part[torch.from_numpy(flat)], there) for part in self.described)
        return ScanBatch(hu, described, own, labels, known, there)


def padded(flat: Tensor, there: Tensor) -> Tensor:
    """``(n, F)`` of the slices that are there, laid out as ``there`` ``(B, T)``; zero elsewhere."""
    laid = flat.new_zeros((*there.shape, flat.shape[-1]))
    laid[there] = flat
    return laid
