"""The latest steps, at hand for undo without the store."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ichcore.annotations.step import Step

BYTES = 64 << 20
"""How much is kept at most, beside the latest step alone; older ones are read from the journal."""


class RecentSteps:
    """Steps by revision; those longest untouched go first."""

    def __init__(self) -> None:
        self._steps: OrderedDict[int, Step] = OrderedDict()
        self._bytes = 0

    def get(self, revision: int) -> Step | None:
        """The step, if it is at hand."""
        return self._steps.get(revision)

    def put(self, revision: int, step: Step) -> None:
        """Have it at hand."""
        self._steps[revision] = step
        self._bytes += step.memory
        while self._bytes > BYTES and len(self._steps) > 1:
            _, oldest = self._steps.popitem(last=False)
            self._bytes -= oldest.memory
