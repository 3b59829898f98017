"""A network that knows only brightness, so that what it should say and where it looks is plain to see."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import nn

from ichcore.datasets.case_files import CaseFiles
from ichcore.models.card import Card
from ichcore.models.checkpoint import LoadedModel
from ichcore.models.network import IchNetwork
from ichcore.subtypes import CLASSES

SIZE, PIXEL_MM = 48, 4.0


class BrightSpot(IchNetwork):
    """Each class is the mean of what lies above 42 HU (and below 200), times a gain, less an offset.

    Layer ``early`` sees the whole picture, ``late`` a quarter of its pixels.
    """

    def __init__(self, gain: float = 200.0, offset: float = 2.0) -> None:
        super().__init__()
        self.early, self.late = nn.Identity(), nn.AvgPool2d(4)
        self.weights = nn.Parameter(torch.full((len(CLASSES), 1), gain))
        self.offset = offset

    def features(self, hu: torch.Tensor) -> torch.Tensor:
        bright = ((hu - 42).clamp(min=0) / 28) * (hu < 200)
        features: torch.Tensor = self.late(self.early(bright))
        return features

    def from_features(self, features: torch.Tensor) -> torch.Tensor:
        return features.mean(dim=(2, 3)) @ self.weights.T - self.offset

    @property
    def cam_layers(self) -> dict[str, nn.Module]:
        return {"early": self.early, "late": self.late}

    @property
    def default_cam_layer(self) -> str:
        return "late"

    def class_weights(self) -> torch.Tensor:
        return self.weights


def bright_spot(**arguments: float) -> LoadedModel:
    """It as a loaded checkpoint, thresholds at a half."""
    card = Card("spot", "Spot", "he2024", "spot", {}, SIZE, PIXEL_MM)
    return LoadedModel(
        "spot", card, "0" * 64, BrightSpot(**arguments).eval(), Path("spot"), torch.device("cpu")
    )


def heads(count: int = 3, slices: int = 6, *, bleeding: bool = True, size: int = SIZE) -> list[CaseFiles]:
    """Round heads in a bright skull, with a square intraparenchymal bleed in their upper half."""
    row, column = np.mgrid[:size, :size] - (size - 1) / 2
    radius = np.hypot(row, column)
    made = []
    for number in range(count):
        random = np.random.default_rng(number)
        hu = np.where(radius < 20, random.normal(33, 2, (slices, size, size)), -1000.0)
        hu[:, (radius >= 18) & (radius < 20)] = 900
        truth = np.zeros(hu.shape, np.uint8)
        edema = np.zeros(hu.shape, bool)
        if bleeding:
            for index in range(slices // 2, slices):
                edema[index, size // 2 - 6 : size // 2 + 6, size // 2 - 10 : size // 2 - 2] = True
                truth[index, size // 2 - 4 : size // 2 + 4, size // 2 - 10 : size // 2 - 4] = 2
        hu[truth > 0] += 37
        labels = np.zeros((slices, len(CLASSES)), bool)
        labels[:, [0, 2]] = truth.any(axis=(1, 2))[:, None]
        about = {
            "height": np.linspace(0, 1, slices).tolist(),
            "share": [0.1] * slices,
            "pixel_mm": PIXEL_MM,
            "case": f"head-{number}",
        }
        made.append(
            CaseFiles(
                f"p{number}",
                np.rint(hu).astype(np.int16),
                truth,
                labels,
                about,
                masks={"edema": edema} if bleeding else {},
            )
        )
    return made
