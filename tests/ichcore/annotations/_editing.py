"""A process that edits as fast as it can, and says after every commit which revision is stored."""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

from ichcore.annotations import open_annotation
from ichcore.annotations.open_annotation import OpenAnnotation
from ichcore.annotations.store import Store
from tests.ichcore.annotations._cases import SERIES, scripted


def act(annotation: OpenAnnotation, dice: random.Random, number: int) -> None:
    """Do the next thing; what it is depends on the dice alone."""
    chance = dice.random()
    if chance < 0.2 and annotation.accept_undo() is not None:
        return
    if chance < 0.3 and annotation.accept_redo() is not None:
        return
    step = scripted(annotation.contents, number)
    if step.empty:
        step = scripted(annotation.contents, number * 5 + 1)
    annotation.accept(step)


def main() -> None:
    """Arguments: the store, the seed."""
    open_annotation.SNAPSHOT_ENTRIES = 7
    annotation = Store.open(Path(sys.argv[1])).annotate(SERIES, "ada")
    dice = random.Random(int(sys.argv[2]))
    for number in range(100_000):
        act(annotation, dice, number)
        os.write(1, f"{annotation.store_pending()}\n".encode())


if __name__ == "__main__":
    main()
