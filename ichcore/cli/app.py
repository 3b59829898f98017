"""``ichcore``: the table of verbs, and what holds for all of them."""

import logging
import sys
import warnings
from typing import Annotated

import typer

from ichcore import __version__
from ichcore.cli import (
    compare,
    evaluate,
    explain,
    export,
    models,
    phantom,
    predict,
    retrain,
    segment,
    series,
    train,
    verify,
    window,
    worklist,
)
from ichcore.files import RESEARCH_USE

app = typer.Typer(
    name="ichcore",
    help="Head CT with suspected intracranial hemorrhage: find, predict, explain. " + RESEARCH_USE,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for verb in (
    series,
    models,
    window,
    predict,
    explain,
    segment,
    export,
    verify,
    worklist,
    phantom,
    train,
    retrain,
    evaluate,
    compare,
):
    app.command(verb.NAME)(verb.run)


def _print_version(value: bool) -> None:
    if value:
        typer.echo(f"ichcore {__version__}")
        raise typer.Exit


@app.callback()
def common(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and leave.", callback=_print_version, is_eager=True
        ),
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Write what libraries log to standard error.")
    ] = False,
) -> None:
    """Options that stand before the verb."""
    if verbose:
        logging.basicConfig(
            level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s"
        )
    else:
        # a failure must stay one line, whatever a library thinks worth a warning
        logging.getLogger().addHandler(logging.NullHandler())
        warnings.simplefilter("ignore")


def main() -> None:
    """Entry point of ``ichcore``; leaves by SystemExit with 0, 1 (a clear error), 2 (bad use) or 130."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a plain C locale must not turn a "°" into a crash
    app()
