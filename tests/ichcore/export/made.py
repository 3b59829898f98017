"""Small annotated DICOM series, made for one test each."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ichcore.annotations.annotation import Annotation
from ichcore.annotations.answer import Answer, Said
from ichcore.export.material import Material
from ichcore.export.source_headers import source_headers
from ichcore.masks.edits.label_map import LabelMap
from ichcore.masks.edits.origin import Origin
from ichcore.opening import open_volume
from tests.ichcore.dicom.ct_file import ct, save_all

READER = "Schmidt^Jörg"
MODEL = "window-fusion@" + "0123456789abcdef" * 4
AT = "2026-03-04T05:06:07Z"
LABELS = (1, 2, 3, 4, 5, 6)
ORIENTATION = [1, 0, 0, 0, 0.939692620786, -0.342020143326]
"""Tilted by 20 degrees about the x axis."""


def heights(kind: str) -> tuple[list[float], list[float]]:
    """Table positions and orientation of a series of eight slices."""
    even = [5.0 * index for index in range(8)]
    if kind == "uneven":
        return [0, 5, 10, 12.5, 15, 17.5, 27.5, 30], ORIENTATION
    return even, (ORIENTATION if kind == "tilted" else [1, 0, 0, 0, 1, 0])


def series(folder: Path, kind: str = "even", **changes: Any) -> Path:
    """Eight slices whose positions step along the table, tilted or not; ``changes`` go into every header."""
    places, orientation = heights(kind)
    datasets = []
    for index, z in enumerate(places):
        ds = ct(
            index,
            **{
                "ImagePositionPatient": [-100, -90, z],
                "ImageOrientationPatient": orientation,
                "FrameOfReferenceUID": "1.2.826.0.1.3680043.8.498.77",
                **changes,
            },
        )
        # not unique by construction where the changes are the same
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = (
            f"1.2.826.0.1.3680043.8.498.5.{index + 1}"
        )
        datasets.append(ds)
    return save_all(folder, datasets)


def label_map(shape: tuple[int, int, int], seed: int = 0) -> LabelMap:
    """Every label with every origin, in most slices."""
    rng = np.random.default_rng(seed)
    labels = rng.choice(np.array([0, 0, 0, *LABELS], np.uint8), shape)
    labels[0] = 0
    origins = rng.integers(1, 5, shape).astype(np.uint8) * (labels > 0)
    origins[labels == 1] = Origin.MODEL
    origins[labels == 5] = Origin.HUMAN
    return LabelMap(labels, origins.astype(np.uint8))


def said(answer: Answer) -> Said:
    return Said(answer, READER, AT)


def material(path: Path, mask: LabelMap | None = None, **changes: Any) -> Material:
    """A series as its reader leaves it, with answers, a note and two heat maps."""
    volume = open_volume(path)
    rng = np.random.default_rng(1)
    annotation = Annotation(
        volume.identity.series_instance_uid,
        volume.sop_instance_uids,
        mask or label_map(volume.shape),
        slices={
            (1, "any"): said(Answer.YES),
            (1, "subdural"): said(Answer.UNSURE),
            (2, "epidural"): said(Answer.NO),
        },
        study={"any": said(Answer.YES), "intraventricular": said(Answer.NO)},
        notes={None: "Smith fell on Tuesday", 2: "a second look"},
        reader=READER,
        model=MODEL,
        revision=3,
    )
    return Material(
        volume,
        replace(annotation, **changes),
        activation={
            "any": rng.random(volume.shape, dtype=np.float32),
            "subdural": rng.random(volume.shape, dtype=np.float32),
        },
        headers=source_headers(path, volume),
    )
