"""An annotation that is being made: contents in memory, every step of them in the store."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from ichcore.annotations import journal, snapshots
from ichcore.annotations.blinding import Lock, Stage
from ichcore.annotations.change import SuggestionChange
from ichcore.annotations.entry import EntryKind
from ichcore.annotations.history import History
from ichcore.annotations.loading import step_of
from ichcore.annotations.pending import Pending
from ichcore.annotations.recent_steps import RecentSteps
from ichcore.annotations.recovering import load_whole
from ichcore.annotations.step import Step
from ichcore.annotations.time_spent import seconds_spent, spend
from ichcore.errors import StoreError
from ichcore.masks.edits.mask_edit import MaskEdit

if TYPE_CHECKING:
    from ichcore.annotations.annotation import Annotation
    from ichcore.annotations.blinding import Read
    from ichcore.annotations.database import Database
    from ichcore.annotations.entry import Entry
    from ichcore.annotations.history import HistoryLine
    from ichcore.annotations.recovering import Whole
    from ichcore.annotations.registering import Registered

_log = logging.getLogger(__name__)

SNAPSHOT_ENTRIES = 64
SNAPSHOT_BYTES = 4 << 20
"""A snapshot is stored after so many entries, or so many bytes of them, whichever comes first."""


class OpenAnnotation:
    """Contents, their history, and the way of every step into the journal.

    A step is done in two halves, so that an interface can show it at once and need not wait for the disk:
    :meth:`accept` (or :meth:`accept_undo`, :meth:`accept_redo`) changes the contents in memory, on the thread
    that shows them, and :meth:`store_pending` writes the entry, on a thread that may wait. Between the two no
    other step is accepted, so at most one is ever missing from the store. :meth:`commit`, :meth:`undo` and
    :meth:`redo` do both halves.

    Where storing fails, the contents stay as they are shown, :attr:`pending` names what is not stored, and
    :meth:`store_pending` can be called again.

    Attributes:
        series: on which grid it is.
        reader: whose it is.
        purpose: read or adjudication.
        contents: mask, answers, boxes, notes; to be looked at, and changed by steps alone.
        damage: what was found damaged on opening and what became of it, one sentence; empty as a rule.
    """

    def __init__(self, database: Database, registered: Registered) -> None:
        self.series = registered.series
        self.reader = registered.reader
        self.purpose = registered.purpose
        self._id = registered.id
        self._database = database
        self._storing = threading.Lock()
        self._pending: Pending | None = None
        self._take(load_whole(database, registered))

    def _take(self, whole: Whole) -> None:
        """Begin with what was loaded."""
        loaded = whole.loaded
        self.damage = whole.damage
        self.contents = loaded.contents
        self._registered = whole.registered
        self._read = whole.read
        self._packed = loaded.packed
        self._history = History(loaded.chain.entries)
        self._revision, self._digest = whole.registered.head
        self._unpacked = self._revision - loaded.snapshot
        self._unpacked_bytes = 0
        self._steps = RecentSteps()
        self._pending = None

    @property
    def revision(self) -> int:
        """Of the last stored entry; 0 before the first."""
        return self._revision

    @property
    def history(self) -> tuple[HistoryLine, ...]:
        """Stored steps: done ones, oldest first, then those that can be redone."""
        return self._history.lines

    @property
    def pending(self) -> str:
        """Name of what was accepted and is not stored yet; empty where all is stored."""
        return "" if self._pending is None else self._pending.name

    @property
    def read(self) -> Read:
        """When it began and what of it is locked."""
        return self._read

    def accept(self, step: Step | MaskEdit) -> bool:
        """Change the contents in memory; quick, and without the store.

        Args:
            step: what to do. One that was made before another step, such as by slow work, has its new values
                put over what is there now, so that undo brings that back.

        Returns:
            Whether there is something to store; a step that changes nothing is dropped.

        Raises:
            StoreError: if the step before is not stored yet, the read is locked, or it takes over a model's
                mask that is still hidden; nothing changes.
            GeometryError: if it is of another grid.
        """
        self._check_free()
        step = (Step.of(step) if isinstance(step, MaskEdit) else step).onto(self.contents)
        begins = any(isinstance(c, SuggestionChange) and c.new is not None for c in step.changes)
        if begins and not self._read.model_shown:
            raise StoreError("The model of this series is hidden until the first read is locked.")
        if step.empty:
            return False
        step.apply(self.contents)
        self._wait_for(Pending(EntryKind.STEP, step.name, step))
        return True

    def accept_undo(self) -> Step | None:
        """Take the last step back in memory; one that is long past is read from the store first.

        Returns:
            The step, so that its slices can be drawn anew; ``None`` where nothing is left to undo.

        Raises:
            StoreError: as :meth:`accept`, or if the step is damaged.
        """
        self._check_free()
        entry = self._history.next_undo
        if entry is None:
            return None
        step = self._step(entry)
        step.revert(self.contents)
        self._wait_for(Pending(EntryKind.UNDO, entry.name, step, entry.revision))
        return step

    def accept_redo(self) -> Step | None:
        """Do the last undone step again in memory; otherwise as :meth:`accept_undo`."""
        self._check_free()
        entry = self._history.next_redo
        if entry is None:
            return None
        step = self._step(entry)
        step.apply(self.contents)
        self._wait_for(Pending(EntryKind.REDO, entry.name, step, entry.revision))
        return step

    def store_pending(self) -> int:
        """Write what was accepted; on the disk when it returns. May be called on any thread, and again.

        Returns:
            The revision that is stored now.

        Raises:
            ConflictError: if the annotation was changed elsewhere; :meth:`reload` it.
            StoreError: if it cannot be written now; what is shown stays, and this can be called again.
        """
        with self._storing:
            pending = self._pending
            if pending is None:
                return self._revision
            entry, body = pending.entry(self._digest, self._revision + 1)
            with self._database.writing() as connection:
                journal.append(connection, self._id, self._revision, entry, body)
            self._revision, self._digest = entry.revision, entry.digest
            self._history.append(entry)
            if entry.kind == EntryKind.STEP and pending.step is not None:
                self._steps.put(entry.revision, pending.step)
            elif entry.kind == EntryKind.LOCK:
                lock = Lock(Stage(pending.text), entry.revision, entry.at)
                self._read = replace(self._read, locks=(*self._read.locks, lock))
            self._unpacked += 1
            self._unpacked_bytes += len(body)
            if self._unpacked >= SNAPSHOT_ENTRIES or self._unpacked_bytes >= SNAPSHOT_BYTES:
                self._keep_snapshot()
            self._pending = None
            return self._revision

    def commit(self, step: Step | MaskEdit) -> int:
        """Accept a step and store it.

        Returns:
            The revision that is stored now.

        Raises:
            StoreError: as :meth:`accept` and :meth:`store_pending`.
        """
        self.accept(step)
        return self.store_pending()

    def undo(self) -> Step | None:
        """Take the last step back and store that; ``None`` where nothing is left to undo.

        Raises:
            StoreError: as :meth:`accept_undo` and :meth:`store_pending`.
        """
        step = self.accept_undo()
        self.store_pending()
        return step

    def redo(self) -> Step | None:
        """Do the last undone step again and store that; otherwise as :meth:`undo`."""
        step = self.accept_redo()
        self.store_pending()
        return step

    def drop_pending(self) -> None:
        """Take back in memory what cannot be stored."""
        with self._storing:
            pending, self._pending = self._pending, None
            if pending is not None and pending.step is not None:
                back = pending.kind == EntryKind.UNDO
                (pending.step.apply if back else pending.step.revert)(self.contents)

    def reload(self) -> Step | None:
        """Read everything anew from the store, such as after a conflict.

        Returns:
            The step that was pending and is not in the contents now; made anew with
            :meth:`~ichcore.annotations.step.Step.onto` it can be committed again. ``None`` without one.

        Raises:
            StoreError: if the store cannot be read.
        """
        with self._storing:
            pending = self._pending
            self._take(load_whole(self._database, self._registered))
        return pending.step if pending is not None and pending.kind == EntryKind.STEP else None

    def lock_read(self) -> Stage:
        """End the first read where the model is hidden from it; else end the read, which stays as it is.

        Returns:
            What was ended.

        Raises:
            StoreError: if the read is over already, or the lock cannot be stored.
        """
        self._check_free()
        stage = self._read.next_stage
        self._wait_for(Pending(EntryKind.LOCK, f"Lock the {stage} read", text=str(stage)))
        self.store_pending()
        return stage

    def spend(self, index: int, seconds: float) -> None:
        """Add to the time spent on a slice.

        Raises:
            StoreError: if it cannot be written.
        """
        with self._database.writing() as connection:
            spend(connection, self._id, index, seconds)

    def snapshot(self) -> Annotation:
        """A frozen copy, with what is pending.

        Raises:
            StoreError: if the time spent cannot be read.
        """
        with self._database.reading() as connection:
            seconds = seconds_spent(connection, self._id)
        return self.contents.frozen(self.series, self.reader, self._revision, seconds)

    def close(self) -> None:
        """Store a snapshot, so that it opens quickly; what is pending is not stored by this."""
        with self._storing:
            if self._pending is None and self._unpacked:
                self._keep_snapshot()

    def _check_free(self) -> None:
        self._read.check_open()
        if self._pending is not None:
            raise StoreError(
                f"{self._pending.name!r} is not stored yet. Store it again or take it back, then go on."
            )

    def _wait_for(self, pending: Pending) -> None:
        if pending.step is not None:
            self._packed.stale.update(pending.step.slices)
        self._pending = pending

    def _step(self, entry: Entry) -> Step:
        """A step from memory, else from the journal."""
        step = self._steps.get(entry.revision)
        if step is None:
            with self._database.reading() as connection:
                step = step_of(connection, self._id, entry)
            self._steps.put(entry.revision, step)
        return step

    def _keep_snapshot(self) -> None:
        """Store one; that it cannot be is no harm, since the journal holds everything."""
        data = snapshots.pack(self.contents, self._packed)
        try:
            with self._database.writing() as connection:
                snapshots.keep(connection, self._id, self._revision, self._digest, data)
        except StoreError as error:
            _log.warning("No snapshot was stored: %s", error)
        self._unpacked = self._unpacked_bytes = 0
