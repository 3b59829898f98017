"""``ichcore models``: the installed checkpoints with their cards."""

from ichcore.cli.options import Json
from ichcore.cli.output import Page, print_json
from ichcore.cli.verb import verb

NAME = "models"
SCHEMA = "ichcore.models/1"


@verb
def run(json: Json = False) -> None:
    """List the installed models with their cards."""
    from ichcore.models.catalogue import default_name, installed

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
                ("  use", card.intended_use or "not stated"),
            ]
        )
    page.line()
    page.research_use()
