"""What the probes of a model have in common: whom they ask, about which case, and how they are heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from ichviewer.base.jobs import Jobs
    from ichviewer.documents.case import Case
    from ichviewer.documents.engine import Engine
    from ichviewer.documents.view_state import ViewState


class ProbeFlow(QObject):
    """Asks one model about the shown slice of one case, in the background."""

    changed = Signal()
    failed = Signal(str)
    """One sentence."""

    def __init__(self, jobs: Jobs, engine: Engine, view: ViewState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs, self._engine, self._view = jobs, engine, view
        self._case: Case | None = None
        self._model_name = ""
