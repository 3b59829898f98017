"""A fully connected conditional random field that draws probabilities to the borders of the picture.

Source: Krähenbühl & Koltun, Efficient inference in fully connected CRFs with Gaussian edge potentials, NIPS
2011: mean field (its algorithm 1) with an appearance and a smoothness kernel (its equation 3) and Potts
labels. The kernels are normalised symmetrically, and a pixel's own probability is part of its message, as in
the authors' program; so weights mean the same in both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from ichcore.errors import InputError
from ichcore.masks.bilateral_grid import BilateralGrid
from ichcore.masks.crf_parameters import CrfParameters
from ichcore.masks.smoothness import SmoothnessKernel

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from ichcore.progress import CancelToken


class _Kernel(Protocol):
    """A weighted, symmetrically normalised Gaussian kernel over a stack."""

    def add_to(self, total: NDArray[np.float32], values: NDArray[np.float32]) -> None: ...


def dense_crf(
    probabilities: NDArray[np.floating],
    hu: NDArray[np.number],
    *,
    pixel_mm: tuple[float, float],
    positions_mm: ArrayLike | None = None,
    parameters: CrfParameters | None = None,
    region: NDArray[np.bool_] | None = None,
    cancel: CancelToken | None = None,
) -> NDArray[np.float32]:
    """Probabilities after the mean field, in the form in which they were given.

    Args:
        probabilities: of one label beside the background, with the shape of ``hu``; or of K labels,
            ``(K, *hu.shape)``, which are scaled to sum to 1.
        hu: ``(rows, columns)``, or ``(slices, rows, columns)`` for a field through the slices.
        pixel_mm: spacing ``(between rows, between columns)``.
        positions_mm: ``(slices,)``, where the slices lie along their normal; needed in 3-D alone.
        parameters: widths, weights and iterations.
        region: bool of ``hu``'s shape. Pixels outside have no part in the field and keep their probabilities.
        cancel: looked at between iterations.

    Returns:
        float32. One label's probability, or K that sum to 1.

    Raises:
        InputError: if shapes do not fit, values are not finite or no probabilities, a spacing is not
            positive, or positions are missing.
        CancelledError: if cancelled.
    """
    parameters = parameters or CrfParameters()
    probabilities, hu = np.asarray(probabilities, np.float32), np.asarray(hu)
    _check(probabilities, hu, pixel_mm, region)
    places = _places(hu, positions_mm)
    single = probabilities.ndim == hu.ndim
    # one label is its own and the background's complement; labels besides the first are solved for
    given = np.stack([1 - probabilities, probabilities]) if single else probabilities / probabilities.sum(0)
    stack = (places.size, *hu.shape[-2:])
    inside = np.ones(stack, bool) if region is None else region.reshape(stack)
    if not inside.any() or parameters.iterations == 0:
        return given[1] if single else given
    box = _bounding_box(inside)
    within = (slice(None), *box)
    solved = _mean_field(
        given.reshape(-1, *stack)[within],
        _kernels(hu.reshape(stack)[box], inside[box], pixel_mm, places[box[0]], parameters),
        parameters,
        cancel,
    )
    result = given.reshape(-1, *stack).copy()
    np.copyto(result[within], solved, where=inside[box])
    result = result.reshape(-1, *hu.shape)
    return result[1] if single else result


def _mean_field(
    given: NDArray[np.float32],
    kernels: list[_Kernel],
    parameters: CrfParameters,
    cancel: CancelToken | None,
) -> NDArray[np.float32]:
    """``(K, slices, rows, columns)`` after the iterations.

    All is told relative to the first label: what counts of a message is how much more a pixel hears for a
    label than for the first, and since kernels are linear that is the kernel's sum of how much more probable
    it is.
    """
    evidence = np.log(np.maximum(given, np.float32(parameters.least_probability)))
    unary = evidence[1:] - evidence[:1]
    logits = unary.copy()
    lead = np.empty_like(unary)
    for _ in range(parameters.iterations):
        if cancel is not None:
            cancel.raise_if_cancelled()
        _lead(logits, lead)
        np.copyto(logits, unary)
        for total, difference in zip(logits, lead, strict=True):
            for kernel in kernels:
                kernel.add_to(total, difference)
    _lead(logits, lead)
    # the leads and the first label's probability, which is in all of them, sum to 1
    first = (1 - lead.sum(0, keepdims=True)) / np.float32(len(given))
    found: NDArray[np.float32] = np.concatenate([first, lead + first])
    np.maximum(found, np.float32(0), out=found)
    return found


def _lead(logits: NDArray[np.float32], out: NDArray[np.float32]) -> None:
    """How much more probable each label is than the first, of ``(K − 1, slices, …)`` logits beside its 0."""
    if len(logits) == 1:
        np.multiply(logits, np.float32(0.5), out=out)
        np.tanh(out, out=out)
        return
    for index in range(logits.shape[1]):  # slice by slice, so that the steps find a slice in the cache
        one, shares = logits[:, index], out[:, index]
        highest = np.maximum(one.max(0), 0)
        np.exp(np.subtract(one, highest, out=shares), out=shares)
        first = np.exp(-highest)
        whole = shares.sum(0) + first
        shares -= first
        shares /= whole


def _kernels(
    hu: NDArray[np.number],
    inside: NDArray[np.bool_],
    pixel_mm: tuple[float, float],
    places: NDArray[np.float64],
    parameters: CrfParameters,
) -> list[_Kernel]:
    """Those of the two kernels that have a weight."""
    found: list[_Kernel] = []
    if parameters.appearance_weight > 0:
        seen = hu.astype(np.float32)
        if parameters.hu_range is not None:
            np.clip(seen, *parameters.hu_range, out=seen)
        sigma_px = (parameters.appearance_mm / pixel_mm[0], parameters.appearance_mm / pixel_mm[1])
        scaled = places / parameters.appearance_slice_mm
        weight = parameters.appearance_weight
        found.append(BilateralGrid(seen, inside, sigma_px, parameters.appearance_hu, scaled, weight))
    if parameters.smoothness_weight > 0:
        sigma_px = (parameters.smoothness_mm / pixel_mm[0], parameters.smoothness_mm / pixel_mm[1])
        scaled = places / parameters.smoothness_slice_mm
        found.append(SmoothnessKernel(inside, sigma_px, scaled, parameters.smoothness_weight))
    return found


def _bounding_box(inside: NDArray[np.bool_]) -> tuple[slice, slice, slice]:
    """The smallest box that holds all that is inside."""
    spans = []
    for axis in range(3):
        hit = np.flatnonzero(inside.any(axis=tuple({0, 1, 2} - {axis})))
        spans.append(slice(int(hit[0]), int(hit[-1]) + 1))
    return spans[0], spans[1], spans[2]


def _places(hu: NDArray[np.number], positions_mm: ArrayLike | None) -> NDArray[np.float64]:
    """``(slices,)`` in mm; one 0 for a single slice."""
    if hu.ndim == 2:
        return np.zeros(1)
    if positions_mm is None:
        raise InputError("The dense CRF needs the slices' positions in mm for a stack; give positions_mm.")
    places = np.asarray(positions_mm, np.float64)
    if places.shape != (len(hu),) or not np.isfinite(places).all():
        raise InputError(
            f"The dense CRF has positions of shape {places.shape} for {len(hu)} slices; "
            "give one finite position in mm a slice."
        )
    return places


def _check(
    probabilities: NDArray[np.float32],
    hu: NDArray[np.number],
    pixel_mm: tuple[float, float],
    region: NDArray[np.bool_] | None,
) -> None:
    if hu.ndim not in (2, 3) or hu.size == 0:
        raise InputError(
            f"The dense CRF has HU of shape {hu.shape}; give (rows, columns), or slices of them."
        )
    labels = probabilities.ndim == hu.ndim + 1 and len(probabilities) > 1
    if probabilities.shape[int(labels) :] != hu.shape:
        raise InputError(
            f"The dense CRF has probabilities of shape {probabilities.shape} for HU of shape {hu.shape}; "
            "give one label's in that shape, or those of two and more labels in front of it."
        )
    lowest, highest = float(probabilities.min()), float(probabilities.max())
    if not (lowest >= 0 and highest <= 1):  # NaN fails this too
        raise InputError(
            f"The dense CRF has probabilities from {lowest} to {highest}; give them from 0 to 1."
        )
    if labels and not float(probabilities.sum(0).min()) > 0:
        raise InputError("The dense CRF has a pixel where all labels' probabilities are 0; give one to each.")
    if hu.dtype.kind not in "iu" and not np.isfinite(hu).all():
        raise InputError("The dense CRF has HU that are not finite; fill what is unknown with the HU of air.")
    if region is not None and (region.shape != hu.shape or region.dtype != bool):
        raise InputError(
            f"The dense CRF has a {region.dtype} region of shape {region.shape}; "
            f"give a bool mask of shape {hu.shape}."
        )
    if not (len(pixel_mm) == 2 and all(np.isfinite(mm) and mm > 0 for mm in pixel_mm)):
        raise InputError(f"The dense CRF has pixels of {pixel_mm} mm; give two spacings above 0.")
