"""Edges, incidents and redirects in the store. Nothing is deleted: edges are withdrawn, members leave, ids redirect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from khabar.model.incident import Edge, Incident, Judgement
from khabar.store.codec import decode_features, decode_incident, encode_features, encode_incident, incident_hash
from khabar.store.decisions import stamp
from khabar.store.engine import Transaction
from khabar.store.schema import blocks, edges, incidents, members, records, redirects, reviews

MACHINE = "machine"  # `by` of an edge that no person made
CHUNK = 500  # ids a query, under the limits of both databases


@dataclass(frozen=True, slots=True)
class Place:
    """Where an incident is shown on lists and maps."""

    name: str | None = None
    country: str | None = None
    lat: float | None = None
    lon: float | None = None


def put_blocks(tx: Transaction, keys: dict[str, Sequence[str]]) -> None:
    """Set the block keys of records (record id -> keys)."""
    for ids in _chunks(sorted(keys)):
        tx.conn.execute(delete(blocks).where(blocks.c.record.in_(ids)))
    rows = [{"key": key, "record": record} for record in sorted(keys) for key in dict.fromkeys(keys[record])]
    if rows:
        make = postgresql.insert if tx.conn.dialect.name == "postgresql" else sqlite.insert
        tx.conn.execute(make(blocks).on_conflict_do_nothing(), rows)


def find_neighbours(conn: Connection, keys: Iterable[str], *, at_most: int) -> dict[str, tuple[str, ...]]:
    """Ids of current records under each of these block keys, sorted; of a crowded key the newest `at_most`."""
    found: dict[str, tuple[str, ...]] = {}
    for key in sorted(set(keys)):
        query = select(blocks.c.record).join(records, records.c.id == blocks.c.record)
        query = query.where(blocks.c.key == key, records.c.current == 1).order_by(records.c.report_seq.desc(), records.c.id)
        found[key] = tuple(sorted(conn.execute(query.limit(at_most)).scalars()))
    return found


def put_edge(tx: Transaction, edge: Edge, *, fresh: bool = False) -> None:
    """Store a judgement. The machine's former one on the pair is withdrawn; a person's stands until withdrawn.

    `fresh` says that the machine has none on this pair.
    """
    left, right = sorted((edge.left, edge.right))
    if edge.by == MACHINE and not fresh:
        tx.conn.execute(update(edges).where(
            edges.c.left == left, edges.c.right == right, edges.c.by == MACHINE, edges.c.withdrawn.is_(None),
        ).values(withdrawn=tx.ledger.now))
    tx.conn.execute(insert(edges).values(
        left=left, right=right, judgement=edge.judgement.value, score=edge.score,
        features=encode_features(edge.features), by=edge.by, at=tx.ledger.now if edge.at is None else stamp(edge.at),
    ))


def withdraw_machine(tx: Transaction, record: str) -> None:
    """Withdraw what the machine judged of a record: it is about to be judged anew."""
    for column in (edges.c.left, edges.c.right):
        tx.conn.execute(update(edges).where(column == record, edges.c.by == MACHINE, edges.c.withdrawn.is_(None)).values(
            withdrawn=tx.ledger.now))


def withdraw_edges(tx: Transaction, left: str, right: str, *, by_people: bool) -> int:
    """Withdraw the standing judgements of people, or of the machine, on a pair; returns how many."""
    left, right = sorted((left, right))
    who = edges.c.by != MACHINE if by_people else edges.c.by == MACHINE
    result = tx.conn.execute(update(edges).where(
        edges.c.left == left, edges.c.right == right, who, edges.c.withdrawn.is_(None)).values(withdrawn=tx.ledger.now))
    return int(result.rowcount)


def edges_of(conn: Connection, ids: Iterable[str], *, standing: bool = True) -> tuple[Edge, ...]:
    """Edges that touch any of these records, in the order they were made; `standing` leaves withdrawn ones out."""
    found: dict[int, Edge] = {}
    for part in _chunks(sorted(set(ids))):
        query = select(edges).where(or_(edges.c.left.in_(part), edges.c.right.in_(part)))
        if standing:
            query = query.where(edges.c.withdrawn.is_(None))
        for row in conn.execute(query):
            found[row.seq] = _edge(row)
    return tuple(found[seq] for seq in sorted(found))


def put_incident(tx: Transaction, incident: Incident, *, uuid: str, place: Place,
                 interval: tuple[date, date] | None) -> None:
    """Create or rewrite an incident, and move its records to it."""
    values: dict[str, Any] = {
        "current": 1, "kind": incident.kind, "place_name": place.name, "country": place.country,
        "lat": place.lat, "lon": place.lon, "grading": incident.grading, "sources": incident.sources,
        "date_start": None if interval is None else interval[0].isoformat(),
        "date_end": None if interval is None else interval[1].isoformat(),
        "size": len(incident.records), "seen": incident_hash(incident), "body": encode_incident(incident),
        "updated_at": tx.ledger.now,
    }
    if get_incident(tx.conn, incident.id) is None:
        tx.conn.execute(insert(incidents).values(id=incident.id, uuid=uuid, created_at=tx.ledger.now, **values))
    else:
        tx.conn.execute(update(incidents).where(incidents.c.id == incident.id).values(values))
        tx.conn.execute(delete(redirects).where(redirects.c.old == incident.id))
    _move_members(tx, incident.id, incident.records)


def retire_incident(tx: Transaction, old: str, new: str | None, by: str) -> None:
    """Take an incident out of the current ones; its id leads to `new` from now on (None: it has no records left)."""
    tx.conn.execute(update(incidents).where(incidents.c.id == old).values(current=0, updated_at=tx.ledger.now))
    tx.conn.execute(update(members).where(members.c.incident == old, members.c.until.is_(None)).values(until=tx.ledger.now))
    tx.conn.execute(update(records).where(records.c.incident == old).values(incident=new))
    tx.conn.execute(delete(redirects).where(redirects.c.old == old))
    if new is not None and new != old:
        tx.conn.execute(insert(redirects).values(old=old, new=new, at=tx.ledger.now, by=by))
        tx.ledger.append("redirect", old, {"by": by, "to": new})


def leave(tx: Transaction, record: str) -> None:
    """Take a record that is no longer current out of its incident, with what the machine judged of it."""
    withdraw_machine(tx, record)
    tx.conn.execute(update(members).where(members.c.record == record, members.c.until.is_(None)).values(until=tx.ledger.now))
    tx.conn.execute(update(records).where(records.c.id == record).values(incident=None))


def follow(conn: Connection, ident: str) -> str:
    """Where an incident's id leads today: itself, or the end of its redirects."""
    seen = {ident}
    while True:
        new = conn.execute(select(redirects.c.new).where(redirects.c.old == ident)).scalar()
        if new is None or new in seen:
            return ident
        seen.add(new)
        ident = new


def previous_ids(conn: Connection, ident: str) -> tuple[str, ...]:
    """Ids that lead to this incident, sorted."""
    found: set[str] = set()
    heads = [ident]
    while heads:
        heads = sorted(conn.execute(select(redirects.c.old).where(redirects.c.new.in_(heads))).scalars())
        heads = [head for head in heads if head not in found]
        found.update(heads)
    return tuple(sorted(found))


def get_incident(conn: Connection, ident: str) -> Row[Any] | None:
    """An incident's row by its id or UUID, redirects not followed."""
    return conn.execute(select(incidents).where(or_(incidents.c.id == ident, incidents.c.uuid == ident))).first()


def incident_of(row: Row[Any]) -> Incident:
    """The model's incident of a row."""
    return decode_incident(row.body)


def incidents_of(conn: Connection, record_ids: Iterable[str]) -> tuple[str, ...]:
    """Ids of the current incidents that these records are in, sorted."""
    found: set[str] = set()
    for part in _chunks(sorted(set(record_ids))):
        query = select(records.c.incident).where(records.c.id.in_(part), records.c.incident.is_not(None))
        found.update(conn.execute(query).scalars())
    return tuple(sorted(found))


def records_in(conn: Connection, incident_ids: Iterable[str]) -> tuple[str, ...]:
    """Ids of the current records in these incidents, sorted."""
    found: set[str] = set()
    for part in _chunks(sorted(set(incident_ids))):
        query = select(records.c.id).where(records.c.incident.in_(part), records.c.current == 1)
        found.update(conn.execute(query).scalars())
    return tuple(sorted(found))


def list_incidents(conn: Connection, *, record_ids: Iterable[str] | None = None, state: str | None = None,
                   limit: int | None = None, offset: int = 0) -> list[Row[Any]]:
    """Current incidents by date and id: all, or those that hold any of these records."""
    query = select(incidents).where(incidents.c.current == 1)
    if state == "machine":
        query = query.where(incidents.c.id.not_in(select(reviews.c.subject).where(reviews.c.state != "machine")))
    elif state is not None:
        query = query.where(incidents.c.id.in_(select(reviews.c.subject).where(reviews.c.state == state)))
    query = query.order_by(incidents.c.date_start.is_(None), incidents.c.date_start, incidents.c.id)
    if record_ids is None:
        return list(conn.execute(query.limit(limit).offset(offset)))
    wanted = frozenset(incidents_of(conn, record_ids))
    rows = [row for row in conn.execute(query) if row.id in wanted]
    return rows[offset:] if limit is None else rows[offset:offset + limit]


def membership(conn: Connection, ident: str) -> list[Row[Any]]:
    """Which records an incident held, since and until when, in the order they came."""
    return list(conn.execute(select(members).where(members.c.incident == ident).order_by(members.c.seq)))


def _move_members(tx: Transaction, ident: str, ids: Sequence[str]) -> None:
    held = set(tx.conn.execute(
        select(members.c.record).where(members.c.incident == ident, members.c.until.is_(None))).scalars())
    gone, come = sorted(held - set(ids)), sorted(set(ids) - held)
    for part in _chunks(gone):
        leaving = (members.c.incident == ident, members.c.record.in_(part), members.c.until.is_(None))
        tx.conn.execute(update(members).where(*leaving).values(until=tx.ledger.now))
        tx.conn.execute(update(records).where(records.c.id.in_(part), records.c.incident == ident).values(incident=None))
    for part in _chunks(come):
        tx.conn.execute(update(members).where(members.c.record.in_(part), members.c.until.is_(None)).values(
            until=tx.ledger.now))
        tx.conn.execute(insert(members), [{"incident": ident, "record": r, "since": tx.ledger.now} for r in part])
        tx.conn.execute(update(records).where(records.c.id.in_(part)).values(incident=ident))


def _edge(row: Row[Any]) -> Edge:
    withdrawn = None if row.withdrawn is None else datetime.fromisoformat(row.withdrawn)
    return Edge(row.left, row.right, Judgement(row.judgement), row.score, decode_features(row.features),
                row.by, datetime.fromisoformat(row.at), withdrawn)


def _chunks(ids: Sequence[str]) -> Iterable[list[str]]:
    for i in range(0, len(ids), CHUNK):
        yield list(ids[i:i + CHUNK])
