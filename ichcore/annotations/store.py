"""The durable store of annotations: open one, look at others', know who may see what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ichcore.annotations.blinding import Purpose, Read, Stage, may_see, may_see_model, reads
from ichcore.annotations.database import Database
from ichcore.annotations.loading import load
from ichcore.annotations.migrating import migrate
from ichcore.annotations.open_annotation import OpenAnnotation
from ichcore.annotations.registering import (
    find_annotation,
    hides_model,
    register_annotation,
    register_series,
)
from ichcore.annotations.series import AnnotatedSeries
from ichcore.annotations.steps import taken_over
from ichcore.annotations.time_spent import seconds_spent
from ichcore.annotations.worklist import Worklist
from ichcore.errors import ConflictError, StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from ichcore.annotations.annotation import Annotation


class Store:
    """A file or database of annotations, opened with :meth:`open`.

    Attributes:
        where: file, or URL without its password.
        worklist: series that wait.
    """

    def __init__(self, database: Database) -> None:
        self.where = database.where
        self.worklist = Worklist(database)
        self._database = database

    @classmethod
    def open(cls, where: Path | str) -> Store:
        """Open a store; a new one is created, an older one is brought up to date.

        Args:
            where: path of a file, or ``postgresql://name@server/database``.

        Raises:
            StoreError: if it cannot be read or written, is damaged, or newer than this program.
        """
        database = Database(where)
        migrate(database)
        return cls(database)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def register(self, series: AnnotatedSeries, *, model_hidden: bool = False) -> None:
        """Say how a series is read before anybody begins; one that is known keeps what it has.

        Args:
            series: identity and grid.
            model_hidden: hide the model from each reader until the first read is locked.

        Raises:
            StoreError: if it is known with another grid, or cannot be written.
        """
        with self._database.writing(alone=True) as connection:
            register_series(connection, series, model_hidden=model_hidden)

    def annotate(
        self,
        series: AnnotatedSeries,
        reader: str,
        *,
        purpose: Purpose = Purpose.READ,
        model_hidden: bool = False,
    ) -> OpenAnnotation:
        """A reader's own annotation of a series, made where there is none.

        Args:
            series: identity and grid.
            reader: whose.
            purpose: a read; an adjudication is begun by
                :func:`~ichcore.annotations.adjudication.adjudicate`, and opened again by this.
            model_hidden: as in :meth:`register`, for a series that is not known yet.

        Raises:
            StoreError: if the series is known with another grid, the reader has adjudicated it and so has
                seen the reads of others, or the store cannot be used.
        """
        with self._database.writing(alone=True) as connection:
            series_id = register_series(connection, series, model_hidden=model_hidden)
            others = reads(connection, series.series_instance_uid)
            mine = {read.purpose for read in others if read.reader == reader}
            if purpose == Purpose.READ and mine == {Purpose.ADJUDICATION}:
                raise StoreError(
                    f"{reader} adjudicates this series and has seen the reads of others, so a read would not "
                    "be blind. Ask another reader."
                )
            registered = register_annotation(connection, series_id, series, reader, purpose)
        return OpenAnnotation(self._database, registered)

    def import_annotation(self, annotation: Annotation, reader: str = "") -> OpenAnnotation:
        """Have an annotation from elsewhere as a new one, by an entry ``Imported``.

        Args:
            annotation: to store.
            reader: whose it becomes; that of the annotation where empty.

        Raises:
            ConflictError: if that reader has said something of the series already.
            StoreError: if it cannot be stored.
        """
        reader = reader or annotation.reader
        opened = self.annotate(AnnotatedSeries.of_annotation(annotation), reader)
        if opened.revision:
            raise ConflictError(
                f"{reader} has an annotation of this series already. Import it under another name, or take "
                "it over into that annotation, where it can be undone."
            )
        opened.commit(taken_over(opened.contents, annotation))
        for index, seconds in annotation.seconds.items():
            opened.spend(index, seconds)
        return opened

    def reads(self, series_instance_uid: str | None = None) -> tuple[Read, ...]:
        """The log of reads and adjudications: who began when, and locked what when.

        Raises:
            StoreError: if the store cannot be read.
        """
        with self._database.reading() as connection:
            return reads(connection, series_instance_uid)

    def may_see(self, series_instance_uid: str, reader: str, other: str) -> bool:
        """Whether a reader may see another reader's marks in a series.

        Raises:
            StoreError: if the store cannot be read.
        """
        return may_see(self.reads(series_instance_uid), reader, other)

    def may_see_model(self, series_instance_uid: str, reader: str) -> bool:
        """Whether a reader may see what the model says of a series.

        Raises:
            StoreError: if the store cannot be read.
        """
        with self._database.reading() as connection:
            hidden = hides_model(connection, series_instance_uid)
            return may_see_model(reads(connection, series_instance_uid), reader, model_hidden=hidden)

    def view(
        self,
        series_instance_uid: str,
        reader: str,
        *,
        by: str,
        purpose: Purpose = Purpose.READ,
        stage: Stage | None = None,
    ) -> Annotation:
        """What a reader says of a series, for somebody to look at.

        Args:
            series_instance_uid: of the series.
            reader: whose annotation.
            by: who looks.
            purpose: read or adjudication.
            stage: what was said when that stage was locked; ``None`` for what is said now.

        Raises:
            StoreError: if it is hidden from the one who looks, is not there, or was not locked so far.
        """
        with self._database.reading() as connection:
            log = reads(connection, series_instance_uid)
            if not may_see(log, by, reader):
                raise StoreError(
                    f"What {reader} says of this series is hidden from {by}, who sees it once their own read "
                    "is locked."
                )
            registered = find_annotation(connection, series_instance_uid, reader, purpose)
            if registered is None:
                raise StoreError(f"{reader} has no {purpose} of the series {series_instance_uid}.")
            until = None
            if stage is not None:
                (read,) = (r for r in log if r.annotation == registered.id)
                locked = [lock.revision for lock in read.locks if lock.stage == stage]
                if not locked:
                    raise StoreError(f"{reader} has not locked the {stage} {purpose} of this series.")
                until = locked[0]
            loaded = load(connection, registered, until)
            seconds = seconds_spent(connection, registered.id)
        contents = loaded.salvaged or loaded.contents
        return contents.frozen(registered.series, reader, loaded.chain.revision, seconds)
