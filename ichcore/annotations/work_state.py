"""What a reader made of a series on the worklist; no numpy, so that the command line reads it without."""

from enum import StrEnum


class WorkState(StrEnum):
    """What a reader made of an entry."""

    OPEN = "open"
    SKIPPED = "skipped"
    """Later."""
    FLAGGED = "flagged"
    """Something is wrong with it; the note says what."""
    DONE = "done"
