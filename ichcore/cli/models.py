"""``ichcore models``: the installed checkpoints with their cards."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ichcore.cli.options import Json
from ichcore.cli.output import Page, print_json
from ichcore.cli.verb import verb

if TYPE_CHECKING:
    from ichcore.models.card import Card

NAME = "models"
SCHEMA = "ichcore.models/1"


@verb
def run(
    use: Annotated[
        Path | None,
        typer.Option("--use", metavar="FOLDER", help="Install a model that was trained and compared."),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--as", metavar="NAME", help="What it is called; else as its card says.")
    ] = None,
    json: Json = False,
) -> None:
    """List the installed models with their cards.

    With --use, a model that was trained here goes into the user's own folder of models first. It must have
    been compared with an older one (ichcore compare --record, ichcore retrain), and never takes the place of
    another.
    """
    from ichcore.models.catalogue import default_name, installed

    if use is not None:
        from ichcore.models.card import read_card
        from ichcore.models.installing import use as install

        install(use, name or read_card(use).name)
    elif name is not None:
        raise typer.BadParameter("it names the model that --use installs; give both", param_hint="'--as'")
    default, cards = default_name(), installed()
    if json:
        print_json({"schema": SCHEMA, "default": default, "models": [card.as_json() for card in cards]})
        return
    page = Page()
    for number, card in enumerate(cards):
        if number:
            page.line()
        is_default = card.name == default
        page.line(f"{card.name}{'   default' if is_default else ''}", "bold" if is_default else "")
        windows = ", ".join(
            f"{r.name} degenerate"
            if r.window is None
            else f"{r.name} {r.window.center:.1f}/{r.window.width:.1f}"
            for r in card.windows
        )
        calibrated = "none" if card.calibration is None else card.calibration.fitted_on or "yes"
        page.fields(
            [
                ("  title", card.title),
                ("  network", f"{card.architecture} ({card.system}), {card.size}² of {card.pixel_mm:g} mm"),
                ("  windows", windows or "none"),
                ("  thresholds", ", ".join(f"{name} {card.thresholds[name]:.3g}" for name in card.classes)),
                ("  calibrated", calibrated),
                *_lineage(card),
                ("  use", card.intended_use or "not stated"),
            ]
        )
    page.line()
    page.research_use()


def _lineage(card: "Card") -> list[tuple[str, str]]:
    from ichcore.training.lineage import sentence_of

    entry = card.training.get("lineage")
    return [("  lineage", sentence_of(entry))] if entry else []
