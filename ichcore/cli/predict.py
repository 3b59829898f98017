"""``ichcore predict``: six probabilities for every slice and for the series."""

from math import isnan
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from ichcore.cli.options import Device, Json, Model, SeriesUid, StudyPath
from ichcore.cli.output import Page, class_names, print_json, progress_bar
from ichcore.cli.verb import verb
from ichcore.files import json_text, write_text
from ichcore.subtypes import HEMORRHAGE_CLASSES

if TYPE_CHECKING:
    from ichcore.predict.prediction import Prediction
    from ichcore.volume.volume import Volume

NAME = "predict"


@verb
def run(
    path: StudyPath,
    model: Model = None,
    series: SeriesUid = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.json", help="Write the object here as well.")
    ] = None,
    device: Device = "auto",
    every: Annotated[
        bool, typer.Option("--all", help="Print all slices, not only the flagged ones.")
    ] = False,
    json: Json = False,
) -> None:
    """Predict six probabilities for every slice.

    Any hemorrhage and its five subtypes, with the thresholds and what puts the series out of scope.
    """
    from ichcore.opening import open_volume

    with progress_bar() as progress:
        volume = open_volume(path, series_uid=series, progress=progress)
        # torch is loaded only now, so that a wrong path is answered at once
        from ichcore.models.checkpoint import load
        from ichcore.predict.compute import choose_device
        from ichcore.predict.predictor import Predictor

        predictor = Predictor(load(model, choose_device(device)))
        start = perf_counter()
        prediction = predictor.predict(volume, progress=progress)
        seconds = perf_counter() - start
    report = prediction.as_json()
    if out is not None:
        write_text(out, json_text(report))
    if json:
        print_json(report)
    else:
        _print(prediction, volume, seconds, every=every)


def _print(prediction: "Prediction", volume: "Volume", seconds: float, *, every: bool) -> None:
    import numpy as np

    page = Page()
    slices, rows, columns = volume.shape
    calibrated = "calibrated" if prediction.calibrated else "not calibrated"
    page.fields(
        [
            ("Series", f"{volume.identity.series_description or prediction.series_instance_uid}"),
            ("Grid", f"{slices} slices, {rows} × {columns}"),
            ("Model", f"{prediction.model_name}, {calibrated}, {prediction.device}, {seconds:.1f} s"),
        ]
    )
    page.line()
    flags = prediction.flags()
    shown = [i for i in range(slices) if every or flags[i].any()]
    table = [
        (
            str(i),
            f"{prediction.positions_mm[i]:.1f}",
            *(_probability(v) for v in prediction.probabilities[i]),
            class_names(np.flatnonzero(flags[i]).tolist()),
        )
        for i in shown
    ]
    series = prediction.series_probabilities
    table.append(("series", "", *(_probability(v) for v in series), ""))
    table.append(("threshold", "", *(_probability(v) for v in prediction.thresholds), ""))
    shorts = [c.short for c in HEMORRHAGE_CLASSES]
    page.table(("slice", "mm", *shorts, "flagged"), table, left=("flagged",))
    page.line()
    page.line(f"{int(flags.any(axis=1).sum())} of {slices} slices flagged.")
    page.warnings(prediction.warnings)
    page.research_use()


def _probability(value: float) -> str:
    return "–" if isnan(value) else f"{value:.3f}"
