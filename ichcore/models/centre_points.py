"""Boxes as centre-point maps and back: the detection branch of Wang 2023, after CenterNet and FCOS.

Five channels on a grid of equal cells that covers the network's input: whether a bleed's centre lies in the
cell, and the distances from the cell's middle to the box's left, right, top and bottom side, in cells [ours].
A bleed smaller than a cell may lie beside the cell's middle, so a distance may be negative.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as nnf
from torch import Tensor

if TYPE_CHECKING:
    from collections.abc import Sequence

CHANNELS = 5
PEAK = 0.3
"""[ours] Least probability of a centre that is called a box."""
MOST = 10
"""[ours] Boxes a slice, at most."""


@dataclass(frozen=True, eq=False)
class Detections:
    """Boxes of one slice, most probable first.

    Attributes:
        boxes: float32 ``(n, 4)``: row0, column0, row1, column1 in pixels of the network's input, half-open.
        probabilities: float32 ``(n,)`` of the centre.
    """

    boxes: Tensor
    probabilities: Tensor


def encode(boxes: Sequence[Sequence[float]], input_size: tuple[int, int], cells: tuple[int, int]) -> Tensor:
    """The maps that a slice's boxes should give.

    Each centre is rendered as a Gaussian, 1 in its own cell; [ours] its deviation along an axis is a sixth of
    the box, at least half a cell, and where Gaussians meet the larger value stands. Two boxes with their
    centre in one cell leave the larger box there.

    Args:
        boxes: row0, column0, row1, column1 in input pixels, half-open.
        input_size: rows and columns of the input.
        cells: rows and columns of the maps.

    Returns:
        float32 ``(5, h, w)``: heat in [0, 1], exactly 1 in the centre cells alone; then left, right, top,
        bottom in cells, zero where there is no centre.
    """
    h, w = cells
    cell_rows, cell_columns = input_size[0] / h, input_size[1] / w
    maps = torch.zeros(CHANNELS, h, w)
    rows, columns = torch.arange(h)[:, None], torch.arange(w)[None]
    for box in sorted(boxes, key=lambda b: (b[2] - b[0]) * (b[3] - b[1])):
        top, left, bottom, right = (
            value / cell for value, cell in zip(box, (cell_rows, cell_columns) * 2, strict=True)
        )
        i = min(max(int((top + bottom) / 2), 0), h - 1)
        j = min(max(int((left + right) / 2), 0), w - 1)
        spread_i, spread_j = max((bottom - top) / 6, 0.5), max((right - left) / 6, 0.5)
        heat = torch.exp(-(((rows - i) / spread_i) ** 2 + ((columns - j) / spread_j) ** 2) / 2)
        maps[0] = torch.maximum(maps[0], heat)
        middle_i, middle_j = i + 0.5, j + 0.5
        maps[1:, i, j] = torch.tensor([middle_j - left, right - middle_j, middle_i - top, bottom - middle_i])
    return maps


def decode(
    maps: Tensor, input_size: tuple[int, int], *, threshold: float = PEAK, most: int = MOST
) -> list[Detections]:
    """Boxes at the peaks of the centre map: cells that are the maximum of their 3×3 neighbourhood.

    Args:
        maps: ``(B, 5, h, w)``; the first channel as logits.
        input_size: rows and columns of the input.
        threshold: least probability of a centre.
        most: boxes a slice.

    Returns:
        One a slice; boxes are cut at the input's border, and those without area are left out.
    """
    heat = torch.sigmoid(maps[:, 0].float())
    peaks = (heat == nnf.max_pool2d(heat, 3, stride=1, padding=1)) & (heat >= threshold)
    return [
        _boxes(one, found, distances.float(), input_size, most)
        for one, found, distances in zip(heat, peaks, maps[:, 1:], strict=True)
    ]


def _boxes(
    heat: Tensor, peaks: Tensor, distances: Tensor, input_size: tuple[int, int], most: int
) -> Detections:
    """The boxes of one slice."""
    i, j = peaks.nonzero(as_tuple=True)
    order = heat[i, j].argsort(descending=True, stable=True)[:most]
    i, j = i[order], j[order]
    left, right, top, bottom = distances[:, i, j]
    height, width = input_size
    cell_rows, cell_columns = height / heat.shape[0], width / heat.shape[1]
    boxes = torch.stack(
        [
            ((i + 0.5 - top) * cell_rows).clamp(0, height),
            ((j + 0.5 - left) * cell_columns).clamp(0, width),
            ((i + 0.5 + bottom) * cell_rows).clamp(0, height),
            ((j + 0.5 + right) * cell_columns).clamp(0, width),
        ],
        dim=1,
    )
    solid = (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])
    return Detections(boxes[solid], heat[i, j][solid])
