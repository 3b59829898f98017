"""Batches of slices from memory-mapped cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.utils.data import IterableDataset

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from torch import Tensor

    from ichcore.datasets.case_files import CaseFiles
    from ichcore.training.augmentation import Augmenter


class SliceTable:
    """Every slice of a set: which case, which index, which labels."""

    def __init__(self, cases: Sequence[CaseFiles]) -> None:
        self.cases = cases
        self.case = np.concatenate([np.full(len(c.labels), i) for i, c in enumerate(cases)])
        self.index = np.concatenate([np.arange(len(c.labels)) for c in cases])
        self.labels: NDArray[np.bool_] = np.concatenate([c.labels for c in cases])

    def __len__(self) -> int:
        return len(self.case)

    def read(self, rows: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        """HU float32 ``(B, 1, H, W)`` and labels float32 ``(B, 6)`` of these rows."""
        hu = np.stack([self.cases[self.case[r]].hu[self.index[r]] for r in rows])
        return torch.from_numpy(hu).float()[:, None], torch.from_numpy(self.labels[rows]).float()


class Batches(IterableDataset[tuple["Tensor", "Tensor"]]):
    """One epoch of batches, in a new order each time it is iterated.

    Args:
        table: the slices.
        batch: slices a batch.
        seed: of the order.
        shuffle: ``False`` for validation: every slice once, in order.
        keep_negative: share of the slices without bleed that an epoch looks at.
        augment: applied to HU, or ``None``.
    """

    def __init__(
        self,
        table: SliceTable,
        batch: int,
        *,
        seed: int = 0,
        shuffle: bool = False,
        keep_negative: float = 1.0,
        augment: Augmenter | None = None,
    ) -> None:
        super().__init__()
        self.table, self.batch, self.shuffle = table, batch, shuffle
        self.keep_negative, self.augment = keep_negative, augment
        self.random = np.random.default_rng(seed)
        self._positive = np.flatnonzero(table.labels.any(axis=1))
        self._negative = np.flatnonzero(~table.labels.any(axis=1))

    def __len__(self) -> int:
        kept = len(self._positive) + self._kept if self.shuffle else len(self.table)
        return (kept + self.batch - 1) // self.batch

    @property
    def _kept(self) -> int:
        return round(self.keep_negative * len(self._negative))

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        rows = np.arange(len(self.table))
        if self.shuffle:
            negative = self.random.choice(self._negative, self._kept, replace=False)
            rows = self.random.permutation(np.concatenate([self._positive, negative]))
        for start in range(0, len(rows), self.batch):
            hu, labels = self.table.read(rows[start : start + self.batch])
            if self.augment is not None:
                hu = self.augment(hu)
            yield hu, labels
