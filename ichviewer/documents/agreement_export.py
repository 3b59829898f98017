"""How far readers agree, and what they changed once the model was shown, as a table in a file."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING

from ichcore.errors import IchError
from ichcore.files import write_text
from ichcore.subtypes import CLASSES
from ichviewer.documents.findings import NOTE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ichcore.annotations.between_readers import ReaderAgreement
    from ichcore.annotations.between_stages import StageChange
    from ichviewer.documents.reading import Reading

HEADER = ("compared", "series", "figure", *CLASSES, "note")
Row = tuple[str, int, str, "Mapping[str, float | int | str]"]


def agreement_csv(reading: Reading) -> str:
    """A row a figure, a column a class: two readers on this series and on all, and each reader's two stages.

    Raises:
        IchError: if nothing can be compared yet.
    """
    rows = list(_rows(reading))
    if not rows:
        raise IchError("There are no two reads to compare here yet; they are compared once they are locked.")
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(HEADER)
    for compared, series, figure, by_class in rows:
        table.writerow([compared, series, figure, *(_cell(by_class.get(name, "")) for name in CLASSES), NOTE])
    return text.getvalue()


def write_agreement(reading: Reading, target: Path) -> None:
    """Write the table.

    Raises:
        IchError: if nothing can be compared yet.
        OSError: if the file cannot be written.
    """
    write_text(target, agreement_csv(reading))


def _rows(reading: Reading) -> Iterator[Row]:
    readers, stages = reading.readers, reading.stages.stages
    if readers.compared is not None:
        pair = " and ".join(readers.compared.readers)
        yield from _agreement(pair, readers.compared.agreement)
        if readers.everywhere is not None:
            yield from _agreement(f"{pair}, all series", readers.everywhere)
        if stages is not None and stages.first is not None and stages.second is not None:
            yield from _agreement(f"{pair}, first reads without the model", stages.first)
            yield from _agreement(f"{pair}, reads with the model", stages.second)
    for change in () if stages is None else stages.changes:
        yield from _change(change)


def _agreement(compared: str, found: ReaderAgreement) -> Iterator[Row]:
    figures: tuple[tuple[str, Mapping[str, float | int]], ...] = (
        ("kappa of slices", found.slice_kappa),
        ("share of slices with the same answer", found.slice_agreement),
        ("slices answered by both", found.slices_of_both),
        ("kappa of studies", found.study_kappa),
        ("studies answered by both", found.studies_of_both),
        ("Dice", {CLASSES[0]: found.dice_union, **found.dice}),
    )
    for name, by_class in figures:
        yield compared, found.series, name, by_class


def _change(change: StageChange) -> Iterator[Row]:
    compared = f"{change.reader}, first read and with the model"
    yield from _agreement(compared, change.agreement)
    for answer, by_class in change.changed.items():
        yield compared, 1, f"slices changed to {answer}", by_class
    yield compared, 1, "slices answered with the model alone", change.added
    yield compared, 1, "slices answered in the first read alone", change.taken_back
    study = {n: f"{a or 'nothing'} to {b or 'nothing'}" for n, (a, b) in change.study.items()}
    yield compared, 1, "answer to the study", study


def _cell(value: float | str) -> float | str:
    """Empty for what is not defined."""
    if isinstance(value, float):
        return "" if math.isnan(value) else round(value, 4)
    return value
