"""The dense CRF on a phantom's slice beside pydensecrf2, and on a stack of 40 slices.

usage: python benchmarks/crf.py [RUNS] [SLICES]

Both get the same picture, the same blurred evidence of the bleed, the same two kernels and ten iterations, on
all of 512² pixels; what both approximate is summed exactly beside them. Ours runs a second time inside the
head alone, as a program would ask for it. Beside wall time stands what the process itself computed (``cpu``),
which a busy machine lengthens less.
"""

from __future__ import annotations

import sys
from time import perf_counter, process_time
from typing import TYPE_CHECKING

import numpy as np
from _exact_crf import exact_crf
from _report import report, summary
from scipy import ndimage

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ichcore.masks.crf_parameters import CrfParameters

BLUR_MM = 5.0
"""How blurred the evidence is, about as an activation map."""


def evidence(truth: NDArray[np.bool_], pixel_mm: tuple[float, float]) -> NDArray[np.float32]:
    """Probability of blood as an activation map would have it: blurred, a little shifted, never sure."""
    soft = np.stack([ndimage.gaussian_filter(one.astype(np.float32), BLUR_MM / pixel_mm[0]) for one in truth])
    soft = np.roll(soft / max(float(soft.max()), 1e-6), (3, -4), (-2, -1))
    return np.clip(soft, 0.01, 0.95).astype(np.float32)


def inside_head(hu: NDArray[np.number]) -> NDArray[np.bool_]:
    """Head and what it encloses: the largest part that is no air, holes filled, ``(rows, columns)``."""
    parts, _ = ndimage.label(ndimage.binary_opening(hu > -300, iterations=3))
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    filled: NDArray[np.bool_] = ndimage.binary_fill_holes(parts == sizes.argmax())
    return filled


def timed(work: Callable[[], object], runs: int) -> dict[str, object]:
    """Wall milliseconds, and the process's own; the first run is not counted."""
    work()
    wall, own = [], []
    for _ in range(runs):
        start, computed = perf_counter(), process_time()
        work()
        wall.append((perf_counter() - start) * 1e3)
        own.append((process_time() - computed) * 1e3)
    return {
        **summary(wall),
        "min_ms": round(min(wall), 3),
        "cpu": summary(own),
        "cpu_min_ms": round(min(own), 3),
    }


def peer_crf(
    blood: NDArray[np.float32],
    hu: NDArray[np.number],
    pixel_mm: tuple[float, float],
    parameters: CrfParameters,
) -> NDArray[np.float32]:
    """pydensecrf2's probability of blood, told the same."""
    from pydensecrf.densecrf import DenseCRF
    from pydensecrf.utils import create_pairwise_bilateral, create_pairwise_gaussian

    seen = np.clip(hu, *(parameters.hu_range or (-np.inf, np.inf))).astype(np.float32)
    wide, near = (
        tuple(width / mm for mm in pixel_mm) for width in (parameters.appearance_mm, parameters.smoothness_mm)
    )
    field = DenseCRF(hu.size, 2)
    both = np.maximum(np.stack([1 - blood, blood]), parameters.least_probability)
    field.setUnaryEnergy(np.ascontiguousarray(-np.log(both).reshape(2, -1)))
    appearance = create_pairwise_bilateral(wide, (parameters.appearance_hu,), seen[..., None], chdim=2)
    field.addPairwiseEnergy(appearance, compat=parameters.appearance_weight)
    field.addPairwiseEnergy(create_pairwise_gaussian(near, hu.shape), compat=parameters.smoothness_weight)
    found: NDArray[np.float32] = np.array(field.inference(parameters.iterations)).reshape(2, *hu.shape)[1]
    return found


def likeness(
    found: NDArray[np.float32], other: NDArray[np.float32], blood: NDArray[np.float32]
) -> dict[str, float]:
    """How alike a field is to ``other``, above all where ``other`` moved the label."""
    mine, yours = found > 0.5, other > 0.5
    moved = yours != (blood > 0.5)
    return {
        "moved_px": int(moved.sum()),
        "agrees_where_moved": round(float((mine == yours)[moved].mean()), 4),
        "dice": round(2 * float((mine & yours).sum()) / max(float(mine.sum() + yours.sum()), 1), 4),
        "mean_difference": round(float(np.abs(found - other).mean()), 6),
    }


def main(runs: int = 15, slices: int = 40) -> None:
    """Measure both, compare what they found, report."""
    from ichcore.masks.crf_parameters import CrfParameters
    from ichcore.masks.dense_crf import dense_crf
    from ichcore.phantom import make_case

    case = make_case(5, subtypes=("intraparenchymal",), slices=slices, size=512)
    geometry = case.volume.geometry
    pixel_mm = geometry.require_in_plane_mm()
    truth = case.truth > 0
    stack = evidence(truth, pixel_mm)
    index = int(truth.sum((1, 2)).argmax())
    hu, blood = case.volume.hu[index], stack[index]
    head = inside_head(hu)
    parameters = CrfParameters()

    def ours(region: NDArray[np.bool_] | None = None) -> NDArray[np.float32]:
        return dense_crf(blood, hu, pixel_mm=pixel_mm, parameters=parameters, region=region)

    def theirs() -> NDArray[np.float32]:
        return peer_crf(blood, hu, pixel_mm, parameters)

    one, peer = timed(ours, runs), timed(theirs, max(3, runs // 3))
    within = timed(lambda: ours(head), runs)
    mine, other, exact = ours(), theirs(), exact_crf(blood, hu, pixel_mm, parameters)
    heads = np.stack([inside_head(one) for one in case.volume.hu])
    stacks: dict[str, float] = {}
    for name, region in (("stack", None), ("stack_inside_head", heads)):
        start, computed = perf_counter(), process_time()
        dense_crf(
            stack,
            case.volume.hu,
            pixel_mm=pixel_mm,
            positions_mm=geometry.positions_mm,
            parameters=parameters,
            region=region,
        )
        stacks[f"{name}_{slices}_s"] = round(perf_counter() - start, 3)
        stacks[f"{name}_{slices}_cpu_s"] = round(process_time() - computed, 3)
    figures: dict[str, object] = {
        "slice_512": one,
        "slice_512_inside_head": within,
        **stacks,
        "beside_the_exact_sum": likeness(mine, exact, blood),
        "beside_the_peer": likeness(mine, other, blood),
    }
    report(
        "crf",
        figures,
        "dense CRF of a 512² slice, 10 iterations: at most 60 ms; 40 slices in 3-D: at most 3 s",
        summary_median(one) <= 60 and stacks[f"stack_{slices}_s"] <= 3,
        peer="pydensecrf2",
        peer_figures={"slice_512": peer, "beside_the_exact_sum": likeness(other, exact, blood)},
        ratio=summary_median(one) / summary_median(peer),
    )


def summary_median(figures: dict[str, object]) -> float:
    """Median wall milliseconds."""
    return float(str(figures["median_ms"]))


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3]))
