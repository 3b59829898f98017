"""What nnU-Net v2 asks of a raw folder, checked without nnU-Net.

Source: nnU-Net's documentation/dataset_format.md and its ``verify_dataset_integrity``: the four entries of
``dataset.json``, as many cases as it counts, a label file for each image, labels in consecutive order and no
others in the files, no NaN, and image and labels of one shape, spacing and affine.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import nibabel as nib
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Container, Mapping
    from pathlib import Path

DATASET, IMAGES, LABELS = "dataset.json", "imagesTr", "labelsTr"
_REQUIRED = ("labels", "channel_names", "numTraining", "file_ending")
_NAME = re.compile(r"^Dataset\d{3}_\w+$")


def broken_rules(folder: Path, opened: Container[str] | None = None) -> list[str]:
    """A sentence for each rule that a raw folder breaks.

    Args:
        folder: ``DatasetNNN_Name``.
        opened: cases whose files are read; all of them by default.
    """
    said = []
    if not _NAME.match(folder.name):
        said.append(f"{folder.name} is not named like Dataset001_Name.")
    said += [f"{folder.name} holds no {part}." for part in (IMAGES, LABELS) if not (folder / part).is_dir()]
    try:
        stated = json.loads((folder / DATASET).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return [*said, f"{DATASET} cannot be read ({error})."]
    lacking = [key for key in _REQUIRED if key not in stated]
    if lacking or said:
        return [*said, *(f"{DATASET} lacks {key}." for key in lacking)]
    ending = str(stated["file_ending"])
    cases = {
        re.sub(r"_\d{4}$", "", path.name.removesuffix(ending))
        for path in (folder / IMAGES).iterdir()
        if path.name.endswith(ending)
    }
    if len(cases) != stated["numTraining"]:
        said.append(f"{DATASET} counts {stated['numTraining']} cases; {IMAGES} holds {len(cases)}.")
    values = sorted(int(value) for value in stated["labels"].values())
    if values != list(range(len(values))) or stated["labels"].get("background") != 0:
        said.append(f"Labels must be 0 for background, 1, 2, …; {DATASET} has {values}.")
    if "ignore" in stated["labels"] and stated["labels"]["ignore"] != max(values):
        said.append("The label to be ignored must be the highest.")
    for case in sorted(cases):
        if opened is not None and case not in opened:
            continue
        said += _of_case(folder, case, stated, ending, values)
    return said


def _of_case(folder: Path, case: str, stated: Mapping[str, Any], ending: str, values: list[int]) -> list[str]:
    channels = [
        folder / IMAGES / f"{case}_{number:04d}{ending}" for number in range(len(stated["channel_names"]))
    ]
    label_file = folder / LABELS / f"{case}{ending}"
    missing = [path.name for path in (*channels, label_file) if not path.is_file()]
    if missing:
        return [f"{case} lacks {', '.join(missing)}."]
    said = []
    try:
        labels = nib.Nifti1Image.from_filename(label_file)
        drawn = np.asanyarray(labels.dataobj)
        strange = np.setdiff1d(drawn, values)
        if strange.size:
            said.append(f"{label_file.name} holds the label {strange[0]}, which {DATASET} does not name.")
        for path in channels:
            image = nib.Nifti1Image.from_filename(path)
            if image.shape != labels.shape or len(image.shape) != 3:
                said.append(f"{case}: image {image.shape} and labels {labels.shape} differ.")
            elif not np.allclose(image.affine, labels.affine):
                said.append(f"{case}: image and labels have different affines.")
            elif not np.allclose(image.header.get_zooms(), labels.header.get_zooms()):
                said.append(f"{case}: image and labels have different spacings.")
            if np.isnan(np.asarray(image.dataobj, np.float32)).any():
                said.append(f"{path.name} holds NaN.")
    except (OSError, ValueError, EOFError, nib.filebasedimages.ImageFileError) as error:
        return [f"{case} cannot be read ({error})."]
    return said
