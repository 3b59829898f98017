"""The object that ``ichcore window`` prints (schema ``ichcore.window/1``); no torch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ichcore.models.card import WindowRecord, read_card
from ichcore.models.catalogue import find
from ichcore.models.weights_file import settle_windows

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = "ichcore.window/1"


def learned_windows(name_or_path: str | Path | None = None) -> tuple[WindowRecord, ...]:
    """W, b and initial window of every channel of a checkpoint (the default one if not named).

    Raises:
        CheckpointError: if the checkpoint is missing, damaged or inconsistent.
    """
    folder = find(name_or_path)
    card, _ = settle_windows(folder, read_card(folder))
    return card.windows


def window_report(name_or_path: str | Path | None = None) -> dict[str, Any]:
    """``{"schema", "model", "channels": [{"name", "w", "b", "wl", "ww", "initial_wl", …}]}``.

    Raises:
        CheckpointError: if the checkpoint is missing, damaged or inconsistent.
    """
    folder = find(name_or_path)
    card, _ = settle_windows(folder, read_card(folder))
    return {"schema": SCHEMA, "model": card.name, "channels": [record.as_json() for record in card.windows]}


def pair_report(w: float, b: float) -> dict[str, Any]:
    """The same object for one pair of W and b, without a model or an initial window."""
    channel = WindowRecord("W, b", w, b, 0.0, 0.0).as_json()
    channel["initial_wl"] = channel["initial_ww"] = None
    return {"schema": SCHEMA, "model": None, "channels": [channel]}
