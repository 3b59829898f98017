"""Checkpoints: a folder with ``model.safetensors`` and ``card.json``. Never pickle."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from ichcore.errors import CheckpointError
from ichcore.files import atomic_path, write_text
from ichcore.models.card import CARD_FILE, WEIGHTS_FILE, Card, WindowRecord, read_card
from ichcore.models.catalogue import find
from ichcore.models.registry import build, build_segmenter
from ichcore.models.weights_file import WINDOW_B, WINDOW_W, body_sha256, file_sha256, settle_windows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ichcore.models.network import HuNetwork, IchNetwork, SegmentationNetwork


@dataclass(frozen=True)
class LoadedModel:
    """A checkpoint ready to predict.

    Attributes:
        name: the card's name.
        card: with the W and b that the network uses.
        sha256: digest of the weights file; where W and b were edited afterwards, of it and them.
        network: in evaluation mode, on its device.
        path: the checkpoint's folder.
        device: where the network is.
        edited: whether W and b were edited after saving.
    """

    name: str
    card: Card
    sha256: str
    network: IchNetwork
    path: Path
    device: torch.device
    edited: bool = False


@dataclass(frozen=True)
class LoadedSegmenter:
    """A checkpoint ready to draw masks.

    Attributes:
        name: the card's name.
        card: as it stands in the folder.
        sha256: digest of the weights file.
        network: in evaluation mode, on its device.
        path: the checkpoint's folder.
        device: where the network is.
    """

    name: str
    card: Card
    sha256: str
    network: SegmentationNetwork
    path: Path
    device: torch.device


def load(name_or_path: str | Path | None = None, device: str | torch.device = "cpu") -> LoadedModel:
    """Load a checkpoint that predicts, by installed name or path; the default one if not named.

    Raises:
        CheckpointError: if it is missing or damaged, draws masks, or weights, card and architecture do not
            fit.
    """
    folder = find(name_or_path)
    card, edited = settle_windows(folder, read_card(folder))
    network = build(card.architecture, _own_weights(card.arguments))
    beyond = [name for name in card.classes if name not in network.classes]
    if beyond:
        raise CheckpointError(
            f"{folder.name}: the card lists {', '.join(beyond)}, which its network ({card.architecture}) "
            "does not predict; take them out of the card's classes."
        )
    where = _prepare(network, card, folder, device)
    digest = file_sha256(folder / WEIGHTS_FILE)
    if edited:
        pairs = repr([(record.w, record.b) for record in card.windows])
        digest = hashlib.sha256(f"{digest} {pairs}".encode()).hexdigest()
    return LoadedModel(card.name, card, digest, network, folder, where, edited)


def load_segmenter(name_or_path: str | Path, device: str | torch.device = "cpu") -> LoadedSegmenter:
    """Load a checkpoint that draws masks, by installed name or path.

    Raises:
        CheckpointError: if it is missing or damaged, draws none, or weights, card and architecture do not
            fit.
    """
    folder = find(name_or_path)
    card = read_card(folder)
    network = build_segmenter(card.architecture, _own_weights(card.arguments))
    where = _prepare(network, card, folder, device)
    return LoadedSegmenter(card.name, card, file_sha256(folder / WEIGHTS_FILE), network, folder, where)


def _prepare(network: HuNetwork, card: Card, folder: Path, device: str | torch.device) -> torch.device:
    """Fill a network with a folder's weights, in evaluation mode on its device."""
    try:
        tensors = load_file(folder / WEIGHTS_FILE, device="cpu")
    except (SafetensorError, OSError) as error:
        raise CheckpointError(f"{folder / WEIGHTS_FILE} cannot be read ({error}).") from error
    _fill(network, {k: v for k, v in tensors.items() if k not in (WINDOW_W, WINDOW_B)}, folder)
    network.window.set_effective([(record.w, record.b) for record in card.windows])
    where = torch.device(device)
    network.eval().requires_grad_(requires_grad=False).to(where)
    return where


def save(network: HuNetwork, card: Card, folder: Path) -> Card:
    """Write a checkpoint; weights first, card last, each to a temporary file that is renamed.

    The window layer is stored as effective W and b, in the weights and in the card alike. ``pretrained``
    is taken out of the card's arguments.

    Returns:
        The card as written, with windows and digests filled in.

    Raises:
        OSError: if the folder cannot be written.
    """
    pairs = [_as_float32(w, b) for w, b in network.window.effective()]
    tensors = {name: value.contiguous() for name, value in _body(network).items()}
    if pairs:
        tensors[WINDOW_W] = torch.tensor([w for w, _ in pairs])
        tensors[WINDOW_B] = torch.tensor([b for _, b in pairs])
    with atomic_path(folder / WEIGHTS_FILE) as temporary:
        save_file(tensors, temporary, metadata={"architecture": card.architecture, "name": card.name})
    windows = tuple(
        WindowRecord(name, w, b, first.center, first.width)
        for name, first, (w, b) in zip(network.window.names, network.window.initial, pairs, strict=True)
    )
    weights = {
        "file": WEIGHTS_FILE,
        "sha256": file_sha256(folder / WEIGHTS_FILE),
        "body_sha256": body_sha256(folder / WEIGHTS_FILE),
    }
    written = replace(card, arguments=_own_weights(card.arguments), windows=windows, weights=weights)
    write_text(folder / CARD_FILE, json.dumps(written.as_json(), indent=2, ensure_ascii=False) + "\n")
    return written


def _own_weights(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments without ``pretrained``: a checkpoint brings its weights, so building it downloads none."""
    return {name: value for name, value in arguments.items() if name != "pretrained"}


def _body(network: HuNetwork) -> dict[str, Tensor]:
    """All of the network's state but the window layer's own parameters."""
    return {k: v.detach().cpu() for k, v in network.state_dict().items() if not k.startswith("window.")}


def _fill(network: HuNetwork, tensors: dict[str, Tensor], folder: Path) -> None:
    """Load the body's tensors, refusing any that are missing, strange or of another shape."""
    wanted = _body(network)
    wrong = sorted(
        name
        for name in wanted.keys() | tensors.keys()
        if name not in wanted or name not in tensors or wanted[name].shape != tensors[name].shape
    )
    if wrong:
        raise CheckpointError(
            f"{folder.name}: {len(wrong)} tensors do not fit the architecture that the card states "
            f"(first: {wrong[0]}); weights and card do not belong together."
        )
    if not all(torch.isfinite(value).all() for value in tensors.values()):
        raise CheckpointError(f"{folder.name}: the weights hold values that are not finite; copy it again.")
    network.load_state_dict(tensors, strict=False)


def _as_float32(w: float, b: float) -> tuple[float, float]:
    """What float32 makes of the pair, so that card and weights agree to the last bit."""
    return torch.tensor(w).item(), torch.tensor(b).item()
