"""A COCO file of ours: its parts by series, the masks that it draws, and the rules that it keeps."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.errors import InputError
from ichcore.export.run_lengths import from_run_lengths

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

FILE = "annotations.json"
PARTS = ("series", "images", "annotations", "boxes")
"""What a file holds of each series."""


def read_coco(path: Path) -> dict[str, Any]:
    """The file; one of an earlier version, which held a single series, as if it were of this one.

    Raises:
        InputError: if it cannot be read, or is no COCO file.
    """
    try:
        stated = json.loads(path.read_text(encoding="utf-8"))
        info = dict(stated.get("info") or {})
        if "series" not in stated and "series_instance_uid" in info:
            uid = str(info.pop("series_instance_uid"))
            stated["info"] = info
            reader = str(info.get("contributor", ""))
            stated["series"] = [{"series_instance_uid": uid, "reader": reader, "revision": 0}]
            stated["images"] = [{**one, "series_instance_uid": uid} for one in stated["images"]]
        return {**stated, **{key: list(stated.get(key, ())) for key in PARTS}}
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}).") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path} is damaged ({error!r}); export into a new folder.") from error


def parted(
    stated: Mapping[str, Any], series_instance_uid: str
) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """What a file says of one series, and what of all others.

    Raises:
        InputError: if an entry lacks what it must have.
    """
    mine: dict[str, list[Any]] = {key: [] for key in PARTS}
    others: dict[str, list[Any]] = {key: [] for key in PARTS}
    try:
        for key in ("series", "images"):
            for one in stated[key]:
                own = one.get("series_instance_uid") == series_instance_uid
                (mine if own else others)[key].append(one)
        images = {one["id"] for one in mine["images"]}
        for key in ("annotations", "boxes"):
            for one in stated[key]:
                (mine if one["image_id"] in images else others)[key].append(one)
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{FILE} is damaged ({error!r}); export into a new folder.") from error
    return mine, others


def image_name(sop_instance_uid: str) -> str:
    """The ``file_name`` of a slice."""
    return f"{sop_instance_uid}.dcm"


def drawn(
    annotations: Iterable[Mapping[str, Any]], places: Mapping[int, int], shape: tuple[int, ...]
) -> NDArray[np.uint8]:
    """The label map that annotations draw.

    Args:
        annotations: of one series.
        places: slice of each image id.
        shape: of the label map, ``(slices, rows, columns)``.

    Raises:
        InputError: if runs do not fill the picture.
        KeyError, TypeError, ValueError: if an annotation is no such thing, or of another image.
    """
    labels = np.zeros(shape, np.uint8)
    for one in annotations:
        mask = from_run_lengths(one["segmentation"]["counts"], (shape[1], shape[2]))
        labels[places[one["image_id"]]][mask] = one["category_id"]
    return labels


def broken_coco_rules(stated: Mapping[str, Any]) -> list[str]:
    """A sentence for each rule that a file breaks: ids once each, references that hold, true boxes and areas.

    Raises:
        KeyError, TypeError, ValueError: if an entry lacks what it must have.
    """
    said = []
    for key in ("images", "annotations", "categories"):
        twice = [number for number, count in Counter(one["id"] for one in stated[key]).items() if count > 1]
        said += [f"The id {number} stands more than once among the {key}." for number in twice]
    images = {one["id"]: (one["height"], one["width"]) for one in stated["images"]}
    categories = {one["id"] for one in stated["categories"]}
    series = {one["series_instance_uid"] for one in stated["series"]}
    if series != {one["series_instance_uid"] for one in stated["images"]}:
        said.append("The series that are listed are not those of the images.")
    said += [
        f"A box lies on image {one['image_id']}, which is not there."
        for one in stated["boxes"]
        if one["image_id"] not in images
    ]
    for one in stated["annotations"]:
        name = f"Annotation {one['id']}"
        if one["image_id"] not in images or one["category_id"] not in categories:
            said.append(f"{name} is of an image or a category that is not there.")
            continue
        mask = from_run_lengths(one["segmentation"]["counts"], images[one["image_id"]])
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        box = (int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1) if len(rows) else None
        if box is None or one["bbox"] != coco_box(box) or one["area"] != int(mask.sum()):
            said.append(f"{name} states another box or area than it draws.")
    return said


def coco_box(rectangle: tuple[int, int, int, int]) -> list[int]:
    """``[x, y, width, height]`` of (row0, column0, row1, column1)."""
    row0, column0, row1, column1 = rectangle
    return [column0, row0, column1 - column0, row1 - row0]


def coco_rules(folder: Path) -> list[str]:
    """:func:`broken_coco_rules` of the file in a format's folder.

    Raises:
        InputError: if it cannot be read or is damaged.
    """
    stated = read_coco(folder / FILE)
    try:
        return broken_coco_rules(stated)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise InputError(f"{folder / FILE} is damaged ({error!r}).") from error
