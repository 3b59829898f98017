"""An annotator at the screen: take the model's mask, brush, undo, leave, come back, undo again."""

from __future__ import annotations

import getpass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ichcore.annotations.annotation import Annotation
from ichcore.annotations.store import Store
from tests.e2e.screen import Screen, wait_for
from tests.e2e.test_window import ASIDE, CENTRE, HEAD, differs, look

pytestmark = [pytest.mark.xvfb, pytest.mark.timeout(600)]


def annotated(screen: Screen) -> Annotation | None:
    """What is on the disk; ``None`` while nothing is."""
    file = screen.folder / "home" / "data" / "annotations.sqlite"
    if not file.exists():
        return None
    store = Store.open(file)
    try:
        reads = store.reads()
        me = getpass.getuser()
        return store.view(reads[0].series_instance_uid, me, by=me) if reads else None
    finally:
        store.close()


def stored(screen: Screen) -> tuple[NDArray[np.uint8], int]:
    """The labels that are on the disk, and the revision; a store that is not there yet holds nothing."""
    found = annotated(screen)
    return (np.zeros((1, 1, 1), np.uint8), 0) if found is None else (found.mask.labels, found.revision)


def revision(screen: Screen, wanted: int) -> NDArray[np.uint8]:
    """The labels once so many entries are on the disk."""
    return wait_for(f"entry {wanted} on the disk", lambda: _at(screen, wanted), timeout_s=60)[0]


def _at(screen: Screen, wanted: int) -> tuple[NDArray[np.uint8]] | None:
    labels, found = stored(screen)
    return (labels,) if found == wanted else None


def test_a_mask_is_taken_corrected_and_there_again(screen: Screen, phantom_study: Path) -> None:
    with screen.run(phantom_study) as program:
        wait_for("the study in the title", lambda: "HEAD" in program.title.upper())
        program.rest()
        screen.key("o", "x")
        screen.key("ctrl+shift+m")
        taken = revision(screen, 1)
        assert taken.any()
        there = ["Home", *["Down"] * int((taken > 0).sum(axis=(1, 2)).argmax())]
        screen.key(*there)
        with_mask = look(program)
        screen.key("shift+w")
        assert differs(look(program), with_mask) > 0.0005, "the mask is seen"
        screen.key("shift+w")

        screen.key("b")
        screen.drag((CENTRE[0] - 60, CENTRE[1]), (CENTRE[0] + 60, CENTRE[1]))
        brushed = revision(screen, 2)
        assert (brushed == 6).sum() > (taken == 6).sum()
        assert differs(with_mask, look(program)) > 0.002
        screen.key("ctrl+z")
        assert (revision(screen, 3) == taken).all()
        assert differs(with_mask, look(program)) == 0.0
        screen.drag((CENTRE[0] - 60, CENTRE[1]), (CENTRE[0] + 60, CENTRE[1]))
        screen.key("ctrl+q")
        program.process.wait(20)
    assert (stored(screen)[0] == brushed).all(), "a stroke before leaving is kept"

    with screen.run(phantom_study) as program:
        wait_for("the study in the title", lambda: "HEAD" in program.title.upper())
        program.rest()
        screen.key("o", "x", *there, "b")
        screen.move(*ASIDE)
        assert program.rest()[HEAD].any()
        screen.key("ctrl+z")
        assert (revision(screen, 5) == taken).all(), "undo goes on where it was left"
        assert differs(with_mask, look(program)) == 0.0
