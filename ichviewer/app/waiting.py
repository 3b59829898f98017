"""Waiting for the program to come to rest, with its event loop running: for pictures and the self-test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEventLoop, QThread

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
    while not ready():
        if clock.elapsed() > timeout_s * 1000:
            return False
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, LOOK_MS)
        # processEvents returns at once where nothing waits; leave the core to the workers
        QThread.msleep(2)
    return True


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
