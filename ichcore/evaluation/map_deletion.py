"""Deletion and insertion of what each method's map points at, over some of the drawn slices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from ichcore.evaluation.bootstrap import RESAMPLES, bootstrap, intervals
from ichcore.explain.deletion import SHARES, deletion_curves
from ichcore.models.network import standard_logits
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ichcore.evaluation.drawn_places import Place
    from ichcore.explain.deletion import DeletionCurves
    from ichcore.models.checkpoint import LoadedModel

MOST_SLICES = 40
"""Slices that are looked at: each costs a network thirty looks a method."""
BY_LOT = "by lot"
"""Pixels in no order: what a map must be better than."""
BATCH = 10
_AREAS = ("deletion_area", "insertion_area")


def deletion_report(
    model: LoadedModel,
    judged: Sequence[tuple[Place, Mapping[str, NDArray[np.float32]]]],
    class_name: str,
    of: int,
    *,
    resamples: int = RESAMPLES,
) -> dict[str, Any]:
    """Areas and mean curves of each method.

    Args:
        model: loaded checkpoint; every slice is judged by itself.
        judged: slices, each with a map ``(H, W)`` by method.
        class_name: of whose probability the curves are.
        of: how many slices these were chosen from.
        resamples: draws of each interval.

    Returns:
        ``{"slices", "of", "layer", "shares", "maps": [{"method", "deletion_area", "deletion_area_interval",
        "insertion_area", …, "deletion_curve", "insertion_curve"}]}``; the last of the maps is :data:`BY_LOT`.
    """
    patients = [place.patient for place, _ in judged]
    curves: dict[str, list[DeletionCurves]] = {}
    for place, maps in judged:
        orders = {**maps, BY_LOT: np.zeros(place.hu.shape, np.float32)}
        for method, activation in orders.items():
            found = deletion_curves(
                lambda hu: probabilities(model, hu, class_name), place.hu, activation, model.card.pixel_mm
            )
            curves.setdefault(method, []).append(found)
    return {
        "slices": len(judged),
        "of": of,
        "layer": model.network.default_cam_layer,
        "shares": list(SHARES),
        "maps": [
            {"method": method, **_means(found, patients, resamples)} for method, found in curves.items()
        ],
    }


def probabilities(model: LoadedModel, hu: NDArray[np.float32], class_name: str) -> NDArray[np.float64]:
    """``(N,)`` calibrated probabilities of slices ``(N, H, W)``, each by itself."""
    network = model.network
    device = next(network.parameters()).device
    said = []
    with torch.inference_mode():
        for start in range(0, len(hu), BATCH):
            part = torch.from_numpy(np.array(hu[start : start + BATCH], np.float32))[:, None].to(device)
            said.append(standard_logits(network(part), network.classes).cpu().numpy())
    found = model.card.probabilities(np.concatenate(said))[:, CLASSES.index(class_name)]
    return np.asarray(found, np.float64)


def _means(found: Sequence[DeletionCurves], patients: Sequence[str], resamples: int) -> dict[str, Any]:
    areas = np.array([[getattr(one, name) for name in _AREAS] for one in found])

    def means(rows: NDArray[np.intp]) -> NDArray[np.float64]:
        return np.asarray(areas[rows].mean(axis=0))

    drawn = intervals(means(np.arange(len(found))), bootstrap(means, patients, resamples=resamples))
    entry: dict[str, Any] = {}
    for name, figure in zip(_AREAS, drawn, strict=True):
        entry |= {name: figure.value, f"{name}_interval": [figure.low, figure.high]}
    return entry | {
        "deletion_curve": np.mean([one.deletion for one in found], axis=0).tolist(),
        "insertion_curve": np.mean([one.insertion for one in found], axis=0).tolist(),
    }
