"""The files of an explanation: maps, classes, boxes, mask and contact sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ichcore.explain.contact_sheet import draw_contact_sheet
from ichcore.explain.stacked import STEP, stacked
from ichcore.files import atomic_path, json_text, write_text
from ichcore.masks.boxes import boxes
from ichcore.masks.threshold import label_map
from ichcore.nifti import write_nifti

if TYPE_CHECKING:
    from pathlib import Path

    from ichcore.explain.heatmap import Box, Heatmap
    from ichcore.predict.prediction import Prediction
    from ichcore.volume.volume import Volume

SCHEMA = "ichcore.activation/1"


@dataclass(frozen=True, eq=False)
class Explanation:
    """What was asked and what came out.

    Attributes:
        volume: the series.
        prediction: of the same model.
        classes: explained, in the order of the activation's volumes.
        heatmaps: slices outer, classes inner.
        method: by name.
        layer: by name.
        threshold: share of a slice's maximum that boxes and mask need.
        which: of the boxes of a map, one of :data:`~ichcore.masks.boxes.WHICH`.
    """

    volume: Volume
    prediction: Prediction
    classes: tuple[str, ...]
    heatmaps: tuple[Heatmap, ...]
    method: str
    layer: str
    threshold: float
    which: str = "largest"

    def shown_slices(self) -> list[int]:
        """Slices with any activation."""
        return sorted({heatmap.slice_index for heatmap in self.heatmaps if not heatmap.empty})


def write_explanation(folder: Path, explanation: Explanation) -> dict[str, Path]:
    """Write all files into ``folder``; each to a temporary name first.

    Returns:
        What each file holds → its path.

    Raises:
        OSError: if the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    geometry = explanation.volume.geometry
    found = boxes(explanation.heatmaps, threshold=explanation.threshold, which=explanation.which)
    files = {
        "activation": folder / "activation.nii.gz",
        "classes": folder / "classes.json",
        "boxes": folder / "boxes.json",
        "mask": folder / "mask.nii.gz",
        "contact sheet": folder / "contact_sheet.png",
    }
    stack = stacked(explanation.heatmaps, explanation.classes, explanation.volume.shape)
    write_nifti(files["activation"], stack, geometry)
    write_text(files["classes"], json_text(_classes(explanation)))
    write_text(files["boxes"], json_text([_box(explanation, box) for box in found]))
    labels = label_map(explanation.heatmaps, explanation.volume.shape, explanation.threshold)
    write_nifti(files["mask"], labels, geometry)
    sheet = draw_contact_sheet(explanation.volume, explanation.prediction, explanation.heatmaps, found)
    with atomic_path(files["contact sheet"]) as temporary:
        sheet.save(temporary, format="PNG")
    return files


def _classes(explanation: Explanation) -> dict[str, Any]:
    """Names of the activation's volumes with every slice's raw maximum; ``null`` where not explained."""
    maxima: dict[str, list[float | None]] = {
        name: [None] * explanation.volume.shape[0] for name in explanation.classes
    }
    for heatmap in explanation.heatmaps:
        if not heatmap.empty:
            maxima[heatmap.class_name][heatmap.slice_index] = heatmap.raw_max
    prediction = explanation.prediction
    return {
        "schema": SCHEMA,
        "series_instance_uid": prediction.series_instance_uid,
        "model": {"name": prediction.model_name, "sha256": prediction.model_sha256},
        "method": explanation.method,
        "layer": explanation.layer,
        "threshold": explanation.threshold,
        "activation": f"each slice's map divided by its own maximum, in steps of {STEP:g}; not a probability",
        "classes": [
            {"name": name, "volume": number, "raw_maxima": maxima[name]}
            for number, name in enumerate(explanation.classes)
        ],
        "sop_instance_uids": list(prediction.sop_instance_uids),
    }


def _box(explanation: Explanation, box: Box) -> dict[str, Any]:
    return {
        "index": box.slice_index,
        "sop_instance_uid": explanation.prediction.sop_instance_uids[box.slice_index],
        "class": box.class_name,
        "box": list(box.box),
        "activation": round(box.activation, 6),
    }
