"""What a model suggests of a series, as an annotation that can be exported like a reader's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from ichcore.annotations.annotation import Annotation
from ichcore.annotations.answer import Answer, Said
from ichcore.export.material import Material
from ichcore.masks.edits.label_map import LabelMap
from ichcore.masks.edits.origin import Origin
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ichcore.models.checkpoint import LoadedModel, LoadedSegmenter
    from ichcore.predict.prediction import Prediction
    from ichcore.progress import CancelToken, Progress
    from ichcore.volume.volume import Volume


def suggested(
    volume: Volume,
    model: LoadedModel,
    u_net: LoadedSegmenter | None = None,
    *,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Material:
    """Mask, flags and heat maps of a model; the mask as ``ichcore segment`` draws it.

    Args:
        volume: the series.
        model: that predicts.
        u_net: that draws; ``None`` for the weak chain alone.
        progress: told as the steps go on.
        cancel: asked now and then.

    Raises:
        CancelledError: if asked to stop.
    """
    from ichcore.masks.segmenter import Segmenter, chain_for
    from ichcore.predict.predictor import Predictor

    prediction = Predictor(model).predict(volume, progress=progress, cancel=cancel)
    segmenter = Segmenter(model, u_net)
    pointing = segmenter.point(volume, prediction, progress=progress, cancel=cancel)
    labels = segmenter.labels(pointing, chain_for(model), progress=progress, cancel=cancel)
    activation, explanation = activation_of(volume, model, prediction, progress=progress, cancel=cancel)
    return Material(
        volume=volume,
        annotation=as_annotation(labels, prediction),
        prediction=prediction,
        activation=activation,
        card=model.card.as_json(),
        explanation=explanation,
    )


def with_maps(
    material: Material,
    model: LoadedModel,
    *,
    prediction: Prediction | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Material:
    """A reader's annotation with what a model says beside it: prediction, heat maps, card.

    Args:
        material: to complete.
        model: that predicts and explains.
        prediction: of that model, where it is there already.
        progress: told as the steps go on.
        cancel: asked now and then.

    Raises:
        CancelledError: if asked to stop.
    """
    from ichcore.predict.predictor import Predictor

    if prediction is None:
        prediction = Predictor(model).predict(material.volume, progress=progress, cancel=cancel)
    maps, explanation = activation_of(material.volume, model, prediction, progress=progress, cancel=cancel)
    card = model.card.as_json()
    return replace(material, prediction=prediction, activation=maps, card=card, explanation=explanation)


def as_annotation(labels: NDArray[np.uint8], prediction: Prediction) -> Annotation:
    """A model's mask and flags; its reader is the model's name.

    Args:
        labels: uint8 ``(slices, rows, columns)`` label map.
        prediction: whose flags are its answers; a class that the model does not predict has none.
    """
    name = prediction.model_name
    model = f"{name}@{prediction.model_sha256}"
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    flags, stated = prediction.flags(), ~np.isnan(prediction.probabilities)
    answers = {
        (index, CLASSES[column]): Said(Answer.YES if flags[index, column] else Answer.NO, name, at, model)
        for index, column in np.argwhere(stated).tolist()
    }
    return Annotation(
        series_instance_uid=prediction.series_instance_uid,
        sop_instance_uids=prediction.sop_instance_uids,
        mask=LabelMap(labels, np.where(labels > 0, Origin.MODEL, Origin.NONE).astype(np.uint8)),
        slices=answers,
        reader=name,
        model=model,
    )


def activation_of(
    volume: Volume,
    model: LoadedModel,
    prediction: Prediction,
    *,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> tuple[dict[str, NDArray[np.float32]], tuple[str, str] | None]:
    """Heat maps of every class that is flagged somewhere.

    Returns:
        float32 ``(slices, rows, columns)`` by class; their method and layer, ``None`` without any.

    Raises:
        CancelledError: if asked to stop.
    """
    from ichcore.explain.explainer import Explainer
    from ichcore.explain.stacked import stacked

    flags = prediction.flags()
    classes = [name for column, name in enumerate(CLASSES) if flags[:, column].any()]
    slices = np.flatnonzero(flags.any(axis=1)).tolist()
    if not classes:
        return {}, None
    heatmaps = Explainer(model).explain(
        volume, slices, classes, prediction=prediction, progress=progress, cancel=cancel
    )
    maps = dict(zip(classes, stacked(heatmaps, classes, volume.shape), strict=True))
    return maps, (heatmaps[0].method, heatmaps[0].layer)
