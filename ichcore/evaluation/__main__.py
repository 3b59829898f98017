"""``python -m ichcore.evaluation MODEL --recipe RECIPE``: the recipe's test set, scored; one JSON object."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path  # noqa: TC003 (typer reads the annotations)
from typing import Annotated

import numpy as np
import typer

from ichcore.errors import IchError
from ichcore.files import atomic_path, write_text
from ichcore.models.card import CARD_FILE


def main(
    model: Annotated[str, typer.Argument(help="An installed checkpoint or its folder.")],
    recipe: Annotated[str, typer.Option(help="The recipe whose test phantoms are used.")],
    data: Annotated[Path, typer.Option(help="Where phantom sets are kept and found again.")],
    workers: Annotated[int, typer.Option(help="Processes that make phantoms.")] = 1,
    record: Annotated[bool, typer.Option(help="Write the figures into the checkpoint's card.")] = False,
    picture: Annotated[Path | None, typer.Option(help="Write preset and learned windows as PNG.")] = None,
) -> None:
    """Score a checkpoint on unseen phantoms."""
    from ichcore.datasets.levelled import levelled
    from ichcore.datasets.phantom_set import make_phantom_set
    from ichcore.evaluation.report import evaluate
    from ichcore.evaluation.window_picture import window_picture
    from ichcore.models.checkpoint import load
    from ichcore.training.recipe import read_recipe

    try:
        loaded, spec = load(model), read_recipe(recipe).test_phantoms
        cases = make_phantom_set(spec, data / spec.folder_name, workers=workers)
        if loaded.card.brain_level:
            cases = levelled(cases)
        report = evaluate(loaded, cases)
        if record:
            # a card tells a reader how good the model is; what comes by the dozen is for the report
            lean = {k: v for k, v in report["slice"].items() if k not in ("calibration", "operating_points")}
            flags = {k: v for k, v in report["false_flags"].items() if k != "slices"}
            stated = {**report, "slice": lean, "false_flags": flags}
            figures = {**loaded.card.figures, "phantom_test": stated}
            card = replace(loaded.card, figures=figures)
            text = json.dumps(card.as_json(), indent=2, ensure_ascii=False)
            write_text(loaded.path / CARD_FILE, text + "\n")
    except IchError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)
    if picture is not None:
        case = next(case for case in cases if case.about["kind"] == "intraparenchymal")
        index = int(np.argmax(case.about["bleed_pixels"]))
        with atomic_path(picture) as temporary:
            window_picture(case.hu[index], loaded.card.windows).save(temporary)
    typer.echo(json.dumps(report, indent=2))


if __name__ == "__main__":
    typer.run(main)
