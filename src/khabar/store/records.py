"""Event records in the store: what the reader found in a report, and what people added."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from khabar.model.document import Issue
from khabar.model.record import ActorValue, EventRecord, Reading
from khabar.model.report import PublishedBasis
from khabar.store.chunks import chunks
from khabar.store.codec import encode_issues, encode_record, seen_digest, seen_hash
from khabar.store.engine import Transaction
from khabar.store.schema import record_bodies, record_names, record_versions, records, reports
from khabar.store.shadow import fold_name

MACHINE, REVIEW = "machine", "review"
WHOLE = select(records, record_bodies.c.body).join(record_bodies)  # rows with what `codec.decode_record` reads


def put_reading(tx: Transaction, seq: int, reading: Reading, reader: str) -> tuple[str, ...]:
    """Store what a reader made of a report; former readings stay as versions.

    Returns the ids of records whose reading changed (those that a decision may now be stale on).
    """
    report = reading.report.id
    known = {row.id: row for row in tx.conn.execute(
        select(records.c.id, records.c.seen, records.c.version, records.c.current, record_bodies.c.body)
        .join(record_bodies).where(records.c.report == report, records.c.origin == MACHINE))}
    fresh: list[tuple[EventRecord, int]] = []
    changed: list[str] = []
    for ordinal, record in enumerate(reading.records):
        former = known.pop(record.id, None)
        if former is None:
            fresh.append((record, ordinal))
        elif _replace(tx, seq, record, ordinal, former, reader):
            changed.append(record.id)
    for former in known.values():
        if former.current:
            tx.conn.execute(update(records).where(records.c.id == former.id).values(current=0, linked=0))
            changed.append(former.id)
    _insert(tx.conn, seq, fresh, MACHINE)
    inferred = reading.report.published if reading.report.published_basis == PublishedBasis.INFERRED else None
    tx.conn.execute(update(reports).where(reports.c.id == report).values(
        reader=reader, read_at=tx.ledger.now, issues=encode_issues(reading.issues),
        inferred=None if inferred is None else inferred.isoformat()))
    seen = seen_digest(seen_hash(record) for record in reading.records)
    tx.ledger.append("read", report, {"reader": reader, "records": len(reading.records), "seen": seen})
    return tuple(changed)


def put_issue(tx: Transaction, report: str, issue: Issue) -> None:
    """Note on a report why it was not read."""
    tx.conn.execute(update(reports).where(reports.c.id == report).values(issues=encode_issues((issue,))))


def add_record(tx: Transaction, seq: int, record: EventRecord) -> None:
    """Store a record that a reviewer added."""
    _insert(tx.conn, seq, [(record, -1)], REVIEW)


def show_record(tx: Transaction, seq: int, record: EventRecord) -> None:
    """Make a record findable by the values it shows (after corrections); the machine's reading stays as it is.

    Fusion looks at it again.
    """
    values = _columns(seq, record, 0, MACHINE)
    for name in ("id", "report", "report_seq", "ordinal", "origin", "version", "current", "seen", "incident"):
        del values[name]
    tx.conn.execute(update(records).where(records.c.id == record.id).values(values))
    _put_names(tx.conn, record)


def retire_records(tx: Transaction, report: str) -> tuple[str, ...]:
    """Take a superseded report's records out of the current ones; returns their ids."""
    ids = tuple(
        tx.conn.execute(
            select(records.c.id).where(records.c.report == report, records.c.current == 1).order_by(records.c.id)
        ).scalars()
    )
    tx.conn.execute(update(records).where(records.c.report == report).values(current=0, linked=0))
    return ids


def get_record(conn: Connection, ident: str) -> Row[Any] | None:
    """A record's row."""
    return conn.execute(WHOLE.where(records.c.id == ident)).first()


def records_by_id(conn: Connection, ids: Iterable[str]) -> dict[str, Row[Any]]:
    """Rows of the given ids."""
    found: dict[str, Row[Any]] = {}
    for part in chunks(sorted(set(ids))):
        for row in conn.execute(WHOLE.where(records.c.id.in_(part))):
            found[row.id] = row
    return found


def records_of_report(conn: Connection, report: str, *, current: bool = True) -> list[Row[Any]]:
    """A report's records in order of the text."""
    query = WHOLE.where(records.c.report == report)
    if current:
        query = query.where(records.c.current == 1)
    return list(conn.execute(query.order_by(records.c.ordinal, records.c.id)))


def unlinked_records(conn: Connection, limit: int) -> list[Row[Any]]:
    """Records that fusion has not looked at since they came or changed, oldest reports first."""
    query = WHOLE.where(records.c.linked == 0).order_by(records.c.report_seq, records.c.ordinal, records.c.id)
    return list(conn.execute(query.limit(limit)))


def mark_linked(tx: Transaction, ids: Sequence[str]) -> None:
    """Note that fusion has looked at these."""
    for part in chunks(ids):
        tx.conn.execute(update(records).where(records.c.id.in_(part)).values(linked=1))


def former_versions(conn: Connection, ident: str) -> list[Row[Any]]:
    """Former machine readings of a record, oldest first."""
    query = select(record_versions).where(record_versions.c.record == ident).order_by(record_versions.c.version)
    return list(conn.execute(query))


def _replace(tx: Transaction, seq: int, record: EventRecord, ordinal: int, former: Any, reader: str) -> bool:
    """Put a record's new reading in place; True when a reviewer would see a difference."""
    differs = bool(seen_hash(record) != former.seen)
    values = _columns(seq, record, ordinal, MACHINE)
    if differs:
        tx.conn.execute(insert(record_versions).values(
            record=record.id, version=former.version, seen=former.seen, body=former.body, reader=reader,
            until=tx.ledger.now))
        values |= {"version": former.version + 1, "linked": 0}
    else:
        values |= {"version": former.version}
        if former.current:
            del values["linked"]
    del values["incident"]
    tx.conn.execute(update(records).where(records.c.id == record.id).values(values))
    tx.conn.execute(update(record_bodies).where(record_bodies.c.record == record.id).values(body=encode_record(record)))
    _put_names(tx.conn, record)
    return differs or not former.current


def _insert(conn: Connection, seq: int, fresh: Sequence[tuple[EventRecord, int]], origin: str) -> None:
    if not fresh:
        return
    conn.execute(insert(records), [_columns(seq, record, ordinal, origin) for record, ordinal in fresh])
    conn.execute(insert(record_bodies), [{"record": record.id, "body": encode_record(record)} for record, _ in fresh])
    names = [name for record, _ in fresh for name in _names(record)]
    if names:
        conn.execute(insert(record_names), names)


def _put_names(conn: Connection, record: EventRecord) -> None:
    conn.execute(delete(record_names).where(record_names.c.record == record.id))
    names = _names(record)
    if names:
        conn.execute(insert(record_names), names)


def _columns(seq: int, record: EventRecord, ordinal: int, origin: str) -> dict[str, Any]:
    place, when, killed, injured = record.place, record.date, record.killed, record.injured
    return {
        "id": record.id,
        "report": record.report,
        "report_seq": seq,
        "ordinal": ordinal,
        "origin": origin,
        "version": 1,
        "current": 1,
        "kind": record.kind,
        "status": record.status.value,
        "date_start": None if when is None else when.start.isoformat(),
        "date_end": None if when is None else when.end.isoformat(),
        "date_precision": None if when is None else when.precision.value,
        "date_basis": None if when is None else when.basis.value,
        "place_id": None if place is None else place.id,
        "place_name": None if place is None else place.name or next(iter(place.names), None),
        "country": None if place is None else place.country,
        "lat": None if place is None else place.lat,
        "lon": None if place is None else place.lon,
        "radius_km": None if place is None else place.radius_km,
        "geo_precision": None if place is None else place.geo_precision,
        "killed_min": None if killed is None else killed.minimum,
        "killed_max": None if killed is None else killed.maximum,
        "injured_min": None if injured is None else injured.minimum,
        "injured_max": None if injured is None else injured.maximum,
        "score": record.score,
        "seen": seen_hash(record),
        "incident": None,
        "linked": 0,
    }


def _names(record: EventRecord) -> list[dict[str, str]]:
    found: list[tuple[str, str]] = []
    for role, actors in (("actor", record.actors), ("target", record.targets)):
        for actor in actors:
            found += [(role, key) for key in _actor_keys(actor)]
    if record.place is not None:
        place = record.place
        told = (*place.names, place.name, place.admin1, place.country)
        found += [("place", fold_name(name)) for name in told if name]
        if place.id is not None:
            found.append(("place", place.id))
    return [{"role": role, "name": name, "record": record.id} for role, name in dict.fromkeys(found)]


def _actor_keys(actor: ActorValue) -> list[str]:
    keys = [fold_name(name) for name in (*actor.names, actor.label) if name]
    return [*keys, *([actor.entry] if actor.entry else []), *([actor.country] if actor.country else [])]
