"""The reader's ratings as a table: every one, and the tally of each model, method and layer."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from ichcore.errors import IchError
from ichcore.files import write_text
from ichviewer.documents.findings import NOTE
from ichviewer.documents.ratings import VERDICTS, Rating, Tally, tally

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ichcore.volume import Volume

_OF = ("model", "model_sha256", "method", "layer")
HEADER = (
    *("row", "series_instance_uid", "sop_instance_uid", "index", *_OF, "classes", "rating"),
    *("rated", *VERDICTS, *(f"{verdict}_percent" for verdict in VERDICTS), "note"),
)


def ratings_csv(volume: Volume, ratings: Sequence[Rating]) -> str:
    """Rows ``rating``, by slice, then rows ``tally`` of each model, method and layer, then ``total``.

    Slices and series are named by their UIDs alone, as in exported findings.

    Raises:
        IchError: if nothing is rated.
    """
    if not ratings:
        raise IchError("No heat map of this series is rated yet; rate one in Explain (F6 to F8) first.")
    series = volume.identity.series_instance_uid
    text = io.StringIO()
    table = csv.DictWriter(text, HEADER, restval="", lineterminator="\n")
    table.writeheader()
    groups: dict[tuple[str, ...], list[Rating]] = {}
    for rating in sorted(ratings, key=lambda one: one.of.slice_index):
        of = tuple(getattr(rating.of, name) for name in _OF)
        groups.setdefault(of, []).append(rating)
        index = rating.of.slice_index
        table.writerow(
            {
                **_named("rating", series, of),
                "sop_instance_uid": volume.sop_instance_uids[index],
                "index": index,
                "classes": ";".join(rating.of.classes),
                "rating": rating.verdict,
            }
        )
    for of, rated in sorted(groups.items()):
        table.writerow({**_named("tally", series, of), **_counted(tally(rated))})
    table.writerow({**_named("total", series, ("",) * len(_OF)), **_counted(tally(ratings))})
    return text.getvalue()


def write_ratings(volume: Volume, ratings: Sequence[Rating], target: Path) -> None:
    """Write the table to ``target`` atomically.

    Raises:
        IchError: if nothing is rated.
        OSError: if the file cannot be written.
    """
    write_text(target, ratings_csv(volume, ratings))


def _named(row: str, series: str, of: tuple[str, ...]) -> dict[str, object]:
    return {"row": row, "series_instance_uid": series, **dict(zip(_OF, of, strict=True)), "note": NOTE}


def _counted(counted: Tally) -> dict[str, object]:
    shares = {
        f"{verdict}_percent": f"{100 * count / counted.rated:.1f}"
        for verdict, count in zip(VERDICTS, counted.counts, strict=True)
    }
    return {"rated": counted.rated, **dict(zip(VERDICTS, counted.counts, strict=True)), **shares}
