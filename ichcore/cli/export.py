"""``ichcore export``: an annotation, or a model's suggestion, as files that others read; each read back."""

from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ichcore.cli.options import Device, Json, Model, SeriesUid, StudyPath
from ichcore.cli.output import Page, print_json, progress_bar
from ichcore.cli.verb import verb
from ichcore.errors import NothingFoundError
from ichcore.export.formats import FORMATS, loaded

if TYPE_CHECKING:
    from ichcore.export.certificate import Certificate
    from ichcore.export.material import Material
    from ichcore.progress import Progress
    from ichcore.volume.volume import Volume

NAME = "export"
SOURCE_HEADERS = "ichcore.export.source_headers:source_headers"
DEIDENTIFIED = "ichcore.export.deidentify:deidentified"
_NEED_HEADERS = frozenset(("seg", "sr", "pmap", "bundle"))


class From(StrEnum):
    """Whose marks are exported."""

    ANNOTATION = "annotation"
    MODEL = "model"


@verb
def run(
    path: StudyPath,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="New folder, or one of an earlier export.")],
    format_: Annotated[
        list[str], typer.Option("--format", metavar="F", help=f"{', '.join(FORMATS)}; repeat for several.")
    ],
    from_: Annotated[
        From, typer.Option("--from", metavar="annotation|model", help="A reader's marks, or a model's.")
    ] = From.ANNOTATION,
    deidentify: Annotated[
        bool, typer.Option("--deidentify", help="Take the patient out first (PS3.15, basic profile).")
    ] = False,
    series: SeriesUid = None,
    model: Model = None,
    store: Annotated[
        Path | None, typer.Option("--store", metavar="FILE", help="Store of annotations; else the user's.")
    ] = None,
    device: Device = "auto",
    json: Json = False,
) -> None:
    """Export a series' annotation.

    Every format goes to OUT/F. It is reopened and compared before it is put there; OUT/certificate.json says
    what was compared. With --from model, mask, flags and heat maps of a model are exported as its own.
    """
    for name in format_:
        if name not in FORMATS:
            raise typer.BadParameter(f"{name!r} is none of {', '.join(FORMATS)}", param_hint="'--format'")
    from ichcore.export.exporting import export
    from ichcore.opening import open_volume

    with progress_bar() as progress:
        volume = open_volume(path, series_uid=series, progress=progress)
        if from_ is From.MODEL:
            material = _of_model(volume, model, device, progress)
        else:
            material = _of_reader(volume, store)
        if _NEED_HEADERS & set(format_):
            material = _with_headers(material, path)
        if deidentify:
            material = _without_patient(material)
        certificate = export(material, out, format_, deidentified=deidentify, progress=progress)
    if json:
        print_json(certificate.as_json() | {"out": str(out)})
    else:
        _print(certificate, out, format_)


def _of_reader(volume: "Volume", store: Path | None) -> "Material":
    from ichcore.export.material import Material
    from ichcore.export.stored import annotation_of

    annotation = annotation_of(volume, store)
    if annotation is None:
        raise NothingFoundError(
            f"No annotation of series {volume.identity.series_instance_uid} is stored; annotate it in "
            "ichviewer, or export what a model suggests with --from model."
        )
    return Material(volume, annotation)


def _of_model(volume: "Volume", name: str | None, device: str, progress: "Progress | None") -> "Material":
    from ichcore.export.suggestion import suggested
    from ichcore.models.catalogue import drawn_from
    from ichcore.models.checkpoint import load, load_segmenter
    from ichcore.predict.compute import choose_device

    where = choose_device(device)
    model = load(name, where)
    card = drawn_from(model.name)
    u_net = None if card is None else load_segmenter(card.name, where)
    return suggested(volume, model, u_net, progress=progress)


def _with_headers(material: "Material", path: Path) -> "Material":
    from dataclasses import replace

    if find_spec(SOURCE_HEADERS.partition(":")[0]) is None:
        return material
    headers: Any = loaded(SOURCE_HEADERS)
    return replace(material, headers=headers(path, material.volume))


def _without_patient(material: "Material") -> "Material":
    from ichcore.export.scrubbing import scrubbed

    deidentified: Any = loaded(DEIDENTIFIED)
    return scrubbed(deidentified(material), material)


def _print(certificate: "Certificate", out: Path, names: list[str]) -> None:
    page = Page()
    for name in dict.fromkeys(names):
        one = certificate.formats[name]
        size = sum(record.bytes for record in one.files) / 2**20
        count = len(one.files)
        page.line(f"{name}: {out / name}, {count} file{'s' if count > 1 else ''}, {size:.1f} MB")
        page.line(f"  read back, {one.result}: {one.compared}")
    page.line(f"By {certificate.formats[names[0]].reader or 'an unnamed reader'}; certificate.json in {out}.")
    page.research_use()
