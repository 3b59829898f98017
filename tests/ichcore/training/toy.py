"""A toy set that a network learns in seconds: bright squares in a grey disc."""

from pathlib import Path

import numpy as np

from ichcore.datasets.case_files import CaseFiles, read_case, write_case


def toy_cases(root: Path, first: int, count: int, *, size: int = 32, slices: int = 12) -> list[CaseFiles]:
    """Cases whose epidural slices hold a square of 90 HU in 30 HU; other subtypes never occur."""
    cases = []
    for seed in range(first, first + count):
        random = np.random.default_rng(seed)
        hu = np.full((slices, size, size), -1000, np.int16)
        hu[:, 4:-4, 4:-4] = 30 + random.normal(0, 3, (slices, size - 8, size - 8))
        truth = np.zeros((slices, size, size), np.uint8)
        labels = np.zeros((slices, 6), bool)
        for index in range(0, slices, 2):
            row, column = random.integers(5, size - 13, 2)
            truth[index, row : row + 8, column : column + 8] = 1
            hu[index][truth[index] > 0] += 60
            labels[index, :2] = True
        height = np.linspace(0, 1, slices).tolist()
        write_case(root / f"toy-{seed}", hu, truth, labels, {"height": height, "share": [0.0] * slices})
        cases.append(read_case(root / f"toy-{seed}"))
    return cases
