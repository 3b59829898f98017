"""Where a slice must not be painted away: the drop of a probability under a sliding patch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ichcore.explain.deletion import in_head, soft_tissue
from ichcore.explain.surroundings import Surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from ichcore.explain.altered_slice import AlteredSlice
    from ichcore.progress import CancelToken, Progress

Box = tuple[slice, slice]

PATCH_MM = 20.0
STEP_MM = 10.0


def occlusion_map(
    altered: AlteredSlice,
    column: int,
    *,
    patch_mm: float = PATCH_MM,
    step_mm: float = STEP_MM,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> NDArray[np.float32]:
    """How much a class's probability falls where a square patch is painted away.

    Patches lie on the model's grid, half a patch apart unless told otherwise, wherever their middle is in the
    head. A pixel gets the mean of the drops of all patches over it. Neighbouring slices stay as they are.

    Args:
        altered: the slice.
        column: of the class among the six.
        patch_mm: side of the patch.
        step_mm: from one patch to the next.
        progress: patches done of all.
        cancel: looked at between batches.

    Returns:
        float32 ``(rows, columns)`` on the slice's grid; positive where the probability falls, zero outside
        the head, NaN throughout for a class that the model does not predict.

    Raises:
        CancelledError: if cancelled.
    """
    hu, prepared = altered.picture, altered.prepared
    head = in_head(hu)
    side = max(1, round(patch_mm / altered.pixel_mm))
    step = max(1, round(step_mm / altered.pixel_mm))
    around = Surroundings(hu, soft_tissue(hu), (altered.pixel_mm, altered.pixel_mm))
    boxes = list(_boxes(head, side, step))
    before = altered.says(hu[None])[0, column]
    drops, covered = np.zeros_like(hu), np.zeros_like(hu)
    for start in range(0, len(boxes), altered.batch):
        run = boxes[start : start + altered.batch]
        painted = np.stack([around.without(_patch(hu.shape, box)) for box in run])
        for box, after in zip(run, altered.says(painted, cancel=cancel)[:, column], strict=True):
            drops[box] += before - after
            covered[box] += 1
        if progress is not None:
            progress(start + len(run), len(boxes), "Painting away")
    mean = np.divide(drops, covered, out=np.zeros_like(drops), where=covered > 0)
    return prepared.placement.to_slice(np.where(head, mean, 0.0), prepared.volume.shape[1:])


def _patch(shape: tuple[int, ...], box: Box) -> NDArray[np.bool_]:
    patch = np.zeros(shape, bool)
    patch[box] = True
    return patch


def _boxes(head: NDArray[np.bool_], side: int, step: int) -> Iterator[Box]:
    """Squares of a grid whose middle lies in the head."""
    rows, columns = head.shape
    for row in range(0, rows, step):
        for column in range(0, columns, step):
            if head[row, column]:
                top, left = row - side // 2, column - side // 2
                yield slice(max(0, top), top + side), slice(max(0, left), left + side)
