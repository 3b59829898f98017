"""``ichcore export``: an annotation, or a model's suggestion, as files that others read; each read back."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ichcore.annotations.place import store_at
from ichcore.cli.export_several import Wish, of_reader, run_several
from ichcore.cli.options import Device, Json, Model, StorePlace, StudyPath
from ichcore.cli.output import Page, print_json, progress_bar
from ichcore.cli.verb import verb
from ichcore.export.formats import FORMATS

if TYPE_CHECKING:
    from ichcore.export.certificate import Certificate
    from ichcore.export.material import Material
    from ichcore.progress import Progress
    from ichcore.volume.volume import Volume

NAME = "export"


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
    series: Annotated[
        list[str] | None,
        typer.Option("--series", metavar="UID", help="SeriesInstanceUID; else the proposed. May repeat."),
    ] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="Every series at PATH of which an annotation is stored.")
    ] = False,
    done: Annotated[
        bool, typer.Option("--done", help="Of these only reads that are locked or marked as done.")
    ] = False,
    model: Model = None,
    store: StorePlace = None,
    reader: Annotated[
        str, typer.Option("--reader", metavar="NAME", help="Whose annotation; else the newest.")
    ] = "",
    device: Device = "auto",
    json: Json = False,
) -> None:
    """Export a series' annotation.

    Every format goes to OUT/F. It is reopened and compared before it is put there; OUT/certificate.json says
    what was compared. coco, rsna and nnunet take further series. With --all or several --series, the other
    formats of each series go into a folder of its own in OUT. With --from model, mask, flags and heat maps of
    a model are exported as its own.
    """
    for name in format_:
        if name not in FORMATS:
            raise typer.BadParameter(f"{name!r} is none of {', '.join(FORMATS)}", param_hint="'--format'")
    if done and not all_:
        raise typer.BadParameter("it narrows --all; give both", param_hint="'--done'")
    if all_ and (series or from_ is From.MODEL):
        raise typer.BadParameter("it stands for stored annotations, without --series", param_hint="'--all'")
    where = None if store is None else store_at(store)
    if all_ or len(series or ()) > 1:
        if from_ is From.MODEL:
            raise typer.BadParameter("one series at a time", param_hint="'--from'")
        maps = (lambda one, bar: _with_maps(one, model, device, bar)) if "pmap" in format_ else None
        run_several(
            path,
            out,
            format_,
            Wish(where, reader, done=done, series=tuple(series or ()), deidentify=deidentify),
            maps,
            json=json,
        )
        return
    from ichcore.export.completing import completed
    from ichcore.export.exporting import export
    from ichcore.opening import open_volume

    with progress_bar() as progress:
        volume = open_volume(path, series_uid=series[0] if series else None, progress=progress)
        if from_ is From.MODEL:
            material = _of_model(volume, model, device, progress)
        else:
            material = of_reader(volume, where, reader)
            if "pmap" in format_:
                material = _with_maps(material, model, device, progress)
        material = completed(material, path, format_, deidentify=deidentify)
        certificate = export(material, out, format_, deidentified=deidentify, progress=progress)
    if json:
        print_json(certificate.as_json() | {"out": str(out)})
    else:
        _print(certificate, out, format_)


def _with_maps(
    material: "Material", name: str | None, device: str, progress: "Progress | None"
) -> "Material":
    """The heat maps of the named model, else of the one that the reader began with, else the default."""
    from ichcore.export.suggestion import with_maps
    from ichcore.models.checkpoint import load
    from ichcore.predict.compute import choose_device

    begun_with = material.annotation.model.rpartition("@")[0]
    model = load(name or begun_with or None, choose_device(device))
    return with_maps(material, model, progress=progress)


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
