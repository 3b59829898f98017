"""What is read of a weights file without torch: its digests, and W and b of its window layer."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from safetensors import SafetensorError, safe_open

from ichcore.errors import CheckpointError
from ichcore.files import sha256_of
from ichcore.models.card import WEIGHTS_FILE, Card

if TYPE_CHECKING:
    from pathlib import Path

WINDOW_W = "window.w"
"""Tensor ``(C,)`` of effective W."""
WINDOW_B = "window.b"
"""Tensor ``(C,)`` of effective b."""


def file_sha256(path: Path) -> str:
    """Digest of a whole file, hexadecimal.

    Raises:
        CheckpointError: if it cannot be read.
    """
    try:
        return sha256_of(path)
    except OSError as error:
        raise CheckpointError(
            f"{path} cannot be read ({error.strerror}); the checkpoint is incomplete."
        ) from error


def body_sha256(path: Path) -> str:
    """Digest of the names, shapes and values of all tensors but the window layer's.

    Raises:
        CheckpointError: if the file is damaged.
    """
    digest = hashlib.sha256()
    try:
        with safe_open(path, framework="numpy") as tensors:
            for name in sorted(set(tensors.keys()) - {WINDOW_W, WINDOW_B}):
                value = tensors.get_tensor(name)
                digest.update(f"{name} {value.dtype} {value.shape}".encode())
                digest.update(value.tobytes())
    except (SafetensorError, OSError) as error:
        raise _damaged(path, error) from error
    return digest.hexdigest()


def stored_windows(path: Path) -> list[tuple[float, float]]:
    """W and b of every channel as the weights file has them; empty where there is no window layer.

    Raises:
        CheckpointError: if the file is damaged.
    """
    try:
        with safe_open(path, framework="numpy") as tensors:
            if WINDOW_W not in tensors.keys():  # noqa: SIM118 (safe_open is no mapping)
                return []
            w, b = tensors.get_tensor(WINDOW_W), tensors.get_tensor(WINDOW_B)
    except (SafetensorError, OSError) as error:
        raise _damaged(path, error) from error
    return [(float(wi), float(bi)) for wi, bi in zip(w, b, strict=True)]


def settle_windows(folder: Path, card: Card) -> tuple[Card, bool]:
    """Decide which W and b count, and check the weights file against the card.

    Card and weights hold the same W and b. Whoever edits them in a copy edits either place: while the
    weights file is as it was saved, the card counts; once the window tensors were rewritten (and nothing
    else was), they count.

    Returns:
        The card with the W and b that count, and whether they were edited after saving.

    Raises:
        CheckpointError: if the file is missing or damaged, or channels do not match.
    """
    path = folder / WEIGHTS_FILE
    untouched = file_sha256(path) == card.weights.get("sha256")
    stored = stored_windows(path)
    if len(stored) != len(card.windows):
        raise CheckpointError(
            f"{folder.name}: the card lists {len(card.windows)} windows, the weights hold {len(stored)}; "
            "restore the card or the weights from their source."
        )
    stated = [(record.w, record.b) for record in card.windows]
    if untouched:
        return card, stated != stored
    if body_sha256(path) != card.weights.get("body_sha256"):
        raise CheckpointError(
            f"{path} is not the file that its card describes (digests differ); it is damaged or belongs to "
            "another card. Copy the checkpoint folder again."
        )
    return card.with_windows(stored), True


def _damaged(path: Path, error: Exception) -> CheckpointError:
    return CheckpointError(f"{path} is not a sound safetensors file ({error}); copy the checkpoint again.")
