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
from ichcore.export.comparing import array_differences, entry_differences
from ichcore.export.run_lengths import from_run_lengths, run_lengths
from ichcore.files import RESEARCH_USE, write_text
from ichcore.masks.edits.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from ichcore.annotations.annotation import Annotation
    from ichcore.export.material import Material

FILE = "annotations.json"
_TOUCHING = np.ones((3, 3), bool)
"""Pixels touch by corners too, as in boxes."""


class Coco:
    """The format ``coco``: ``annotations.json``.

    Category ids are the values of our label maps, 1–5 and 6 for blood of unstated subtype. ``file_name`` is
    the slice's SOP Instance UID with ``.dcm``; ``boxes`` lists what a reader drew or took over from a
    model, with which of the two it is, apart from the annotations, since it has no outline.
    """

    name = "coco"

    def write(self, material: Material, folder: Path) -> tuple[Path, ...]:
        """Write the file.

        Raises:
            OSError: if the folder cannot be written.
        """
        annotation = material.annotation
        stated = {**_frame(annotation), "annotations": list(_annotations(annotation))}
        write_text(folder / FILE, json.dumps(stated) + "\n")
        return (folder / FILE,)

    def differences(self, material: Material, folder: Path) -> list[str]:
        """Draw the annotations again, by pycocotools where it is installed, and compare every pixel.

        Raises:
            InputError: if the file cannot be read.
        """
        try:
            found = json.loads((folder / FILE).read_text(encoding="utf-8"))
            annotations = found.pop("annotations")
            said = entry_differences(FILE, _frame(material.annotation), found)
            labels, boxes = _drawn(annotations, material.annotation.mask.shape)
            said += array_differences("The mask in annotations.json", material.annotation.mask.labels, labels)
            said += boxes
            if find_spec("pycocotools") is not None:
                again = _drawn_by_pycocotools(folder / FILE, labels.shape)
                said += array_differences(
                    "The mask that pycocotools reads", material.annotation.mask.labels, again
                )
        except OSError as error:
            raise InputError(f"{folder / FILE} cannot be read ({error.strerror}).") from error
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise InputError(f"{folder / FILE} is damaged ({error!r}).") from error
        return said


def _frame(annotation: Annotation) -> dict[str, Any]:
    """Everything but the annotations."""
    _, rows, columns = annotation.mask.shape
    return {
        "info": {
            "description": f"Head CT, intracranial hemorrhage. {RESEARCH_USE}",
            "version": "1",
            "contributor": annotation.reader,
            "program": f"ichcore {__version__}",
            "series_instance_uid": annotation.series_instance_uid,
        },
        "licenses": [],
        "images": [
            {"id": index + 1, "file_name": f"{uid}.dcm", "width": columns, "height": rows, "index": index}
            for index, uid in enumerate(annotation.sop_instance_uids)
        ],
        "categories": [
            {"id": value, "name": name, "supercategory": "hemorrhage"} for name, value in LABEL_VALUES.items()
        ],
        "boxes": [
            {
                "image_id": box.index + 1,
                "class": box.name,
                "bbox": _bbox(box.rectangle),
                **box_provenance(box),
            }
            for box in annotation.boxes
        ],
    }


def _annotations(annotation: Annotation) -> Iterator[dict[str, Any]]:
    number = 0
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
                    "image_id": index + 1,
                    "category_id": value,
                    "segmentation": {"size": list(mask.shape), "counts": run_lengths(mask)},
                    "bbox": _bbox((rows.start, columns.start, rows.stop, columns.stop)),
                    "area": int(mask.sum()),
                    "iscrowd": 0,
                    "origins": {o.name.lower(): int(counts[o]) for o in Origin if counts[o]},
                }


def _bbox(rectangle: tuple[int, int, int, int]) -> list[int]:
    """``[x, y, width, height]`` of (row0, column0, row1, column1)."""
    row0, column0, row1, column1 = rectangle
    return [column0, row0, column1 - column0, row1 - row0]


def _drawn(
    annotations: list[Mapping[str, Any]], shape: tuple[int, int, int]
) -> tuple[NDArray[np.uint8], list[str]]:
    """The label map that annotations draw, and a sentence for each whose box or area is another."""
    labels = np.zeros(shape, np.uint8)
    said = []
    for one in annotations:
        mask = from_run_lengths(one["segmentation"]["counts"], (shape[1], shape[2]))
        labels[one["image_id"] - 1][mask] = one["category_id"]
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        box = (int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1)
        if one["bbox"] != _bbox(box) or one["area"] != int(mask.sum()):
            said.append(f"Annotation {one['id']} states another box or area than it draws.")
    return labels, said


def _drawn_by_pycocotools(path: Path, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    labels = np.zeros(shape, np.uint8)
    # it prints how long it took, and is older than numpy 2
    with redirect_stdout(StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        coco: Any = import_module("pycocotools.coco").COCO(str(path))
        for one in coco.loadAnns(coco.getAnnIds()):
            labels[one["image_id"] - 1][coco.annToMask(one) > 0] = one["category_id"]
    return labels
