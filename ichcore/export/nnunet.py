"""An nnU-Net v2 raw folder that further series are added to."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore import __version__
from ichcore.annotations.slice_labels import finished_slices
from ichcore.errors import InputError
from ichcore.export.annotation_json import LABEL_VALUES
from ichcore.export.comparing import entry_differences
from ichcore.export.nifti import nifti_differences
from ichcore.export.nnunet_rules import DATASET, IMAGES, LABELS, broken_rules
from ichcore.files import RESEARCH_USE, json_text, write_text
from ichcore.masks.edits.origin import Origin
from ichcore.nifti import write_nifti
from ichcore.nifti.axes import affine_ras, is_sheared

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from ichcore.export.material import Material

NAME = "Dataset501_IntracranialHemorrhage"
"""nnU-Net keeps numbers up to 500 for others' sets."""
CASES = "cases.json"
ENDING = ".nii.gz"
IGNORED = 7
"""Label of slices that nobody has finished; nnU-Net's loss leaves its ignore label out."""
READER = "NibabelIOWithReorient"
"""SimpleITK, which nnU-Net takes first, refuses the sheared affine of a tilted series."""


class NnUnet:
    """The format ``nnunet``: ``Dataset501_…/{imagesTr,labelsTr,dataset.json,cases.json}``.

    Image and labels share the series' nominal affine. ``cases.json`` says of each case which series it is,
    where its slices truly lie, and what its affine cannot say; nnU-Net passes it over.
    """

    name = "nnunet"

    def write(self, material: Material, folder: Path) -> tuple[Path, ...]:
        """Add the series to the raw folder in ``folder``, or take its place there.

        Raises:
            InputError: if what is there already is damaged.
            GeometryError: if the mask is not on the series' grid.
            OSError: if the folder cannot be written.
        """
        root, case = folder / NAME, case_name(material)
        volume = material.volume
        cases = read_cases(root)
        image, label = _files(root, case)
        labels = training_labels(material)
        write_nifti(image, volume.hu, volume.geometry, dtype=np.int16, positions=False)
        write_nifti(label, labels, volume.geometry, positions=False)
        cases[case] = _about(material, labels)
        cases = dict(sorted(cases.items()))
        write_text(root / CASES, json_text(cases))
        write_text(root / DATASET, json_text(_dataset(cases)))
        return (image, label, root / CASES, root / DATASET)

    def differences(self, material: Material, folder: Path) -> list[str]:
        """Compare image and labels, and check nnU-Net's own rules; files of other cases are not opened.

        Raises:
            InputError: if a file cannot be read.
        """
        root = folder / NAME
        image, label = _files(root, case_name(material))
        labels, geometry = training_labels(material), material.volume.geometry
        cases = read_cases(root)
        return [
            *nifti_differences(image, material.volume.hu.astype(np.int16, copy=False), geometry),
            *nifti_differences(label, labels, geometry),
            *entry_differences(CASES, _about(material, labels), cases.get(case_name(material), {})),
            *broken_rules(root, {case_name(material)}),
        ]


def case_name(material: Material) -> str:
    """A name that follows from the series alone, so that the same series takes its own place."""
    uid = material.annotation.series_instance_uid
    return f"ich_{hashlib.sha256(uid.encode()).hexdigest()[:12]}"


def training_labels(material: Material) -> NDArray[np.uint8]:
    """The label map, with slices that nobody has finished to be ignored, where there are any."""
    unfinished = ~finished_slices(material.annotation)
    labels = material.annotation.mask.labels
    if unfinished.any():
        labels = labels.copy()
        labels[unfinished] = IGNORED
    return labels


def nnunet_rules(folder: Path) -> list[str]:
    """nnU-Net's own rules on all cases in a format's folder."""
    return broken_rules(folder / NAME)


def _files(root: Path, case: str) -> tuple[Path, Path]:
    return root / IMAGES / f"{case}_0000{ENDING}", root / LABELS / f"{case}{ENDING}"


def label_file(root: Path, case: str) -> Path:
    """The labels of a case."""
    return _files(root, case)[1]


def read_cases(root: Path) -> dict[str, Any]:
    """What ``cases.json`` says of each case; nothing where there is none.

    Raises:
        InputError: if it cannot be read.
    """
    path = root / CASES
    if not path.is_file():
        return {}
    try:
        cases = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read ({error}); export into a new folder.") from error
    if not isinstance(cases, dict):
        raise InputError(f"{path} is no table of cases; export into a new folder.")
    return cases


def _about(material: Material, labels: NDArray[np.uint8]) -> dict[str, Any]:
    geometry, annotation = material.volume.geometry, material.annotation
    drawn = annotation.mask.origins[annotation.mask.labels > 0]
    counts = np.bincount(drawn, minlength=len(Origin))
    notes = []
    if is_sheared(affine_ras(geometry)):
        notes.append("The slices are tilted: the affine is sheared, and the voxels were not resampled.")
    if not geometry.even:
        notes.append("The slices are uneven: the affine has the mean step, origins_lps_mm the true places.")
    if geometry.pixel_spacing_mm is None or not geometry.positions_known:
        notes.append("The series does not state its spacing; the affine counts pixels and slices.")
    if not material.volume.is_hu:
        notes.append("The values are grey levels of pictures, not HU.")
    return {
        "series_instance_uid": annotation.series_instance_uid,
        "sop_instance_uids": list(annotation.sop_instance_uids),
        "origins_lps_mm": geometry.origins_mm.tolist(),
        "reader": annotation.reader,
        "revision": annotation.revision,
        "origins": {one.name.lower(): int(counts[one]) for one in Origin if one and counts[one]},
        "ignored_slices": int((labels == IGNORED).any(axis=(1, 2)).sum()),
        "notes": notes,
    }


def _dataset(cases: dict[str, Any]) -> dict[str, Any]:
    ignored = any(case["ignored_slices"] for case in cases.values())
    return {
        "name": NAME,
        "description": f"Head CT, intracranial hemorrhage, from ichcore {__version__}. {RESEARCH_USE}",
        "channel_names": {"0": "CT"},
        "labels": {"background": 0, **LABEL_VALUES, **({"ignore": IGNORED} if ignored else {})},
        "numTraining": len(cases),
        "file_ending": ENDING,
        "overwrite_image_reader_writer": READER,
    }
