"""Labels from elsewhere on an open series: what an export holds, any SEG, any label map on its grid."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.annotations.annotation import Annotation
from ichcore.annotations.step import Step
from ichcore.annotations.steps import taken_over
from ichcore.errors import InputError
from ichcore.export.annotation_json import annotation_from_json
from ichcore.export.bundle_importing import annotation_of_bundle
from ichcore.export.bundle_reading import BUNDLE, find_bundles
from ichcore.export.coco_reading import FILE as COCO
from ichcore.export.joined_importing import Answers, answers_of_table, labels_of_coco, labels_of_nnunet
from ichcore.export.nifti import LABELS, ORIGINS
from ichcore.export.nifti_reading import read_nifti_labels
from ichcore.export.nnunet import CASES, NAME
from ichcore.export.nnunet_rules import DATASET
from ichcore.export.nnunet_rules import LABELS as LABELS_FOLDER
from ichcore.export.rsna_reading import TABLE
from ichcore.export.seg_reading import read_seg
from ichcore.masks.edits.label_map import LabelMap
from ichcore.masks.edits.origin import Origin
from ichcore.nifti import is_nifti_name
from ichcore.subtypes import UNSTATED_LABEL

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ichcore.annotations.contents import Contents
    from ichcore.volume.volume import Volume


def read_labels(path: Path, volume: Volume) -> Annotation | LabelMap | Answers:
    """What a file or folder says of a series.

    Where it holds several series, the open one's part counts. A bundle of another name is taken where its
    pixels and places are those of the series, as after de-identification.

    Args:
        path: the folder of an export, or one of its formats; ``bundle.json``, ``annotations.json`` (COCO),
            ``cases.json`` or a label file of nnU-Net, a table of the RSNA challenge; a NIfTI label map of
            values 0 to 6, or a DICOM SEG. Beside our own NIfTI stands who said what; it is read with it.
        volume: the open series.

    Returns:
        An annotation where answers and notes came along, else the mask alone, or the answers alone.

    Raises:
        InputError: if it is none of these, is damaged, or was made of another series.
        GeometryError: if it lies on another grid.
    """
    if path.is_dir():
        return _of_folder(path, volume)
    if path.suffix.lower() == ".json":
        return _of_json(path, volume)
    if is_nifti_name(path.name):
        in_nnunet = path.parent.name == LABELS_FOLDER and (path.parent.parent / CASES).is_file()
        return labels_of_nnunet(path.parent.parent, volume) if in_nnunet else _of_nifti(path, volume)
    if path.suffix.lower() == ".csv":
        return answers_of_table(path.parent, volume)
    return read_seg(path, volume)


def imported(contents: Contents, found: Annotation | LabelMap | Answers, name: str) -> Step:
    """The step by which an open annotation says what was read.

    Args:
        contents: as they are; what a mask alone, or answers alone, do not speak of stays.
        found: as :func:`read_labels` gives it.
        name: of the file, for the list of steps.
    """
    title = f"Import {name}"
    if isinstance(found, Annotation):
        return taken_over(contents, found, title)
    if isinstance(found, Mapping):
        return Step.between(title, contents, replace(contents, answers={**contents.answers, **found}))
    return Step.between(title, contents, replace(contents, mask=found))


def _of_folder(folder: Path, volume: Volume) -> Annotation | LabelMap | Answers:
    if find_bundles(folder):
        return annotation_of_bundle(folder, volume)
    readers: dict[str, Callable[[Path, Volume], LabelMap | Answers]] = {
        COCO: labels_of_coco,
        CASES: labels_of_nnunet,
        TABLE: answers_of_table,
    }
    for name, read in readers.items():
        places = (folder, folder / "coco", folder / "rsna", folder / NAME, folder / "nnunet" / NAME)
        found = next((place for place in places if (place / name).is_file()), None)
        if found is not None:
            return read(found / name if name == COCO else found, volume)
    raise InputError(
        f"{folder.name} holds no bundle, COCO file, nnU-Net folder or table; choose a folder that ichviewer "
        "exported, or one of its files."
    )


def _of_json(path: Path, volume: Volume) -> Annotation | LabelMap:
    if path.name == BUNDLE:
        return annotation_of_bundle(path.parent, volume)
    if path.name in {CASES, DATASET}:
        return labels_of_nnunet(path.parent, volume)
    return labels_of_coco(path, volume)


def _of_nifti(path: Path, volume: Volume) -> Annotation | LabelMap:
    labels = read_nifti_labels(path, volume, UNSTATED_LABEL)
    origins = np.where(labels > 0, Origin.HUMAN, Origin.NONE).astype(np.uint8)
    stated = _stated(path.parent / LABELS)
    if stated is None or not (path.parent / ORIGINS).is_file():
        return LabelMap(labels, origins)
    mask = LabelMap(labels, read_nifti_labels(path.parent / ORIGINS, volume, max(Origin)))
    try:
        annotation = annotation_from_json(stated, mask)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{LABELS} beside {path.name} is damaged ({error}); import a copy of {path.name} alone."
        ) from error
    same = (annotation.series_instance_uid, annotation.sop_instance_uids) == (
        volume.identity.series_instance_uid,
        volume.sop_instance_uids,
    )
    if not same:
        raise InputError(
            f"{path.name} names another series than the one that is open, as a de-identified export does; "
            "open that series, or import the bundle, which is told by its pixels."
        )
    return annotation


def _stated(path: Path) -> dict[str, Any] | None:
    """The annotation that stands beside a NIfTI of ours; ``None`` beside any other."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return dict(found["annotation"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path.name} is damaged ({error}); export it anew.") from error
