"""The workspace: the open study, its case, the model, and the work that goes on behind them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from ichviewer.base.jobs import Jobs
from ichviewer.base.settings import Settings
from ichviewer.documents.badges import Badge
from ichviewer.documents.busy import Busy
from ichviewer.documents.case import Case
from ichviewer.documents.recents import Recent
from ichviewer.documents.view_state import ViewState

if TYPE_CHECKING:
    from ichcore.models.card import Card

ReceiveInput = Callable[[NDArray[np.float32], NDArray[np.float64]], None]
"""Takes the model's input: channels float32 ``(3, H, W)`` and ``grid_to_slice`` ``(2, 3)``."""


class Workspace(QObject):
    """What every widget listens to and asks; lives on the Qt thread."""

    catalogue_changed = Signal()
    case_changed = Signal()
    models_changed = Signal()
    model_changed = Signal()
    busy_changed = Signal()
    recents_changed = Signal()
    badges_changed = Signal()
    history_changed = Signal()
    """Whether undo or redo is possible."""
    notice_raised = Signal(str, str)
    """Level (``info``, ``warning``, ``error``) and one sentence."""
    thumbnail_ready = Signal(str)
    """The series UID whose thumbnail is there now."""

    def __init__(
        self, settings: Settings | None = None, jobs: Jobs | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.settings = settings or Settings(parent=self)
        self.jobs = jobs or Jobs(self)
        self.view = ViewState(self)
        self._case: Case | None = None
        self._series_uid = ""
        self._models: tuple[Card, ...] = ()
        self._model_name = ""
        self._busy: Busy | None = None

    @property
    def case(self) -> Case | None:
        """The opened series."""
        return self._case

    @property
    def series_uid(self) -> str:
        """Series Instance UID of the opened series; empty without one."""
        return self._series_uid

    @property
    def models(self) -> tuple[Card, ...]:
        """Cards of the installed checkpoints, the default first."""
        return self._models

    @property
    def model_name(self) -> str:
        """Name of the chosen model; empty where none is installed."""
        return self._model_name

    @property
    def model_card(self) -> Card | None:
        """Card of the chosen model."""
        return next((card for card in self._models if card.name == self._model_name), None)

    @property
    def busy(self) -> Busy | None:
        """What is going on now."""
        return self._busy

    @property
    def badges(self) -> tuple[Badge, ...]:
        """What the reader must know before believing the screen."""
        return ()

    @property
    def recents(self) -> tuple[Recent, ...]:
        """Recently opened paths, newest first."""
        return ()

    def open_path(self, path: Path) -> None:
        """Open a folder, archive or file: list its series, show the proposed one."""
        raise NotImplementedError

    def open_series(self, series_uid: str) -> None:
        """Show another series of the catalogue."""
        raise NotImplementedError
