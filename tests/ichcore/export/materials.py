"""Annotated series made by hand or drawn by hypothesis; no patient in any of them."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from pydicom import Dataset

from ichcore.annotations.annotation import Annotation, LabelledBox
from ichcore.annotations.answer import Answer, Said, Verdict
from ichcore.export.material import Material
from ichcore.masks.edits.label_map import LabelMap
from ichcore.masks.edits.origin import Origin
from ichcore.predict.prediction import Prediction
from ichcore.volume import PRESETS, Finding, Geometry, SeriesIdentity, Volume

MODEL = "tiny@0123abcd"
AT = "2026-11-22T10:40:00Z"


def said(answer: str, **more) -> Said:
    return Said(Answer(answer), "Dr. Ada", AT, **more)


def annotation_of_mask(labels: np.ndarray, origins: np.ndarray | None = None, **more) -> Annotation:
    """One that a reader has finished, unless told otherwise."""
    if origins is None:
        origins = np.where(labels > 0, Origin.HUMAN, Origin.NONE).astype(np.uint8)
    stated = {
        "series_instance_uid": "1.2.3",
        "sop_instance_uids": tuple(f"1.2.3.{i}" for i in range(len(labels))),
        "study": {"any": said("yes" if labels.any() else "no")},
        "reader": "Dr. Ada",
        **more,
    }
    return Annotation(mask=LabelMap(labels, origins), **stated)


def material_on(geometry: Geometry, seed: int = 0, **annotation) -> Material:
    """Random HU and blobs of every label on a grid."""
    rng = np.random.default_rng(seed)
    labels = (rng.integers(0, 7, geometry.shape) * (rng.random(geometry.shape) < 0.3)).astype(np.uint8)
    made = annotation_of_mask(labels, **annotation)
    volume = Volume(
        rng.integers(-1024, 3071, geometry.shape).astype(np.int16),
        geometry,
        made.sop_instance_uids,
        SeriesIdentity(series_instance_uid="1.2.3", patient_id="PHANTOM-0001", modality="CT"),
    )
    return Material(volume, made)


def full_material() -> Material:
    """Everything that a material can hold."""
    geometry = Geometry(
        (4, 9, 7),
        np.array([[-10.5, 3.25, 0.1], [-10.5, 3.25, 5.1], [-10.5, 3.3, 9.0], [-10.5, 3.3, 1 / 3 + 14]]),
        row_axis=np.array([0.0, np.cos(0.3), np.sin(0.3)]),
        pixel_spacing_mm=(0.48828125, 1 / 3),
        slice_thickness_mm=4.8,
    )
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 7, geometry.shape).astype(np.uint8)
    origins = rng.integers(0, 5, geometry.shape).astype(np.uint8)
    uids = tuple(f"1.2.826.4711.{i}" for i in range(4))
    volume = Volume(
        rng.integers(-3024, 3071, geometry.shape).astype(np.int16),
        geometry,
        uids,
        SeriesIdentity(
            series_instance_uid="1.2.826.4711",
            patient_name="Lovelace^Ada",
            patient_id="4711-X",
            institution="St. Elsewhere",
            series_number=3,
            modality="CT",
        ),
        passport=(Finding("tilt", "Tilted by 17.2° in Lovelace's series."),),
        windows=PRESETS[:2],
        decoded=np.array([True, True, False, True]),
    )
    annotation = Annotation(
        series_instance_uid="1.2.826.4711",
        sop_instance_uids=uids,
        mask=LabelMap(labels, origins),
        slices={
            (0, "subdural"): said("unsure"),
            (2, "any"): said("no", model=MODEL, verdict=Verdict.REJECTED),
        },
        study={"any": said("yes"), "epidural": said("no")},
        boxes=(LabelledBox(1, "any", (2, 3, 8, 6), Origin.MODEL),),
        notes={None: "Asked Lovelace\nabout, the fall", 3: "motion"},
        seconds={0: 12.25, 3: 0.1},
        reader="Dr. Byron",
        model=MODEL,
        revision=42,
    )
    probabilities = rng.random((4, 6)).astype(np.float32)
    probabilities[1] = np.nan
    prediction = Prediction(
        "1.2.826.4711",
        "tiny",
        "0123abcd",
        "cpu",
        uids,
        geometry.positions_mm,
        probabilities,
        np.full(6, 0.4, np.float32),
        np.array([True, False, True, True]),
        extra={"boxes": [{"sop_instance_uid": uids[2], "score": 0.1}, None]},
        warnings=(Finding("out_of_scope", "described as Lovelace^Ada"),),
    )
    activation = {"any": rng.random(geometry.shape).astype(np.float32)}
    return Material(volume, annotation, prediction, activation, tuple(map(header, uids)), {"name": "tiny"})


def header(uid: str) -> Dataset:
    data = Dataset()
    data.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    data.SOPInstanceUID = uid
    data.PatientName = "Lovelace^Ada"
    data.WindowCenter = [40, 80]
    data.add_new(0x00091010, "UN", b"private\0")
    return data


@st.composite
def geometries(draw):
    """Stacks that are straight, tilted, turned, sheared or uneven."""
    shape = tuple(draw(st.integers(2, 6)) for _ in range(3))
    tilt, turn = np.radians(draw(st.floats(-28, 28))), np.radians(draw(st.sampled_from([0.0, 0.0, 12.0])))
    if draw(st.booleans()):
        tilt = 0.0
    down = np.array([-np.sin(turn), np.cos(turn) * np.cos(tilt), np.cos(turn) * np.sin(tilt)])
    across = np.array([np.cos(turn), np.sin(turn) * np.cos(tilt), np.sin(turn) * np.sin(tilt)])
    steps = draw(st.lists(st.floats(0.5, 12), min_size=shape[0] - 1, max_size=shape[0] - 1))
    if draw(st.booleans()):
        steps = [steps[0]] * len(steps)
    start = np.array([draw(st.floats(-200, 200)) for _ in range(3)])
    heights = np.concatenate([[0.0], np.cumsum(steps)])
    return Geometry(
        shape,
        start + heights[:, None] * np.array([0.0, 0.0, 1.0]),
        row_axis=down,
        column_axis=across,
        pixel_spacing_mm=(draw(st.floats(0.2, 1)), draw(st.floats(0.2, 1))),
    )


materials = st.builds(material_on, geometries(), st.integers(0, 2**16))
