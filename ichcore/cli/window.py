"""``ichcore window``: the windows that a model learned, or the inversion of one pair of W and b."""

from typing import Annotated, Any

import typer

from ichcore.cli.options import Json, Model
from ichcore.cli.output import Page, print_json
from ichcore.cli.verb import verb

NAME = "window"


@verb
def run(
    model: Model = None,
    w: Annotated[
        float | None, typer.Option("--w", metavar="W", help="Invert this W, together with --b.")
    ] = None,
    b: Annotated[
        float | None, typer.Option("--b", metavar="B", help="Invert this b, together with --w.")
    ] = None,
    json: Json = False,
) -> None:
    """Show the windows that a model learned.

    Per channel level, width, W and b, beside where training started; or the inversion of --w and --b.
    """
    if (w is None) != (b is None):
        raise typer.BadParameter("give both or neither", param_hint="'--w' and '--b'")
    if w is not None and model is not None:
        raise typer.BadParameter("a pair of W and b belongs to no model", param_hint="'--model'")
    from ichcore.models.windows_report import pair_report, window_report

    report = window_report(model) if w is None or b is None else pair_report(w, b)
    if json:
        print_json(report)
        return
    page = Page()
    page.table(
        ("channel", "WL", "WW", "W", "b", "started at"),
        [_row(channel) for channel in report["channels"]],
        left=("channel",),
    )


def _row(channel: dict[str, Any]) -> tuple[str, ...]:
    started = "" if channel["initial_wl"] is None else f"{channel['initial_wl']:g}/{channel['initial_ww']:g}"
    if channel["degenerate"]:
        level, width = "degenerate", ""
    else:
        level, width = f"{channel['wl']:.2f}", f"{channel['ww']:.2f}"
    return (channel["name"], level, width, f"{channel['w']:.8g}", f"{channel['b']:.8g}", started)
