"""What a network says of every slice of labelled cases, as the predictor has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from ichcore.models.network import SequenceNetwork, standard_logits
from ichcore.predict.compute import choose_device
from ichcore.predict.neighbours import heard_together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ichcore.datasets.case_files import CaseFiles
    from ichcore.models.network import IchNetwork


class Said(NamedTuple):
    """Of N slices.

    Attributes:
        logits: ``(N, 6)``; NaN for a class that is not predicted.
        own: ``(N, K)`` logits of the network's own exclusive classes, of which most have none.
    """

    logits: NDArray[np.float64]
    own: NDArray[np.float64]


def read_cases(
    network: IchNetwork, cases: Sequence[CaseFiles], batch: int = 32, *, neighbour_weight: float = 0.0
) -> Said:
    """Every slice of the cases, in order; a network that reads scans reads each case as a whole.

    Args:
        network: turned to evaluation.
        cases: of its grid, each an even scan.
        batch: slices a pass.
        neighbour_weight: as the card's; neighbours are those of the same case.
    """
    device = choose_device()
    network.eval().to(device).to(memory_format=torch.channels_last)
    with torch.inference_mode():
        said = [_read(network, case.hu, batch, device) for case in cases]
    network.cpu()
    return Said(
        np.concatenate([heard_together(one.logits, neighbour_weight) for one in said]),
        np.concatenate([heard_together(one.own, neighbour_weight) for one in said]),
    )


def predict_logits(
    network: IchNetwork, cases: Sequence[CaseFiles], batch: int = 32, *, neighbour_weight: float = 0.0
) -> NDArray[np.float64]:
    """``(slices, 6)`` logits alone; see :func:`read_cases`."""
    return read_cases(network, cases, batch, neighbour_weight=neighbour_weight).logits


def _read(network: IchNetwork, hu: NDArray[np.int16], batch: int, device: torch.device) -> Said:
    """One case, not yet heard together."""
    logits, described, own = [], [], []
    for start in range(0, len(hu), batch):
        part = torch.from_numpy(np.array(hu[start : start + batch])).float()[:, None].to(device)
        if isinstance(network, SequenceNetwork):
            numbers, alone = network.read(part)
            described.append(numbers)
            logits.append(alone)
        else:
            features = network.features(part)
            own.append(network.own_logits(features))
            logits.append(network.from_features(features))
    together = torch.cat(logits)
    if isinstance(network, SequenceNetwork):
        there = torch.ones((1, len(hu)), dtype=torch.bool, device=device)
        together = network.over_scan(torch.cat(described)[None], together[None], there)[0]
    six = standard_logits(together.float().cpu(), network.classes).double().numpy()
    return Said(six, torch.cat(own).double().cpu().numpy() if own else np.zeros((len(hu), 0)))
