"""The card of what was trained: calibration and operating points from validation, and how it was made."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import expit

from ichcore.datasets.levelled import levelled
from ichcore.datasets.phantom_set import PhantomSetSpec
from ichcore.datasets.terms import terms_of, with_inherited
from ichcore.errors import CheckpointError
from ichcore.masks.chain import WeakChain
from ichcore.models.any_of import any_logit
from ichcore.models.card import Calibration, Card, read_card
from ichcore.models.catalogue import find
from ichcore.models.checkpoint import load
from ichcore.models.network import IchNetwork
from ichcore.phantom.scan import USUAL
from ichcore.subtypes import CLASSES
from ichcore.training.batches import SliceTable
from ichcore.training.operating_point import as_probable, jointly_at_specificity, platt, youden
from ichcore.training.parts import VALIDATION, SetSpec
from ichcore.training.pseudo_table import DRAWINGS
from ichcore.training.scoring import predict_logits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from ichcore.datasets.case_files import CaseFiles
    from ichcore.models.network import HuNetwork
    from ichcore.training.parts import Part
    from ichcore.training.recipe import Recipe

INTENDED_USE = (
    "Research and teaching on head CT with suspected intracranial hemorrhage. Not a medical device: it was "
    "trained on synthetic heads only and its output must not be used for diagnosis or triage."
)
INTENDED_USE_REAL = (
    "Research and teaching on head CT with suspected intracranial hemorrhage. Not a medical device: few real "
    "heads taught it and its output must not be used for diagnosis or triage. For non-commercial use only."
)


def calibrated_card(
    recipe: Recipe,
    network: IchNetwork,
    validation: Sequence[CaseFiles],
    *,
    learned_from: Sequence[CaseFiles] = (),
) -> Card:
    """A card with Platt calibration and thresholds from the validation set.

    Only for classes that the network predicts, and only from labels that are known. Where the recipe keeps
    probabilities, those of the model that it started from take the labels' place, and its thresholds stay.

    Args:
        recipe: that was followed.
        network: that it made.
        validation: labelled cases on its grid.
        learned_from: the training cases, whose terms the card states; none where they are phantoms alone.
    """
    if recipe.brain_level:
        validation = levelled(validation)
    logits = predict_logits(network, validation, neighbour_weight=recipe.neighbour_weight)
    if recipe.keeps_probabilities:
        return _as_before(recipe, plain_card(recipe, network, learned_from), logits, validation)
    table = SliceTable(validation)
    labels = table.labels
    judged = {name: table.known[:, c] for c, name in enumerate(CLASSES) if name in network.classes}

    def fitted(column: int, z: NDArray[np.floating]) -> tuple[float, float]:
        rows = judged.get(CLASSES[column])
        return (1.0, 0.0) if rows is None else platt(z[rows], labels[rows, column])

    on = f"validation, {len(validation)} cases, {len(labels)} slices ({_named(recipe)})"
    calibration = _calibration(logits, recipe.any_from_subtypes, fitted, on)
    card = replace(plain_card(recipe, network, learned_from), calibration=calibration)
    p = card.probabilities(logits)

    columns = [c for c, name in enumerate(CLASSES) if name in judged]
    if recipe.specificity:
        blank = np.concatenate([case.free_of_blood for case in validation])
        cuts = jointly_at_specificity(p[:, columns], blank, recipe.specificity).tolist()
    else:
        cuts = [youden(p[judged[CLASSES[c]], c], labels[judged[CLASSES[c]], c]) for c in columns]
    thresholds = {CLASSES[c]: round(cut, 4) for c, cut in zip(columns, cuts, strict=True)}
    return replace(card, thresholds=thresholds)


def _as_before(
    recipe: Recipe, card: Card, logits: NDArray[np.floating], validation: Sequence[CaseFiles]
) -> Card:
    """The card with probabilities as near as can be to those of the checkpoint that the weights started from.

    A few corrected cases of one scanner say nothing of how sure the model may be on others, and phantoms say
    little of real heads: calibrated on phantoms, a corrected model flagged 19 % of the blank real slices in
    place of 2 % (decision 0053).
    """
    old = load(recipe.start)
    target = old.card.probabilities(
        predict_logits(old.network, validation, neighbour_weight=old.card.neighbour_weight)
    )
    spoken = [name in card.classes and name in old.card.classes for name in CLASSES]

    def fitted(column: int, z: NDArray[np.floating]) -> tuple[float, float]:
        return as_probable(z, target[:, column]) if spoken[column] else (1.0, 0.0)

    on = f"what {old.name} said of validation, {len(validation)} cases ({_named(recipe)})"
    return replace(
        card,
        calibration=_calibration(logits, recipe.any_from_subtypes, fitted, on),
        thresholds={name: old.card.thresholds.get(name, 0.5) for name in card.classes},
    )


def _calibration(
    logits: NDArray[np.floating],
    any_from_subtypes: str,
    fitted: Callable[[int, NDArray[np.floating]], tuple[float, float]],
    on: str,
) -> Calibration:
    """Slope and offset of every class, as ``fitted`` finds them for a class and its logits.

    ``any`` comes last where it follows from the subtypes, since that is from calibrated ones.
    """
    pairs = [fitted(c, logits[:, c]) for c in range(len(CLASSES))]
    if any_from_subtypes:
        subtypes = np.stack([expit(a * logits[:, c] + b) for c, (a, b) in enumerate(pairs)][1:], axis=1)
        pairs[0] = fitted(0, any_logit(subtypes, any_from_subtypes))
    return Calibration(tuple(a for a, _ in pairs), tuple(b for _, b in pairs), on)


def plain_card(recipe: Recipe, network: HuNetwork, learned_from: Sequence[CaseFiles] = ()) -> Card:
    """A card of what was trained, on what and how; without calibration and operating points.

    Args:
        recipe: that was followed.
        network: that it made.
        learned_from: the training cases, whose terms the card states; none where they are phantoms alone.
    """
    classes = network.classes if isinstance(network, IchNetwork) else ()
    inherited = _inherited(recipe)
    free = _of_phantoms(recipe) and not inherited
    return Card(
        name=recipe.name,
        title=recipe.title,
        system=recipe.system,
        architecture=recipe.architecture,
        arguments=recipe.arguments,
        size=recipe.size,
        pixel_mm=recipe.pixel_mm,
        classes=classes,
        thresholds=dict.fromkeys(classes, 0.5),
        neighbour_weight=recipe.neighbour_weight,
        any_from_subtypes=recipe.any_from_subtypes,
        brain_level=recipe.brain_level,
        chain={} if recipe.task == "masks" else _stated(recipe.chain),
        normalisation=network.normalisation(),
        training=_training_entry(recipe, None if free else with_inherited(terms_of(learned_from), inherited)),
        intended_use=INTENDED_USE if free else INTENDED_USE_REAL,
    )


def _stated(chain: WeakChain) -> dict[str, Any]:
    """The settings that differ from the paper's, which are nobody's own."""
    usual = asdict(WeakChain())
    return {name: value for name, value in asdict(chain).items() if value != usual[name]}


def _of_phantoms(recipe: Recipe) -> bool:
    return all(isinstance(part.spec, PhantomSetSpec) for part in recipe.data.values())


def _inherited(recipe: Recipe) -> dict[str, Any]:
    """Terms of the checkpoints that the training goes on from; empty where phantoms alone taught them."""
    found: dict[str, Any] = {"sets": [], "non_commercial": False}
    for name in filter(None, (recipe.start, *recipe.trunk)):
        try:
            terms = read_card(find(name)).training.get("terms")
        except CheckpointError:
            continue  # an earlier stage of this very run
        if isinstance(terms, dict):
            found = with_inherited(found, terms)
    return found if found["sets"] else {}


def _training_entry(recipe: Recipe, terms: Mapping[str, Any] | None) -> dict[str, Any]:
    """What the card says of the data and the run; without terms phantoms alone taught."""
    entry: dict[str, Any] = {
        **_data_entry(terms),
        "sets": {name: _part_entry(part) for name, part in recipe.data.items()},
        **_stage_entry(recipe),
        "notes": recipe.notes,
    }
    if recipe.stages:
        entry["stages"] = {stage.stage: _stage_entry(stage) for stage in recipe.stages}
    return entry


def _data_entry(terms: Mapping[str, Any] | None) -> dict[str, Any]:
    if terms is None:
        return {
            "data": "synthetic heads of ichcore.phantom only; no patient data",
            "data_licence": "MIT, as this program",
        }
    return {
        "data": f"{', '.join(one['name'] for one in terms['sets'])}; no file of them is part of the weights",
        "data_licence": "; ".join(f"{one['name']}: {one['licence']}" for one in terms["sets"]),
        "terms": terms,
    }


def _stage_entry(recipe: Recipe) -> dict[str, Any]:
    """What the card says of one stage; of a run of several, the last."""
    o = recipe.optimiser
    trunk = f"the feature extractor of {' and '.join(recipe.trunk)}" if recipe.trunk else ""
    entry: dict[str, Any] = {
        "labels": _labels_used(recipe),
        "seed": recipe.seed,
        "optimiser": f"{o.name}, {o.schedule}, {o.epochs} epochs, batch {o.batch}, learning rate "
        f"{o.learning_rate:g}, window layer {o.window_learning_rate:g}",
        "started_from": recipe.start or trunk or "random weights",
    }
    return entry | ({"teacher": recipe.teacher} if recipe.teacher else {})


def _labels_used(recipe: Recipe) -> str:
    if recipe.teacher == DRAWINGS:
        return "drawn masks"
    o = recipe.optimiser
    taught = [
        f"{what} (weight {weight:g})"
        for what, weight in (("the CAM", o.mask_weight), ("the spatial attention", o.attention_weight))
        if weight
    ]
    if not taught:
        return "six slice labels; no masks or boxes were used in training"
    return (
        f"six slice labels and the phantoms' own masks, which taught {' and '.join(taught)} "
        "where to look [ours; the paper uses slice labels alone]"
    )


def _part_entry(part: Part) -> dict[str, Any]:
    """What the card says of one part of the data."""
    spec = part.spec
    if isinstance(spec, PhantomSetSpec):
        stated: dict[str, Any] = {
            "first_seed": spec.first_seed,
            "cases": spec.cases,
            "slices": spec.slices,
            "kinds": list(spec.kinds),
        } | ({} if spec.scanner == USUAL else {"scanner": spec.scanner})
    else:
        stated = {key: list(v) if isinstance(v, tuple) else v for key, v in asdict(spec).items()}
    return stated | ({"share": part.share, "positive": part.positive} if part.share else {})


def _named(recipe: Recipe) -> str:
    """The parts that validate, in a phrase."""
    found = []
    for name, part in recipe.data.items():
        if name.startswith(VALIDATION):
            spec = part.spec
            if isinstance(spec, PhantomSetSpec):
                found.append(f"phantoms from seed {spec.first_seed}")
            else:
                found.append(f"{spec.set}, {spec.part}" if isinstance(spec, SetSpec) else name)
    return "; ".join(found)
