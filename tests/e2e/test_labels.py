"""An annotator from the weak mask to files that anyone's tools read, and back: by mouse and keys alone."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ichcore.masks.edits.origin import Origin
from ichcore.opening import open_volume
from tests.e2e.conftest import ichcore
from tests.e2e.screen import Program, Screen, wait_for
from tests.e2e.test_bench import annotated, revision
from tests.e2e.test_window import ASIDE, CENTRE

pytestmark = [pytest.mark.xvfb, pytest.mark.timeout(600)]

EXPORT_TAB = (1554, 68)
UNTICKED = {
    "sr": (1273, 186),
    "pmap": (1273, 205),
    "nifti": (1273, 226),
    "coco": (1437, 165),
    "rsna": (1437, 186),
    "nnunet": (1437, 205),
}
"""Boxes of the formats that are not ticked from the start; SEG and bundle are."""
ACROSS_THE_BLEED = ((430, 520), (540, 640))
UNSTATED = 6


def opened(program: Program) -> None:
    wait_for("the study in the title", lambda: "HEAD" in program.title.upper())
    program.rest()


def to_slice(screen: Screen, index: int) -> None:
    screen.key("Home", *["Down"] * index)


def stroke(screen: Screen, start: tuple[int, int], end: tuple[int, int], entry: int) -> np.ndarray:
    """One stroke; the labels once it is on the disk."""
    screen.drag(start, end)
    return revision(screen, entry)


def answered(program: Program, title: str, text: Path) -> None:
    """Type a path into a dialog for files."""
    program.dialog(title)
    program.screen.write(str(text))
    program.screen.key("Return")
    program.screen.move(*ASIDE)


def test_a_mask_is_corrected_with_every_tool_exported_and_taken_back(
    screen: Screen, phantom_study: Path, tmp_path: Path
) -> None:
    hu = open_volume(phantom_study).hu
    left, right = (CENTRE[0] - 90, CENTRE[1]), (CENTRE[0] + 90, CENTRE[1])
    with screen.run(phantom_study) as program:
        opened(program)
        screen.key("o", "x", "ctrl+shift+m")
        taken = revision(screen, 1)
        shown = int((taken > 0).sum(axis=(1, 2)).argmax())
        to_slice(screen, shown)

        screen.key("b")
        brushed = stroke(screen, left, right, 2)
        assert (brushed == UNSTATED).any()

        screen.key("ctrl+z", "shift+v")
        assert (revision(screen, 3) == taken).all()
        gated = stroke(screen, *ACROSS_THE_BLEED, 4)
        fresh = gated != taken
        assert 0 < fresh.sum() < (brushed != taken).sum(), "the range of HU holds the brush back"
        assert hu[fresh].min() >= 45
        assert hu[fresh].max() <= 90
        screen.key("ctrl+z", "shift+v")
        assert (revision(screen, 5) == taken).all()

        # two slices drawn by hand, the one between them by the program
        first = stroke(screen, left, right, 6)
        screen.key("Down", "Down")
        second = stroke(screen, left, right, 7)
        screen.key("shift+i")
        between = revision(screen, 8)
        assert not (second[shown + 1] == UNSTATED).any()
        assert (between[shown + 1] == UNSTATED).any()
        assert (annotated(screen).mask.origins[shown + 1] == Origin.INTERPOLATED).any()
        assert (between[shown] == first[shown]).all()

        screen.key("Up", "Up", "ctrl+BackSpace")
        assert not revision(screen, 9)[shown].any()
        screen.key("ctrl+z")
        assert (revision(screen, 10) == between).all()
        screen.key("shift+e")
        program.rest()
        screen.key("Return")
        refined = revision(screen, 11)
        assert (refined[shown] != between[shown]).any()
        assert (np.delete(refined, shown, 0) == np.delete(between, shown, 0)).all(), "of this slice alone"

        screen.key("Down", "Down", "y", "shift+q")  # after the last label comes the first, epidural
        screen.click(*CENTRE)
        named = revision(screen, 12)
        piece = refined[shown + 2] == UNSTATED
        assert piece.any()
        assert (named[shown + 2][piece] == 1).all()
        assert (named != refined).sum() == piece.sum()
        screen.key("ctrl+q")
        program.process.wait(20)

    with screen.run(phantom_study) as program:
        opened(program)
        screen.key("ctrl+z")
        assert (revision(screen, 13) == refined).all(), "undo goes on where it was left"
        screen.key("ctrl+shift+z")
        assert (revision(screen, 14) == named).all()

        screen.click(*EXPORT_TAB)
        program.rest()
        for place in UNTICKED.values():
            screen.click(*place)
        out = tmp_path / "out"
        out.mkdir()
        screen.key("ctrl+alt+e")
        answered(program, "Export labels", out)
        wait_for("the certificate", (out / "certificate.json").is_file)
        program.rest()
        formats = {one["name"]: one for one in json.loads((out / "certificate.json").read_text())["formats"]}
        assert set(formats) == {"seg", "bundle", *UNTICKED}
        assert {one["result"] for one in formats.values()} == {"identical"}
        ichcore("verify", out)

        entry = 14
        for file in ("seg/segmentation.dcm", "nifti/mask.nii.gz", "bundle/bundle.json"):
            screen.key("shift+a", "ctrl+BackSpace", "shift+a")
            assert (revision(screen, entry + 1) != named).any(), "cleared"
            screen.key("ctrl+alt+i")
            answered(program, "Import labels", out / file)
            assert (revision(screen, entry + 2) == named).all(), f"{file} brings back every voxel"
            entry += 2
