"""The tables of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = 1
"""Of the tables below; a store says its own in :data:`STORE_SCHEMA`."""

METADATA = MetaData()

STORE_SCHEMA = Table("store_schema", METADATA, Column("version", Integer, primary_key=True))
"""One row: the version that the tables have."""

SERIES = Table(
    "series",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("series_instance_uid", Text, nullable=False, unique=True),
    Column("slices", Integer, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("columns", Integer, nullable=False),
    Column("sop_instance_uids", Text, nullable=False),
    Column("model_hidden", Boolean, nullable=False),
)
"""Series that somebody annotates; ``sop_instance_uids`` is a JSON list."""

ANNOTATIONS = Table(
    "annotations",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("series_id", ForeignKey("series.id"), nullable=False),
    Column("reader", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("began_at", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    UniqueConstraint("series_id", "reader", "purpose"),
)
"""One a reader, series and purpose; ``revision`` and ``digest`` are those of the journal's last entry."""

JOURNAL = Table(
    "journal",
    METADATA,
    Column("annotation_id", ForeignKey("annotations.id"), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("target", Integer),
    Column("body_digest", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    # last, so that SQLite reads the rest of a row without walking through what a large edit holds
    Column("body", LargeBinary, nullable=False),
)
"""Entries, appended and never changed: see :data:`ONLY_APPENDED`."""

SNAPSHOTS = Table(
    "snapshots",
    METADATA,
    Column("annotation_id", ForeignKey("annotations.id"), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("digest", LargeBinary, nullable=False),
    Column("data", LargeBinary, nullable=False),
)
"""A cache: contents at some revisions. The journal alone gives the same."""

SECONDS = Table(
    "seconds",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("annotation_id", ForeignKey("annotations.id"), nullable=False, index=True),
    Column("slice_index", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("at", Text, nullable=False),
)
"""Time spent, in small rows that are added up."""

WORKLIST = Table(
    "worklist",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("series_instance_uid", Text, nullable=False, unique=True),
    Column("path", Text, nullable=False),
    Column("uncertainty", Float),
    Column("model_disagreement", Float),
    Column("volume_mismatch", Float),
    Column("activation_mismatch", Float),
)
"""Series that wait, and what argues for a look at each."""

WORKLIST_STATES = Table(
    "worklist_states",
    METADATA,
    Column("worklist_id", ForeignKey("worklist.id"), primary_key=True),
    Column("reader", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", Text, nullable=False),
)
"""What a reader made of an entry of the worklist; no row is open."""

ONLY_APPENDED: Mapping[str, tuple[str, ...]] = {
    "sqlite": tuple(
        f"CREATE TRIGGER journal_no_{verb.lower()} BEFORE {verb} ON journal "
        "BEGIN SELECT RAISE(ABORT, 'the journal is only appended to'); END"
        for verb in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        """
        CREATE FUNCTION journal_is_appended_to() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the journal is only appended to'; END $$
        """,
        """
        CREATE TRIGGER journal_only_appended BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
        EXECUTE FUNCTION journal_is_appended_to()
        """,
    ),
}
"""Statements by dialect, that make a database refuse any other change of the journal."""
