"""``ichcore worklist``: which series wait for an annotator, those first where a look is worth most."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ichcore.annotations.work_order import Order
from ichcore.annotations.work_state import WorkState
from ichcore.cli.options import Device, Json, StorePlace
from ichcore.cli.output import Page, print_json, progress_bar
from ichcore.cli.verb import verb
from ichcore.errors import IchError, NothingFoundError

if TYPE_CHECKING:
    from ichcore.annotations.ordering import ListedSeries
    from ichcore.annotations.store import Store
    from ichcore.annotations.worklist import WorkEntry
    from ichcore.progress import Progress

NAME = "worklist"
SCHEMA = "ichcore.worklist/1"


@verb
def run(
    order: Annotated[
        Order, typer.Option("--order", metavar="ORDER", help=f"{', '.join(Order)}; what is first.")
    ] = Order.PRIORITY,
    state: Annotated[
        list[WorkState] | None,
        typer.Option("--state", metavar="STATE", help=f"Only {', '.join(WorkState)}; may repeat."),
    ] = None,
    reader: Annotated[
        str, typer.Option("--reader", metavar="NAME", help="Whose states count; else all are open.")
    ] = "",
    add: Annotated[
        Path | None, typer.Option("--add", metavar="FOLDER", help="Put a folder's studies on the list first.")
    ] = None,
    look: Annotated[
        bool, typer.Option("--look", help="Let models look at what waits and was not looked at.")
    ] = False,
    model: Annotated[
        list[str] | None,
        typer.Option("--model", metavar="M", help="Who looks; else the default one. May repeat."),
    ] = None,
    store: StorePlace = None,
    device: Device = "auto",
    json: Json = False,
) -> None:
    """List the series that wait for an annotator.

    By default by all reasons together: the model's uncertainty, disagreement of models, probability against
    the mask's volume, activation against the mask. --order readers lists series whose locked reads differ.
    """
    from ichcore.annotations.ordering import listed
    from ichcore.annotations.place import default_store, store_at
    from ichcore.annotations.store import Store

    if model and not look:
        raise typer.BadParameter("it says who looks; give --look, too", param_hint="'--model'")
    where = default_store() if store is None else store_at(store)
    if add is None and isinstance(where, Path) and not where.is_file():
        raise NothingFoundError(
            "No store of annotations is there yet; put studies on the list with --add FOLDER."
        )
    opened = Store.open(where)
    added: tuple[int, int] | None = None
    troubles: dict[str, str] = {}
    try:
        with progress_bar() as progress:
            if add is not None:
                from ichcore.annotations.filling import fill

                added = fill(opened.worklist, add, progress=progress)
            if look:
                troubles = _look(opened, reader, model or [None], device, progress)
        found = [one for one in listed(opened, reader, order) if state is None or one.entry.state in state]
    finally:
        opened.close()
    if json:
        report: dict[str, Any] = {"schema": SCHEMA, "order": str(order), "reader": reader}
        if added is not None:
            report |= {"added": added[0], "left_out": added[1]}
        print_json(report | {"entries": [_as_json(one, troubles) for one in found]})
    else:
        _print(found, order, added, troubles)


def _look(
    store: "Store", reader: str, names: Sequence[str | None], device: str, progress: "Progress | None"
) -> dict[str, str]:
    """Have models look at what waits; why a series could not be looked at, by its UID."""
    from ichcore.annotations.looking import look_at
    from ichcore.masks.segmenter import Segmenter
    from ichcore.models.catalogue import drawn_from
    from ichcore.models.checkpoint import load, load_segmenter
    from ichcore.opening import open_volume
    from ichcore.predict.compute import choose_device
    from ichcore.predict.predictor import Predictor

    where = choose_device(device)
    models = [load(name, where) for name in names]
    card = drawn_from(models[0].name)
    segmenter = Segmenter(models[0], None if card is None else load_segmenter(card.name, where))
    predictors = [Predictor(one) for one in models]
    waiting = [
        entry
        for entry in store.worklist.entries(reader)
        if entry.state in {WorkState.OPEN, WorkState.SKIPPED} and _unlooked(entry, len(models))
    ]
    troubles = {}
    for number, entry in enumerate(waiting, start=1):
        uid = entry.series_instance_uid
        try:
            volume = open_volume(Path(entry.path), series_uid=uid)
            store.worklist.argue(uid, look_at(volume, predictors, segmenter))
        except IchError as error:
            troubles[uid] = str(error)
        if progress is not None:
            progress(number, len(waiting), "looking at studies")
    return troubles


def _unlooked(entry: "WorkEntry", models: int) -> bool:
    one = entry.argument
    return one.activation_mismatch is None or (models > 1 and one.model_disagreement is None)


def _as_json(one: "ListedSeries", troubles: dict[str, str]) -> dict[str, Any]:
    from ichcore.annotations.arguing import reason

    entry = one.entry
    return {
        "series_instance_uid": entry.series_instance_uid,
        "path": entry.path,
        "state": str(entry.state),
        "note": entry.note,
        "at": entry.at,
        "priority": entry.priority,
        "numbers": asdict(entry.argument),
        "reason": troubles.get(entry.series_instance_uid) or reason(entry.argument, entry.standing),
        "readers": None
        if one.readers is None
        else {
            "names": list(one.readers.readers),
            "study": one.readers.study,
            "slices": one.readers.slices,
            "masks": one.readers.masks,
            "score": one.readers.score,
        },
    }


def _print(
    found: Sequence["ListedSeries"], order: Order, added: tuple[int, int] | None, troubles: dict[str, str]
) -> None:
    page = Page()
    if added is not None:
        page.line(f"{added[0]} series are new on the list; {added[1]} studies hold no head CT.")
    if not found:
        page.line("Nothing is listed.")
    elif order is Order.READERS:
        columns = ["series", "differ", "study", "slices", "masks", "readers", "path"]
        page.table(columns, [_readers_row(one) for one in found], left=("series", "readers", "path"))
    else:
        columns = [
            "series",
            "state",
            "priority",
            "unsure",
            "models",
            "volume",
            "activation",
            "reason",
            "path",
        ]
        rows = [_row(one, troubles) for one in found]
        page.table(columns, rows, left=("series", "state", "reason", "path"))
    page.research_use()


def _row(one: "ListedSeries", troubles: dict[str, str]) -> list[str]:
    from ichcore.annotations.arguing import reason

    entry = one.entry
    numbers = ("" if value is None else f"{value:.2f}" for value in asdict(entry.argument).values())
    why = troubles.get(entry.series_instance_uid) or entry.note or reason(entry.argument, entry.standing)
    return [entry.series_instance_uid, str(entry.state), f"{entry.priority:.2f}", *numbers, why, entry.path]


def _readers_row(one: "ListedSeries") -> list[str]:
    if one.readers is None:
        return [one.entry.series_instance_uid, *[""] * 5, one.entry.path]
    values = (one.readers.score, one.readers.study, one.readers.slices, one.readers.masks)
    names = " and ".join(one.readers.readers)
    return [one.entry.series_instance_uid, *(f"{value:.2f}" for value in values), names, one.entry.path]
