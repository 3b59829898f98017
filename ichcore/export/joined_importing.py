"""The part of an open series in what holds many: a COCO file, an nnU-Net folder, the RSNA tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.annotations.answer import Answer, Said
from ichcore.annotations.steps import utc_now
from ichcore.errors import GeometryError, InputError
from ichcore.export.annotation_json import LABEL_VALUES, ORIGIN_VALUES
from ichcore.export.coco_reading import drawn, image_name, read_coco
from ichcore.export.nifti_reading import read_nifti_labels
from ichcore.export.nnunet import IGNORED, label_file, read_cases
from ichcore.export.rsna_reading import LEFT_OUT, TABLE, UNSURE, read_tables, slice_id
from ichcore.masks.edits.label_map import LabelMap
from ichcore.masks.edits.origin import Origin
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ichcore.volume.volume import Volume

Answers = dict[tuple[int | None, str], Said]
"""What was said by (slice index, class), as open contents have it."""


def labels_of_coco(path: Path, volume: Volume) -> LabelMap:
    """The mask that a COCO file draws on a series; slices are told by their ``file_name``, classes by name.

    An object's origin is that of most of its pixels, the reader's where the file does not say.

    Args:
        path: of the file.
        volume: the open series.

    Raises:
        InputError: if it cannot be read, is damaged, names none of the slices, or draws otherwise than by
            uncompressed run lengths.
        GeometryError: if its pictures are of another size.
    """
    stated = read_coco(path)
    slices = {image_name(uid): index for index, uid in enumerate(volume.sop_instance_uids)}
    try:
        places: dict[int, int] = {}
        for image in stated["images"]:
            index = slices.get(str(image["file_name"]).replace("\\", "/").rpartition("/")[2])
            if index is None:
                continue
            places[image["id"]] = index
            if (image["height"], image["width"]) != volume.shape[1:]:
                raise GeometryError(
                    f"{path.name} has slice {index + 1} as {image['height']} × {image['width']} pixels, the "
                    f"series as {volume.shape[1]} × {volume.shape[2]}; only its own pixels can be taken over."
                )
        if not places:
            raise InputError(_of_others(path.name, len(stated["series"])))
        values = {one["id"]: LABEL_VALUES[one["name"]] for one in stated["categories"]}
        mask = LabelMap.empty(volume.shape)
        for one in stated["annotations"]:
            if one["image_id"] in places:
                _check_runs(path.name, one)
                labels = drawn(
                    [{**one, "category_id": values[one["category_id"]]}],
                    {one["image_id"]: 0},
                    (1, *volume.shape[1:]),
                )[0]
                inside = labels > 0
                mask.labels[places[one["image_id"]]][inside] = labels[inside]
                mask.origins[places[one["image_id"]]][inside] = most_of(one.get("origins", {}))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise InputError(f"{path.name} is damaged ({error!r}); export it anew.") from error
    return mask


def labels_of_nnunet(root: Path, volume: Volume) -> LabelMap:
    """The labels of a series in a raw folder; slices that are to be ignored come without any.

    Args:
        root: ``Dataset501_…``.
        volume: the open series.

    Raises:
        InputError: if it holds no case of the series, or the labels cannot be read or lie elsewhere.
    """
    cases = read_cases(root)
    uid = volume.identity.series_instance_uid
    try:
        found = [name for name, case in cases.items() if case["series_instance_uid"] == uid]
        origins = cases[found[0]].get("origins", {}) if found else {}
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(f"The table of cases in {root.name} is damaged ({error!r}).") from error
    if not found:
        raise InputError(_of_others(root.name, len(cases)))
    labels = read_nifti_labels(label_file(root, found[0]), volume, IGNORED)
    labels[labels == IGNORED] = 0
    return LabelMap(labels, np.where(labels > 0, most_of(origins), Origin.NONE).astype(np.uint8))


def answers_of_table(folder: Path, volume: Volume) -> Answers:
    """What the tables say of a series' slices: yes and no from the one, unsure from what was left out.

    Who said so is not in them; the table's own name stands for the reader.

    Args:
        folder: of the three tables.
        volume: the open series.

    Raises:
        InputError: if they cannot be read, or name none of the slices.
    """
    tables = read_tables(folder)
    at = utc_now()
    slices = {slice_id(uid): index for index, uid in enumerate(volume.sop_instance_uids)}
    words = {"0": Answer.NO, "1": Answer.YES}
    rows = [(row[0], words.get(row[1])) for row in tables[TABLE][1:]]
    rows += [(row[0], Answer.UNSURE) for row in tables[LEFT_OUT][1:] if row[1] == UNSURE]
    answers: Answers = {}
    for name, answer in rows:
        index, kind = slices.get(name.rpartition("_")[0]), name.rpartition("_")[2]
        if index is None:
            continue
        if kind not in CLASSES or answer is None:
            raise InputError(
                f"{TABLE} in {folder.name} holds the label {name!r}, which is none; mend it first."
            )
        answers[index, kind] = Said(answer, TABLE, at)
    if not answers:
        raise InputError(_of_others(folder.name, len({row[-1] for row in tables["slices.csv"][1:]})))
    return answers


def most_of(counts: Mapping[str, Any]) -> Origin:
    """Where most voxels come from, of counts by the name of their origin; from a reader where none are."""
    known = {name: int(count) for name, count in counts.items() if name in ORIGIN_VALUES}
    if not known:
        return Origin.HUMAN
    return Origin(ORIGIN_VALUES[max(known, key=lambda name: known[name])])


def _check_runs(name: str, one: Mapping[str, Any]) -> None:
    runs = one["segmentation"]
    if not isinstance(runs, dict) or not isinstance(runs.get("counts"), list):
        raise InputError(
            f"{name} draws annotation {one['id']} as polygons or packed runs; only uncompressed run "
            "lengths are taken over."
        )


def _of_others(name: str, count: int) -> str:
    return (
        f"{name} holds {count or 'no'} series, and none of them is the one that is open (a de-identified "
        "export names other ones); open one that it holds."
    )
