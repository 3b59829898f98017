"""How long work reports where it is, and how it is asked to stop."""

from __future__ import annotations

import threading
from typing import Protocol

from ichcore.errors import CancelledError


class Progress(Protocol):
    """Called from any thread with the steps done, the steps in all, and what is being done."""

    def __call__(self, done: int, total: int, message: str = "") -> None:
        """Report ``done`` of ``total`` steps."""
        ...


class CancelToken:
    """A request to stop, set by one thread and read by another."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop at its next safe point."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether a stop was asked for."""
        return self._event.is_set()

    def raise_if_cancelled(self) -> None:
        """Raise :class:`~ichcore.errors.CancelledError` where a stop was asked for."""
        if self.cancelled:
            raise CancelledError("The work was cancelled.")
