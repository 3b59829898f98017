"""Arguments and options that several verbs share."""

from pathlib import Path
from typing import Annotated

import typer

StudyPath = Annotated[
    Path,
    typer.Argument(metavar="PATH", help="Folder, zip, DICOMDIR, DICOM or NIfTI file, or folder of pictures."),
]
Model = Annotated[
    str | None,
    typer.Option("--model", metavar="M", help="Installed checkpoint or its folder; else the default one."),
]
SeriesUid = Annotated[
    str | None, typer.Option("--series", metavar="UID", help="SeriesInstanceUID; else the proposed series.")
]
Device = Annotated[str, typer.Option("--device", metavar="D", help="auto, cpu, cuda, cuda:1 or mps.")]
StorePlace = Annotated[
    str | None, typer.Option("--store", metavar="FILE|URL", help="Store of annotations; else the user's.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Workers = Annotated[int, typer.Option("--workers", min=1, help="Processes that make phantoms.")]
SetsRoot = Annotated[
    Path | None, typer.Option("--root", metavar="DIR", help="Where sets are kept; else the user's cache.")
]
