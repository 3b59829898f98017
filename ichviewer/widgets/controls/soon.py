"""Many signals, one update: a panel redraws once after a burst of changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject


class Soon(QTimer):
    """Calls ``work`` once, ``delay_ms`` after the first request of a burst."""

    def __init__(self, work: Callable[[], None], parent: QObject, *, delay_ms: int = 0) -> None:
        super().__init__(parent)
        self.setSingleShot(True)
        self.setInterval(delay_ms)
        self.timeout.connect(work)

    def request(self) -> None:
        """Ask for the update; further requests before it runs change nothing."""
        if not self.isActive():
            self.start()
