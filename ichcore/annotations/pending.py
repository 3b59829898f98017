"""What happened in memory and is not in the journal yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ichcore.annotations.entry import Entry, EntryKind
from ichcore.annotations.steps import utc_now

if TYPE_CHECKING:
    from ichcore.annotations.step import Step


@dataclass(eq=False)
class Pending:
    """One entry that is to be stored before the next is accepted.

    Attributes:
        kind: what happened.
        name: for the history list.
        step: that was done or taken back; ``None`` for a lock or a recovery.
        target: revision of the step that was undone or redone.
        text: body of what has no step.
        at: when it happened.
    """

    kind: EntryKind
    name: str
    step: Step | None = None
    target: int | None = None
    text: str = ""
    at: str = field(default_factory=utc_now)
    _made: tuple[Entry, bytes] | None = None

    def entry(self, previous: bytes, revision: int) -> tuple[Entry, bytes]:
        """The entry and its body; the same at every try, so that a try that did succeed is recognised."""
        if self._made is None:
            own = self.kind == EntryKind.STEP and self.step is not None
            body = self.step.to_bytes() if own and self.step is not None else self.text.encode()
            entry = Entry.after(previous, revision, self.at, self.kind, self.name, self.target, body)
            self._made = (entry, body)
        return self._made
