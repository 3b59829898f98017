"""A first look at a series in the annotator's place: what models say, what they would draw, what is odd."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichcore.annotations.arguing import argument_of
from ichcore.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ichcore.annotations.worklist import Argument
    from ichcore.masks.segmenter import Segmenter
    from ichcore.predict.predictor import Predictor
    from ichcore.progress import CancelToken, Progress
    from ichcore.volume.volume import Volume


def look_at(
    volume: Volume,
    predictors: Sequence[Predictor],
    segmenter: Segmenter,
    *,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Argument:
    """Predict a series, draw its weak mask, and say what argues for a look.

    Args:
        volume: the series.
        predictors: of one or more models; the first one's prediction is drawn from.
        segmenter: of the first model.
        progress: told after every batch of slices, of each step anew.
        cancel: looked at between batches.

    Raises:
        InputError: if the series is out of the models' scope.
        CancelledError: if cancelled.
    """
    from ichcore.masks.segmenter import chain_for
    from ichcore.predict.scope import outside_scope

    outside = outside_scope(volume)
    if outside:
        raise InputError(f"Not scored: {outside[0].detail} Open it and press F5 to score it all the same.")
    said = [one.predict(volume, progress=progress, cancel=cancel) for one in predictors]
    if "any" not in segmenter.model.card.classes:
        return argument_of(said)
    pointing = segmenter.point(volume, said[0], progress=progress, cancel=cancel)
    chain = chain_for(segmenter.model)
    labels = segmenter.labels(pointing, chain, progress=progress, cancel=cancel)
    deepest, slabs = len(pointing.layer_cams) - 1, pointing.prepared.slabs.of_slice
    spacing = volume.geometry.pixel_spacing_mm
    return argument_of(
        said,
        labels,
        lambda index: pointing.on_slice("layer_cams", deepest, int(slabs[index])),
        None if spacing is None else spacing[0] * spacing[1],
    )
