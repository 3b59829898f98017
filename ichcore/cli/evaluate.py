"""``ichcore evaluate``: a model's figures on a labelled set that it has not seen."""

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import platformdirs
import typer

from ichcore.cli.options import Json, Model
from ichcore.cli.output import Page, print_json, progress_bar
from ichcore.cli.verb import verb
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from ichcore.evaluation.scored import Scored

NAME = "evaluate"
SCHEMA = "ichcore.evaluation/1"


@verb
def run(
    data: Annotated[
        str, typer.Option("--data", metavar="SET", help="A recipe, for the phantoms of its test set.")
    ],
    model: Model = None,
    root: Annotated[
        Path | None, typer.Option("--root", metavar="DIR", help="Where sets are kept; else the user's cache.")
    ] = None,
    scores: Annotated[
        Path | None, typer.Option("--scores", metavar="FILE.csv", help="Write patient,slice,score of 'any'.")
    ] = None,
    prevalence: Annotated[
        float,
        typer.Option("--prevalence", min=0.0, max=1.0, help="Share of positives that PPV and NPV are for."),
    ] = 0.14,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes that make phantoms.")] = 1,
    json: Json = False,
) -> None:
    """Score a model on unseen labelled cases.

    Slices, series and boxes, beside what position alone and brightness alone would reach.
    """
    from ichcore.datasets.phantom_set import make_phantom_set
    from ichcore.evaluation.report import boxes_of, report_of
    from ichcore.evaluation.scoring import score
    from ichcore.models.checkpoint import load
    from ichcore.training.recipe import read_recipe
    from ichcore.training.run import set_folder

    loaded, spec = load(model), read_recipe(data).data["test"]
    kept = root or platformdirs.user_cache_path("ichviewer", appauthor=False) / "sets"
    with progress_bar() as progress:
        cases = make_phantom_set(spec, set_folder(kept, spec), workers=workers, progress=progress)
    scored = score(loaded, cases)
    report = report_of(scored, prevalence=prevalence)
    report["localization"] = boxes_of(loaded, cases, scored)
    if scores is not None:
        _write_scores(scores, scored)
    identity = {"name": loaded.name, "sha256": loaded.sha256}
    if json:
        print_json({"schema": SCHEMA, "model": identity, "data": data, **report})
    else:
        _print(report, loaded.name)


def _write_scores(path: Path, scored: "Scored") -> None:
    import numpy as np

    from ichcore.files import write_text

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("patient", "slice", "score"))
    first = np.searchsorted(scored.case, scored.case, "left")
    for row, case in enumerate(scored.case):
        score = float(scored.probabilities[row, CLASSES.index("any")])
        writer.writerow((scored.patients[int(case)], row - int(first[row]), f"{score:.6f}"))
    write_text(path, text.getvalue())


def _print(report: dict[str, Any], name: str) -> None:
    page, slices = Page(), report["slice"]
    page.fields([("Model", name), ("Cases", f"{report['cases']} phantoms, {report['slices']} slices")])
    page.line()
    rows = [
        (
            one,
            str(report["positives"][one]),
            *(_figure(slices[key][one]) for key in ("auc", "auc_matched", "auc_position_only")),
            _figure(report["series"]["auc"][one]),
        )
        for one in CLASSES
    ]
    header = ("class", "positive", "AUC", "matched", "position only", "series AUC")
    page.table(header, rows, left=("class",))
    page.line()
    page.line(f"Mean AUC {_figure(slices['auc_mean'])}, weighted log loss {_figure(slices['log_loss'])}.")
    page.line("Phantom figures: they say nothing of real patients.", "yellow")
    page.research_use()


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"
