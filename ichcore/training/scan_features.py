"""What a frozen slice network says of every slice of a set: computed once, kept beside the stage's state."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor, nn

from ichcore.models.feature_selection import PCA_VECTORS
from ichcore.models.scan_reader import ScanReader
from ichcore.predict.compute import choose_device
from ichcore.training import processes
from ichcore.training.batches import Batches, SliceTable
from ichcore.training.safe_state import SafeState

if TYPE_CHECKING:
    from pathlib import Path

    from ichcore.models.network import SequenceNetwork

FEATURES = ("features-train.safetensors", "features-validation.safetensors")


class Described(NamedTuple):
    """Of all slices of a set: descriptions ``(N, F)`` and the slice network's own logits ``(N, K)``."""

    described: Tensor
    own: Tensor


def freeze(network: SequenceNetwork) -> None:
    """Keep the slice network as it is; only what reads sequences still learns."""
    for part in network.reads_slices:
        part.requires_grad_(requires_grad=False)


def describe(
    network: SequenceNetwork, train: SliceTable, validation: SliceTable, folder: Path
) -> tuple[Described, Described]:
    """Read both sets with a frozen slice network; a feature selection is fitted on the training set.

    [ours] Where descriptions vary by more than 1, as a gain on the averaged map makes them, the weights by
    which the LSTM reads them start smaller by that factor, so that it does not start saturated.

    Args:
        network: with the slice network's weights.
        train: what selection is fitted on.
        validation: read too.
        folder: keeps the features, so that a run that goes on does not compute them again.
    """
    with processes.first_alone():
        learned, judged = (
            _read(network, table, folder / name)
            for table, name in zip((train, validation), FEATURES, strict=True)
        )
    if isinstance(network, ScanReader):
        network.selection.fit(learned.described[_spread(len(train))], network.classify.weight.detach().cpu())
        learned, judged = (
            Described(network.selection(pooled, own), own) for pooled, own in (learned, judged)
        )
    deviation = max(1.0, float(learned.described.std()))
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, nn.LSTM | nn.LSTMCell):
                for name, weight in module.named_parameters():
                    if name in ("weight_ih", "weight_ih_l0", "weight_ih_l0_reverse"):
                        weight.div_(deviation)
    network.train()  # reading turned it to evaluation, and what trains now has dropout
    return learned, judged


def _read(network: SequenceNetwork, table: SliceTable, path: Path) -> Described:
    """Averaged maps and own logits of every slice."""
    if path.is_file():
        state = SafeState().load_checkpoint(path)
        if len(state["own"]) == len(table):
            return Described(state["pooled"], state["own"])
    device = choose_device()
    network.eval().to(device)
    pooled, own = [], []
    with torch.no_grad():
        for hu, _, _ in Batches(table, 32):
            features = network.features(hu.to(device).contiguous(memory_format=torch.channels_last))
            pooled.append(network.pooled(features).float().cpu())
            own.append(network.from_features(features).float().cpu())
    network.cpu()
    both = Described(torch.cat(pooled), torch.cat(own))
    SafeState().save_checkpoint({"pooled": both.described, "own": both.own}, path)
    return both


def _spread(slices: int) -> Tensor:
    """At most as many slices as the paper fits on, evenly over the set."""
    return torch.linspace(0, slices - 1, min(slices, PCA_VECTORS)).round().long()
