"""``ichcore export --all``: what is stored of many series, in one folder."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ichcore.cli.output import Page, print_json, progress_bar
from ichcore.cli.verb import FAILED
from ichcore.errors import NothingFoundError

if TYPE_CHECKING:
    from ichcore.export.certificate import Certificate
    from ichcore.export.material import Material
    from ichcore.export.several import Exported, StoredSeries
    from ichcore.progress import Progress
    from ichcore.volume.volume import Volume

SCHEMA = "ichcore.exports/1"


@dataclass(frozen=True)
class Wish:
    """Which annotations, and how.

    Attributes:
        store: file or URL; ``None`` for the user's own.
        reader: whose; anybody's where empty.
        done: only reads that are over.
        series: UIDs; all that are stored where empty.
        deidentify: take the patients out first.
    """

    store: Path | str | None
    reader: str
    done: bool
    series: tuple[str, ...]
    deidentify: bool


def run_several(
    path: Path,
    out: Path,
    names: Sequence[str],
    wish: Wish,
    with_maps: "Callable[[Material, Progress | None], Material] | None",
    *,
    json: bool,
) -> None:
    """Export, and say what became of each series; ends with 1 where one was left out.

    Raises:
        NothingFoundError: if nothing that is wanted lies at the path.
        typer.Exit: if a series was left out.
    """
    from ichcore.export.completing import completed
    from ichcore.export.confidentiality import UidMap
    from ichcore.export.several import Exported, export_several, find_stored
    from ichcore.opening import open_volume

    uids = UidMap()
    with progress_bar() as progress:
        wanted, missing = find_stored(
            path, wish.store, reader=wish.reader, done=wish.done, series=wish.series
        )
        if not wanted:
            raise NothingFoundError(
                f"{path.name} holds no series of which {'a finished' if wish.done else 'an'} annotation is "
                "stored; annotate one in ichviewer, or give the folder that they are in."
            )

        def material_of(one: "StoredSeries") -> "Material":
            volume = open_volume(one.path, series_uid=one.series_instance_uid)
            material = of_reader(volume, wish.store, wish.reader, done=wish.done)
            if with_maps is not None:
                material = with_maps(material, progress)
            return completed(material, one.path, names, deidentify=wish.deidentify, uids=uids)

        certificate, told = export_several(
            wanted, out, names, material_of, deidentified=wish.deidentify, progress=progress
        )
    if wish.series:
        told += [Exported(uid, trouble=f"It is not at {path}.") for uid in missing]
        missing = []
    left_out = [one for one in told if one.trouble]
    if json:
        exported = [asdict(one) for one in told if not one.trouble]
        print_json(
            {
                "schema": SCHEMA,
                "out": str(out),
                "exported": [{k: v for k, v in one.items() if k != "trouble"} for one in exported],
                "left_out": [
                    {"series_instance_uid": one.series_instance_uid, "reason": one.trouble}
                    for one in left_out
                ],
                "elsewhere": missing,
                "certificate": certificate.as_json(),
            }
        )
    else:
        _print(certificate, told, missing, out)
    if left_out:
        raise typer.Exit(FAILED)


def of_reader(volume: "Volume", store: Path | str | None, reader: str, *, done: bool = False) -> "Material":
    """A stored annotation and its series.

    Raises:
        NothingFoundError: if none is stored.
    """
    from ichcore.export.material import Material
    from ichcore.export.stored import annotation_of

    annotation = annotation_of(volume, store, reader, done=done)
    if annotation is None:
        whose = f" by {reader}" if reader else ""
        raise NothingFoundError(
            f"No annotation of series {volume.identity.series_instance_uid}{whose} is stored; annotate it in "
            "ichviewer, or export what a model suggests with --from model."
        )
    return Material(volume, annotation)


def _print(certificate: "Certificate", told: "Sequence[Exported]", missing: Sequence[str], out: Path) -> None:
    page = Page()
    rows = [
        (
            one.series_instance_uid,
            one.trouble or f"{one.reader or 'unnamed'}, revision {one.revision}",
            one.folder,
        )
        for one in told
    ]
    page.table(("series", "annotation", "folder"), rows, left=("series", "annotation", "folder"))
    page.line()
    for name, one in certificate.formats.items():
        page.line(f"{name}: {out / name}, {len(one.series)} series, {len(one.files)} files")
    exported = sum(not one.trouble for one in told)
    page.line(
        f"{exported} of {len(told)} series exported, each read back and compared; certificate.json in {out}."
    )
    if missing:
        page.line(f"{len(missing)} more annotated series are not at this path.")
    page.research_use()
