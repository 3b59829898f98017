"""Timers that go off once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject


def single_shot(parent: QObject, work: Callable[[], object], interval_ms: int = 0) -> QTimer:
    """A timer that does ``work`` once, ``interval_ms`` after the last start; it is not started yet."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(interval_ms)
    timer.timeout.connect(work)
    return timer
