"""``ichcore explain``: where the model looked, as maps, boxes, a mask and a contact sheet."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ichcore.cli.options import Device, Json, Model, SeriesUid, StudyPath
from ichcore.cli.output import Page, print_json, progress_bar
from ichcore.cli.verb import verb
from ichcore.explain.method import DEFAULT_METHOD, OFFERED
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from ichcore.cli.explanation_files import Explanation
    from ichcore.predict.prediction import Prediction

NAME = "explain"
SCHEMA = "ichcore.explanation/1"


@verb
def run(
    path: StudyPath,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write into.")],
    model: Model = None,
    series: SeriesUid = None,
    method: Annotated[str, typer.Option("--method", help=f"{', '.join(OFFERED)}.")] = DEFAULT_METHOD,
    class_: Annotated[
        list[str] | None,
        typer.Option(
            "--class", metavar="C", help="Repeat for several; else every class above its threshold."
        ),
    ] = None,
    layer: Annotated[
        str | None, typer.Option("--layer", metavar="L", help="Layer of the network; else its last map.")
    ] = None,
    threshold: Annotated[
        float,
        typer.Option(
            "--threshold", min=0.0, max=1.0, help="Share of a slice's maximum that boxes and mask need."
        ),
    ] = 0.2,
    box: Annotated[
        str, typer.Option("--box", help="largest component, every component, or one around all of them.")
    ] = "largest",
    slice_: Annotated[
        list[int] | None, typer.Option("--slice", metavar="I", help="0-based index; repeat; else all slices.")
    ] = None,
    ungated: Annotated[
        bool, typer.Option("--ungated", help="Explain classes below their threshold too.")
    ] = False,
    device: Device = "auto",
    json: Json = False,
) -> None:
    """Show where the model looked, as files.

    Writes activation.nii.gz, classes.json, boxes.json, mask.nii.gz and contact_sheet.png into --out.
    """
    from ichcore.masks.boxes import WHICH

    if method not in OFFERED:
        raise typer.BadParameter(f"{method!r} is none of {', '.join(OFFERED)}", param_hint="'--method'")
    if box not in WHICH:
        raise typer.BadParameter(f"{box!r} is none of {', '.join(WHICH)}", param_hint="'--box'")
    for name in class_ or ():
        if name not in CLASSES:
            raise typer.BadParameter(f"{name!r} is none of {', '.join(CLASSES)}", param_hint="'--class'")
    from ichcore.cli.explanation_files import Explanation, write_explanation
    from ichcore.opening import open_volume

    with progress_bar() as progress:
        volume = open_volume(path, series_uid=series, progress=progress)
        from ichcore.explain.explainer import Explainer
        from ichcore.models.checkpoint import load
        from ichcore.predict.compute import choose_device
        from ichcore.predict.predictor import Predictor

        loaded = load(model, choose_device(device))
        prediction = Predictor(loaded).predict(volume, progress=progress)
        explainer = Explainer(loaded)
        classes = tuple(dict.fromkeys(class_ or _flagged(prediction)))
        indices = sorted(set(slice_)) if slice_ else list(range(volume.shape[0]))
        heatmaps = explainer.explain(
            volume,
            indices,
            classes,
            method=method,
            layer=layer,
            prediction=prediction,
            ungated=ungated,
            progress=progress,
        )
        explanation = Explanation(
            volume,
            prediction,
            classes,
            tuple(heatmaps),
            method,
            layer or explainer.default_layer,
            threshold,
            box,
        )
        files = write_explanation(out, explanation)
    if json:
        print_json(_report(explanation, files))
    else:
        _print(explanation, files)


def _flagged(prediction: "Prediction") -> list[str]:
    """Classes flagged in some slice; ``any`` where there is none, so that the files say so."""
    flags = prediction.flags()
    return [name for column, name in enumerate(CLASSES) if flags[:, column].any()] or [CLASSES[0]]


def _report(explanation: "Explanation", files: dict[str, Path]) -> dict[str, object]:
    prediction = explanation.prediction
    return {
        "schema": SCHEMA,
        "series_instance_uid": prediction.series_instance_uid,
        "model": {"name": prediction.model_name, "sha256": prediction.model_sha256},
        "method": explanation.method,
        "layer": explanation.layer,
        "classes": list(explanation.classes),
        "slices": explanation.shown_slices(),
        "files": {name: str(path) for name, path in files.items()},
        "warnings": [finding.as_json() for finding in prediction.warnings],
    }


def _print(explanation: "Explanation", files: dict[str, Path]) -> None:
    page = Page()
    page.fields([("Model", explanation.prediction.model_name), *((k, str(p)) for k, p in files.items())])
    shown = len(explanation.shown_slices())
    page.line(f"{shown} slices explained for {', '.join(explanation.classes)}.")
    page.warnings(explanation.prediction.warnings)
    page.research_use()
