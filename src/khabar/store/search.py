"""Full-text search over the folded shadow, with filters, near-duplicates shown once.

SQLite uses an FTS5 table without content (the shadow can be rebuilt from the texts), PostgreSQL a tsvector
of the same words; both rank by the number and rarity of hits.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    column,
    func,
    literal_column,
    select,
    table,
    text,
)

from khabar.store.chunks import chunks
from khabar.store.engine import Transaction
from khabar.store.records import WHOLE
from khabar.store.schema import incidents, record_names, records, reports, reviews
from khabar.store.shadow import Term, fold_name, make_shadow

EARTH_KM = 6371.0
KM_A_DEGREE = 111.2
_FTS = table("fts", column("rowid"), column("fts"))
_TSV = table("fts", column("seq"), column("doc"))


@dataclass(frozen=True, slots=True)
class Filters:
    """What a hit must satisfy; None or empty asks nothing. Those on events must hold for one and the same event.

    `near` is (latitude, longitude, km). `since` and `until` are compared with the event's dates; a report
    none of whose events is dated does not match. `state` is a review state; "machine" is untouched.
    """

    kinds: tuple[str, ...] = ()
    actor: str | None = None
    place: str | None = None
    near: tuple[float, float, float] | None = None
    since: date | None = None
    until: date | None = None
    statuses: tuple[str, ...] = ()
    outlet: str | None = None
    state: str | None = None

    @property
    def of_events(self) -> bool:
        """Whether any filter looks at events."""
        return bool(self.kinds or self.statuses) or any(
            value is not None for value in (self.actor, self.place, self.near, self.since, self.until, self.state))

    @property
    def is_broad(self) -> bool:
        """Whether nearly every report meets what is asked of events: then the best hits are checked, not all events."""
        narrow = (self.actor, self.place, self.near, self.since, self.until)
        asked = self.state in (None, "machine") and (not self.statuses or "asserted" in self.statuses)
        return asked and self.of_events and not self.kinds and all(value is None for value in narrow)


@dataclass(frozen=True, slots=True)
class Hit:
    """A report found: its row, how many copies its group has, and the events that met the filters."""

    report: Row[Any]
    copies: int
    records: tuple[str, ...]


def index_text(tx: Transaction, seq: int, text_: str) -> None:
    """Put a report's text into the full-text index."""
    words, stems = make_shadow(text_)
    if tx.conn.dialect.name == "postgresql":
        tx.conn.execute(text("INSERT INTO fts (seq, doc) VALUES (:seq, to_tsvector('simple', :words))"),
                        {"seq": seq, "words": f"{words} {stems}"})
    else:
        tx.conn.execute(text("INSERT INTO fts (rowid, words, stems) VALUES (:seq, :words, :stems)"),
                        {"seq": seq, "words": words, "stems": stems})


def find_reports(
    conn: Connection, terms: tuple[Term, ...], filters: Filters, *, limit: int, offset: int = 0
) -> list[Hit]:
    """The best hits, copies of one text once; without terms the newest first."""
    query = _query(conn, terms, filters)
    found: list[Row[Any]] = []
    groups_seen: set[str] = set()
    page = limit + offset
    batch, start = max(50, page * 2), 0
    near = None if filters.near is None else _reports_near(conn, filters)
    while len(found) < page:
        rows = list(conn.execute(query.limit(batch).offset(start)))
        inside = _reports_among(conn, filters, [row.seq for row in rows]) if filters.is_broad else near
        for row in rows:
            if row.copies_of in groups_seen or (inside is not None and row.seq not in inside):
                continue
            groups_seen.add(row.copies_of)
            found.append(row)
        if len(rows) < batch:
            break
        start, batch = start + batch, batch * 4
    return _hits(conn, [row.seq for row in found[offset:page]], filters)


def find_incidents(conn: Connection, filters: Filters, *, limit: int | None = None, offset: int = 0) -> list[Row[Any]]:
    """Current incidents that hold an event which meets the filters, by date and id.

    `filters.state` is the incident's own review state, `filters.outlet` that of the event's report.
    """
    query = select(incidents).where(incidents.c.current == 1)
    if filters.state is not None:
        query = query.where(_state_term(incidents.c.id, filters.state))
    events, held = replace(filters, state=None), None
    if events.near is not None:
        inside = select(records.c.incident, records.c.lat, records.c.lon).where(*_event_terms(events))
        held = {row.incident for row in conn.execute(inside) if row.incident is not None and _within(row, events.near)}
    if events.of_events or events.outlet is not None:
        query = query.where(incidents.c.id.in_(select(records.c.incident).where(*_event_terms(events))))
    query = query.order_by(incidents.c.date_start.is_(None), incidents.c.date_start, incidents.c.id)
    if held is None:
        return list(conn.execute(query.limit(limit).offset(offset)))
    found = (row for row in conn.execute(query) if row.id in held)
    return list(islice(found, offset, None if limit is None else offset + limit))


def find_records(conn: Connection, filters: Filters, *, limit: int | None = None) -> list[Row[Any]]:
    """Events that meet the filters, by date and id; `limit` None is all."""
    query = WHOLE.where(*_event_terms(filters)).order_by(
        records.c.date_start.is_(None), records.c.date_start, records.c.id)
    rows: list[Row[Any]] = []
    for row in conn.execute(query):
        if limit is not None and len(rows) >= limit:
            break
        if filters.near is None or _within(row, filters.near):
            rows.append(row)
    return rows


def locate(conn: Connection, name: str) -> tuple[float, float] | None:
    """Where most of the located events at a place of this name are."""
    query = select(records.c.lat, records.c.lon).where(
        *_event_terms(Filters(place=name)), records.c.lat.is_not(None)).group_by(records.c.lat, records.c.lon)
    row = conn.execute(query.order_by(func.count().desc(), records.c.lat, records.c.lon)).first()
    return None if row is None else (row.lat, row.lon)


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance."""
    p1, p2 = math.radians(lat1), math.radians(lat2)
    half = math.sin((p2 - p1) / 2) ** 2
    half += math.cos(p1) * math.cos(p2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def _query(conn: Connection, terms: tuple[Term, ...], filters: Filters) -> Select[Any]:
    # Only what ranking needs: the sorter would carry every text along.
    query = select(reports.c.seq, reports.c.copies_of).where(reports.c.current == 1)
    if terms and all(term.negated for term in terms):
        query = query.where(reports.c.seq.not_in(_with_any(conn, terms)))
    if any(not term.negated for term in terms):
        if conn.dialect.name == "postgresql":
            match = func.to_tsquery("simple", _tsquery(terms))
            query = query.join(_TSV, _TSV.c.seq == reports.c.seq).where(_TSV.c.doc.op("@@")(match))
            query = query.order_by(func.ts_rank(_TSV.c.doc, match).desc(), reports.c.seq)
        else:
            query = query.join(_FTS, _FTS.c.rowid == reports.c.seq).where(_FTS.c.fts.op("MATCH")(_fts5(terms)))
            query = query.order_by(literal_column("fts.rank"), reports.c.seq)
    else:
        query = query.order_by(reports.c.published.desc(), reports.c.seq)
    if filters.outlet is not None:
        query = query.where(reports.c.outlet == filters.outlet)
    if filters.of_events and not filters.is_broad:
        query = query.where(reports.c.seq.in_(select(records.c.report_seq).where(*_event_terms(filters))))
    return query


def _with_any(conn: Connection, terms: tuple[Term, ...]) -> Select[Any]:
    """Reports with any of the words that are not wanted."""
    plain = [replace(term, negated=False) for term in terms]
    if conn.dialect.name == "postgresql":
        match = func.to_tsquery("simple", " | ".join(_tsquery((term,)) for term in plain))
        return select(_TSV.c.seq).where(_TSV.c.doc.op("@@")(match))
    return select(_FTS.c.rowid).where(_FTS.c.fts.op("MATCH")(" OR ".join(_fts5_term(term) for term in plain)))


def _event_terms(filters: Filters) -> Iterator[ColumnElement[bool]]:
    yield records.c.current == 1
    if filters.outlet is not None:
        yield records.c.report_seq.in_(select(reports.c.seq).where(reports.c.outlet == filters.outlet))
    if filters.kinds:
        yield records.c.kind.in_(filters.kinds)
    if filters.statuses:
        yield records.c.status.in_(filters.statuses)
    if filters.since is not None:
        yield records.c.date_end >= filters.since.isoformat()
    if filters.until is not None:
        yield records.c.date_start <= filters.until.isoformat()
    for value, roles in ((filters.actor, ("actor", "target")), (filters.place, ("place",))):
        if value is not None:
            keys = {value, fold_name(value)}
            yield records.c.id.in_(select(record_names.c.record).where(
                record_names.c.role.in_(roles), record_names.c.name.in_(sorted(keys))))
    if filters.near is not None:
        yield _box(*filters.near)
    if filters.state is not None:
        yield _state_term(records.c.id, filters.state)


def _state_term(subject: Column[str], state: str) -> ColumnElement[bool]:
    if state == "machine":
        return subject.not_in(select(reviews.c.subject).where(reviews.c.state != "machine"))
    return subject.in_(select(reviews.c.subject).where(reviews.c.state == state))


def _box(lat: float, lon: float, km: float) -> ColumnElement[bool]:
    """A box around the circle; degrees of longitude shrink towards the poles."""
    dlat = km / KM_A_DEGREE
    dlon = dlat / max(0.01, math.cos(math.radians(min(89.0, abs(lat) + dlat))))
    inside = records.c.lat.between(lat - dlat, lat + dlat)
    if lon - dlon < -180 or lon + dlon > 180:
        return inside
    return and_(inside, records.c.lon.between(lon - dlon, lon + dlon))


def _within(row: Any, near: tuple[float, float, float]) -> bool:
    return row.lat is not None and row.lon is not None and distance_km(near[0], near[1], row.lat, row.lon) <= near[2]


def _reports_near(conn: Connection, filters: Filters) -> frozenset[int]:
    query = select(records.c.report_seq, records.c.lat, records.c.lon).where(*_event_terms(filters))
    near = filters.near
    return frozenset(row.report_seq for row in conn.execute(query) if near is not None and _within(row, near))


def _reports_among(conn: Connection, filters: Filters, seqs: list[int]) -> frozenset[int]:
    """Those of the reports that have an event which meets the filters."""
    found: set[int] = set()
    for part in chunks(seqs):
        query = select(records.c.report_seq).where(records.c.report_seq.in_(part), *_event_terms(filters))
        found.update(conn.execute(query).scalars())
    return frozenset(found)


def _hits(conn: Connection, seqs: list[int], filters: Filters) -> list[Hit]:
    found = {row.seq: row for row in conn.execute(select(reports).where(reports.c.seq.in_(seqs)))}
    rows = [found[seq] for seq in seqs]
    alike = select(reports.c.copies_of, func.count().label("size")).where(
        reports.c.copies_of.in_([row.copies_of for row in rows]), reports.c.current == 1)
    sizes = {row.copies_of: row.size for row in conn.execute(alike.group_by(reports.c.copies_of))}
    events: dict[int, list[str]] = {}
    if filters.of_events:
        of_rows = select(records.c.report_seq, records.c.id, records.c.lat, records.c.lon).where(
            *_event_terms(filters), records.c.report_seq.in_([row.seq for row in rows]))
        for event in conn.execute(of_rows.order_by(records.c.ordinal, records.c.id)):
            if filters.near is None or _within(event, filters.near):
                events.setdefault(event.report_seq, []).append(event.id)
    return [Hit(row, sizes.get(row.copies_of, 1), tuple(events.get(row.seq, ()))) for row in rows]


def _fts5(terms: tuple[Term, ...]) -> str:
    """The query in FTS5's language. Words hold letters and digits only, so quoting them is enough."""
    wanted = [_fts5_term(term) for term in terms if not term.negated]
    unwanted = [_fts5_term(term) for term in terms if term.negated]
    query = " AND ".join(wanted)
    for term in unwanted:
        query = f"({query}) NOT {term}"
    return query


def _fts5_term(term: Term) -> str:
    if len(term.words) > 1:
        return '(words : "' + " ".join(word[0] for word in term.words) + '")'
    return "(" + " OR ".join(f'"{form}"' for form in term.words[0]) + ")"


def _tsquery(terms: tuple[Term, ...]) -> str:
    parts: list[str] = []
    for term in terms:
        if len(term.words) > 1:
            part = "(" + " <-> ".join(f"'{word[0]}'" for word in term.words) + ")"
        else:
            part = "(" + " | ".join(f"'{form}'" for form in term.words[0]) + ")"
        parts.append("!" + part if term.negated else part)
    return " & ".join(parts)
