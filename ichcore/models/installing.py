"""A trained model taken into use: copied into the user's folder, once it was compared with its forerunner."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

from ichcore.errors import CheckpointError
from ichcore.files import atomic_path, write_text
from ichcore.models.card import CARD_FILE, WEIGHTS_FILE, read_card
from ichcore.models.catalogue import checkpoint_paths, user_folder
from ichcore.models.weights_file import file_sha256

if TYPE_CHECKING:
    from pathlib import Path

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def was_compared(folder: Path) -> bool:
    """Whether the card says how these very weights stand beside an older model's.

    Raises:
        CheckpointError: if the checkpoint cannot be read.
    """
    card, digest = read_card(folder), file_sha256(folder / WEIGHTS_FILE)
    return any(one.get("new", {}).get("sha256") == digest for one in card.figures.get("compared", ()))


def use(folder: Path, name: str) -> Path:
    """Install a checkpoint under a name that no other has.

    Args:
        folder: of the checkpoint, as training left it.
        name: that it is listed and chosen by: letters, digits, dots and dashes.

    Returns:
        Its folder among the user's models.

    Raises:
        CheckpointError: if it was not compared yet, the name is taken or unfit, or files are damaged.
        OSError: if the user's folder cannot be written.
    """
    if not _NAME.fullmatch(name):
        raise CheckpointError(f"{name!r} is no name for a model; use letters, digits, dots and dashes.")
    card = read_card(folder)
    if not was_compared(folder):
        raise CheckpointError(
            f"{folder} was not compared with an older model yet; run ichcore compare OLD {folder} "
            "--data SET --record first."
        )
    if card.weights.get("sha256") != file_sha256(folder / WEIGHTS_FILE):
        raise CheckpointError(f"The weights of {folder} are not those of its card; train it again.")
    out = user_folder() / name
    if name in checkpoint_paths() or out.exists():
        raise CheckpointError(f"There is a model {name!r} already; choose another name, none is overwritten.")
    with atomic_path(out / WEIGHTS_FILE) as temporary:
        shutil.copyfile(folder / WEIGHTS_FILE, temporary)
    # last, since a folder without a card is no checkpoint
    named = json.dumps(replace(card, name=name).as_json(), indent=2, ensure_ascii=False)
    write_text(out / CARD_FILE, named + "\n")
    return out
