"""A network with classes of its own going through a series: these, its boxes, and the HU rule beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from ichcore.models.centre_points import decode
from ichcore.models.network import Detects
from ichcore.phantom.bleed_intraparenchymal import BLEND_SIGN_HU
from ichcore.predict.blend_rule import TwoParts, two_parts
from ichcore.predict.prediction import json_numbers
from ichcore.predict.reading import Reading

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.models.centre_points import Detections
    from ichcore.models.checkpoint import LoadedModel
    from ichcore.models.placement import Placement
    from ichcore.predict.model_input import ModelInput


@dataclass(frozen=True)
class FoundBox:
    """A box that a network found in one picture.

    Attributes:
        box: row0, column0, row1, column1 on the series' own grid, 0-based, half-open pixels.
        score: the detector's probability of a centre; not calibrated.
        parts: what the HU in it say; ``None`` where they say nothing of two parts.
    """

    box: tuple[int, int, int, int]
    score: float
    parts: TwoParts | None = None

    def as_json(self, pixel_spacing_mm: tuple[float, float] | None) -> dict[str, Any]:
        """Its entry in ``extra``; millimetres are ``null`` where the series states no pixel spacing."""
        row, column, row1, column1 = self.box
        height, width = row1 - row, column1 - column
        rows_mm, columns_mm = pixel_spacing_mm or (None, None)
        return {
            "box": list(self.box),
            "row": row,
            "column": column,
            "height": height,
            "width": width,
            "height_mm": None if rows_mm is None else round(height * rows_mm, 2),
            "width_mm": None if columns_mm is None else round(width * columns_mm, 2),
            "score": round(self.score, 6),
            "rule": None if self.parts is None else self.parts.as_json(),
        }


class BlendReading(Reading):
    """Exclusive classes of the network's own (no hemorrhage, hemorrhage, blend sign) and its boxes.

    Own classes are the softmax of logits among which neighbours are heard, where the card says so; of the six
    standard columns only ``any`` is said, through the card's calibration. The slice's class is the most
    probable one, as in Wang 2023.
    """

    def __init__(self, model: LoadedModel, prepared: ModelInput) -> None:
        super().__init__(model, prepared)
        self._own = np.full((len(prepared.slabs), len(model.network.own_classes)), np.nan, np.float32)
        self._detector = model.network if isinstance(model.network, Detects) else None
        if self._detector is not None and not self._detector.finds_boxes:
            self._detector = None
        self._boxes: dict[int, list[FoundBox]] = {}
        volume = prepared.volume
        self._measured = volume.is_hu and volume.geometry.pixel_spacing_mm is not None

    def extra(self) -> dict[str, Any]:
        """``own_classes``: names, probabilities and class a slice, the series' largest; ``boxes``; ``rule``.

        Boxes are ``None`` where the network was built without its detector. The rule looks into boxes, and
        its word on a slice is ``None`` where it has none to look into, or no HU or millimetres.
        """
        names = self.model.network.own_classes
        heard = torch.from_numpy(self.prepared.heard(self._own, self.model.card))
        probabilities = self.on_slices(torch.softmax(heard, dim=1).numpy().astype(np.float32))
        return {
            "own_classes": {
                "names": list(names),
                "probabilities": json_numbers(probabilities),
                "class": [None if np.isnan(p).any() else names[int(np.argmax(p))] for p in probabilities],
                # the first is the absence of the others, of which a series has the most that a slice has
                "series_probabilities": [None, *json_numbers(np.fmax.reduce(probabilities[:, 1:], axis=0))],
            },
            "boxes": None if self._detector is None else self._boxes_json(),
            "rule": {"least_difference_hu": BLEND_SIGN_HU, "blend_sign": self._by_rule()},
        }

    def _by_rule(self) -> list[bool | None]:
        """Whether the rule finds a blend sign in a box of each slice."""
        prepared = self.prepared
        said: list[bool | None] = []
        for seen, slab in zip(prepared.seen, prepared.slabs.of_slice, strict=True):
            found = self._boxes.get(int(slab)) if seen and self._measured else None
            said.append(any(f.parts is not None and f.parts.blend_sign for f in found) if found else None)
        return said

    def _boxes_json(self) -> list[dict[str, Any]]:
        """Boxes of all slices read so far, ascending; a slice of an average carries the average's."""
        volume, slabs = self.prepared.volume, self.prepared.slabs
        spacing = volume.geometry.pixel_spacing_mm
        return [
            {
                "index": int(index),
                "sop_instance_uid": volume.sop_instance_uids[index],
                **found.as_json(spacing),
            }
            for index in np.flatnonzero(self.prepared.seen)
            for found in self._boxes.get(int(slabs.of_slice[index]), ())
        ]

    def _look(self, slabs: NDArray[np.intp], hu: torch.Tensor) -> torch.Tensor:
        network = self.model.network
        features = network.features(hu)
        self._own[slabs] = network.own_logits(features).float().cpu().numpy()
        if self._detector is not None:
            maps = self._detector.detect(features).float().cpu()
            found = decode(maps, (hu.shape[2], hu.shape[3]))
            for slab, detections in zip(slabs.tolist(), found, strict=True):
                self._boxes[slab] = self._with_parts(slab, detections)
        return network.from_features(features)

    def _with_parts(self, slab: int, detections: Detections) -> list[FoundBox]:
        """Boxes on the series' grid, each with what the rule measures in it."""
        volume = self.prepared.volume
        found = _on_series(detections, self.prepared.placement, volume.shape[1:])
        spacing = volume.geometry.pixel_spacing_mm
        if not found or not volume.is_hu or spacing is None:
            return found
        hu = self.prepared.picture(slab)
        return [replace(one, parts=two_parts(hu, spacing, one.box)) for one in found]


def _on_series(detections: Detections, placement: Placement, shape: tuple[int, int]) -> list[FoundBox]:
    """Boxes of a network's input on the slices' grid, widened to whole pixels and cut at its border."""
    matrix, found = placement.matrix, []
    for box, score in zip(detections.boxes.numpy(), detections.probabilities.tolist(), strict=True):
        # edges lie half a pixel before and after the middles that the placement speaks of
        corners = [
            matrix[axis, axis] * (edge - 0.5) + matrix[axis, 2] + 0.5
            for edge, axis in zip(box, (0, 1, 0, 1), strict=True)
        ]
        row0, column0 = (max(int(np.floor(v + 1e-6)), 0) for v in corners[:2])
        row1, column1 = (
            min(int(np.ceil(v - 1e-6)), side) for v, side in zip(corners[2:], shape, strict=True)
        )
        if row1 > row0 and column1 > column0:
            found.append(FoundBox((row0, column0, row1, column1), score))
    return found
