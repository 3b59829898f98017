"""The self-test: opens a phantom, predicts, draws and exports, and says which step failed."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ichcore.errors import IchError
from ichviewer.app.waiting import wait_settled, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from ichviewer.app.main_window import MainWindow
    from ichviewer.documents.case import Case

PATIENCE_S = 180.0
SLICES, SIZE = 12, 256


class SelfTest:
    """One step a method; each raises :class:`IchError` with the reason where it fails."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self._window = window
        self._workspace = window.workspace
        self._folder = folder
        self._errors: list[str] = []
        self._workspace.notice_raised.connect(self._notice)

    def _notice(self, level: str, sentence: str) -> None:
        if level == "error":
            self._errors.append(sentence)

    def steps(self) -> list[tuple[str, Callable[[], str]]]:
        """The steps in order, with what each is called."""
        return [
            ("make a phantom", self.make),
            ("open it", self.open),
            ("predict", self.predict),
            ("explain", self.explain),
            ("learned window", self.learned),
            ("draw", self.draw),
            ("export a picture", self.picture),
            ("export findings", self.findings),
            ("export a film", self.film),
        ]

    def make(self) -> str:
        """Write a small phantom as DICOM."""
        from ichcore.phantom import write_cases

        write_cases(self._folder, 1, 7, subtypes=("intraparenchymal",), slices=SLICES, size=SIZE)
        return f"{SLICES} slices of {SIZE}×{SIZE}"

    def open(self) -> str:
        """Open it as a user would."""
        self._workspace.settings.change(predict_on_open=False)
        self._workspace.open_path(self._folder / "cases" / "0001" / "dicom")
        self._wait(lambda: self._workspace.case is not None and self._workspace.case.volume.complete)
        case = self._case()
        if case.volume.shape != (SLICES, SIZE, SIZE):
            raise IchError(f"The phantom opened as {case.volume.shape}; expected {(SLICES, SIZE, SIZE)}.")
        return f"HU {case.volume.hu.min()} to {case.volume.hu.max()}"

    def predict(self) -> str:
        """Run the model over every slice."""
        if not self._workspace.models.shown:
            raise IchError("No model is installed.")
        self._wait(lambda: self._workspace.busy is None)
        self._workspace.inference.predict()
        self._wait(lambda: self._case().prediction is not None and self._workspace.busy is None)
        prediction = self._case().prediction
        if prediction is None or not prediction.done.all():
            raise IchError("The prediction did not cover every slice.")
        if not np.isfinite(prediction.probabilities[:, 0]).all():
            raise IchError("The model gave probabilities that are no numbers.")
        highest = float(prediction.probabilities[:, 0].max())
        return f"{prediction.model_name} on {prediction.device}, highest any {highest:.2f}"

    def explain(self) -> str:
        """Make a heat map of the clearest slice, flagged or not."""
        case = self._case()
        prediction = case.prediction
        if prediction is None:
            raise IchError("Nothing is predicted.")
        index = int(prediction.probabilities[:, 0].argmax())
        case.set_thresholds(np.zeros(6, np.float32))
        self._workspace.view.go_to_slice(index)
        self._workspace.view.change_overlay(visible=True, class_name="any")
        self._workspace.inference.heatmaps.request()
        self._wait(lambda: bool(case.heatmaps(index)))
        heatmap = case.heatmaps(index)[0]
        return f"{heatmap.method} at {heatmap.layer}, {len(case.boxes(index))} boxes"

    def learned(self) -> str:
        """Show the learned window."""
        view, card = self._workspace.view, self._workspace.models.card
        if card is not None and not card.windows:
            return "this model learned none"
        if not any(window is not None for window in view.learned_windows):
            raise IchError("The model has no learned window.")
        if not view.learned_on:
            view.toggle_learned()
        if not view.learned_on:
            raise IchError("The learned window was not shown.")
        return f"{view.window.center:.0f}/{view.window.width:.0f}"

    def draw(self) -> str:
        """Draw the window, which must not be blank."""
        wait_settled(self._workspace, PATIENCE_S)
        picture = self._window.picture()
        colours = {
            picture.pixel(x, y) for x in range(0, picture.width(), 7) for y in range(0, picture.height(), 7)
        }
        if len(colours) < 16:
            raise IchError(f"The window shows {len(colours)} colours; expected a picture.")
        return f"{picture.width()}×{picture.height()}"

    def picture(self) -> str:
        """Save a picture and read it back."""
        from PySide6.QtGui import QImage

        from ichviewer.app.file_commands import save_picture

        target = self._folder / "picture.png"
        made = self._window.image.snapshot()
        save_picture(made, target)
        if QImage(str(target)).size() != made.size():
            raise IchError("The saved picture could not be read back.")
        return f"{target.stat().st_size // 1024} KiB"

    def findings(self) -> str:
        """Write the findings in both formats."""
        from ichviewer.documents.findings import write_findings

        for name in ("findings.csv", "findings.json"):
            write_findings(self._case(), self._folder / name)
        rows = (self._folder / "findings.csv").read_text(encoding="utf-8").count("\n")
        if rows != SLICES + 2:
            raise IchError(f"The table has {rows} lines; expected {SLICES + 2}.")
        return f"{rows} lines"

    def film(self) -> str:
        """Film the slices as GIF and MP4."""
        from ichviewer.app.film_export import as_rgb
        from ichviewer.documents.film import write_film

        frames = [as_rgb(self._window.image.render_slice(i, 256)) for i in range(SLICES)]
        sizes = []
        for suffix in (".gif", ".mp4"):
            target = self._folder / f"film{suffix}"
            write_film(target, frames, 10.0)
            sizes.append(f"{suffix[1:]} {target.stat().st_size // 1024} KiB")
        return ", ".join(sizes)

    def _case(self) -> Case:
        if self._workspace.case is None:
            raise IchError("No series is open.")
        return self._workspace.case

    def _wait(self, ready: Callable[[], bool]) -> None:
        wait_until(lambda: bool(self._errors) or ready(), PATIENCE_S)
        if self._errors:
            raise IchError(self._errors.pop())
        if not ready():
            raise IchError(f"Nothing came of it within {PATIENCE_S:.0f} seconds.")


def run_self_test(window: MainWindow, say: Callable[[str], None]) -> int:
    """Run every step, saying one line each; 0 if all went well, else 1.

    A step that fails does not keep the later ones from being tried.
    """
    failed = 0
    with tempfile.TemporaryDirectory(prefix="ichviewer-self-test-") as name:
        test = SelfTest(window, Path(name))
        for label, step in test.steps():
            try:
                say(f"ok      {label}: {step()}")
            except (IchError, OSError, ImportError, RuntimeError, ValueError, IndexError) as error:
                failed += 1
                say(f"FAILED  {label}: {type(error).__name__}: {error}")
    window.workspace.close_case()
    say("self-test passed" if failed == 0 else f"self-test: {failed} of {len(test.steps())} steps failed")
    return 0 if failed == 0 else 1
