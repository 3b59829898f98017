"""The loop back into training: corrected cases of a drifted scanner teach, and unseen ones judge old and new.

usage: python benchmarks/loop.py FOLDER [SETS] [MODEL]

Twenty heads of a drifted scanner (:func:`ichcore.phantom.scan.drifted`, fixed before any training) are
corrected by a reader who draws the truth, exported as bundles, and learned from by the recipe
``corrections``; then the old model and the new one are scored on forty unseen heads of that scanner
(``drifted_phantoms``) and on those that the old one was tested on (``window_fusion_compact``). FOLDER takes
bundles and checkpoint, SETS the phantoms (made once); MODEL is what learns on, by default the program's
default. A run that was stopped goes on.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from _report import report

if TYPE_CHECKING:
    from ichcore.annotations.annotation import Annotation
    from ichcore.datasets.phantom_set import PhantomSetSpec
    from ichcore.phantom.case import PhantomCase

CORRECTED, FIRST_SEED = 20, 730000
READER = "simulated"
JUDGED = {"drifted": "drifted_phantoms", "usual": "window_fusion_compact"}
MINUTES = 20.0
MODEL = "window-fusion-heads"


def corrected(case: PhantomCase) -> Annotation:
    """What a reader leaves who has drawn every bleed by hand and looked at the whole study."""
    import numpy as np

    from ichcore.annotations.annotation import Annotation
    from ichcore.annotations.answer import Answer, Said
    from ichcore.masks.edits.label_map import LabelMap
    from ichcore.masks.edits.origin import Origin

    origins = np.where(case.truth > 0, Origin.HUMAN, Origin.NONE).astype(np.uint8)
    answer = Answer.YES if case.truth.any() else Answer.NO
    return Annotation(
        case.volume.identity.series_instance_uid,
        tuple(case.volume.sop_instance_uids),
        LabelMap(case.truth, origins),
        study={"any": Said(answer, READER, "2026-11-22T12:00:00Z")},
        reader=READER,
        revision=1,
    )


def correct(spec: PhantomSetSpec, seed: int, folder: Path) -> None:
    """Make one head, annotate it, and export it as a bundle unless that was done."""
    from ichcore.export.certificate import CERTIFICATE
    from ichcore.export.exporting import export
    from ichcore.export.material import Material
    from ichcore.phantom.case import make_case

    out = folder / f"case-{seed}"
    if not (out / CERTIFICATE).is_file():
        case = make_case(seed, subtypes=spec.subtypes(seed), slices=spec.slices, scanner=spec.scanner)
        export(Material(case.volume, corrected(case)), out, ["bundle"])


def main(folder: Path, sets: Path | None = None, model: str = MODEL) -> None:
    """Run the loop, and print the report."""
    from ichcore.datasets.phantom_set import PhantomSetSpec
    from ichcore.datasets.workers import run_jobs
    from ichcore.phantom.scan import DRIFTED
    from ichcore.training.recipe import read_recipe
    from ichcore.training.run import train

    sets = sets or folder / "sets"
    recipe = read_recipe("corrections", {"continues": model})
    like = recipe.data["replay"].spec
    assert isinstance(like, PhantomSetSpec)
    spec = replace(like, first_seed=FIRST_SEED, cases=CORRECTED, scanner=DRIFTED)
    minutes: dict[str, float] = {}

    def timed(what: str, since: float) -> float:
        minutes[what] = round((perf_counter() - since) / 60.0, 2)
        return perf_counter()

    start = perf_counter()
    bundles, out = folder / "bundles", folder / "checkpoint"
    list(run_jobs(correct, [(spec, seed, bundles) for seed in spec.seeds()], workers=2))
    start = timed("correct_and_export", start)
    card = train(recipe, out, data_root=sets, folders={"bundle": bundles}, workers=2, progress=_tell)
    start = timed("train", start)
    figures: dict[str, Any] = {"old": recipe.start, "new": card.name, "brain_level": card.brain_level}
    for name, data in JUDGED.items():
        figures[name] = judged(recipe.start, out, data, sets)
    timed("compare", start)
    whole = sum(minutes.values())
    gain, old = figures["drifted"]["auc any"], figures["usual"]["auc any"]
    report(
        "loop",
        {**figures, "minutes": minutes},
        "the new model better on 40 unseen heads of the drifted scanner, not worse on the old ones; "
        f"≤ {MINUTES:g} min",
        gain["verdict"] == "better" and old["verdict"] != "worse" and whole <= MINUTES,
    )


def judged(old: str, new: Path, data: str, sets: Path) -> dict[str, Any]:
    """Old and new on a recipe's test set: figures of both, and the gain with its interval."""
    from ichcore.cli.labelled_set import LabelledSet
    from ichcore.evaluation.compare import compare
    from ichcore.evaluation.scoring import score
    from ichcore.models.checkpoint import load

    chosen = LabelledSet(data, sets, workers=2)
    models = [load(name) for name in (old, new)]
    found = compare(*(score(model, chosen.cases(model.card, None)) for model in models))
    return {
        name: {key: _rounded(value) for key, value in one.as_json().items()}
        for name, one in found.differences.items()
    } | {"patients": found.patients}


def _rounded(value: Any) -> Any:
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    return round(value, 4) if isinstance(value, float) else value


def _tell(done: int, total: int, message: str = "") -> None:
    if done % 20 == 0 or done == total:
        print(f"{message}: {done} of {total}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *(Path(one) for one in sys.argv[2:3]), *sys.argv[3:4])
