"""Work that goes with the open case: it hears the signals of one case at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PySide6.QtCore import SignalInstance

    from ichviewer.documents.case import Case


def answers_of(case: Case) -> tuple[SignalInstance, ...]:
    """Told when what the model says of a case, or what is flagged by it, is another."""
    return case.prediction_changed, case.thresholds_changed


def follow_instead(
    before: Case | None,
    after: Case | None,
    signals: Callable[[Case], Iterable[SignalInstance]],
    work: Callable[[], None],
) -> None:
    """Let ``work`` hear another case and the one before no more; nothing changes where both are the same."""
    if after is before:
        return
    if before is not None:
        for signal in signals(before):
            signal.disconnect(work)
    if after is not None:
        for signal in signals(after):
            signal.connect(work)
