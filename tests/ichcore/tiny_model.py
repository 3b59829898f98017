"""A small untrained checkpoint and small volumes, for tests that need a model but not a good one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from torch import nn

from ichcore.models.card import Card
from ichcore.models.checkpoint import LoadedModel, load, save
from ichcore.models.network import IchNetwork, SequenceNetwork
from ichcore.models.placement import Placement
from ichcore.models.registry import build
from ichcore.models.window_fusion import WindowFusion
from ichcore.subtypes import CLASSES
from ichcore.volume import Geometry, SeriesIdentity, Volume

if TYPE_CHECKING:
    from pathlib import Path

SIZE = 64
PIXEL_MM = 3.6
TINY_ARGUMENTS: dict[str, Any] = {"widths": [4, 4, 8, 8, 8], "depths": [1, 1, 1, 1, 1]}
"""The smallest network of any system that has a single compact backbone."""


def save_tiny(folder: Path, *, thresholds: dict[str, float] | None = None, **changes: object) -> Path:
    """Write a seeded, untrained checkpoint of 64² into ``folder``; its logits differ between slices."""
    torch.manual_seed(0)
    arguments = {"size": "compact", "widths": [4, 4, 8, 8, 8], "fused": 8}
    network = WindowFusion(**arguments)
    with torch.no_grad():
        head = torch.full((4, 1, SIZE, SIZE), -1000.0)
        head[:, :, 12:52, 12:52] = 33 + 5 * torch.randn(4, 1, 40, 40)
        for index in range(4):
            head[index, :, 20 : 24 + 4 * index, 20 : 24 + 4 * index] = 70
        _settle(network, head)
        network.classify.weight.mul_(60)
    return _save(network, "window_fusion", arguments, folder, thresholds=thresholds, **changes)


def save_tiny_network(
    folder: Path, architecture: str, arguments: dict[str, Any] | None = None, **changes: object
) -> Path:
    """Write a seeded, untrained checkpoint of any architecture.

    On :func:`make_volume` its outputs lie about 0 and differ between slices.
    """
    torch.manual_seed(0)
    arguments = TINY_ARGUMENTS if arguments is None else arguments
    network = build(architecture, arguments)
    given: dict[nn.Linear, torch.Tensor] = {}
    last = [m for name, m in network.named_modules() if name.endswith("classify")]
    with torch.no_grad():
        volume = make_volume()
        placement = Placement.for_volume(volume.hu, volume.geometry.pixel_spacing_mm, SIZE, PIXEL_MM)
        head = torch.from_numpy(placement.place(volume.hu))[:, None]
        _settle(network, head)
        hooks = [m.register_forward_hook(lambda m, x, _: given.__setitem__(m, x[0])) for m in last]
        # the one before the last first, since the last may hear of what it says
        for _ in range(2):
            _ = network.scan(head) if isinstance(network, SequenceNetwork) else network(head)
            for layer, inputs in given.items():
                x = inputs.reshape(-1, inputs.shape[-1])
                layer.weight.mul_(2.0 / (x @ layer.weight.T).std(dim=0).mean())
                layer.bias.copy_(-layer.weight @ x.mean(dim=0))
        for hook in hooks:
            hook.remove()
    return _save(network, architecture, arguments, folder, **changes)


def _settle(network: IchNetwork, head: torch.Tensor) -> None:
    """Give batch norm the scale of its inputs, or all slices would look alike to the network."""
    network.train()
    for _ in range(20):
        network(head)
    network.eval()


def _save(
    network: IchNetwork,
    architecture: str,
    arguments: dict[str, Any],
    folder: Path,
    *,
    thresholds: dict[str, float] | None = None,
    **changes: object,
) -> Path:
    card = Card(
        name=folder.name,
        title="Tiny and untrained",
        system="he2024",
        architecture=architecture,
        arguments=arguments,
        size=SIZE,
        pixel_mm=PIXEL_MM,
        classes=network.classes,
        thresholds=thresholds or dict.fromkeys(CLASSES, 0.5),
        **changes,  # type: ignore[arg-type]
    )
    save(network, card, folder)
    return folder


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder that holds one checkpoint, ``tiny``."""
    folder = tmp_path_factory.mktemp("models")
    save_tiny(folder / "tiny")
    return folder


@pytest.fixture(scope="session")
def tiny_model(tiny_folder: Path) -> LoadedModel:
    """The tiny checkpoint, loaded."""
    return load(tiny_folder / "tiny")


def make_volume(
    slices: int = 9, step_mm: float = 5.0, side: int = 96, *, is_hu: bool = True, **identity: str
) -> Volume:
    """A round head of noise whose blood grows from slice to slice."""
    rng = np.random.default_rng(3)
    row, column = np.mgrid[:side, :side] - (side - 1) / 2
    radius = np.hypot(row, column) / side
    hu = np.full((slices, side, side), -1000, np.int16)
    hu[:, radius < 0.42] = 1200
    for index in range(slices):
        hu[index, radius < 0.39] = rng.normal(33, 5, int((radius < 0.39).sum()))
        hu[index, np.hypot(row - 8, column + 12) < 2 + 10 * index / slices] = 70
    if not is_hu:
        hu = (np.clip(hu, 0, 100) * 2.55).astype(np.int16)
    geometry = Geometry.regular((slices, side, side), (step_mm, 230 / side, 230 / side))
    known = {"series_instance_uid": "1.2.3", "modality": "CT", "body_part": "HEAD", **identity}
    return Volume(
        hu,
        geometry,
        tuple(f"1.2.3.{i}" for i in range(slices)),
        SeriesIdentity(**known),  # type: ignore[arg-type]
        is_hu=is_hu,
    )
