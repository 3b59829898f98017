"""Which checkpoints are installed, and where; imports no torch, so that a viewer can list them at once."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from ichcore.errors import CheckpointError
from ichcore.files import resource
from ichcore.models.card import CARD_FILE, Card, read_card
from ichcore.models.registry import ARCHITECTURES, SEGMENTERS

ENVIRONMENT = "ICHCORE_MODELS"
"""One or more folders of checkpoint folders, separated as in PATH; looked at first."""
PREFERRED = "window-fusion-heads"


def folders() -> list[Path]:
    """Where checkpoints are looked for, first found first: environment, user's data folder, program."""
    named = [Path(p) for p in os.environ.get(ENVIRONMENT, "").split(os.pathsep) if p]
    return [*named, user_folder(), resource("models")]


def user_folder() -> Path:
    """Where a user's own checkpoints are installed."""
    return Path(platformdirs.user_data_dir("ichviewer", appauthor=False)) / "models"


def checkpoint_paths() -> dict[str, Path]:
    """Folder of every installed checkpoint by the name that its card states; one found twice is the first's.

    A folder whose card cannot be read goes by its own name, so that opening it says what is wrong with it.
    """
    return {name: path for name, (path, _) in _found().items()}


def installed() -> list[Card]:
    """Cards of the installed checkpoints, the default first; those with an unreadable card are left out."""
    cards = [card for _, card in _found().values() if card is not None]
    return sorted(cards, key=lambda card: (card.name != PREFERRED, card.name))


def _found() -> dict[str, tuple[Path, Card | None]]:
    """Folders and cards of the installed checkpoints by name, each card read once."""
    found: dict[str, tuple[Path, Card | None]] = {}
    for folder in folders():
        if folder.is_dir():
            for path in sorted(folder.iterdir()):
                if (path / CARD_FILE).is_file():
                    card = _readable_card(path)
                    found.setdefault(path.name if card is None else card.name, (path, card))
    return found


def _readable_card(folder: Path) -> Card | None:
    try:
        return read_card(folder)
    except CheckpointError:
        return None


def installed_to_predict() -> list[Card]:
    """Those of :func:`installed` whose network predicts classes; a U-Net draws masks and is left out."""
    return [card for card in installed() if card.architecture in ARCHITECTURES]


def default_name() -> str:
    """Name of the checkpoint used where none is named.

    Raises:
        CheckpointError: if none is installed.
    """
    names = list(checkpoint_paths())
    if not names:
        raise CheckpointError(
            f"No checkpoint is installed; put one into {folders()[-2]} or name its folder in {ENVIRONMENT}."
        )
    return PREFERRED if PREFERRED in names else sorted(names)[0]


def find(name_or_path: str | Path | None = None) -> Path:
    """Folder of a checkpoint, by installed name or by path (a folder, or a file inside it).

    What is installed may also be called by its folder's name, where that differs from its card's.

    Raises:
        CheckpointError: if there is none such.
    """
    if name_or_path is None:
        name_or_path = default_name()
    paths = checkpoint_paths()
    if str(name_or_path) in paths:
        return paths[str(name_or_path)]
    for path in paths.values():
        if path.name == str(name_or_path):
            return path
    path = Path(name_or_path)
    if path.is_file():
        path = path.parent
    if (path / CARD_FILE).is_file():
        return path
    raise CheckpointError(
        f"There is no checkpoint {str(name_or_path)!r}; installed are {', '.join(sorted(paths)) or 'none'}, "
        f"or give a folder that holds {CARD_FILE}."
    )


def drawn_from(name: str) -> Card | None:
    """Card of the installed U-Net that learned from what a model points at; ``None`` where none did."""
    for card in installed():
        if card.architecture in SEGMENTERS and card.training.get("teacher") == name:
            return card
    return None
