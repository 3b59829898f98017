"""Logits of every slice of labelled cases, as the predictor has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from ichcore.models.network import SequenceNetwork, standard_logits
from ichcore.predict.compute import choose_device
from ichcore.predict.neighbours import heard_together
from ichcore.training.batches import Batches, SliceTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ichcore.datasets.case_files import CaseFiles
    from ichcore.models.network import IchNetwork


def predict_logits(
    network: IchNetwork, cases: Sequence[CaseFiles], batch: int = 32, *, neighbour_weight: float = 0.0
) -> NDArray[np.float64]:
    """``(slices, 6)`` logits of every slice of the cases, in order, as the predictor has them.

    A network that reads scans has read each case as a whole; a class that is not predicted is NaN.

    Args:
        network: turned to evaluation.
        cases: of its grid, each an even scan.
        batch: slices a pass.
        neighbour_weight: as the card's; neighbours are those of the same case.
    """
    device = choose_device()
    network.eval().to(device).to(memory_format=torch.channels_last)
    with torch.inference_mode():
        by_case = [_logits(network, case, batch, device) for case in cases]
    network.cpu()
    return np.concatenate([heard_together(logits, neighbour_weight) for logits in by_case])


def _logits(network: IchNetwork, case: CaseFiles, batch: int, device: torch.device) -> NDArray[np.float32]:
    """``(slices, 6)`` of one case."""
    slices = (hu.to(device) for hu, _, _ in Batches(SliceTable([case]), batch))
    if isinstance(network, SequenceNetwork):
        parts = zip(*(network.read(hu) for hu in slices), strict=True)
        described, own = (torch.cat(part)[None] for part in parts)
        there = torch.ones(own.shape[:2], dtype=torch.bool, device=device)
        logits = network.over_scan(described, own, there)[0]
    else:
        logits = torch.cat([network(hu) for hu in slices])
    six: NDArray[np.float32] = standard_logits(logits.float(), network.classes).cpu().numpy()
    return six
