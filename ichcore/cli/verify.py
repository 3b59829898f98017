"""``ichcore verify``: whether an export is still what was certified."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ichcore.cli.options import Json
from ichcore.cli.output import Page, print_json
from ichcore.cli.verb import FAILED, verb

if TYPE_CHECKING:
    from ichcore.export.verifying import Verification

NAME = "verify"


@verb
def run(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder of an export.")], json: Json = False
) -> None:
    """Check an export.

    Hashes and reads every file again; where the export holds a bundle, compares every value with it. Exits
    with 1 where anything differs.
    """
    from ichcore.export.verifying import SCHEMA, verify

    verification = verify(out)
    if json:
        print_json(
            {
                "schema": SCHEMA,
                "certified": verification.certified,
                "formats": list(verification.certificate.formats),
                "compared": list(verification.compared),
                "below": verification.below,
                "differences": list(verification.differences),
            }
        )
    else:
        _print(verification)
    if not verification.certified:
        raise typer.Exit(FAILED)


def _print(verification: "Verification") -> None:
    page = Page()
    for sentence in verification.differences:
        page.line(sentence)
    if verification.certified:
        formats = verification.certificate.formats
        count = sum(len(one.files) for one in formats.values())
        below = f", and {verification.below} exports in its folders" if verification.below else ""
        page.line(f"certified: {', '.join(formats)}; {count} files{below}, unchanged and readable.")
        if verification.compared:
            page.line(f"Compared with the bundle, value by value: {', '.join(verification.compared)}.")
    page.research_use()
