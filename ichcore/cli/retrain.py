"""``ichcore retrain``: from exported bundles to a new model, judged beside the old one."""

from pathlib import Path
from typing import Annotated

import typer

from ichcore.cli.options import Json, Workers
from ichcore.cli.output import Page, print_json, progress_bar
from ichcore.cli.verb import verb

NAME = "retrain"
SCHEMA = "ichcore.retraining/1"


@verb
def run(
    bundles: Annotated[Path, typer.Argument(metavar="BUNDLES", help="Folder of exported bundles.")],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder of the run and of the new checkpoint.")
    ],
    recipe: Annotated[
        str, typer.Option("--recipe", metavar="RECIPE", help="How; must learn from bundles.")
    ] = "corrections",
    model: Annotated[
        str | None, typer.Option("--model", metavar="M", help="What is trained on; else as the recipe says.")
    ] = None,
    hold_back: Annotated[
        float,
        typer.Option(
            "--hold-back", min=0.0, max=0.9, help="Share of the patients that judge and never teach."
        ),
    ] = 0.25,
    judge: Annotated[
        list[str] | None,
        typer.Option("--judge", metavar="SET", help="Further sets as ichcore compare has them; may repeat."),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="DIR", help="Where sets are kept; else in the user's cache."),
    ] = None,
    workers: Workers = 1,
    json: Json = False,
) -> None:
    """Train on corrected cases, then judge old and new model.

    Both are judged on the patients held back, on the recipe's test set, and on every --judge. DIR/state.json
    says how far it is; a file DIR/stop ends it after the next step. A run that was stopped or killed goes on
    when the same command is given again. Afterwards ichcore models --use DIR takes the new model into use.
    """
    from dataclasses import asdict

    from ichcore.evaluation.retraining import Judges, retrain

    with progress_bar() as progress:
        state = retrain(
            bundles,
            out,
            recipe=recipe,
            model=model,
            judges=Judges(hold_back, tuple(judge or ())),
            data_root=data,
            workers=workers,
            progress=progress,
        )
    if json:
        print_json({"schema": SCHEMA, **asdict(state), "out": str(out)})
        return
    page = Page()
    page.fields([("checkpoint", str(out)), ("started from", state.old)])
    for entry in state.compared:
        one = entry["differences"]["auc any"]
        low, high = one["gain_interval"]
        gain = f"{one['gain']:+.4f} ({low:+.4f} to {high:+.4f}, {entry['patients']} patients)"
        page.line(
            f"{entry['data']}: auc any {one['b']:.4f} against {one['a']:.4f}, gain {gain}: {one['verdict']}"
        )
    page.research_use()
