"""A run as tables see it: which system, which of its variants, measured on what, with which figures."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ichcore.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from ichcore.evaluation.tables.table import Cell
    from ichcore.models.card import Card

READER = "reader"
"""The system of a person whose answers were scored."""


@dataclass(frozen=True)
class Outcome:
    """One evaluation.

    Attributes:
        name: of the checkpoint or the reader.
        system: published system, such as ``he2024``, or :data:`READER`.
        data: what it was measured on.
        place: facts that say where in the paper's tables it stands, such as ``{"fusion": False}``.
        report: as :func:`~ichcore.evaluation.report.report_of` gives it.
    """

    name: str
    system: str
    data: str
    place: Mapping[str, Any] = field(default_factory=dict)
    report: Mapping[str, Any] = field(default_factory=dict)

    def figure(self, *path: str) -> Cell:
        """A figure by its path in the report, such as ``("slice", "auc", "any")``; ``None`` if not there."""
        found: Any = self.report
        for key in path:
            if not hasattr(found, "get"):
                return None
            found = found.get(key)
        return found if isinstance(found, int | float) else None

    def stands(self, **facts: Any) -> bool:
        """Whether these facts hold of it."""
        return all(self.place.get(key) == value for key, value in facts.items())

    def as_json(self) -> dict[str, Any]:
        """What :func:`read_outcome` reads."""
        return {
            "schema": SCHEMA,
            "model": {"name": self.name, "system": self.system, "place": dict(self.place)},
            "data": self.data,
            **self.report,
        }


SCHEMA = "ichcore.evaluation/1"


def read_outcome(path: Path) -> Outcome:
    """An evaluation from the JSON that ``ichcore evaluate`` wrote.

    Raises:
        InputError: if the file cannot be read or is no evaluation.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror}); give a file of ichcore evaluate."
        ) from error
    except ValueError as error:
        raise InputError(f"{path} is not valid JSON ({error}); give a file of ichcore evaluate.") from error
    model = data.get("model") if isinstance(data, dict) else None
    if not isinstance(model, dict) or data.get("schema") != SCHEMA:
        raise InputError(f"{path} is no evaluation; expected the schema {SCHEMA!r}.")
    return Outcome(
        str(model.get("name", path.stem)),
        str(model.get("system", "")),
        str(data.get("data", "")),
        dict(model.get("place", {})),
        data,
    )


def first(outcomes: Iterable[Outcome], **facts: Any) -> Outcome | None:
    """The first outcome of which these facts hold."""
    return next((one for one in outcomes if one.stands(**facts)), None)


def of_system(outcomes: Sequence[Outcome], system: str) -> list[Outcome]:
    """Those of one system."""
    return [one for one in outcomes if one.system == system]


def figure_of(outcome: Outcome | None, *path: str) -> Cell:
    """A figure, or nothing where there is no outcome."""
    return None if outcome is None else outcome.figure(*path)


def place_of(card: Card) -> dict[str, Any]:
    """Where a checkpoint stands in its paper's tables, by the arguments of its network.

    What arguments do not say (the epoch, balancing, distillation, the steps of a mask) is stated by whoever
    made the run, in the card's ``training`` under ``place`` or on the command line.
    """
    a = card.arguments
    place: dict[str, Any] = {"architecture": card.architecture, "size": card.size}
    if card.architecture == "window_fusion":
        place |= {
            "windows": a.get("windows", "three"),
            "trained_windows": a.get("trainable_windows", True),
            "fusion": a.get("fusion", True),
        }
    elif card.architecture in ("cnn_bilstm", "fusion_bilstm"):
        paper = a.get("size") == "paper"
        selection = a.get("selection", "pca")
        place |= {
            "layers": a.get("layers", 3 if paper else None),
            "hidden": a.get("hidden", 256 if paper else None),
            "selection": selection,
            "count": 6 if selection == "predictions" else a.get("count") or (120 if paper else 60),
            "join": a.get("join", True),
        }
    elif card.architecture == "blend_sign":
        place |= {
            "detector": a.get("detector", True),
            "backbone": a.get("backbone", a.get("size", "compact")),
        }
    elif card.system == "ma2025":
        place |= {"backbone": a.get("pair", a.get("backbone", a.get("size", "compact")))}
    return place | dict(card.training.get("place", {}))
