"""The mask as COCO JSON: one annotation a connected component and slice, as run lengths with box and area.

Source: cocodataset.org, data format; ``iscrowd`` is 0, since a component is one object.
"""

from __future__ import annotations

import json
import warnings
from contextlib import redirect_stdout
from importlib import import_module
from importlib.util import find_spec
from io import StringIO
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

from ichcore import __version__
from ichcore.errors import InputError
from ichcore.export.annotation_json import LABEL_VALUES, box_provenance
from ichcore.export.coco_reading import (
    FILE,
    PARTS,
    broken_coco_rules,
    coco_box,
    drawn,
    image_name,
    parted,
    read_coco,
)
from ichcore.export.comparing import array_differences, entry_differences
from ichcore.export.run_lengths import run_lengths
from ichcore.files import RESEARCH_USE, write_text
from ichcore.masks.edits.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from ichcore.annotations.annotation import Annotation
    from ichcore.export.material import Material

_TOUCHING = np.ones((3, 3), bool)
"""Pixels touch by corners too, as in boxes."""


class Coco:
    """The format ``coco``: ``annotations.json``, to which further series are added.

    Category ids are the values of our label maps, 1–5 and 6 for blood of unstated subtype. ``file_name`` is
    the slice's SOP Instance UID with ``.dcm``; each image names its series. ``boxes`` lists what a reader
    drew or took over from a model, with which of the two it is, apart from the annotations, since it has no
    outline; ``series`` lists the readers.
    """

    name = "coco"

    def write(self, material: Material, folder: Path) -> tuple[Path, ...]:
        """Add the series to the file in ``folder``, or take its place there.

        Images that are there already keep their ids; annotations get new ones.

        Raises:
            InputError: if what is there already is damaged.
            OSError: if the folder cannot be written.
        """
        annotation = material.annotation
        uid = annotation.series_instance_uid
        stated = read_coco(folder / FILE) if (folder / FILE).is_file() else _empty()
        mine, others = parted(stated, uid)
        taken = max((int(one["id"]) for one in stated["images"]), default=0)
        names = {str(one["file_name"]): int(one["id"]) for one in mine["images"]}
        ids = [
            names.get(image_name(one), taken + number)
            for number, one in enumerate(annotation.sop_instance_uids, start=1)
        ]
        first = 1 + max((int(one["id"]) for one in others["annotations"]), default=0)
        added = {**_frame(annotation, ids), "annotations": list(_annotations(annotation, ids, first))}
        whole = {**_empty(), **{key: [*others[key], *added[key]] for key in PARTS}}
        whole["info"]["contributor"] = ", ".join(dict.fromkeys(one["reader"] for one in whole["series"]))
        write_text(folder / FILE, json.dumps(whole) + "\n")
        return (folder / FILE,)

    def differences(self, material: Material, folder: Path) -> list[str]:
        """Draw the annotations again, by pycocotools too where it is installed; check the whole file.

        Raises:
            InputError: if the file cannot be read.
        """
        annotation = material.annotation
        mask = annotation.mask.labels
        stated = read_coco(folder / FILE)
        try:
            mine, _ = parted(stated, annotation.series_instance_uid)
            places = {int(one["id"]): index for index, one in enumerate(mine["images"])}
            said = [
                *broken_coco_rules(stated),
                *entry_differences(FILE, _frame(annotation, list(places)), _without_annotations(mine)),
                *entry_differences(FILE, _fixed(_empty()), _fixed(stated)),
            ]
            labels = drawn(mine["annotations"], places, mask.shape)
            said += array_differences("The mask in annotations.json", mask, labels)
            if find_spec("pycocotools") is not None:
                again = _drawn_by_pycocotools(folder / FILE, places, mask.shape)
                said += array_differences("The mask that pycocotools reads", mask, again)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise InputError(f"{folder / FILE} is damaged ({error!r}).") from error
        return said


def _empty() -> dict[str, Any]:
    """A file without any series."""
    return {
        "info": {
            "description": f"Head CT, intracranial hemorrhage. {RESEARCH_USE}",
            "version": "1",
            "contributor": "",
            "program": f"ichcore {__version__}",
        },
        "licenses": [],
        "categories": [
            {"id": value, "name": name, "supercategory": "hemorrhage"} for name, value in LABEL_VALUES.items()
        ],
        **{key: [] for key in PARTS},
    }


def _fixed(stated: Mapping[str, Any]) -> dict[str, Any]:
    return {key: stated.get(key) for key in ("licenses", "categories")}


def _without_annotations(mine: Mapping[str, Any]) -> dict[str, Any]:
    return {key: mine[key] for key in PARTS if key != "annotations"}


def _frame(annotation: Annotation, ids: Sequence[int]) -> dict[str, Any]:
    """Everything of a series but its annotations.

    Args:
        annotation: of it.
        ids: of its images.
    """
    _, rows, columns = annotation.mask.shape
    uid = annotation.series_instance_uid
    return {
        "series": [
            {"series_instance_uid": uid, "reader": annotation.reader, "revision": annotation.revision}
        ],
        "images": [
            {
                "id": number,
                "file_name": image_name(one),
                "width": columns,
                "height": rows,
                "series_instance_uid": uid,
                "index": index,
            }
            for index, (number, one) in enumerate(zip(ids, annotation.sop_instance_uids, strict=False))
        ],
        "boxes": [
            {
                "image_id": ids[box.index],
                "class": box.name,
                "bbox": coco_box(box.rectangle),
                **box_provenance(box),
            }
            for box in annotation.boxes
        ],
    }


def _annotations(annotation: Annotation, ids: Sequence[int], first: int) -> Iterator[dict[str, Any]]:
    number = first - 1
    labels, origins = annotation.mask.labels, annotation.mask.origins
    for index in np.flatnonzero(labels.any(axis=(1, 2))).tolist():
        for value in np.unique(labels[index]).tolist():
            if value == 0:
                continue
            pieces, _ = ndimage.label(labels[index] == value, _TOUCHING)
            for piece, spans in enumerate(ndimage.find_objects(pieces), start=1):
                mask = pieces == piece
                number += 1
                counts = np.bincount(origins[index][mask], minlength=len(Origin))
                rows, columns = spans
                yield {
                    "id": number,
                    "image_id": ids[index],
                    "category_id": value,
                    "segmentation": {"size": list(mask.shape), "counts": run_lengths(mask)},
                    "bbox": coco_box((rows.start, columns.start, rows.stop, columns.stop)),
                    "area": int(mask.sum()),
                    "iscrowd": 0,
                    "origins": {o.name.lower(): int(counts[o]) for o in Origin if counts[o]},
                }


def _drawn_by_pycocotools(path: Path, places: Mapping[int, int], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    labels = np.zeros(shape, np.uint8)
    # it prints how long it took, and is older than numpy 2
    with redirect_stdout(StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        coco: Any = import_module("pycocotools.coco").COCO(str(path))
        for one in coco.loadAnns(coco.getAnnIds(imgIds=list(places))):
            labels[places[one["image_id"]]][coco.annToMask(one) > 0] = one["category_id"]
    return labels
