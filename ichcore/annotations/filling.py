"""Studies of a folder put on the worklist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichcore.errors import CancelledError, IchError

if TYPE_CHECKING:
    from pathlib import Path

    from ichcore.annotations.worklist import Worklist
    from ichcore.progress import CancelToken, Progress


def fill(
    worklist: Worklist,
    folder: Path,
    *,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> tuple[int, int]:
    """List the proposed series of each study in a folder; what is listed already stays as it is.

    Args:
        worklist: of a store.
        folder: of studies, or anything that can be opened.
        progress: told after each study.
        cancel: looked at after each study; what was listed until then stays.

    Returns:
        How many series are new, and how many studies hold no head CT.

    Raises:
        StoreError: if the store cannot be written.
        CancelledError: if cancelled.
    """
    from ichcore.opening import find_series
    from ichcore.opening.studies import studies_of

    known = {entry.series_instance_uid for entry in worklist.entries("")}
    studies = studies_of(folder)
    added = left_out = 0
    for done, study in enumerate(studies, start=1):
        try:
            proposed = find_series(study, cancel=cancel).proposed
        except CancelledError:
            raise
        except IchError:
            proposed = None
        if proposed is None:
            left_out += 1
        elif proposed.series_instance_uid not in known:
            worklist.add(proposed.series_instance_uid, str(study))
            known.add(proposed.series_instance_uid)
            added += 1
        if progress is not None:
            progress(done, len(studies), "listing studies")
        if cancel is not None:
            cancel.raise_if_cancelled()
    return added, left_out
