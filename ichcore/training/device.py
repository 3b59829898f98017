"""Whether a set fits where is trained."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from ichcore.training.batches import ResidentTable, SliceTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ichcore.datasets.case_files import CaseFiles


def table_on(
    device: torch.device,
    cases: Sequence[CaseFiles],
    mask_reduce: int,
    chance: NDArray[np.float64] | None = None,
) -> SliceTable:
    """A table that lives on the GPU where it takes at most half of what is free; else one that reads files.

    Args:
        device: where is trained.
        cases: the set.
        mask_reduce: block of pixels a mask cell stands for; 0 for no masks.
        chance: how often each slice is drawn; ``None`` where an epoch looks at all.
    """
    if device.type != "cuda":
        return SliceTable(cases, chance)
    free, _ = torch.cuda.mem_get_info(device)
    if ResidentTable.bytes_needed(cases, mask_reduce) > free // 2:
        return SliceTable(cases, chance)
    return ResidentTable(cases, device, mask_reduce, chance)
