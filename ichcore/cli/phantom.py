"""``ichcore phantom``: synthetic heads as DICOM, with their truth."""

from pathlib import Path
from typing import Annotated

import typer

from ichcore.cli.options import Json
from ichcore.cli.output import Page, print_json, progress_bar
from ichcore.cli.verb import verb
from ichcore.subtypes import SUBTYPES

NAME = "phantom"
SCHEMA = "ichcore.phantom/1"


@verb
def run(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder to write into.")],
    cases: Annotated[int, typer.Option("--cases", metavar="N", min=1, help="How many heads.")],
    seed: Annotated[
        int, typer.Option("--seed", metavar="S", min=0, help="The same seed gives the same bytes.")
    ],
    subtype: Annotated[
        list[str] | None,
        typer.Option("--subtype", metavar="C", help=f"{', '.join(SUBTYPES)}; repeat for all in one head."),
    ] = None,
    mix: Annotated[
        str, typer.Option("--mix", help="natural or even: how often each subtype bleeds.")
    ] = "natural",
    slices: Annotated[int, typer.Option("--slices", metavar="N", min=4, max=400, help="Slices a head.")] = 36,
    size: Annotated[
        int, typer.Option("--size", metavar="N", min=64, max=1024, help="Rows and columns.")
    ] = 512,
    blend_sign: Annotated[
        bool, typer.Option("--blend-sign", help="Intraparenchymal bleeds, all with a blend sign.")
    ] = False,
    blend_mimic: Annotated[
        bool, typer.Option("--blend-mimic", help="Intraparenchymal bleeds that only resemble a blend sign.")
    ] = False,
    wide_cistern: Annotated[
        bool, typer.Option("--wide-cistern", help="A wide cistern beside a bright cerebellum, a mimic.")
    ] = False,
    scanner: Annotated[
        str, typer.Option("--scanner", help="usual, or drifted: out of calibration, at a lower dose.")
    ] = "usual",
    json: Json = False,
) -> None:
    """Write synthetic heads with bleeds.

    Each as a DICOM series with label map and boxes, and one table of slice labels for all.
    """
    from ichcore.phantom.mix import MIXES
    from ichcore.phantom.scan import SCANNERS
    from ichcore.phantom.sets import write_cases

    for name in subtype or ():
        if name not in SUBTYPES:
            raise typer.BadParameter(f"{name!r} is none of {', '.join(SUBTYPES)}", param_hint="'--subtype'")
    if mix not in MIXES:
        raise typer.BadParameter(f"{mix!r} is none of {', '.join(MIXES)}", param_hint="'--mix'")
    if scanner not in SCANNERS:
        raise typer.BadParameter(f"{scanner!r} is none of {', '.join(SCANNERS)}", param_hint="'--scanner'")
    if blend_sign and blend_mimic:
        raise typer.BadParameter("a bleed has a blend sign or resembles one", param_hint="'--blend-mimic'")
    if blend_sign or blend_mimic:
        subtype = list(dict.fromkeys(["intraparenchymal", *(subtype or ())]))
    with progress_bar() as progress:
        labels = write_cases(
            out,
            cases,
            seed,
            subtypes=subtype or None,
            mix=mix,
            slices=slices,
            size=size,
            blend_sign=False if blend_mimic else (blend_sign or None),
            blend_mimic=blend_mimic or None,
            wide_cistern=wide_cistern,
            scanner=scanner,
            progress=progress,
        )
    if json:
        print_json({"schema": SCHEMA, "out": str(out), "cases": cases, "seed": seed, "labels": str(labels)})
    else:
        Page().fields([("cases", str(out / "cases")), ("labels", str(labels))])
