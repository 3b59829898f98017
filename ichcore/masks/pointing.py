"""What a model points at in a whole series, before any setting of the weak chain is applied."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import torch

from ichcore.errors import IchError
from ichcore.explain.grad_cam import gradient_maps
from ichcore.explain.layer_cam import LayerCam
from ichcore.explain.laying import among_all
from ichcore.explain.min_max import min_max
from ichcore.explain.sf_cam import SfCam
from ichcore.explain.shallow_cam import shallow_cams
from ichcore.explain.spatial_context import uneven
from ichcore.models.shallow_cam import ClassifierPair
from ichcore.predict.model_input import ModelInput
from ichcore.subtypes import CLASSES, SUBTYPES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.models.checkpoint import LoadedModel
    from ichcore.models.network import IchNetwork
    from ichcore.predict.prediction import Prediction
    from ichcore.progress import CancelToken, Progress
    from ichcore.volume.volume import Volume

BATCH = 4
"""Slices explained together."""
REMEMBERED = 24
"""Maps on the slices' own grid, 1 MB each at 512²."""

Maps = tuple["NDArray[np.float32]", ...]
"""One ``(slabs, h, w)`` in [0, 1] a depth of the network, the shallowest first."""


@dataclass(frozen=True, eq=False)
class Pointing:
    """Maps of hemorrhage for every slab that is flagged, zero elsewhere, on the layers' own grids.

    Attributes:
        prepared: where they lie in the series.
        pixel_mm: of the model's grid.
        layer_cams: LayerCAM, min–max.
        refined: the same sharpened by PC1 (SF-CAM); of a pair, amplified where it is shallowest.
        subtypes: ``(slabs, 5, h, w)`` SF-CAM of each flagged subtype on the default layer, by its strength,
            so that subtypes can be held against each other; zero where not flagged.
        positive: ``(slabs,)``: flagged for anything.
        positions_mm: ``(slabs,)`` along the normal where they are uneven; ``None`` where even.
    """

    prepared: ModelInput
    pixel_mm: float
    layer_cams: Maps
    refined: Maps
    subtypes: NDArray[np.float32]
    positive: NDArray[np.bool_]
    positions_mm: NDArray[np.float64] | None = None
    _laid: OrderedDict[tuple[str, int, int], NDArray[np.float32]] = field(
        default_factory=OrderedDict, repr=False
    )

    def on_slice(self, kind: str, number: int, slab: int) -> NDArray[np.float32]:
        """A slab's map on the slices' own grid; the last ones are remembered, for whoever tunes the chain.

        Args:
            kind: ``layer_cams``, ``refined`` or ``subtypes``.
            number: which of the layers, or of the subtypes.
            slab: of the series.
        """
        key = (kind, number, slab)
        if key not in self._laid:
            raw = self.subtypes[slab, number] if kind == "subtypes" else getattr(self, kind)[number][slab]
            self._laid[key] = self.prepared.placement.to_slice(raw, self.prepared.volume.shape[1:])
            while len(self._laid) > REMEMBERED:
                self._laid.popitem(last=False)
        return self._laid[key]


def point(
    model: LoadedModel,
    volume: Volume,
    prediction: Prediction,
    *,
    thresholds: NDArray[np.float32] | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Pointing:
    """Point at hemorrhage in every slice that a prediction flags.

    Args:
        model: that predicts ``any``; a pair of classifiers points by both at two depths, any other network by
            its default layer.
        volume: the series.
        prediction: of this model.
        thresholds: ``(6,)`` that flag; the prediction's own by default.
        progress: slabs done of all.
        cancel: looked at between batches.

    Raises:
        IchError: if the model does not predict ``any``.
        CancelledError: if cancelled.
    """
    network = model.network.eval()
    if "any" not in network.classes:
        raise IchError(f"{model.name} does not predict any, so it cannot point at hemorrhage as such.")
    prepared = ModelInput.of(volume, model.card)
    flags = prediction.flags(thresholds)
    of_slab = np.logical_or.reduceat(flags & prepared.seen[:, None], prepared.slabs.starts[:-1], axis=0)
    positive: NDArray[np.bool_] = np.asarray(of_slab.any(axis=1))
    asked = np.flatnonzero(positive)
    columns = [network.classes.index(name) for name in SUBTYPES if name in network.classes]
    kept: dict[str, list[NDArray[np.float32]]] = {}
    for start in range(0, len(asked), BATCH):
        if cancel is not None:
            cancel.raise_if_cancelled()
        run = asked[start : start + BATCH].tolist()
        hu = torch.from_numpy(prepared.batch(run)).to(model.device, memory_format=torch.channels_last)
        for name, maps in _pointed(network, hu, columns).items():
            kept.setdefault(name, []).append(maps.float().cpu().numpy())
        if progress is not None:
            progress(start + len(run), len(asked), "Pointing")
    laid = {name: among_all(asked, np.concatenate(maps), len(positive)) for name, maps in kept.items()}
    depths = sorted({name.partition("/")[2] for name in laid if name.startswith("refined/")})
    return Pointing(
        prepared,
        model.card.pixel_mm,
        tuple(laid[f"plain/{depth}"] for depth in depths),
        tuple(laid[f"refined/{depth}"] for depth in depths),
        _of_flagged(laid.get("subtypes"), network, of_slab),
        positive,
        uneven(prepared.slabs.positions_mm(volume.geometry)),
    )


def _pointed(network: IchNetwork, hu: torch.Tensor, columns: list[int]) -> dict[str, torch.Tensor]:
    """``plain/D`` and ``refined/D`` ``(B, h, w)`` of each depth D, and ``subtypes`` ``(B, K, h, w)``."""
    if isinstance(network, ClassifierPair):
        said = shallow_cams(network, hu)
        plain = {f"plain/{depth}": maps for depth, maps in enumerate(said.layer_cams)}
        return plain | {f"refined/{depth}": maps for depth, maps in enumerate(said.depths)}
    layer = network.default_cam_layer
    both = gradient_maps(
        [LayerCam(), SfCam()], network, hu, [layer], [network.classes.index("any"), *columns]
    )
    layer_cam, refined = (one.maps[layer] for one in both)
    found = {"plain/0": min_max(layer_cam[:, 0].clamp(min=0)), "refined/0": min_max(refined[:, 0])}
    return found | ({"subtypes": refined[:, 1:].clamp(min=0)} if columns else {})


def _of_flagged(
    said: NDArray[np.float32] | None, network: IchNetwork, of_slab: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """``(slabs, 5, h, w)`` of what the network says of subtypes, zero where one is not flagged."""
    if said is None:
        return np.zeros((len(of_slab), len(SUBTYPES), 1, 1), np.float32)
    whole = np.zeros((len(of_slab), len(SUBTYPES), *said.shape[2:]), np.float32)
    predicted = [at for at, name in enumerate(SUBTYPES) if name in network.classes]
    whole[:, predicted] = said
    flagged = of_slab[:, [CLASSES.index(name) for name in SUBTYPES]]
    return whole * flagged[:, :, None, None]
