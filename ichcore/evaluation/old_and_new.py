"""A new model beside the one that it started from, on cases that neither learned from, said on its card."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ichcore.datasets.levelled import levelled
from ichcore.errors import InputError
from ichcore.evaluation.compare import compare
from ichcore.evaluation.scoring import score
from ichcore.files import json_text, write_text
from ichcore.models.card import CARD_FILE, read_card

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ichcore.datasets.case_files import CaseFiles
    from ichcore.evaluation.compare import Comparison
    from ichcore.models.checkpoint import LoadedModel

COMPARED = "compared"
"""Entry of a card's figures: every comparison with an older model."""


def scored_against(
    old: LoadedModel, new: LoadedModel, cases: Sequence[CaseFiles], *, resamples: int = 1000
) -> Comparison:
    """Both models on the same cases, each given them as its card says.

    Raises:
        InputError: if the two read series on different grids.
    """
    if (old.card.size, old.card.pixel_mm) != (new.card.size, new.card.pixel_mm):
        raise InputError(f"{old.name} and {new.name} read series on different grids; use ichcore compare.")
    each = [score(model, levelled(cases) if model.card.brain_level else cases) for model in (old, new)]
    return compare(*each, resamples=resamples)


def entry_of(found: Comparison, data: str, old: LoadedModel, new: LoadedModel) -> dict[str, Any]:
    """What a card and a run's state say of a comparison."""
    return {
        "data": data,
        "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "old": {"name": old.name, "sha256": old.sha256},
        "new": {"name": new.name, "sha256": new.sha256},
        "patients": found.patients,
        "slices": found.slices,
        "differences": {name: one.as_json() for name, one in found.differences.items()},
    }


def record(folder: Path, entry: dict[str, Any]) -> None:
    """Write a comparison onto the card of the new model; one of the same data and models is replaced.

    Raises:
        CheckpointError: if there is no card.
        OSError: if it cannot be written.
    """
    card = read_card(folder)
    same = ("data", "old", "new")
    earlier = [
        one for one in card.figures.get(COMPARED, ()) if any(one.get(name) != entry[name] for name in same)
    ]
    figures = {**card.figures, COMPARED: [*earlier, entry]}
    write_text(folder / CARD_FILE, json_text(replace(card, figures=figures).as_json()))
