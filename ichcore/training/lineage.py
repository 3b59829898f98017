"""Where a model comes from: what it started from, whose annotations taught it, and what else did."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ichcore import __version__
from ichcore.datasets.holding_back import is_held_back
from ichcore.errors import CheckpointError, IchError
from ichcore.files import sha256_of
from ichcore.masks.edits.origin import Origin
from ichcore.models.card import WEIGHTS_FILE, read_card
from ichcore.models.catalogue import find
from ichcore.training.parts import SetSpec
from ichcore.training.stated import stated

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ichcore.training.recipe import Recipe

BUNDLE = "bundle"


@dataclass(frozen=True)
class LearnedBundle:
    """One annotated series that a model learned from.

    Attributes:
        sha256: of its ``bundle.json``, which holds the digests of all its files; no name of a patient.
        reader: whose annotation it is.
        model: ``name@sha256`` of the model whose mask it began with; empty where it began with nothing.
        slices: how many of its slices count as whose, by the name of an origin in lower case.
    """

    sha256: str
    reader: str
    model: str
    slices: Mapping[str, int]

    def as_json(self) -> dict[str, Any]:
        """The entry of the card."""
        return {
            "sha256": self.sha256,
            "reader": self.reader,
            "model": self.model,
            "slices": dict(self.slices),
        }


def learned_bundles(folder: Path, held_back: float = 0.0) -> list[LearnedBundle]:
    """The bundles of a folder that are learned from, by digest.

    Args:
        folder: one bundle or many.
        held_back: share of the patients that are not.

    Raises:
        InputError: if there are none.
    """
    from ichcore.annotations.loss_weights import slice_origins
    from ichcore.datasets.bundle import Bundles
    from ichcore.export.bundle_reading import BUNDLE as RECORD
    from ichcore.export.bundle_reading import read_bundle

    found = []
    for case in Bundles(folder).cases()[0]:
        if is_held_back(case.patient, held_back):
            continue
        try:
            annotation = read_bundle(case.folder).annotation
        except IchError:
            continue  # the set leaves it out, too, and says why
        counts = np.bincount(slice_origins(annotation), minlength=len(Origin))
        slices = {origin.name.lower(): int(counts[origin]) for origin in Origin if counts[origin]}
        digest = sha256_of(case.folder / RECORD)
        found.append(LearnedBundle(digest, annotation.reader, annotation.model, slices))
    return sorted(found, key=lambda one: one.sha256)


def lineage(recipe: Recipe, folders: Mapping[str, Path]) -> dict[str, Any]:
    """The card's entry; the same for the same recipe, start and bundles.

    Args:
        recipe: that is followed.
        folders: where the user's sets are, by kind.

    Raises:
        InputError: if bundles are learned from and there are none.
    """
    entry: dict[str, Any] = {
        "recipe": recipe.name,
        "recipe_sha256": hashlib.sha256(stated(recipe).encode()).hexdigest(),
        "program": f"ichcore {__version__}",
    }
    start = _identity(recipe.start)
    if start is not None:
        entry["started_from"] = start
    parts = [part.spec for part in recipe.data.values() if isinstance(part.spec, SetSpec)]
    of_bundles = [spec for spec in parts if spec.set == BUNDLE]
    if of_bundles and BUNDLE in folders:
        bundles = learned_bundles(folders[BUNDLE], min(spec.held_back for spec in of_bundles))
        slices: Counter[str] = Counter()
        for one in bundles:
            slices.update(one.slices)
        entry["bundles"] = [one.as_json() for one in bundles]
        entry["readers"] = dict(sorted(Counter(one.reader for one in bundles).items()))
        entry["slices_by_origin"] = dict(sorted(slices.items()))
    return entry


def learned_from(entry: Mapping[str, Any]) -> str:
    """The bundles of a lineage as text; empty where there are none. A run on other ones starts anew."""
    return "".join(f"\n{one['sha256']}" for one in entry.get("bundles", ()))


def sentence_of(entry: Mapping[str, Any]) -> str:
    """A lineage in one line, for a list of models."""
    said = []
    if "started_from" in entry:
        start = entry["started_from"]
        said.append(f"started from {start['name']}@{str(start['sha256'])[:12]}")
    if "bundles" in entry:
        readers = ", ".join(f"{name or 'no name'} {count}" for name, count in entry["readers"].items())
        slices = ", ".join(f"{count} {origin}" for origin, count in entry["slices_by_origin"].items())
        said.append(f"{len(entry['bundles'])} bundles ({readers}; slices: {slices or 'none'})")
    return "; ".join([*said, f"recipe {entry.get('recipe', 'not stated')}"])


def _identity(start: str) -> dict[str, str] | None:
    """Name and digest of the checkpoint that weights start from; ``None`` for a stage or none."""
    if not start:
        return None
    try:
        folder = find(start)
        return {"name": read_card(folder).name, "sha256": sha256_of(folder / WEIGHTS_FILE)}
    except CheckpointError:
        return None
