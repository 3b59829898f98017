"""Augmentation of a batch in HU, before any window: geometry, kernel, noise, skull, calibration, display."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as nnf

if TYPE_CHECKING:
    from torch import Tensor

AIR = -1024.0
_NOISE_BANK = 24
_SHARPEST = -0.3
"""Share of what a blur takes away that is added instead, for kernels that enhance edges."""
_TAPS = 3
"""Reach of the blur in pixels to either side."""
_COARSE = 4
_BONE_HU = 90.0
"""What shines, in pictures saved as 8-bit too."""


@dataclass(frozen=True)
class Augmentation:
    """Ranges; every draw is uniform within ± unless said otherwise. All zero leaves a batch as it is.

    Attributes:
        flip: probability of a left–right flip.
        rotate_deg: degrees.
        scale: relative.
        shift: share of the grid's side.
        offset_hu: added to all HU.
        contrast: relative change of the distance from 35 HU, in soft tissue.
        noise_hu: standard deviation of added noise, from 0 to this, HU.
        kernel: how far towards a sharper (−) or smoother (+) kernel; 1 is a full 3×3 binomial.
        bone: relative change of what lies above 150 HU.
        blur: standard deviation of the widest point spread, pixels; bone then spreads into the brain
            beside it. Six slices of ten are blurred, or sharpened a little, by a spread drawn up to this.
        bloom_hu: how much brighter the brain is against bone than it was, at most, HU, once within a few
            pixels of it and once fading over a centimetre. Real skulls shine so by beam hardening, kernel and
            partial volume, by 10 to 20 HU at 2 mm and 5 at 10 mm in some scanners and hardly in others.
        shading_hu: how far regions of a few centimetres are brighter or darker than they were, HU: cupping,
            and cerebella between thick bones.
        display: probability that a slice is cut to a display window, as a picture saved as 8-bit is.
        display_low: lowest and highest lower end of that window, HU.
        display_high: lowest and highest upper end, HU.
    """

    flip: float = 0.0
    rotate_deg: float = 0.0
    scale: float = 0.0
    shift: float = 0.0
    offset_hu: float = 0.0
    contrast: float = 0.0
    noise_hu: float = 0.0
    kernel: float = 0.0
    bone: float = 0.0
    blur: float = 0.0
    bloom_hu: float = 0.0
    shading_hu: float = 0.0
    display: float = 0.0
    display_low: tuple[float, float] = (-20.0, -5.0)
    display_high: tuple[float, float] = (85.0, 110.0)


class Augmenter:
    """Applies an :class:`Augmentation` to batches; deterministic for a seed and a kind of device.

    Args:
        ranges: what varies, and how far.
        seed: of every draw.
        device: where the batches lie.
    """

    def __init__(self, ranges: Augmentation, seed: int, device: torch.device | None = None) -> None:
        self.ranges = ranges
        self.device = device or torch.device("cpu")
        self.random = torch.Generator(self.device).manual_seed(seed)
        self._noise: Tensor | None = None

    def __call__(self, hu: Tensor, masks: Tensor | None = None) -> tuple[Tensor, Tensor | None]:
        """Vary HU float32 ``(B, 1, H, W)``, and move masks ``(B, K, h, w)`` of the same slices with it."""
        r, batch = self.ranges, hu.shape[0]
        hu, masks = self._geometry(hu, masks)
        if r.blur:
            hu = self._blurred(hu)
        if r.bloom_hu:
            hu = hu + self._bloom(hu)
        if r.kernel:
            # a little of the difference to a smoothed copy: a kernel change without another scan
            share = self._uniform(batch, -0.5 * r.kernel, r.kernel)
            smooth = nnf.avg_pool2d(nnf.avg_pool2d(hu, 2, 1, padding=1), 2, 1)
            hu = torch.lerp(hu, smooth, share)
        if r.noise_hu:
            hu = hu + self._correlated_noise(hu) * self._uniform(batch, 0.0, r.noise_hu)
        if r.bone:
            hu = hu + self._uniform(batch, -r.bone, r.bone) * (hu - 150.0).clamp(min=0.0)
        if r.contrast:
            hu = hu + self._uniform(batch, -r.contrast, r.contrast) * (hu - 35.0).clamp(-60.0, 60.0)
        if r.offset_hu:
            hu = hu + self._uniform(batch, -r.offset_hu, r.offset_hu)
        if r.shading_hu:
            knots = torch.rand(batch, 1, 4, 4, generator=self.random, device=self.device) * 2.0 - 1.0
            field = nnf.interpolate(knots, size=hu.shape[-2:], mode="bicubic", align_corners=True)
            hu = hu + field * self._uniform(batch, 0.0, r.shading_hu)
        if r.display:
            shown = self._uniform(batch, 0.0, 1.0) < r.display
            low, high = self._uniform(batch, *r.display_low), self._uniform(batch, *r.display_high)
            hu = torch.where(shown, torch.minimum(torch.maximum(hu, low), high), hu)
        return hu, masks

    def _blurred(self, hu: Tensor) -> Tensor:
        """Each slice through a Gaussian point spread of its own, or some way beyond its sharpness."""
        batch = hu.shape[0]
        share = self._uniform(batch, _SHARPEST, 1.0)
        share = torch.where(self._uniform(batch, 0.0, 1.0) < 0.6, share, torch.zeros_like(share))
        return torch.lerp(hu, _spread(hu, self._uniform(batch, 0.3, max(0.3, self.ranges.blur))), share)

    def _bloom(self, hu: Tensor) -> Tensor:
        """What bone adds to the tissue beside it, HU: a narrow and a wide rim, each of its own strength."""
        batch = hu.shape[0]
        bone = (hu > _BONE_HU).to(hu.dtype)
        narrow = _spread(bone, self._uniform(batch, 0.6, 1.6))
        # the wide rim is smooth, so a coarse grid holds it
        coarse = _spread(nnf.avg_pool2d(bone, _COARSE), self._uniform(batch, 1.0, 2.6))
        wide = nnf.interpolate(coarse, size=hu.shape[-2:], mode="bilinear", align_corners=False)
        # either is about one half against bone
        most = 2.0 * self.ranges.bloom_hu
        rim = narrow * self._uniform(batch, 0.0, most) + wide * self._uniform(batch, 0.0, most)
        return rim * (1.0 - bone)

    def _geometry(self, hu: Tensor, masks: Tensor | None) -> tuple[Tensor, Tensor | None]:
        """Flip, rotate, scale and shift each slice; air comes in from beyond."""
        r, batch = self.ranges, hu.shape[0]
        if not (r.flip or r.rotate_deg or r.scale or r.shift):
            return hu, masks
        angle = self._uniform(batch, -math.radians(r.rotate_deg), math.radians(r.rotate_deg)).flatten()
        scale = 1.0 + self._uniform(batch, -r.scale, r.scale).flatten()
        mirror = torch.where(self._uniform(batch, 0.0, 1.0).flatten() < r.flip, -1.0, 1.0)
        cosine, sine = torch.cos(angle) * scale, torch.sin(angle) * scale
        x, y = (2.0 * self._uniform(batch, -r.shift, r.shift).flatten() for _ in range(2))
        theta = torch.stack([cosine * mirror, -sine, x, sine * mirror, cosine, y], dim=1).view(batch, 2, 3)
        if masks is not None:
            masks = _sample(masks, theta)
        return _sample(hu - AIR, theta) + AIR, masks

    def _correlated_noise(self, hu: Tensor) -> Tensor:
        """Unit noise with a soft kernel's short correlation, cut at random from a bank made once."""
        batch, _, rows, columns = hu.shape
        if self._noise is None or self._noise.shape[-2] < rows + 32:
            size = (_NOISE_BANK, 1, rows + 34, columns + 34)
            white = torch.randn(size, generator=self.random, device=self.device)
            soft = nnf.avg_pool2d(white, 3, 1)
            # half white, half soft: kernels differ, and the next lerp of two bank entries mixes further
            self._noise = 0.5 * white[..., 1:-1, 1:-1] + soft * 2.0
            self._noise = self._noise / self._noise.std()
        which = self._integers(_NOISE_BANK, (batch,)).tolist()
        at = self._integers(32, (batch, 2)).tolist()
        cut = [self._noise[k, :, i : i + rows, j : j + columns] for k, (i, j) in zip(which, at, strict=True)]
        return torch.stack(cut)

    def _uniform(self, batch: int, low: float, high: float) -> Tensor:
        """``(B, 1, 1, 1)`` uniform draws."""
        drawn = torch.rand(batch, 1, 1, 1, generator=self.random, device=self.device)
        return low + (high - low) * drawn

    def _integers(self, end: int, shape: tuple[int, ...]) -> Tensor:
        """Integers from 0 to below ``end``."""
        return torch.randint(0, end, shape, generator=self.random, device=self.device)


def _spread(picture: Tensor, sigma: Tensor) -> Tensor:
    """Pictures ``(B, 1, h, w)``, each through the Gaussian of its own ``(B, 1, 1, 1)`` width in pixels."""
    batch = picture.shape[0]
    at = torch.arange(-_TAPS, _TAPS + 1, device=picture.device, dtype=picture.dtype)
    taps = torch.exp(-(at**2) / (2.0 * sigma.flatten()[:, None] ** 2))
    taps = taps / taps.sum(dim=1, keepdim=True)
    # one group a slice, so that every slice has a kernel of its own
    one = nnf.pad(picture.transpose(0, 1), (_TAPS,) * 4, mode="replicate")
    one = nnf.conv2d(one, taps.view(batch, 1, 1, -1), groups=batch)
    return nnf.conv2d(one, taps.view(batch, 1, -1, 1), groups=batch).transpose(0, 1)


def _sample(picture: Tensor, theta: Tensor) -> Tensor:
    """Pictures ``(B, K, h, w)`` through affine maps ``(B, 2, 3)``; zero from beyond."""
    grid = nnf.affine_grid(theta, list(picture.shape), align_corners=False)
    return nnf.grid_sample(picture, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
