"""``ichcore train``: a recipe to a checkpoint."""

from pathlib import Path
from typing import Annotated

import typer

from ichcore.cli.options import Json, Workers
from ichcore.cli.output import Page, print_json, progress_bar
from ichcore.cli.verb import verb

NAME = "train"
SCHEMA = "ichcore.training/1"


@verb
def run(
    recipe: Annotated[str, typer.Argument(metavar="RECIPE", help="A recipe that ships, or a .toml file.")],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder of the checkpoint; logs go to its run/.")
    ],
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="DIR", help="Where phantom sets are kept; else in run/data."),
    ] = None,
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KIND=FOLDER", help="Where a set lies that the recipe learns from."),
    ] = None,
    workers: Workers = 1,
    json: Json = False,
) -> None:
    """Train a model by a recipe.

    Makes the data that the recipe names, trains its stages in turn, calibrates on its validation set and
    writes a checkpoint. A run that was stopped goes on where it was, and torchrun may start it as several
    processes.
    """
    from ichcore.training import processes
    from ichcore.training.parts import folders_of
    from ichcore.training.run import train

    with progress_bar() as progress:
        card = train(
            recipe, out, data_root=data, folders=folders_of(sets or ()), workers=workers, progress=progress
        )
    if processes.number() > 0:  # torchrun started several, and the first one speaks
        return
    if json:
        print_json({"schema": SCHEMA, "out": str(out), "card": card.as_json()})
    else:
        Page().fields([("model", card.name), ("checkpoint", str(out))])
