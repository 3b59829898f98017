"""``ichcore evaluate``: a model's figures on a labelled set that it has not seen."""

import csv
import io
from dataclasses import replace
from json import loads
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ichcore.cli.evaluation_text import print_evaluation
from ichcore.cli.labelled_set import Data, LabelledSet, Part, Split
from ichcore.cli.options import Json, Model, SetsRoot, Workers
from ichcore.cli.output import Page, print_json, progress_bar
from ichcore.cli.verb import verb
from ichcore.errors import InputError
from ichcore.subtypes import CLASSES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ichcore.datasets.case_files import CaseFiles
    from ichcore.evaluation.scored import Scored
    from ichcore.models.checkpoint import LoadedModel

NAME = "evaluate"
SCHEMA = "ichcore.evaluation/1"


@verb
def run(
    data: Data,
    model: Model = None,
    root: SetsRoot = None,
    scores: Annotated[
        Path | None, typer.Option("--scores", metavar="FILE.csv", help="Write patient,slice,score of 'any'.")
    ] = None,
    report_folder: Annotated[
        Path | None,
        typer.Option(
            "--report", metavar="DIR", help="Write JSON, the papers' tables, plots and an HTML page."
        ),
    ] = None,
    beside: Annotated[
        list[Path] | None,
        typer.Option("--beside", metavar="FILE.json", help="Another evaluation for the tables; may repeat."),
    ] = None,
    readers: Annotated[
        Path | None,
        typer.Option("--readers", metavar="FILE.csv", help="Readers' answers on the scans, scored beside."),
    ] = None,
    place: Annotated[
        list[str] | None,
        typer.Option("--place", metavar="KEY=VALUE", help="Where the run stands in them; may repeat."),
    ] = None,
    prevalence: Annotated[
        float,
        typer.Option("--prevalence", min=0.0, max=1.0, help="Share of positives that PPV and NPV are for."),
    ] = 0.14,
    explain: Annotated[
        bool, typer.Option("--explain", help="Score every map of every layer against drawn bleeds.")
    ] = False,
    counterfactual: Annotated[
        bool,
        typer.Option("--counterfactual", help="Paint bleeds out, put others in, and see what is flagged."),
    ] = False,
    implants: Annotated[
        int, typer.Option("--implants", min=1, help="Bleeds that --counterfactual puts in.")
    ] = 60,
    chain: Annotated[
        bool, typer.Option("--chain", help="Score the weak chain's masks step by step, as in Ma 2025.")
    ] = False,
    chain_labels: Annotated[
        bool, typer.Option("--chain-labels", help="Masks on slices labelled positive, not on predicted ones.")
    ] = False,
    chain_threshold: Annotated[
        float | None, typer.Option("--chain-threshold", min=0.01, max=0.99, help="Activation that is blood.")
    ] = None,
    chain_crf: Annotated[
        float | None, typer.Option("--chain-crf", min=0.0, help="Weight of the dense CRF; 0 for none.")
    ] = None,
    chain_neighbours: Annotated[
        float | None, typer.Option("--chain-neighbours", min=0.0, help="Weight of neighbouring slices.")
    ] = None,
    split: Split = None,
    part: Part = "test",
    workers: Workers = 1,
    json: Json = False,
) -> None:
    """Score a model on unseen labelled cases.

    Slices, series and boxes, beside what position alone and brightness alone would reach; masks of a network
    that draws them.
    """
    from ichcore.evaluation.counterfactuals import counterfactuals_of
    from ichcore.evaluation.explanations import explanations_of
    from ichcore.evaluation.readers import read_readers
    from ichcore.evaluation.report import rounded
    from ichcore.evaluation.report_folder import write_report
    from ichcore.evaluation.segmentation import segmentation_report
    from ichcore.evaluation.tables.outcome import Outcome, place_of, read_outcome
    from ichcore.models.card import read_card
    from ichcore.models.catalogue import find
    from ichcore.models.checkpoint import LoadedSegmenter, load, load_segmenter
    from ichcore.models.registry import SEGMENTERS

    facts = stated_place(place or ())
    others = [read_outcome(path) for path in beside or ()]
    people = None if readers is None else read_readers(readers)
    chosen = LabelledSet(data, root, split, part, workers)
    draws_masks = read_card(find(model)).architecture in SEGMENTERS
    if draws_masks and (explain or chain or counterfactual or scores or readers):
        raise InputError(
            "This network draws masks and predicts no classes, so --explain, --chain, --counterfactual, "
            "--scores and --readers have nothing to say of it; leave them out."
        )
    loaded = load_segmenter(find(model)) if draws_masks else load(model)
    with progress_bar() as progress:
        cases = chosen.cases(loaded.card, progress)
    scored = None
    if isinstance(loaded, LoadedSegmenter):
        report = rounded(segmentation_report(loaded, cases))
    else:
        scored, report = _of_classes(loaded, cases, prevalence)
        if explain:
            report["explanations"] = rounded(explanations_of(loaded, cases, scored))
        if chain:
            report["chain"] = _of_chain(
                loaded,
                cases,
                {
                    "threshold": chain_threshold,
                    "crf_weight": chain_crf,
                    "neighbour_weight": chain_neighbours,
                },
                by_label=chain_labels,
            )
        if counterfactual:
            report["counterfactual"] = rounded(counterfactuals_of(loaded, cases, scored, implants=implants))
        if scores is not None:
            _write_scores(scores, scored)
    if scored is not None and people is not None:
        others += people.outcomes(scored, data)
        report["readers"] = {one.name: one.report for one in others[-len(people.names) :]}
        report["readers_agreement"] = people.agreement()
    stands = {**place_of(loaded.card), **facts}
    identity = {"name": loaded.name, "sha256": loaded.sha256, "system": loaded.card.system, "place": stands}
    if report_folder is not None:
        outcome = Outcome(loaded.name, loaded.card.system, data, stands, {**report, "sha256": loaded.sha256})
        write_report(report_folder, outcome, scored, beside=others, phantoms=chosen.phantoms)
    if json:
        print_json({"schema": SCHEMA, "model": identity, "data": data, **report})
    else:
        print_evaluation(report, loaded.name, phantoms=chosen.phantoms)
        if report_folder is not None:
            Page().fields([("Report", str(report_folder / "report.html"))])


def _of_classes(
    model: "LoadedModel", cases: "Sequence[CaseFiles]", prevalence: float
) -> "tuple[Scored, dict[str, Any]]":
    from ichcore.evaluation.report import boxes_of, report_of
    from ichcore.evaluation.scoring import score

    scored = score(model, cases)
    report = report_of(scored, prevalence=prevalence)
    report["localization"] = boxes_of(model, cases, scored)
    return scored, report


def _of_chain(
    model: "LoadedModel",
    cases: "Sequence[CaseFiles]",
    stated: "Mapping[str, float | None]",
    *,
    by_label: bool,
) -> dict[str, Any]:
    from ichcore.evaluation.chain_ladder import default_chain
    from ichcore.evaluation.chain_report import chain_report
    from ichcore.evaluation.report import rounded

    given: dict[str, Any] = {name: value for name, value in stated.items() if value is not None}
    settings = replace(default_chain(model), **given)
    found: dict[str, Any] = rounded(chain_report(model, cases, chain=settings, by_label=by_label))
    return found


def stated_place(pairs: "Sequence[str]") -> dict[str, Any]:
    """``KEY=VALUE`` pairs; a value that is JSON (a number, ``true``) is read as such, else it is text.

    Raises:
        typer.BadParameter: if there is no ``=``.
    """
    found: dict[str, Any] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise typer.BadParameter(f"{pair!r} is no KEY=VALUE; write for example --place epoch=3")
        try:
            found[key] = loads(value)
        except ValueError:
            found[key] = value
    return found


def _write_scores(path: Path, scored: "Scored") -> None:
    import numpy as np

    from ichcore.files import write_text

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("patient", "slice", "score"))
    first = np.searchsorted(scored.case, scored.case, "left")
    for row, case in enumerate(scored.case):
        score = float(scored.probabilities[row, CLASSES.index("any")])
        writer.writerow((scored.patients[int(case)], row - int(first[row]), f"{score:.6f}"))
    write_text(path, text.getvalue())
