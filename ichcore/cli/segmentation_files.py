"""The files of a segmentation: a label map on the series' grid, and how much blood that is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.files import json_text, write_text
from ichcore.masks.volumes import UNSTATED, abc_over_2, areas_mm2, volumes_ml, why_no_volumes
from ichcore.nifti import write_nifti
from ichcore.subtypes import HEMORRHAGE_CLASSES, UNSTATED_LABEL

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from ichcore.masks.chain import WeakChain
    from ichcore.predict.prediction import Prediction
    from ichcore.volume.volume import Volume

SCHEMA = "ichcore.volumes/1"


@dataclass(frozen=True, eq=False)
class Segmentation:
    """What was made of a series.

    Attributes:
        volume: the series.
        prediction: whose flags say which slices have a mask.
        labels: uint8 ``(slices, rows, columns)`` label map.
        chain: settings of the weak chain.
        u_net: name and digest of the network that drew; ``None`` where the chain alone did.
    """

    volume: Volume
    prediction: Prediction
    labels: NDArray[np.uint8]
    chain: WeakChain
    u_net: tuple[str, str] | None


def report(segmentation: Segmentation) -> dict[str, Any]:
    """The object of ``volumes.json``."""
    prediction, geometry = segmentation.prediction, segmentation.volume.geometry
    withheld = why_no_volumes(geometry)
    drawer = segmentation.u_net
    return {
        "schema": SCHEMA,
        "series_instance_uid": prediction.series_instance_uid,
        "model": {"name": prediction.model_name, "sha256": prediction.model_sha256},
        "by": "chain" if drawer is None else "u-net",
        "u_net": None if drawer is None else {"name": drawer[0], "sha256": drawer[1]},
        "chain": asdict(segmentation.chain),
        "volumes_ml": None if withheld else _rounded(volumes_ml(segmentation.labels, geometry)),
        "abc_over_2": None if withheld else _abc(segmentation),
        "withheld": withheld or None,
        "labels": {c.name: c.label for c in HEMORRHAGE_CLASSES if c.label} | {UNSTATED: UNSTATED_LABEL},
        "slices": _slices(segmentation),
        "warnings": [finding.as_json() for finding in prediction.warnings],
    }


def write_segmentation(folder: Path, segmentation: Segmentation, said: dict[str, Any]) -> dict[str, Path]:
    """Write ``mask.nii.gz`` and, what :func:`report` gave, ``volumes.json``; each to a temporary name first.

    Returns:
        What each file holds → its path.

    Raises:
        OSError: if the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {"mask": folder / "mask.nii.gz", "volumes": folder / "volumes.json"}
    write_nifti(files["mask"], segmentation.labels, segmentation.volume.geometry)
    write_text(files["volumes"], json_text(said))
    return files


def _slices(segmentation: Segmentation) -> list[dict[str, Any]]:
    """Slices with a mask: pixels a label, and mm² where the spacing is known."""
    geometry, labels = segmentation.volume.geometry, segmentation.labels
    areas = None if geometry.pixel_spacing_mm is None else areas_mm2(labels, geometry)
    names = {c.label: c.name for c in HEMORRHAGE_CLASSES if c.label} | {UNSTATED_LABEL: UNSTATED}
    found = []
    for index in np.flatnonzero(labels.any(axis=(1, 2))).tolist():
        counts = np.bincount(labels[index].ravel(), minlength=UNSTATED_LABEL + 1)
        found.append(
            {
                "index": index,
                "sop_instance_uid": segmentation.prediction.sop_instance_uids[index],
                "area_mm2": None if areas is None else round(float(areas[index]), 2),
                "pixels": {names[label]: int(counts[label]) for label in names if counts[label]},
            }
        )
    return found


def _abc(segmentation: Segmentation) -> dict[str, float | int] | None:
    found = abc_over_2(segmentation.labels, segmentation.volume.geometry)
    if found is None:
        return None
    lengths = {"a_mm": found.a_mm, "b_mm": found.b_mm, "c_mm": found.c_mm, "ml": found.ml}
    return {"index": found.slice_index} | _rounded(lengths)


def _rounded(values: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in values.items()}
