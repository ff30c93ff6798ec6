"""The tables. Times are UTC text (`2024-05-01T12:00:00.000000Z`), days `2024-05-01`: they sort, hash and move alike.

`migrations/` builds the same tables step by step; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

meta = Table("meta", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

# What was fetched, as it came. `location` is the path of the bytes under the project folder;
# a member of an archive or table names its container's bytes and the offset or row in `part`.
captures = Table(
    "captures", metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("url", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("retrieved_at", Text, nullable=False),
    Column("via", Text, nullable=False),  # file, fetch, feed, archive, table
    Column("location", Text, nullable=False),
    Column("container", Text, ForeignKey("captures.id"), nullable=True),
    Column("part", Text, nullable=True),
    Column("headers", Text, nullable=False),  # JSON list of pairs, with the status line and redirects
    UniqueConstraint("url", "sha256", name="uq_captures_url_sha256"),
    Index("ix_captures_sha256", "sha256"),
)

# The working text: derived from a capture, frozen; another text under the same key is a new version.
reports = Table(
    "reports", metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("key", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("current", Integer, nullable=False),
    Column("capture", Text, ForeignKey("captures.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("title", Text), Column("outlet", Text), Column("url", Text),
    Column("published", Text), Column("published_basis", Text, nullable=False), Column("published_origin", Text),
    Column("language", Text), Column("external_id", Text),
    Column("extractor", Text, nullable=False),
    Column("added_at", Text, nullable=False),
    Column("row_sha256", Text, nullable=False),  # of everything above that is frozen
    Column("copies_of", Text, nullable=False),  # group: id of its first report
    Column("agency", Text),
    Column("reader", Text), Column("read_at", Text), Column("issues", Text),
    Column("inferred", Text),  # publication date that the reader inferred where none is told
    UniqueConstraint("key", "sha256", name="uq_reports_key_sha256"),
    UniqueConstraint("key", "version", name="uq_reports_key_version"),
    Index("ix_reports_capture", "capture"),
    Index("ix_reports_sha256", "sha256"),
    Index("ix_reports_published", "published"),
    Index("ix_reports_outlet", "outlet"),
    Index("ix_reports_external_id", "external_id"),
    Index("ix_reports_copies_of", "copies_of"),
)

# One row a group of wire copies; `signature` is its first report's, against which newcomers are measured.
groups = Table(
    "groups", metadata,
    Column("id", Text, primary_key=True),
    Column("signature", LargeBinary, nullable=False),
    Column("published", Text),
    Column("agency", Text),
)
bands = Table(
    "bands", metadata,
    Column("band", BigInteger, primary_key=True),
    Column("group_id", Text, primary_key=True),
    sqlite_with_rowid=False,
)

records = Table(
    "records", metadata,
    Column("id", Text, primary_key=True),
    Column("report", Text, ForeignKey("reports.id"), nullable=False),
    Column("report_seq", Integer, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("origin", Text, nullable=False),  # machine, review
    Column("version", Integer, nullable=False),
    Column("current", Integer, nullable=False),  # 0: the reader no longer finds it, or its report was superseded
    Column("kind", Text, nullable=False), Column("status", Text, nullable=False),
    Column("date_start", Text), Column("date_end", Text),
    Column("date_precision", Text), Column("date_basis", Text),
    Column("place_id", Text), Column("place_name", Text), Column("country", Text),
    Column("lat", Float), Column("lon", Float), Column("radius_km", Float), Column("geo_precision", Integer),
    Column("killed_min", Integer), Column("killed_max", Integer),
    Column("injured_min", Integer), Column("injured_max", Integer),
    Column("score", Float, nullable=False),
    Column("seen", Text, nullable=False),  # hash of what a reviewer sees of it
    Column("incident", Text),
    Column("linked", Integer, nullable=False),  # 0 until fusion has looked at it
    Index("ix_records_report_seq", "report_seq"),
    Index("ix_records_report", "report"),
    Index("ix_records_kind", "kind"),
    Index("ix_records_date", "date_start", "date_end"),
    Index("ix_records_place", "lat", "lon"),
    Index("ix_records_incident", "incident"),
    Index("ix_records_linked", "linked"),
)
# The records themselves, apart from the columns that lists and searches run over: those stay small.
record_bodies = Table(
    "record_bodies",
    metadata,
    Column("record", Text, ForeignKey("records.id"), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
# Folded names by which a record is found: role actor, target or place.
record_names = Table(
    "record_names", metadata,
    Column("role", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("record", Text, ForeignKey("records.id"), primary_key=True),
    Index("ix_record_names_record", "record"),
    sqlite_with_rowid=False,
)
# Former machine readings of a record.
record_versions = Table(
    "record_versions", metadata,
    Column("record", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("seen", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("reader", Text), Column("until", Text, nullable=False),
)

# Fusion: block keys of records, judged pairs, incidents and where old ids lead.
blocks = Table(
    "blocks", metadata,
    Column("key", Text, primary_key=True),
    Column("seq", Integer, primary_key=True),  # of the record's report: the newest of a crowded key are looked at
    Column("record", Text, primary_key=True),
    Index("ix_blocks_record", "record"),
    sqlite_with_rowid=False,
)
edges = Table(
    "edges", metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("left", Text, nullable=False), Column("right", Text, nullable=False),
    Column("judgement", Text, nullable=False), Column("score", Float, nullable=False),
    Column("features", Text, nullable=False),
    Column("by", Text, nullable=False), Column("at", Text, nullable=False), Column("withdrawn", Text),
    Index("ix_edges_left", "left"), Index("ix_edges_right", "right"),
)
incidents = Table(
    "incidents", metadata,
    Column("id", Text, primary_key=True),
    Column("uuid", Text, nullable=False, unique=True),
    Column("current", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("date_start", Text), Column("date_end", Text),
    Column("place_name", Text), Column("country", Text), Column("lat", Float), Column("lon", Float),
    Column("grading", Text, nullable=False),
    Column("sources", Integer, nullable=False), Column("size", Integer, nullable=False),
    Column("seen", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", Text, nullable=False), Column("updated_at", Text, nullable=False),
    Index("ix_incidents_date", "current", "date_start"),
)
members = Table(
    "members", metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("incident", Text, nullable=False), Column("record", Text, nullable=False),
    Column("since", Text, nullable=False), Column("until", Text),
    Index("ix_members_incident", "incident"), Index("ix_members_record", "record"),
)
redirects = Table(
    "redirects", metadata,
    Column("old", Text, primary_key=True),
    Column("new", Text, nullable=False), Column("at", Text, nullable=False), Column("by", Text, nullable=False),
)

# What people decided: appended, never changed. `reviews` is a view of it and can be rebuilt.
decisions = Table(
    "decisions",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("subject", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("seen", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Index("ix_decisions_subject", "subject"),
)
reviews = Table(
    "reviews", metadata,
    Column("subject", Text, primary_key=True),
    Column("state", Text, nullable=False), Column("assignee", Text), Column("stale", Integer, nullable=False),
    Column("updated_at", Text, nullable=False),
    Index("ix_reviews_state", "state"),
)

# Custody: each line holds the hash of the one before.
log = Table(
    "log", metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False), Column("kind", Text, nullable=False), Column("subject", Text, nullable=False),
    Column("data", Text, nullable=False), Column("prev", Text, nullable=False), Column("hash", Text, nullable=False),
    Index("ix_log_subject", "subject"),
)
tokens = Table(
    "tokens", metadata,
    Column("sha256", Text, primary_key=True),  # of the token's bytes
    Column("covers", Text, nullable=False),  # the hash it stamps
    Column("stamped_at", Text, nullable=False), Column("added_at", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

# Where `update` looks again.
sources = Table(
    "sources",
    metadata,
    Column("address", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("options", Text, nullable=False),
    Column("etag", Text),
    Column("modified", Text),
    Column("checked_at", Text),
    Column("added_at", Text, nullable=False),
)
counters = Table("counters", metadata, Column("name", Text, primary_key=True), Column("value", Integer, nullable=False))
