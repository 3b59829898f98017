"""Slices with whole masks of hemorrhage: those that the weak chain proposes (Ma 2025), or the drawn ones.

Proposed masks are made once and kept in the stage's folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from ichcore.errors import IchError, InputError
from ichcore.explain.spatial_context import uneven
from ichcore.files import atomic_path
from ichcore.masks.pseudo_mask import pseudo_masks
from ichcore.predict.compute import choose_device
from ichcore.training import processes
from ichcore.training.batches import SliceTable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from torch import Tensor

    from ichcore.datasets.case_files import CaseFiles
    from ichcore.masks.chain import WeakChain
    from ichcore.models.network import IchNetwork

PSEUDO_MASKS = "pseudo-masks"
"""Folder of them in a stage's own: one array a case, named by its set and its place in it."""


DRAWINGS = "drawings"
"""In place of a teacher's name: the drawn masks teach, as they do what weak masks are held against."""


class PseudoTable(SliceTable):
    """A table whose masks are given beside the cases.

    Args:
        cases: the set.
        masks: bool ``(N, H, W)`` a case.
    """

    def __init__(self, cases: Sequence[CaseFiles], masks: Sequence[NDArray[np.bool_]]) -> None:
        super().__init__(cases)
        self.masks = masks

    def read_masks(self, rows: NDArray[np.int64], reduce: int) -> Tensor:
        """Hemorrhage or not, float32 ``(B, 1, H, W)``.

        Raises:
            IchError: if they are asked for reduced; a U-Net learns every pixel.
        """
        if reduce != 1:
            raise IchError(
                f"Masks that a U-Net learns are kept at full size; they were asked for reduced by {reduce}."
            )
        masks = np.stack([self.masks[self.case[row]][self.index[row]] for row in rows])
        return torch.from_numpy(masks).float()[:, None]


def propose(
    network: IchNetwork,
    cases: Sequence[CaseFiles],
    folder: Path,
    name: str,
    chain: WeakChain,
    pixel_mm: float,
) -> PseudoTable:
    """The weak chain's masks of a set; those that are there are not made again.

    A slice's label decides whether it bleeds, where it is known; the drawn masks are never looked at.

    Args:
        network: that points; a pair of classifiers, or another that predicts ``any``.
        cases: the set.
        folder: of the stage.
        name: of the set.
        chain: settings.
        pixel_mm: of the cases' grid.
    """
    device = choose_device()
    paths = [folder / PSEUDO_MASKS / f"{name}-{number:05d}.npy" for number in range(len(cases))]
    with processes.first_alone():
        network.eval().to(device)
        for case, path in zip(cases, paths, strict=True):
            if path.is_file():
                continue
            found = pseudo_masks(
                network,
                case.hu,
                positive=case.labels[:, 0],
                known=case.known[:, 0],
                chain=chain,
                pixel_mm=pixel_mm,
                positions_mm=uneven(case.about.get("height")),
            )
            with atomic_path(path) as temporary, temporary.open("wb") as stream:
                np.save(stream, found)
        network.cpu()
    return PseudoTable(cases, [np.load(path, mmap_mode="r") for path in paths])


def drawn(cases: Sequence[CaseFiles]) -> PseudoTable:
    """The drawn masks of a set, whatever else it says of who may learn from them.

    Raises:
        InputError: if a slice was not drawn, whose empty map would say that nothing bleeds.
    """
    for case in cases:
        if not case.drawn.all():
            raise InputError(
                f"Not every slice of {case.patient} was drawn, so its drawings cannot teach where nothing "
                "bleeds; name a teacher that proposes masks."
            )
    return PseudoTable(cases, [np.asarray(case.truth) > 0 for case in cases])
