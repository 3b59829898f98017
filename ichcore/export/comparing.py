"""Whether what was read back is what was written, in sentences."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.export.annotation_json import annotation_as_json
from ichcore.export.header_bytes import encoded
from ichcore.export.series_json import geometry_as_json, prediction_as_exact_json, series_as_json
from ichcore.files import json_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ichcore.export.material import Material
    from ichcore.predict.prediction import Prediction


def array_differences(name: str, expected: NDArray[Any], found: NDArray[Any]) -> list[str]:
    """A sentence where two arrays differ in shape, type or any value.

    Args:
        name: what the array is, such as ``mask.nii.gz``.
        expected: as it should be.
        found: as it was read.
    """
    if expected.shape != found.shape:
        return [f"{name} has the shape {found.shape}; expected {expected.shape}."]
    if expected.dtype != found.dtype:
        return [f"{name} holds {found.dtype}; expected {expected.dtype}."]
    other = expected != found
    if expected.dtype.kind == "f":
        other &= ~(np.isnan(expected) & np.isnan(found))
    count = int(np.count_nonzero(other))
    if not count:
        return []
    first = tuple(int(v) for v in np.argwhere(other)[0])
    instead = f"{found[first]} instead of {expected[first]}"
    return [f"{name} differs in {count} values; the first, at {first}, is {instead}."]


def entry_differences(name: str, expected: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """A sentence for each entry in which two JSON objects differ.

    Args:
        name: what the object is, such as ``the annotation``.
        expected: as it should be.
        found: as it was read.
    """
    return [
        f"{name[:1].upper()}{name[1:]} differs in {key!r}."
        for key in dict.fromkeys((*expected, *found))
        if _plain(expected.get(key)) != _plain(found.get(key))
    ]


def material_differences(expected: Material, found: Material) -> list[str]:
    """A sentence for each part in which two materials differ; every value counts."""
    before, after = expected.annotation, found.annotation
    said = [
        *array_differences("HU", expected.volume.hu, found.volume.hu),
        *array_differences("The mask", before.mask.labels, after.mask.labels),
        *array_differences("The origins", before.mask.origins, after.mask.origins),
        *entry_differences(
            "the geometry",
            geometry_as_json(expected.volume.geometry),
            geometry_as_json(found.volume.geometry),
        ),
        *entry_differences("the series", series_as_json(expected.volume), series_as_json(found.volume)),
        *entry_differences("the annotation", annotation_as_json(before), annotation_as_json(after)),
        *entry_differences("the prediction", _stated(expected.prediction), _stated(found.prediction)),
        *entry_differences("the model's card", expected.card, found.card),
    ]
    if expected.explanation != found.explanation:
        said.append(f"The heat maps are by {found.explanation}; expected {expected.explanation}.")
    if list(expected.activation) != list(found.activation):
        said.append(
            f"There are heat maps of {', '.join(found.activation) or 'nothing'}; expected "
            f"{', '.join(expected.activation) or 'none'}."
        )
    else:
        for name, activation in expected.activation.items():
            said += array_differences(f"The heat map of {name}", activation, found.activation[name])
    if [encoded(header) for header in expected.headers] != [encoded(header) for header in found.headers]:
        said.append("The DICOM headers differ.")
    return said


def _plain(value: object) -> Any:
    """As JSON gives it back: lists for tuples, ``None`` for NaN."""
    return json.loads(json_text(value))


def _stated(prediction: Prediction | None) -> dict[str, Any]:
    return {} if prediction is None else prediction_as_exact_json(prediction)
