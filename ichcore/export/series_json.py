"""Identity, geometry, passport and prediction of a series as JSON without any rounding, and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore.predict.prediction import Prediction
from ichcore.volume.geometry import Geometry
from ichcore.volume.passport import Finding
from ichcore.volume.volume import SeriesIdentity, Volume
from ichcore.volume.window import Transfer, Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray


def geometry_as_json(geometry: Geometry) -> dict[str, Any]:
    """Every origin, exactly."""
    return {
        "shape": list(geometry.shape),
        "origins_lps_mm": geometry.origins_mm.tolist(),
        "row_axis_lps": geometry.row_axis.tolist(),
        "column_axis_lps": geometry.column_axis.tolist(),
        "pixel_spacing_mm": None if geometry.pixel_spacing_mm is None else list(geometry.pixel_spacing_mm),
        "slice_thickness_mm": geometry.slice_thickness_mm,
        "positions_known": geometry.positions_known,
    }


def geometry_from_json(stated: Mapping[str, Any]) -> Geometry:
    """The geometry that :func:`geometry_as_json` wrote; lets KeyError, TypeError and ValueError through.

    Raises:
        GeometryError: if it has not one origin a slice.
    """
    slices, rows, columns = (int(v) for v in stated["shape"])
    spacing = stated["pixel_spacing_mm"]
    return Geometry(
        (slices, rows, columns),
        np.asarray(stated["origins_lps_mm"], float).reshape(-1, 3),
        row_axis=np.asarray(stated["row_axis_lps"], float).reshape(3),
        column_axis=np.asarray(stated["column_axis_lps"], float).reshape(3),
        pixel_spacing_mm=None if spacing is None else (float(spacing[0]), float(spacing[1])),
        slice_thickness_mm=None
        if stated["slice_thickness_mm"] is None
        else float(stated["slice_thickness_mm"]),
        positions_known=bool(stated["positions_known"]),
    )


def series_as_json(volume: Volume) -> dict[str, Any]:
    """What is known of a series beside its HU and geometry."""
    return {
        "identity": asdict(volume.identity),
        "sop_instance_uids": list(volume.sop_instance_uids),
        "passport": [finding.as_json() for finding in volume.passport],
        "windows": [
            {"center": w.center, "width": w.width, "name": w.name, "transfer": w.transfer.value}
            for w in volume.windows
        ],
        "is_hu": volume.is_hu,
        "decoded": volume.decoded.tolist(),
    }


def volume_from_json(stated: Mapping[str, Any], hu: NDArray[np.int16], geometry: Geometry) -> Volume:
    """The volume that :func:`series_as_json` described; lets KeyError, TypeError and ValueError through."""
    return Volume(
        hu=hu,
        geometry=geometry,
        sop_instance_uids=tuple(str(uid) for uid in stated["sop_instance_uids"]),
        identity=SeriesIdentity(**stated["identity"]),
        passport=_findings(stated["passport"]),
        windows=tuple(
            Window(float(w["center"]), float(w["width"]), str(w["name"]), Transfer(w["transfer"]))
            for w in stated["windows"]
        ),
        is_hu=bool(stated["is_hu"]),
        decoded=np.asarray(stated["decoded"], bool),
    )


def prediction_as_exact_json(prediction: Prediction) -> dict[str, Any]:
    """Every number as it is, where the printed form of a prediction is rounded; ``null`` for NaN."""
    return {
        "series_instance_uid": prediction.series_instance_uid,
        "model": {"name": prediction.model_name, "sha256": prediction.model_sha256},
        "device": prediction.device,
        "sop_instance_uids": list(prediction.sop_instance_uids),
        "positions_mm": prediction.positions_mm.tolist(),
        "probabilities": prediction.probabilities.tolist(),
        "thresholds": prediction.thresholds.tolist(),
        "done": prediction.done.tolist(),
        "calibrated": prediction.calibrated,
        "series_probabilities": prediction.series_probabilities.tolist(),
        "extra": prediction.extra,
        "warnings": [finding.as_json() for finding in prediction.warnings],
    }


def prediction_from_json(stated: Mapping[str, Any]) -> Prediction:
    """The prediction that was written; lets KeyError, TypeError and ValueError through."""
    uids = tuple(str(uid) for uid in stated["sop_instance_uids"])
    return Prediction(
        series_instance_uid=str(stated["series_instance_uid"]),
        model_name=str(stated["model"]["name"]),
        model_sha256=str(stated["model"]["sha256"]),
        device=str(stated["device"]),
        sop_instance_uids=uids,
        positions_mm=_numbers(stated["positions_mm"]).reshape(len(uids)),
        probabilities=_numbers(stated["probabilities"]).astype(np.float32).reshape(len(uids), -1),
        thresholds=_numbers(stated["thresholds"]).astype(np.float32),
        done=np.asarray(stated["done"], bool).reshape(len(uids)),
        calibrated=bool(stated["calibrated"]),
        series_probabilities=_numbers(stated["series_probabilities"]).astype(np.float32),
        extra=dict(stated["extra"]),
        warnings=_findings(stated["warnings"]),
    )


def _numbers(values: object) -> NDArray[np.float64]:
    """Nested lists of numbers; ``null`` becomes NaN."""
    return np.asarray(values, float)


def _findings(stated: Iterable[Mapping[str, str]]) -> tuple[Finding, ...]:
    return tuple(Finding(str(one["code"]), str(one["detail"])) for one in stated)
