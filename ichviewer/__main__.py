"""``ichviewer [PATH] [--demo] [--screenshot FILE] [--self-test] [--version]``."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ichviewer.app.display_check import has_display, missing_packages, missing_sentence

if TYPE_CHECKING:
    from ichviewer.app.program import Program

if TYPE_CHECKING:
    from collections.abc import Sequence


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        prog="ichviewer",
        description="Head CT viewer with an explainable intracranial hemorrhage engine. Research use only.",
    )
    made.add_argument(
        "path", nargs="?", type=Path, help="folder, zip, DICOMDIR, DICOM, NIfTI or picture file"
    )
    made.add_argument(
        "--demo", action="store_true", help="make (once) and open a synthetic head with a bleed"
    )
    made.add_argument(
        "--screenshot", type=Path, metavar="FILE", help="save the window once it is predicted, and end"
    )
    made.add_argument("--self-test", action="store_true", help="try opening, predicting, drawing, exporting")
    made.add_argument("--version", action="store_true", help="print the version and end")
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Run the viewer; returns its exit status.

    0 on success, 1 with one line on standard error where something is in the way, 2 on bad use.
    """
    options = parser().parse_args(argv)
    if options.version:
        sys.stdout.write(f"ichviewer {_version()}\n")
        return 0
    if options.path is not None and options.demo:
        parser().error("give either PATH or --demo")
    if options.path is not None and not options.path.exists():
        return _refuse(f"{options.path} does not exist; give a folder or a file.")
    if options.screenshot is not None and options.path is None and not options.demo:
        parser().error("--screenshot needs PATH or --demo")
    alone = options.demo or options.self_test or options.screenshot is not None
    shown = has_display()
    in_the_way = _in_the_way(shown=shown, alone=alone)
    if in_the_way:
        return _refuse(in_the_way)
    if not shown:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if options.self_test:
        return _self_test()

    from ichviewer.app.program import Program

    return _run(Program(), options, shown=shown)


def _self_test() -> int:
    """Run the self-test with settings and files of its own, so that the user's stay as they are."""
    with tempfile.TemporaryDirectory(prefix="ichviewer-home-") as home:
        os.environ["ICHVIEWER_HOME"] = home
        from ichviewer.app.program import Program

        return Program().self_test()


def _run(program: Program, options: argparse.Namespace, *, shown: bool) -> int:
    if options.screenshot is not None:
        return program.screenshot(options.path, options.screenshot)
    if options.demo:
        return program.demo() if shown else program.demo_pictures()
    return program.run(options.path)


def _in_the_way(*, shown: bool, alone: bool) -> str:
    """Why no window can come up, in one sentence; empty if it can, or if none is needed."""
    if not shown and not alone:
        return "There is no display to show a window on; set DISPLAY, or try ichviewer --demo."
    missing = missing_packages(offscreen=not shown)
    return missing_sentence(missing) if missing else ""


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"ichviewer: {sentence.removeprefix('ichviewer: ')}\n")
    return 1


def _version() -> str:
    import importlib.metadata

    try:
        return importlib.metadata.version("ichviewer")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


if __name__ == "__main__":
    sys.exit(main())
