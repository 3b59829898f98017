"""Training on corrected cases in a process of its own, which goes on when the window is closed."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from ichcore.errors import IchError
from ichcore.files import json_text, write_text
from ichcore.models.card import CARD_FILE, WEIGHTS_FILE
from ichcore.training.run_state import Phase, RunState, ask_to_stop, read_state

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

REQUEST, LOG = "request.json", "log.txt"
LOOK_EVERY_MS = 1000
STARTS_WITHIN_S = 60.0
"""A process that has not written its state by then never will."""


@dataclass(frozen=True)
class Request:
    """What was asked for; the same again lets a killed run go on.

    Attributes:
        bundles: folder of exported bundles.
        model: that is trained on; empty for what the recipe says.
        recipe: how.
        judge: further sets that old and new are judged on.
    """

    bundles: str
    model: str = ""
    recipe: str = "corrections"
    judge: tuple[str, ...] = ()

    def command(self, out: Path) -> list[str]:
        """The command line of the run."""
        words = [sys.executable, "-m", "ichcore.cli", "retrain", self.bundles, "--out", str(out)]
        words += ["--recipe", self.recipe, *(["--model", self.model] if self.model else [])]
        return [*words, *(word for one in self.judge for word in ("--judge", one))]


def launch_detached(command: Sequence[str], log: Path) -> None:
    """Start a process that outlives this one; what it prints goes to ``log``.

    Raises:
        OSError: if it cannot be started.
    """
    apart: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        apart = {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}
    with log.open("ab") as stream:
        subprocess.Popen(  # noqa: S603 (our own program)
            list(command), stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, close_fds=True, **apart
        )


class Retraining(QObject):
    """The newest run, whoever started it; a window that opens later finds it again.

    Args:
        folder: one folder a run lies in it.
        launch: starts a command with its log.
        parent: owner.
    """

    changed = Signal()
    """The run is further on, or there is another."""
    failed = Signal(str)
    """What was asked for was not done; one sentence."""
    installed = Signal(str)
    """Name of a new model that is in use from now on."""

    def __init__(
        self,
        folder: Path,
        launch: Callable[[Sequence[str], Path], None] = launch_detached,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._folder, self._launch = folder, launch
        self._state: RunState | None = None
        self._launched: datetime | None = None
        self._clock = QTimer(self)
        self._clock.setInterval(LOOK_EVERY_MS)
        self._clock.timeout.connect(self.look)
        self.look()

    @property
    def available(self) -> bool:
        """Whether this installation can train; the packaged program leaves what that needs out."""
        return not getattr(sys, "frozen", False) and find_spec("lightning") is not None

    @property
    def run(self) -> Path | None:
        """Folder of the newest run."""
        if not self._folder.is_dir():
            return None
        runs = sorted(path for path in self._folder.iterdir() if (path / REQUEST).is_file())
        return runs[-1] if runs else None

    @property
    def request(self) -> Request | None:
        """What the newest run was asked for."""
        run = self.run
        if run is None:
            return None
        try:
            stated = json.loads((run / REQUEST).read_text(encoding="utf-8"))
            return Request(**{**stated, "judge": tuple(stated["judge"])})
        except (OSError, ValueError, KeyError, TypeError):
            return None

    @property
    def state(self) -> RunState | None:
        """How far the newest run is; ``None`` before it has said anything."""
        return self._state

    @property
    def running(self) -> bool:
        """Whether its process lives, or was started a moment ago."""
        if self._launched is not None:
            return True
        return self._state is not None and self._state.goes_on()

    @property
    def can_go_on(self) -> bool:
        """Whether the newest run was stopped, killed or failed, so that the same command goes on with it."""
        unfinished = self._state is None or self._state.phase is not Phase.DONE
        return not self.running and self.request is not None and unfinished

    @property
    def can_use(self) -> bool:
        """Whether there is a new model that was judged beside the old one."""
        return self._state is not None and self._state.phase is Phase.DONE and bool(self._state.compared)

    @property
    def gone(self) -> str:
        """Why the new model of the newest run can neither be looked at nor used; empty where it can."""
        run = self.run
        if run is None or not self.can_use:
            return self.tr("There is no new model that was judged beside the old one yet.")
        if (run / CARD_FILE).is_file() and (run / WEIGHTS_FILE).is_file():
            return ""
        return self.tr(
            "The files of the new model are gone from {run}; learn from the bundles again to have one."
        ).format(run=run)

    @property
    def suggested_name(self) -> str:
        """A name for the new model: its forerunner's, and when it began to learn."""
        run, old = self.run, self._state.old if self._state is not None else ""
        return "" if run is None else f"{Path(old).name or 'model'}-corrected-{run.name[:15]}"

    def start(self, request: Request) -> None:
        """Begin a run of its own folder."""
        if self.running:
            self.failed.emit(self.tr("A retraining goes on already; wait for it, or stop it first."))
            return
        run = self._folder / datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
        self._begin(run, request)

    def go_on(self) -> None:
        """Let the newest run go on where it was."""
        run, request = self.run, self.request
        if run is not None and request is not None and self.can_go_on:
            self._begin(run, request)

    def stop(self) -> None:
        """Ask the run to stop after its next step; it can go on later."""
        run = self.run
        if run is not None and self.running:
            try:
                ask_to_stop(run)
            except OSError as error:
                self.failed.emit(self.tr("{run} cannot be written ({why}).").format(run=run, why=error))

    def use(self, name: str) -> None:
        """Install the new model under a name that no other has."""
        from ichcore.models.installing import use

        run = self.run
        if run is None or not self.can_use:
            return
        try:
            use(run, name)
        except (IchError, OSError) as error:
            self.failed.emit(str(error))
            return
        self.installed.emit(name)

    def look(self) -> None:
        """Read the state of the newest run; once a second while one goes on."""
        run, before = self.run, self._state
        try:
            self._state = None if run is None else read_state(run)
        except IchError as error:
            self._state = None
            self.failed.emit(str(error))
        if self._launched is not None:
            spoke = self._state is not None and self._state.at >= self._launched.timestamp()
            waited = (datetime.now(UTC) - self._launched).total_seconds()
            if spoke or waited > STARTS_WITHIN_S:
                self._launched = None
        if self.running and not self._clock.isActive():
            self._clock.start()
        elif not self.running:
            self._clock.stop()
        if self._state != before:
            self.changed.emit()

    def _begin(self, run: Path, request: Request) -> None:
        try:
            run.mkdir(parents=True, exist_ok=True)
            write_text(run / REQUEST, json_text(asdict(request)))
            self._launched = datetime.now(UTC)
            self._launch(request.command(run), run / LOG)
        except OSError as error:
            self._launched = None
            self.failed.emit(
                self.tr("The training cannot be started: {why}.").format(why=error.strerror or error)
            )
        self.look()
        self.changed.emit()
