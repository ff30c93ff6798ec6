"""Edges, incidents and redirects in the store. Nothing is deleted: edges are withdrawn, members leave, ids redirect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, or_, select, text, update

from khabar.model.incident import Edge, Incident, Judgement
from khabar.store.chunks import chunks
from khabar.store.codec import decode_features, decode_incident, encode_features, encode_incident, incident_hash
from khabar.store.decisions import stamp
from khabar.store.engine import Transaction
from khabar.store.schema import blocks, edges, incidents, members, records, redirects

MACHINE = "machine"  # `by` of an edge that no person made


@dataclass(frozen=True, slots=True)
class Place:
    """Where an incident is shown on lists and maps."""

    name: str | None = None
    country: str | None = None
    lat: float | None = None
    lon: float | None = None


def put_blocks(tx: Transaction, keys: dict[str, tuple[int, Sequence[str]]]) -> None:
    """Set the block keys of records (record id -> seq of its report, keys)."""
    for ids in chunks(sorted(keys)):
        tx.conn.execute(delete(blocks).where(blocks.c.record.in_(ids)))
    rows = [{"key": key, "seq": keys[record][0], "record": record}
            for record in sorted(keys) for key in dict.fromkeys(keys[record][1])]
    if rows:
        tx.conn.execute(insert(blocks), rows)


def find_neighbours(conn: Connection, keys: Iterable[str], *, at_most: int) -> dict[str, tuple[str, ...]]:
    """Ids of current records under each of these block keys, sorted; of a crowded key the newest `at_most`."""
    found: dict[str, list[str]] = {}
    for part in chunks(sorted(set(keys)), 200):  # a compound query has at most 500 parts in SQLite
        newest = "SELECT key, record FROM blocks WHERE key = :k{i} ORDER BY seq DESC, record LIMIT :most"
        some = f"SELECT * FROM ({newest}) AS b{{i}}"
        query = " UNION ALL ".join(some.format(i=i) for i in range(len(part)))
        for row in conn.execute(text(query), {"most": at_most, **{f"k{i}": key for i, key in enumerate(part)}}):
            found.setdefault(row.key, []).append(row.record)
    return {key: tuple(sorted(ids)) for key, ids in sorted(found.items())}


def put_edges(tx: Transaction, judged: Sequence[Edge]) -> None:
    """Store judgements. Those that they replace are to be withdrawn before."""
    rows = [
        {
            "left": min(edge.left, edge.right), "right": max(edge.left, edge.right), "judgement": edge.judgement.value,
            "score": edge.score, "features": encode_features(edge.features), "by": edge.by,
            "at": tx.ledger.now if edge.at is None else stamp(edge.at),
        }
        for edge in judged
    ]
    if rows:
        tx.conn.execute(insert(edges), rows)


def withdraw_machine(tx: Transaction, ids: Iterable[str]) -> None:
    """Withdraw what the machine judged of these records: they are about to be judged anew, or gone."""
    for part in chunks(sorted(set(ids))):
        for column in (edges.c.left, edges.c.right):
            tx.conn.execute(update(edges).where(
                column.in_(part), edges.c.by == MACHINE, edges.c.withdrawn.is_(None)).values(withdrawn=tx.ledger.now))


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
    for part in chunks(sorted(set(ids))):
        query = select(edges).where(or_(edges.c.left.in_(part), edges.c.right.in_(part)))
        if standing:
            query = query.where(edges.c.withdrawn.is_(None))
        for row in conn.execute(query):
            found[row.seq] = _edge(row)
    return tuple(found[seq] for seq in sorted(found))


@dataclass(frozen=True, slots=True)
class Shown:
    """An incident to store, with what lists and maps show of it."""

    incident: Incident
    uuid: str
    place: Place
    interval: tuple[date, date] | None


def put_incidents(tx: Transaction, shown: Sequence[Shown]) -> None:
    """Create or rewrite incidents, and move their records to them."""
    known: set[str] = set()
    for part in chunks(sorted(item.incident.id for item in shown)):
        known.update(tx.conn.execute(select(incidents.c.id).where(incidents.c.id.in_(part))).scalars())
    rows = [_columns(item, tx.ledger.now) for item in shown]
    fresh = [row | {"created_at": tx.ledger.now} for row in rows if row["id"] not in known]
    former = [
        {f"new_{name}": value for name, value in row.items() if name != "uuid"} for row in rows if row["id"] in known
    ]
    if fresh:
        tx.conn.execute(insert(incidents), fresh)
    if former:
        names = [name for name in rows[0] if name not in ("id", "uuid")]
        tx.conn.execute(update(incidents).where(incidents.c.id == bindparam("new_id")).values(
            {name: bindparam(f"new_{name}") for name in names}), former)
        _revive(tx, known)
    _move_members(tx, {record: item.incident.id for item in shown for record in item.incident.records}, known)


def _revive(tx: Transaction, ids: Iterable[str]) -> None:
    """Ids that hold records again lead to themselves."""
    for part in chunks(sorted(ids)):
        query = select(redirects.c.old).where(redirects.c.old.in_(part)).order_by(redirects.c.old)
        for old in list(tx.conn.execute(query).scalars()):
            tx.conn.execute(delete(redirects).where(redirects.c.old == old))
            tx.ledger.append("redirect", old, {"to": old})


def retire_incident(tx: Transaction, old: str, new: str | None, by: str) -> None:
    """Take an incident out of the current ones; its id leads to `new` from now on (None: it has no records left)."""
    tx.conn.execute(update(incidents).where(incidents.c.id == old).values(current=0, updated_at=tx.ledger.now))
    tx.conn.execute(
        update(members).where(members.c.incident == old, members.c.until.is_(None)).values(until=tx.ledger.now)
    )
    tx.conn.execute(update(records).where(records.c.incident == old).values(incident=new))
    tx.conn.execute(delete(redirects).where(redirects.c.old == old))
    if new is not None and new != old:
        tx.conn.execute(insert(redirects).values(old=old, new=new, at=tx.ledger.now, by=by))
        tx.ledger.append("redirect", old, {"by": by, "to": new})


def leave(tx: Transaction, ids: Iterable[str]) -> None:
    """Take records that are no longer current out of their incidents, with what the machine judged of them."""
    withdraw_machine(tx, ids)
    for part in chunks(sorted(set(ids))):
        tx.conn.execute(
            update(members).where(members.c.record.in_(part), members.c.until.is_(None)).values(until=tx.ledger.now)
        )
        tx.conn.execute(update(records).where(records.c.id.in_(part)).values(incident=None))


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
    """Ids that lead to this incident, directly or by others, sorted."""
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
    """The model's incident of a row, its properties left out (`khabar.project_fusion.Fusing.incident` makes them)."""
    return decode_incident(row.body)


def incidents_of(conn: Connection, record_ids: Iterable[str]) -> tuple[str, ...]:
    """Ids of the current incidents that these records are in, sorted."""
    found: set[str] = set()
    for part in chunks(sorted(set(record_ids))):
        query = select(records.c.incident).where(records.c.id.in_(part), records.c.incident.is_not(None))
        found.update(conn.execute(query).scalars())
    return tuple(sorted(found))


def records_in(conn: Connection, incident_ids: Iterable[str]) -> tuple[str, ...]:
    """Ids of the current records in these incidents, sorted."""
    found: set[str] = set()
    for part in chunks(sorted(set(incident_ids))):
        query = select(records.c.id).where(records.c.incident.in_(part), records.c.current == 1)
        found.update(conn.execute(query).scalars())
    return tuple(sorted(found))


def membership(conn: Connection, ident: str) -> list[Row[Any]]:
    """Which records an incident held, since and until when, in the order they came."""
    return list(conn.execute(select(members).where(members.c.incident == ident).order_by(members.c.seq)))


def last_members(conn: Connection, ident: str) -> tuple[str, ...]:
    """Records that a retired incident held to its end, sorted."""
    rows = membership(conn, ident)
    end = max((row.until for row in rows if row.until is not None), default=None)
    return tuple(sorted(row.record for row in rows if row.until == end))


def _move_members(tx: Transaction, homes: dict[str, str], known: set[str]) -> None:
    """Note who joins and who leaves: `homes` is where each record now belongs, `known` incidents that had members."""
    held: dict[str, str] = {}
    for part in chunks(sorted(homes)):
        query = select(members.c.record, members.c.incident).where(
            members.c.record.in_(part), members.c.until.is_(None)
        )
        held.update((row.record, row.incident) for row in tx.conn.execute(query))
    for part in chunks(sorted(known)):
        query = select(members.c.record, members.c.incident).where(
            members.c.incident.in_(part), members.c.until.is_(None)
        )
        held.update((row.record, row.incident) for row in tx.conn.execute(query))
    leaving = sorted(record for record, incident in held.items() if homes.get(record) != incident)
    for part in chunks(leaving):
        tx.conn.execute(
            update(members).where(members.c.record.in_(part), members.c.until.is_(None)).values(until=tx.ledger.now)
        )
        tx.conn.execute(update(records).where(records.c.id.in_(part)).values(incident=None))
    coming = [{"home": home, "moved": record} for record, home in sorted(homes.items()) if held.get(record) != home]
    if coming:
        tx.conn.execute(insert(members), [
            {"incident": row["home"], "record": row["moved"], "since": tx.ledger.now} for row in coming])
        tx.conn.execute(
            update(records).where(records.c.id == bindparam("moved")).values(incident=bindparam("home")), coming
        )


def _columns(item: Shown, now: str) -> dict[str, Any]:
    incident, place, interval = item.incident, item.place, item.interval
    return {
        "id": incident.id, "uuid": item.uuid, "current": 1, "kind": incident.kind, "place_name": place.name,
        "country": place.country, "lat": place.lat, "lon": place.lon, "grading": incident.grading,
        "sources": incident.sources, "date_start": None if interval is None else interval[0].isoformat(),
        "date_end": None if interval is None else interval[1].isoformat(), "size": len(incident.records),
        "seen": incident_hash(incident), "body": encode_incident(incident), "updated_at": now,
    }


def _edge(row: Row[Any]) -> Edge:
    withdrawn = None if row.withdrawn is None else datetime.fromisoformat(row.withdrawn)
    return Edge(row.left, row.right, Judgement(row.judgement), row.score, decode_features(row.features),
                row.by, datetime.fromisoformat(row.at), withdrawn)
