"""Tiny inputs and the smallest networks that still have every part."""

import torch

TINY = {"widths": (8, 8, 8, 16, 32), "depths": (1, 1, 1, 1, 1)}
SIDE = 64


def toy_slices(count: int = 8, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor, list[list[list[float]]]]:
    """HU ``(N, 1, 64, 64)`` of grey discs, every second with a bright rectangle; labels; boxes.

    Where there is a rectangle it is by turns of one tone or of two, the second being a blend sign.

    Returns:
        HU, int64 labels ``(N,)`` (0 none, 1 one tone, 2 two tones), and boxes of each slice.
    """
    random = torch.Generator().manual_seed(seed)
    hu = torch.full((count, 1, SIDE, SIDE), -1000.0)
    hu[:, :, 4:-4, 4:-4] = 30.0 + 2.0 * torch.randn((count, 1, SIDE - 8, SIDE - 8), generator=random)
    labels, boxes = torch.zeros(count, dtype=torch.int64), []
    for index in range(count):
        boxes.append([])
        if index % 2:
            labels[index] = 1 + index // 2 % 2
            row, column = torch.randint(8, SIDE - 28, (2,), generator=random).tolist()
            hu[index, 0, row : row + 16, column : column + 20] = 70.0
            if labels[index] == 2:
                hu[index, 0, row : row + 16, column : column + 10] = 45.0
            boxes[-1] = [[row, column, row + 16, column + 20]]
    return hu, labels, boxes


def fit(parameters, loss, steps: int, rate: float = 1e-2) -> float:
    """Adam for some steps on one loss; the last loss."""
    optimiser = torch.optim.Adam(parameters, lr=rate)
    for _ in range(steps):
        optimiser.zero_grad()
        value = loss()
        value.backward()
        optimiser.step()
    return float(value.detach())
