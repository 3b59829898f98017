"""``ichcore compare``: whether one model is better than another on the same unseen cases."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ichcore.cli.labelled_set import Data, LabelledSet, Part, Split
from ichcore.cli.options import Json, SetsRoot, Workers
from ichcore.cli.output import Page, print_json, progress_bar
from ichcore.cli.verb import verb
from ichcore.errors import InputError
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from ichcore.models.checkpoint import LoadedModel

NAME = "compare"
SCHEMA = "ichcore.comparison/1"
_PLAIN = ("auc_mean", "log_loss")
_OF_CLASS = ("auc", "sensitivity", "specificity")


@verb
def run(
    a: Annotated[str, typer.Argument(metavar="A", help="The old model: installed, or its folder.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The new model.")],
    data: Data,
    figure: Annotated[
        str, typer.Option("--figure", metavar="F", help=f"What decides: {', '.join((*_OF_CLASS, *_PLAIN))}.")
    ] = "auc",
    of_class: Annotated[
        str, typer.Option("--class", metavar="C", help="Of which class, where the figure has one.")
    ] = "any",
    root: SetsRoot = None,
    resamples: Annotated[int, typer.Option("--resamples", min=100, help="Draws of the bootstrap.")] = 1000,
    split: Split = None,
    part: Part = "test",
    workers: Workers = 1,
    record: Annotated[
        bool, typer.Option("--record", help="Say it on B's card, too; needed before B is taken into use.")
    ] = False,
    json: Json = False,
) -> None:
    """Say whether model B is better than model A.

    Both are scored on the same unseen cases; the interval of their difference is a paired bootstrap over
    patients.
    """
    decisive = _decisive(figure, of_class)
    from ichcore.evaluation.compare import compare
    from ichcore.evaluation.old_and_new import entry_of
    from ichcore.evaluation.scoring import score
    from ichcore.models.checkpoint import load

    chosen = LabelledSet(data, root, split, part, workers)
    models = [load(name) for name in (a, b)]
    with progress_bar() as progress:
        scored = [score(model, chosen.cases(model.card, progress)) for model in models]
    found = compare(*scored, resamples=resamples)
    if record:
        _record(models[1], entry_of(found, data, *models))
    sentence = found.sentence(decisive, models[0].name, models[1].name)
    if json:
        one = found.differences[decisive]
        identities = [{"name": model.name, "sha256": model.sha256} for model in models]
        report: dict[str, Any] = {
            "schema": SCHEMA,
            "a": identities[0],
            "b": identities[1],
            "data": data,
            "patients": found.patients,
            "slices": found.slices,
            "resamples": resamples,
            "figure": decisive,
            "verdict": one.verdict,
            "sentence": sentence,
            "differences": {name: each.as_json() for name, each in found.differences.items()},
        }
        print_json(report)
        return
    page = Page()
    page.line(sentence)
    if chosen.phantoms:
        page.line("Phantom figures: they say nothing of real patients.", "yellow")
    page.research_use()


def _record(model: "LoadedModel", entry: dict[str, Any]) -> None:
    from ichcore.evaluation.old_and_new import record
    from ichcore.files import resource

    if model.path.resolve().is_relative_to(resource("models").resolve()):
        raise InputError(f"{model.name} ships with the program and its card stays as it is; drop --record.")
    record(model.path, entry)


def _decisive(figure: str, of_class: str) -> str:
    if figure in _PLAIN:
        return figure
    if figure not in _OF_CLASS:
        raise typer.BadParameter(
            f"{figure!r} is no figure; expected one of {', '.join((*_OF_CLASS, *_PLAIN))}"
        )
    if of_class not in CLASSES:
        raise typer.BadParameter(f"{of_class!r} is no class; expected one of {', '.join(CLASSES)}")
    return f"{figure} {of_class}"
