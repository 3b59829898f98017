"""Badges: what the reader must know before believing the screen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Badge:
    """A coloured note in the image's corner.

    Attributes:
        code: stable machine name.
        text: a few words.
        detail: the whole sentence, as tooltip.
        level: ``info`` (the display is not what the model saw), ``warning`` (geometry repaired) or ``error``
            (out of the model's scope).
    """

    code: str
    text: str
    detail: str
    level: str
