"""The demo: a synthetic head with a bleed, made once, and the steps that show what the program does."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ichviewer.base.places import data_folder
from ichviewer.documents.view_state import Layout

if TYPE_CHECKING:
    from collections.abc import Callable

    from ichcore.progress import CancelToken, Progress
    from ichviewer.app.main_window import MainWindow
    from ichviewer.base.jobs import JobContext
    from ichviewer.documents.workspace import Workspace

VERSION = 1
"""Raised when the phantom changes, so that an old demo study is made anew."""
SEED = 20240
SUBTYPES = ("epidural",)
SLICES = 36
SIZE = 512
KEY = "demo"


def demo_folder() -> Path:
    """Where the demo study lies once it is made."""
    return data_folder() / f"demo-{VERSION}"


def make_demo(progress: Progress | None = None, cancel: CancelToken | None = None) -> Path:
    """The demo study's DICOM folder; made on the first call, complete or not at all.

    Raises:
        OSError: if the data folder cannot be written.
        CancelledError: if cancelled.
    """
    from ichcore.phantom import write_cases

    folder = demo_folder()
    if not (folder / "labels.csv").is_file():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".demo-", dir=folder.parent) as name:
            made = Path(name) / "study"
            write_cases(
                made,
                1,
                SEED,
                subtypes=SUBTYPES,
                slices=SLICES,
                size=SIZE,
                progress=progress,
                cancel=cancel,
            )
            shutil.rmtree(folder, ignore_errors=True)
            os.replace(made, folder)  # noqa: PTH105 - a rename, so that half a study is never found
    return folder / "cases" / "0001" / "dicom"


def open_demo(workspace: Workspace) -> None:
    """Make the demo study in the file lane if need be, then open it."""
    workspace.notice_raised.emit("info", "Making a synthetic head; this takes some seconds the first time.")

    def work(context: JobContext) -> Path:
        return make_demo(context.progress, context.cancel)

    workspace.jobs.submit(
        "io",
        work,
        key=KEY,
        done=workspace.open_path,
        failed=lambda sentence: workspace.notice_raised.emit("error", sentence),
    )


def show_demo(workspace: Workspace) -> None:
    """Do what a person would do first with the predicted demo: clearest slice, overlay, learned window."""
    go_to_clearest(workspace)
    workspace.view.change_overlay(visible=True, boxes=True, class_name=None)
    if not workspace.view.learned_on:
        workspace.view.toggle_learned()


def go_to_clearest(workspace: Workspace) -> None:
    """Show the slice with the highest probability of any hemorrhage."""
    import numpy as np

    case = workspace.case
    if case is not None and case.prediction is not None:
        any_ = case.prediction.probabilities[:, 0]
        if not np.isnan(any_).all():
            workspace.view.go_to_slice(int(np.nanargmax(any_)))


def write_pictures(window: MainWindow, folder: Path, wait: Callable[[], object]) -> list[Path]:
    """The demo without a display: the same steps, each kept as a picture.

    Args:
        window: shown offscreen, its case predicted.
        folder: where the pictures go.
        wait: called to let the window settle before each picture.

    Raises:
        OSError: if the folder cannot be written.
    """
    from ichviewer.app.file_commands import save_picture

    workspace, view, image = window.workspace, window.workspace.view, window.image
    written: list[Path] = []

    def keep(name: str, *, whole: bool = False) -> None:
        wait()
        target = folder / name
        save_picture(window.picture() if whole else image.snapshot(), target)
        written.append(target)

    go_to_clearest(workspace)
    view.change_overlay(visible=True, boxes=True, class_name=None)
    keep("1-slice-with-overlay.png")
    view.change_overlay(visible=False, boxes=False)
    if not view.learned_on:
        view.toggle_learned()
    keep("2-learned-window.png")
    view.change_overlay(visible=True, boxes=True)
    keep("3-window.png", whole=True)
    view.set_layout(Layout.FOUR_UP)
    keep("4-four-up.png")
    view.set_layout(Layout.ONE_UP)
    return written
