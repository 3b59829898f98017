"""The letters by which compared models are told apart where their names have no room."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LETTERS = "ABCD"


def model_letters(names: Sequence[str]) -> dict[str, str]:
    """A letter for each compared model, in the order of the chooser; none where there is only one."""
    return dict(zip(names, LETTERS, strict=False)) if len(names) > 1 else {}
