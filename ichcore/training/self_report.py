"""A run's own hand on its state file: progress, a sign of life, and an ear for the wish to stop."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from ichcore.errors import CancelledError, IchError, InputError
from ichcore.progress import CancelToken
from ichcore.training.run_state import STOP, Phase, RunState, read_state, write_state

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from ichcore.progress import Progress

ALIVE_EVERY_S = 2.0
PROGRESS_EVERY_S = 0.5


class SelfReport:
    """A context around the work of a run; what it raises ends the state, too.

    Args:
        folder: of the run.
        old: name of the model that it continues.
        also: told of progress as well.

    Raises:
        InputError: if a run goes on in the folder already.
    """

    def __init__(self, folder: Path, old: str, also: Progress | None = None) -> None:
        before = read_state(folder)
        if before is not None and before.goes_on():
            raise InputError(
                f"A retraining goes on in {folder} (process {before.pid}); wait for it, or stop it first."
            )
        folder.mkdir(parents=True, exist_ok=True)
        (folder / STOP).unlink(missing_ok=True)
        self.folder, self.also, self.cancel = folder, also, CancelToken()
        self._lock, self._ended = threading.Lock(), threading.Event()
        self._told = 0.0
        self.state = write_state(folder, RunState(Phase.STARTING, old=old))
        self._alive = threading.Thread(target=self._say_alive, name="sign of life", daemon=True)

    def __enter__(self) -> Self:
        self._alive.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._alive.join()
        if isinstance(error, CancelledError | KeyboardInterrupt):
            self.enter(Phase.STOPPED)
        elif isinstance(error, IchError):
            self.enter(Phase.FAILED, str(error))
        elif error is not None:
            self.enter(Phase.FAILED, f"It ended with {type(error).__name__}: {error}")

    def enter(self, phase: Phase, message: str = "", **more: Any) -> None:
        """Begin a phase, or end in one."""
        with self._lock:
            at: dict[str, Any] = {} if phase.ended else {"done": 0, "total": 0}
            self.state = write_state(
                self.folder, replace(self.state, phase=phase, message=message, **at, **more)
            )

    def progress(self, done: int, total: int, message: str = "") -> None:
        """A step of the phase."""
        if self.also is not None:
            self.also(done, total, message)
        with self._lock:
            self.state = replace(self.state, done=done, total=total, message=message)
            if time.monotonic() - self._told >= PROGRESS_EVERY_S:
                self._told = time.monotonic()
                self.state = write_state(self.folder, self.state)

    def _say_alive(self) -> None:
        while not self._ended.wait(ALIVE_EVERY_S):
            if (self.folder / STOP).exists():
                self.cancel.cancel()
            with self._lock:
                self.state = write_state(self.folder, self.state)
