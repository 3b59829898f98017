"""The window that 8-bit pictures of heads were saved through, from their grey levels and tissue peaks [ours].

Two things tell it. HU are whole numbers, so a window narrower than the grey scale leaves a comb: one grey
level a HU and gaps between, whose number of teeth is the width. Where pictures were resampled the comb is
gone, and the distance between the peaks of CSF and brain gives the width, roughly. The level always comes
from those peaks: HU of the brain's inside are fitted as a mixture of CSF, brain (white and grey matter in a
fixed ratio), what lies between both (partial volume) and blood, at the HU that heads have. Bone saturates
and only says where the inside is. A level is thereby one that puts brain where heads have it, whatever the
scanner's calibration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import ndimage, special

from ichcore.errors import InputError
from ichcore.volume.volume import AIR_HU
from ichcore.volume.window import Window

if TYPE_CHECKING:
    from numpy.typing import NDArray

CSF_HU, WHITE_HU, GREY_HU = 7.0, 29.5, 37.0
"""Middle HU of the tissues in head CT; scanners differ by about ± 3, and so does the estimated level."""
_SPREADS_HU = (2.2, 3.5, 5.5)
"""Noise and texture of a tissue after the 3 × 3 mean that is taken first."""
_SHARES = np.array([0.08, 0.10, 0.78, 0.04])
"""How the inside of an average head divides into CSF, partial volume, brain and blood."""
_EVIDENCE = 80.0
"""Independent samples that the histogram counts as, against what is usual; pixels are not independent."""
_BINS = 64
LEVELS = np.arange(0.0, 82.0, 2.0)
"""That a rough search tries."""
_WIDTHS = np.concatenate([np.arange(50.0, 150.0, 5.0), np.arange(150.0, 261.0, 10.0)])
USUAL_LEVEL, _LEVEL_SPREAD = 40.0, 7.0
_USUAL_WIDTH, _WIDTH_SPREAD = 100.0, 0.3
ENOUGH_PIXELS = 400
SURE_LEVEL_HU, _SURE_WIDTH = 4.0, 0.13
"""[ours] On phantoms, windows of heads stay below 2 HU and 0.11; noise, one grey for all of the brain, or a
bone window shown as one of brain lie above one of the two, or end at the widest."""
_WIDEST = 240.0


@dataclass(frozen=True)
class WindowEstimate:
    """A window and how sure its estimate is.

    Attributes:
        window: the most probable one.
        level_spread_hu: standard deviation of its level over all windows that were weighed.
        width_spread: that of the logarithm of its width; 0 where a comb tells the width.
    """

    window: Window
    level_spread_hu: float
    width_spread: float

    @property
    def trustworthy(self) -> bool:
        """Whether HU may be read through it.

        Not where the grey shows one tissue alone, is no head's, or was saved through a window so wide that
        the estimate ends where the search does.
        """
        sure = self.level_spread_hu <= SURE_LEVEL_HU and self.width_spread <= _SURE_WIDTH
        return sure and self.window.width <= _WIDEST


def estimate_window(pictures: NDArray[np.number]) -> Window:
    """The window of one series of pictures, however sure; see :func:`window_estimate`."""
    return window_estimate(pictures).window


def window_estimate(pictures: NDArray[np.number]) -> WindowEstimate:
    """The window of one series of pictures, and how sure that is.

    Args:
        pictures: ``(N, H, W)`` grey values, 0–255, of one series saved through one window.

    Returns:
        Level and width in HU; grey 0 is ``window.low`` and 255 is ``window.high``.

    Raises:
        InputError: if no slice shows brain inside a skull that is white.
    """
    histogram = inside_histogram(pictures)
    if histogram.sum() < ENOUGH_PIXELS:
        raise InputError(
            "The pictures show no brain inside a white skull, so the window that they were saved through "
            "cannot be estimated; give pictures of whole heads in a brain window."
        )
    comb = comb_width(pictures)
    widths = _WIDTHS if comb is None else np.array([comb])
    rough = fit_window(histogram, widths, LEVELS)
    near = np.array([rough.width]) if comb is not None else rough.width + np.arange(-4.0, 5.0, 2.0)
    fine = fit_window(histogram, near[near >= 20], rough.level + np.arange(-2.0, 2.1, 0.5))
    return WindowEstimate(
        Window(fine.level, fine.width, "estimated"), rough.level_spread_hu, rough.width_spread
    )


def comb_width(pictures: NDArray[np.number]) -> float | None:
    """The width as grey levels alone tell it, HU; ``None`` where they are not a comb (resampled, or wide)."""
    there = np.bincount(np.clip(pictures, 0, 255).astype(np.uint8).ravel(), minlength=256) > 0
    teeth = int(there.sum())
    if not 20 <= teeth <= 215:
        return None
    expected = np.arange(teeth) * 255.0 / (teeth - 1)
    # rounded or cut to whole greys, by whoever saved them
    if np.abs(np.flatnonzero(there) - expected).max() > 1.01:
        return None
    return float(teeth - 1)


def as_picture(hu: NDArray[np.number], window: Window) -> NDArray[np.uint8]:
    """HU saved as 8-bit grey through a window (DICOM LINEAR_EXACT, rounded), of the same shape."""
    grey = (np.asarray(hu, np.float32) - np.float32(window.low)) * np.float32(255.0 / window.width)
    return np.asarray(np.rint(np.clip(grey, 0.0, 255.0)), np.uint8)


def picture_hu(pictures: NDArray[np.number], window: Window) -> NDArray[np.float32]:
    """HU of ``(N, H, W)`` or ``(H, W)`` grey values saved through a window.

    Black that touches the border is the air around the head, since nothing else of a head scan is. HU beyond
    the window are lost: they stand at its lower and upper end.
    """
    hu = np.float32(window.low) + np.asarray(pictures, np.float32) * np.float32(window.width / 255.0)
    one_by_one = (-1, *hu.shape[-2:])
    for grey, one in zip(np.reshape(pictures, one_by_one), hu.reshape(one_by_one), strict=True):
        labels, _ = ndimage.label(grey <= 0)
        border = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
        one[np.isin(labels, border[border > 0])] = AIR_HU
    return hu


def inside_picture(picture: NDArray[np.number]) -> NDArray[np.bool_]:
    """``(H, W)`` mask of what the white skull of a picture encloses, away from its inner edge."""
    step = max(1, round(picture.shape[0] / 256))
    bone = picture >= 250
    closed = ndimage.binary_closing(bone, np.ones((3, 3), bool), iterations=2 * step)
    enclosed = ndimage.binary_fill_holes(closed) & ~closed
    inner = ndimage.binary_erosion(enclosed, np.ones((3, 3), bool), iterations=4 * step)
    labels, number = ndimage.label(inner)
    if not number:
        return np.zeros(picture.shape, bool)
    return np.asarray(labels == 1 + int(np.argmax(np.bincount(labels.ravel())[1:])), bool)


def inside_histogram(pictures: NDArray[np.number]) -> NDArray[np.float64]:
    """Counts of grey in :data:`_BINS` equal bins, from the slices that show most of the brain."""
    count = len(pictures)
    chosen = np.unique(np.linspace(0.2 * (count - 1), 0.85 * (count - 1), min(count, 12)).astype(int))
    masks = [inside_picture(pictures[i]) for i in chosen]
    largest = max(mask.sum() for mask in masks)
    total = np.zeros(_BINS)
    for index, mask in zip(chosen, masks, strict=True):
        if mask.sum() < max(0.5 * largest, 1):
            continue
        smooth = ndimage.uniform_filter(pictures[index].astype(np.float32), 3)[mask]
        total += np.histogram(smooth, bins=_BINS, range=(0.0, 256.0))[0]
    return total


class Fit(NamedTuple):
    """Most probable level and width in HU, and the spreads of level and of ln(width) about them."""

    level: float
    width: float
    level_spread_hu: float
    width_spread: float


def _spread(values: NDArray[np.float64], belief: NDArray[np.float64]) -> float:
    """Standard deviation of values that are believed in by shares that sum to 1."""
    mean = float(values @ belief)
    return float(np.sqrt(max(float((values - mean) ** 2 @ belief), 0.0)))


def fit_window(
    histogram: NDArray[np.float64], widths: NDArray[np.float64], levels: NDArray[np.float64]
) -> Fit:
    """Level and width whose mixture explains a histogram of grey best, and how sharply it does."""
    width, level, spread = (
        a.ravel() for a in np.meshgrid(widths, levels, np.array(_SPREADS_HU), indexing="ij")
    )
    edges = (level - width / 2)[:, None] + np.linspace(0.0, 256.0, _BINS + 1) * (width / 255.0)[:, None]
    low, high = edges[:, :-1].copy(), edges[:, 1:].copy()
    low[:, 0], high[:, -1] = -1e4, 1e4  # what lies beyond the window stands at its ends
    parts = _densities(low, high, spread)
    share = histogram / histogram.sum()
    weights = np.broadcast_to(_SHARES, (len(width), len(_SHARES))).copy()
    prior = 0.15 * _SHARES
    for _ in range(15):
        mixture = np.einsum("ck,ckb->cb", weights, parts) + 1e-9
        weights = weights * np.einsum("ckb,cb->ck", parts, share / mixture) + prior
        weights /= weights.sum(axis=1, keepdims=True)
    mixture = np.einsum("ck,ckb->cb", weights, parts) + 1e-9
    unusual = ((level - USUAL_LEVEL) / _LEVEL_SPREAD) ** 2 + (
        np.log(width / _USUAL_WIDTH) / _WIDTH_SPREAD
    ) ** 2
    score = np.log(mixture) @ share + np.log(weights + 1e-9) @ prior - 0.5 * unusual / _EVIDENCE
    best = int(np.argmax(score))
    belief = np.exp(_EVIDENCE * (score - score[best]))
    belief /= belief.sum()
    return Fit(
        float(level[best]),
        float(width[best]),
        _spread(level, belief),
        _spread(np.log(width), belief),
    )


def _densities(
    low: NDArray[np.float64], high: NDArray[np.float64], spread: NDArray[np.float64]
) -> NDArray[np.float64]:
    """``(candidates, 4, bins)`` probability of each tissue in bins between ``low`` and ``high`` HU."""
    csf, white, grey = (_normal(low, high, hu, spread) for hu in (CSF_HU, WHITE_HU, GREY_HU))
    between = np.mean([_normal(low, high, hu, spread) for hu in np.linspace(CSF_HU, WHITE_HU, 5)], axis=0)
    blood = np.mean([_normal(low, high, hu, spread) for hu in np.linspace(50.0, 80.0, 5)], axis=0)
    return np.stack([csf, between, 0.5 * (white + grey), blood], axis=1)


def _normal(
    low: NDArray[np.float64], high: NDArray[np.float64], mean: float, spread: NDArray[np.float64]
) -> NDArray[np.float64]:
    deviation = spread[:, None]
    return np.asarray(special.ndtr((high - mean) / deviation) - special.ndtr((low - mean) / deviation))
