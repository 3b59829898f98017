"""``python -m ichcore.training RECIPE --out FOLDER``: make the data, train, write a checkpoint."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 (typer reads the annotations)
from typing import Annotated

import typer

from ichcore.errors import IchError


def main(
    recipe: Annotated[str, typer.Argument(help="A recipe that ships, or a path.")],
    out: Annotated[Path, typer.Option(help="Folder of the checkpoint; logs go to its 'run'.")],
    data: Annotated[Path | None, typer.Option(help="Where phantom sets are kept and found again.")] = None,
    sets: Annotated[list[str] | None, typer.Option("--set", help="KIND=FOLDER of a set on disk.")] = None,
    workers: Annotated[int, typer.Option(help="Processes that make phantoms.")] = 1,
    threads: Annotated[int, typer.Option(help="Threads that train; 0 leaves it to torch.")] = 0,
) -> None:
    """Train a recipe; a stopped run goes on where it was."""
    import torch

    from ichcore.training import processes
    from ichcore.training.parts import folders_of
    from ichcore.training.run import train

    if threads:
        torch.set_num_threads(threads)

    def tell(done: int, total: int, message: str = "") -> None:
        if done % 10 == 0 or done == total:
            typer.echo(f"{message}: {done} of {total}", err=True)

    try:
        card = train(
            recipe, out, data_root=data, folders=folders_of(sets or ()), workers=workers, progress=tell
        )
    except IchError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)
    for window in card.windows if processes.number() == 0 else ():
        typer.echo(f"{window.name}: {window.window}")


if __name__ == "__main__":
    typer.run(main)
