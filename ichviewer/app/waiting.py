"""Waiting for the program to come to rest, with its event loop running: for pictures and the self-test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QEventLoop, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable

    from ichviewer.documents.workspace import Workspace

LOOK_MS = 20
CALM_MS = 150
"""Everything must have been at rest for this long."""


def wait_until(ready: Callable[[], bool], timeout_s: float) -> bool:
    """Run events until ``ready`` is true; ``False`` if it was not within ``timeout_s``."""
    clock = QElapsedTimer()
    clock.start()
    loop = QEventLoop()
    look = QTimer(loop)

    def check() -> None:
        if ready() or clock.elapsed() > timeout_s * 1000:
            loop.quit()

    look.timeout.connect(check)
    look.start(LOOK_MS)
    loop.exec()
    return ready()


def wait_settled(workspace: Workspace, timeout_s: float = 120.0) -> bool:
    """Wait until opening, prediction and the shown heat map are done and the screen has been drawn."""
    calm = QElapsedTimer()

    def ready() -> bool:
        if not (workspace.settled and workspace.jobs.idle):
            calm.invalidate()
            return False
        if not calm.isValid():
            calm.start()
        return calm.elapsed() >= CALM_MS

    return wait_until(ready, timeout_s)
