"""What the actions of two readers do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ichviewer.documents.workspace import Workspace


def reader_handlers(workspace: Workspace) -> dict[str, Callable[[], None]]:
    """Handlers by action identifier."""
    readers, adjudicating = workspace.reading.readers, workspace.reading.adjudicating

    def begin() -> None:
        if adjudicating.may_begin:
            adjudicating.begin()
        elif adjudicating.on:
            workspace.notice_raised.emit("info", "You adjudicate this series already.")
        else:
            workspace.notice_raised.emit(
                "info",
                "An adjudication begins when two reads are locked, and your own if you have begun one.",
            )

    return {
        "readers.outline": readers.toggle_outline,
        "readers.next_difference": partial(adjudicating.go, 1),
        "readers.previous_difference": partial(adjudicating.go, -1),
        "adjudicate.begin": begin,
        "adjudicate.first": partial(adjudicating.settle, 0),
        "adjudicate.second": partial(adjudicating.settle, 1),
        "adjudicate.stands": partial(adjudicating.settle, None),
    }
