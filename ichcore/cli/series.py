"""``ichcore series``: what can be opened at a path, what is proposed, what was left out and why."""

from typing import TYPE_CHECKING

from ichcore.cli.options import Json, StudyPath
from ichcore.cli.output import Page, print_json, progress_bar
from ichcore.cli.verb import verb

if TYPE_CHECKING:
    from ichcore.opening import Catalogue, SeriesEntry

NAME = "series"


@verb
def run(path: StudyPath, json: Json = False) -> None:
    """List the series found at a path.

    Every series with its geometry passport, the proposed one, and every file left out with its reason.
    """
    from ichcore.opening import find_series

    with progress_bar() as progress:
        catalogue = find_series(path, look_at_pixels=True, progress=progress)
    if json:
        print_json(catalogue.as_json())
    else:
        _print(catalogue)


def _print(catalogue: "Catalogue") -> None:
    page = Page()
    for number, entry in enumerate(catalogue.series):
        if number:
            page.line()
        _print_series(page, entry, proposed=entry is catalogue.proposed)
    if catalogue.left_out:
        page.line()
        page.line(f"Left out ({len(catalogue.left_out)})")
        rows = [(left.file, left.reason) for left in catalogue.left_out]
        page.table(("file", "reason"), rows, left=("file", "reason"))


def _print_series(page: Page, entry: "SeriesEntry", *, proposed: bool) -> None:
    name = entry.identity.series_description or "(no description)"
    modality = entry.identity.modality or "?"
    page.line(f"{modality}  {name}{'   proposed' if proposed else ''}", "bold" if proposed else "")
    spacing = " × ".join("?" if v is None else f"{v:.2f}" for v in entry.geometry.spacing_mm)
    page.fields(
        [
            ("  uid", entry.series_instance_uid),
            ("  grid", f"{entry.slices} slices, {entry.rows} × {entry.columns}, {spacing} mm"),
            *((f"  {finding.code}", finding.detail) for finding in entry.passport),
        ]
    )
