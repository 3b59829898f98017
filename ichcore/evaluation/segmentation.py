"""A network that draws masks, against drawn bleeds (Ma 2025, Tables 1 to 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from ichcore.errors import InputError
from ichcore.evaluation.bootstrap import RESAMPLES
from ichcore.evaluation.mask_figures import MaskTally, tally_figures
from ichcore.predict.compute import choose_device

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from ichcore.datasets.case_files import CaseFiles
    from ichcore.models.checkpoint import LoadedSegmenter

BATCH = 8


def segmentation_report(
    model: LoadedSegmenter, cases: Sequence[CaseFiles], *, resamples: int = RESAMPLES
) -> dict[str, Any]:
    """Figures of the masks that a network draws on every slice whose truth was drawn, be it empty.

    A pixel is hemorrhage where that logit exceeds the background's. All subtypes are one foreground.

    Args:
        model: loaded checkpoint.
        cases: on its grid.
        resamples: draws of each interval.

    Returns:
        ``{"cases", "patients", "slices", "masks": {…}, "masks_positive": {…}}``; see
        :func:`~ichcore.evaluation.mask_figures.mask_figures`. ``slices`` are those that were drawn,
        ``masks_positive`` is of those among them where something was drawn.

    Raises:
        InputError: if none was.
    """
    patients = [case.patient for case in cases for _ in range(int(case.drawn.sum()))]
    if not patients:
        raise InputError("No slice of the set was drawn; a network that draws masks is judged by masks.")
    tally, positive = MaskTally(), []
    for image, (predicted, truth) in enumerate(_pairs(model, cases)):
        tally.add(predicted, truth)
        if truth.any():
            positive.append(image)
    return {
        "cases": len(cases),
        "patients": len(set(patients)),
        "slices": len(patients),
        "masks": tally_figures(tally, patients, resamples=resamples),
        "masks_positive": tally_figures(tally, patients, positive, resamples=resamples),
    }


def _pairs(
    model: LoadedSegmenter, cases: Sequence[CaseFiles]
) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Predicted and true mask of every drawn slice, in order."""
    device = choose_device("auto")
    network = model.network.to(device)
    for case in cases:
        rows = np.flatnonzero(case.drawn)
        for start in range(0, len(rows), BATCH):
            part = rows[start : start + BATCH]
            hu = torch.from_numpy(np.array(case.hu[part])).float()[:, None].to(device)
            with torch.inference_mode():
                background, hemorrhage = network(hu).unbind(dim=1)
            predicted = (hemorrhage > background).cpu().numpy()
            yield from zip(predicted, np.asarray(case.truth[part]) > 0, strict=True)
    network.to(model.device)
