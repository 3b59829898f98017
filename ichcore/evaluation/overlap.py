"""How far a drawn mask lies on the true one: IoU, Dice, and the mean IoU in its two readings."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray


class MaskOverlap:
    """Pixels of foreground and background shared by masks and truths, image by image.

    Ma 2025 states ``mIoU = 1/N Σ |P_i ∩ G_i| / |P_i ∪ G_i|`` over categories, background and foreground.
    Whether the pixels of all images are put together first, or every image has its own mIoU, is left open,
    and the two differ much where bleeds are small; so both are reported [ours].
    """

    def __init__(self) -> None:
        self._cells: list[tuple[int, int, int, int]] = []

    @classmethod
    def of(cls, pairs: Iterable[tuple[NDArray[np.bool_], NDArray[np.bool_]]]) -> MaskOverlap:
        """Of ``(predicted, truth)`` masks, two of one shape an image."""
        overlap = cls()
        for predicted, truth in pairs:
            overlap.add(predicted, truth)
        return overlap

    def add(self, predicted: NDArray[np.bool_], truth: NDArray[np.bool_]) -> None:
        """One image more."""
        both = int((predicted & truth).sum())
        only_predicted, only_truth = int(predicted.sum()) - both, int(truth.sum()) - both
        self._cells.append(
            (both, only_predicted, only_truth, truth.size - both - only_predicted - only_truth)
        )

    def chosen(self, images: Iterable[int]) -> MaskOverlap:
        """Of some of the images, in any order, one of them more than once if it is named so."""
        part = MaskOverlap()
        part._cells = [self._cells[i] for i in images]
        return part

    def __len__(self) -> int:
        return len(self._cells)

    @property
    def _pixels(self) -> NDArray[np.int64]:
        return np.asarray(self._cells, np.int64).reshape(-1, 4)

    @property
    def iou(self) -> float:
        """Of the foreground, over the pixels of all images; NaN where neither has any."""
        return float(_iou(self._pixels.sum(axis=0)))

    @property
    def iou_background(self) -> float:
        """Of the background, over the pixels of all images."""
        return float(_iou(self._pixels.sum(axis=0)[[3, 1, 2, 0]]))

    @property
    def miou_over_pixels(self) -> float:
        """Mean of background and foreground, each over the pixels of all images."""
        return _mean([self.iou, self.iou_background])

    @property
    def miou_of_images(self) -> NDArray[np.float64]:
        """``(images,)`` mean of background and foreground of each; what Ma's box plots show.

        An image without foreground in either mask has its background alone.
        """
        cells = self._pixels
        each = np.stack([_iou(cells), _iou(cells[:, [3, 1, 2, 0]])], axis=1).reshape(-1, 2)
        there = ~np.isnan(each)
        mean: NDArray[np.float64] = np.nan_to_num(each).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
        return mean

    @property
    def miou_over_images(self) -> float:
        """Mean over images of their mIoU."""
        return float(self.miou_of_images.mean()) if len(self) else math.nan

    @property
    def dice(self) -> float:
        """Of the foreground, over the pixels of all images: 2 · both / (predicted + true)."""
        both, predicted, truth, _ = self._pixels.sum(axis=0).tolist()
        whole = 2 * both + predicted + truth
        return 2 * both / whole if whole else math.nan

    @property
    def dice_over_images(self) -> float:
        """Mean over images where either mask has foreground; NaN without any."""
        cells = self._pixels
        whole = 2 * cells[:, 0] + cells[:, 1] + cells[:, 2]
        there = whole > 0
        return float((2 * cells[there, 0] / whole[there]).mean()) if there.any() else math.nan

    @property
    def volume_ratio(self) -> float:
        """Predicted to true pixels of the foreground, over all images; NaN without true ones."""
        both, predicted, truth, _ = self._pixels.sum(axis=0).tolist()
        return (both + predicted) / (both + truth) if both + truth else math.nan

    def as_json(self) -> dict[str, float | int]:
        """All of them by name."""
        return {
            "images": len(self),
            "iou": self.iou,
            "miou_over_pixels": self.miou_over_pixels,
            "miou_over_images": self.miou_over_images,
            "dice": self.dice,
            "dice_over_images": self.dice_over_images,
            "volume_ratio": self.volume_ratio,
        }


def _iou(cells: NDArray[np.int64]) -> NDArray[np.float64]:
    """IoU of the first cell, ``(..., 4)`` to ``(...)``; NaN of nothing."""
    union = cells[..., 0] + cells[..., 1] + cells[..., 2]
    shares = np.full(union.shape, np.nan)
    np.divide(cells[..., 0], union, out=shares, where=union > 0)
    return shares


def _mean(values: list[float]) -> float:
    there = [v for v in values if not math.isnan(v)]
    return sum(there) / len(there) if there else math.nan
