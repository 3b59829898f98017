"""Bleeding sites found, missed and imagined, by connected components (Ma 2025: CL, ML, FPL)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ichcore.evaluation.counts import share

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Sites:
    """Counts over images; a site is an 8-connected component of a slice's mask [ours].

    Attributes:
        true: sites in the truth (N_GT).
        located: of them, those that any predicted pixel touches (N_Correct).
        predicted: sites in the prediction (N_Pred).
        false: of them, those that touch no true pixel (N_FP).
    """

    true: int = 0
    located: int = 0
    predicted: int = 0
    false: int = 0

    def __add__(self, other: Sites) -> Sites:
        return Sites(
            self.true + other.true,
            self.located + other.located,
            self.predicted + other.predicted,
            self.false + other.false,
        )

    @property
    def correct_localization(self) -> float:
        """CL = N_Correct / N_GT; NaN without true sites."""
        return share(self.located, self.true)

    @property
    def missed_localization(self) -> float:
        """ML = 1 − CL."""
        return share(self.true - self.located, self.true)

    @property
    def false_positive_localization(self) -> float:
        """FPL = N_FP / N_Pred; NaN without predicted sites."""
        return share(self.false, self.predicted)

    def as_json(self) -> dict[str, float | int]:
        """The three shares beside the counts they come from."""
        return {
            "sites": self.true,
            "predicted_sites": self.predicted,
            "cl": self.correct_localization,
            "ml": self.missed_localization,
            "fpl": self.false_positive_localization,
        }


def sites(predicted: NDArray[np.bool_], truth: NDArray[np.bool_]) -> Sites:
    """Sites of one slice, masks ``(H, W)``."""
    eight = np.ones((3, 3), bool)
    drawn, drawn_count = ndimage.label(predicted, eight)
    real, real_count = ndimage.label(truth, eight)
    hit = np.unique(real[predicted])
    right = np.unique(drawn[truth])
    return Sites(real_count, int((hit > 0).sum()), drawn_count, drawn_count - int((right > 0).sum()))


def sites_of(pairs: Iterable[tuple[NDArray[np.bool_], NDArray[np.bool_]]]) -> Sites:
    """Sites over ``(predicted, truth)`` masks of many slices."""
    return sum((sites(predicted, truth) for predicted, truth in pairs), Sites())
