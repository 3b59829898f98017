"""Annotations of series that the reader has left: stored and closed, or kept until they can be stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from ichviewer.base.jobs import Jobs
    from ichviewer.documents.step_queue import StepQueue


class LeftAnnotations(QObject):
    """Those whose last steps are not on the disk stay here and go on trying."""

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._queues: list[StepQueue] = []

    @property
    def saved(self) -> bool:
        """Whether every step of them is on the disk."""
        return all(queue.saved for queue in self._queues)

    def take(self, queue: StepQueue) -> str:
        """Store an annotation and let go of it; one sentence where it cannot be stored now, else empty."""
        for signal in (queue.changed, queue.reloaded, queue.stepped, queue.history_changed):
            signal.disconnect()
        trouble = queue.flush()
        if trouble:
            self._queues.append(queue)
            queue.saved_changed.connect(self._forget_stored)
            return trouble
        annotation = queue.annotation
        self._jobs.submit("io", lambda _: annotation.close())
        queue.setParent(None)  # lives as long as a job still speaks to it
        return ""

    def _forget_stored(self) -> None:
        self._queues = [queue for queue in self._queues if not queue.saved]

    def shut_down(self) -> None:
        """Store everything at once; before the lanes are ended."""
        for queue in self._queues:
            store_and_close(queue)


def store_and_close(queue: StepQueue) -> None:
    """Store an annotation at once and close it; it stays open where it cannot be stored."""
    if not queue.flush():
        queue.annotation.close()
