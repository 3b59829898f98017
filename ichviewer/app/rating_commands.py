"""What the actions that rate a heat map do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from ichviewer.documents.ratings import VERDICTS, shown_map

if TYPE_CHECKING:
    from collections.abc import Callable

    from ichviewer.documents.workspace import Workspace


def rating_handlers(workspace: Workspace) -> dict[str, Callable[[], None]]:
    """Handlers by action identifier."""
    return {f"rating.{verdict}": partial(rate_shown, workspace, verdict) for verdict in VERDICTS}


def rate_shown(workspace: Workspace, verdict: str) -> None:
    """Rate the heat map on screen; where none is drawn, say so."""
    shown = shown_map(workspace.case, workspace.view)
    if shown is None:
        words = "No heat map is drawn on this slice, so none is rated."
        sentence = QCoreApplication.translate("rating", words)
        workspace.notice_raised.emit("info", sentence)
        return
    workspace.ratings.rate(shown, verdict)
