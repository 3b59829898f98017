"""What is going on now, for the status bar."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Busy:
    """Work in progress: what, and how far.

    Attributes:
        label: a short phrase, such as ``Decoding``.
        done: steps done.
        total: steps in all; 0 where that is not known.
    """

    label: str
    done: int = 0
    total: int = 0
