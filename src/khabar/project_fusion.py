"""Fusion over the store: new and changed records are compared with their neighbours, and the incidents that
they touch are worked out again. Whatever decides is behind `Fusion`; this module keeps identity: incident
ids stay with the records that hold them, ids that vanish lead on for ever, judgements are withdrawn, not deleted.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol


from khabar.errors import InputError
from khabar.model.incident import Edge, Incident, Judgement
from khabar.model.record import EventRecord
from khabar.project_review import Reviewing, Subject, find_subject, put_review, shown_records
from khabar.review.actions import Action
from khabar.store import decisions, incidents, records, reports, sources
from khabar.store.decisions import stamp
from khabar.store.engine import Connection, Store, Transaction

BATCH = 64  # records a transaction
CROWD = 300  # newest records looked at under one block key: a bound on the work of one report


@dataclass(frozen=True, slots=True)
class Sighting:
    """A record with what fusion needs of its report. `group` is the same for wire copies: they count as one source."""

    record: EventRecord
    group: str
    outlet: str | None
    agency: str | None
    published: date | None
    url: str | None = None
    title: str | None = None


class Fusion(Protocol):
    """Which records tell one incident, and what that incident is. Pure: it stores nothing."""

    def block_keys(self, sighting: Sighting) -> Sequence[str]:
        """Keys under which records that could tell the same are found."""
        ...

    def judge(self, left: Sighting, right: Sighting) -> Edge | None:
        """A judgement with its reasons; None when the pair is not worth remembering."""
        ...

    def cluster(self, sightings: Sequence[Sighting], edges: Sequence[Edge]) -> Sequence[Sequence[str]]:
        """The records (ids) that tell one incident together; every record in exactly one."""
        ...

    def consolidate(self, ident: str, sightings: Sequence[Sighting], edges: Sequence[Edge]) -> Incident:
        """The incident that these records tell."""
        ...


class Apart:
    """No fusion: every record is an incident of its own. Stands in where `khabar.link` and `khabar.fuse` are not used."""

    def block_keys(self, sighting: Sighting) -> Sequence[str]:
        """None: nothing is compared."""
        return ()

    def judge(self, left: Sighting, right: Sighting) -> Edge | None:
        """Nothing."""
        return None

    def cluster(self, sightings: Sequence[Sighting], edges: Sequence[Edge]) -> Sequence[Sequence[str]]:
        """What people joined; everything else alone."""
        root = {s.record.id: s.record.id for s in sightings}

        def find(ident: str) -> str:
            while root[ident] != ident:
                ident = root[ident]
            return ident

        for edge in edges:
            if edge.by != incidents.MACHINE and edge.judgement == Judgement.SAME:
                root[find(edge.right)] = find(edge.left)
        found: dict[str, list[str]] = {}
        for sighting in sightings:
            found.setdefault(find(sighting.record.id), []).append(sighting.record.id)
        return tuple(tuple(ids) for ids in found.values())

    def consolidate(self, ident: str, sightings: Sequence[Sighting], edges: Sequence[Edge]) -> Incident:
        """The first record's kind; no property is weighed."""
        ids = tuple(s.record.id for s in sightings)
        groups = {s.group for s in sightings}
        grading = "fair" if len(groups) > 1 else "weak"
        return Incident(ident, sightings[0].record.kind, ids, (), grading, f"{len(groups)} independent source(s)", len(groups))


def load_fusion() -> Fusion:
    """The fusion of this installation."""
    return Apart()


class Fusing:
    """Keeps a project's incidents in step with its records."""

    def __init__(self, store: Store, fusion: Fusion, reviewing: Reviewing, clock: Callable[[], datetime], slug: str) -> None:
        self._store = store
        self._fusion = fusion
        self._reviewing = reviewing
        self._clock = clock
        self._slug = slug

    def link_pending(self, progress: Callable[[int], None] | None = None) -> int:
        """Look at every record that came or changed; returns how many. Resumes where it was interrupted."""
        total = 0
        while True:
            with self._store.write(stamp(self._clock())) as tx:
                done = self._link_batch(tx)
            total += done
            if done and progress is not None:
                progress(done)
            if not done:
                return total

    def merge(self, kept: str, other: str, *, by: str, reason: str) -> str:
        """A person says that two incidents are one; returns the id that stays. Raises InputError."""
        with self._store.write(stamp(self._clock())) as tx:
            left, right = self._incident(tx.conn, kept), self._incident(tx.conn, other)
            if left.id == right.id:
                raise InputError(f"merge: {kept} and {other} are one incident already")
            held, joined = incidents.records_in(tx.conn, [left.id]), incidents.records_in(tx.conn, [right.id])
            for a in held:
                for b in joined:
                    incidents.withdraw_edges(tx, a, b, by_people=True)
            edge = Edge(held[0], joined[0], Judgement.SAME, 1.0, (), by, self._clock())
            incidents.put_edge(tx, edge)
            payload = {"with": right.id, "records": [[held[0], joined[0]]]}
            self._reviewing.append(tx, left, Action.MERGE, by=by, reason=reason, payload=payload)
            self._reviewing.append(tx, right, Action.MERGE, by=by, reason=reason, payload={**payload, "with": left.id})
            self._rebuild(tx, (*held, *joined), prefer=left.id, by=by)
            return incidents.follow(tx.conn, left.id)

    def split(self, ident: str, leaving: Sequence[str], *, by: str, reason: str) -> str:
        """A person says that records do not belong to an incident; returns the id of theirs. Raises InputError."""
        with self._store.write(stamp(self._clock())) as tx:
            subject = self._incident(tx.conn, ident)
            held = incidents.records_in(tx.conn, [subject.id])
            strangers = sorted(set(leaving) - set(held))
            if strangers:
                raise InputError(f"split: {strangers[0]} is not in {subject.id}; it holds {', '.join(held)}")
            staying = [record for record in held if record not in leaving]
            if not leaving or not staying:
                raise InputError("split: name some of the incident's records, not none and not all")
            pairs = [(a, b) for a in sorted(leaving) for b in staying]
            for a, b in pairs:
                incidents.withdraw_edges(tx, a, b, by_people=True)
                incidents.put_edge(tx, Edge(a, b, Judgement.DIFFERENT, 0.0, (), by, self._clock()))
            payload = {"records": sorted(leaving), "pairs": [list(pair) for pair in pairs]}
            self._reviewing.append(tx, subject, Action.SPLIT, by=by, reason=reason, payload=payload)
            self._rebuild(tx, held, prefer=subject.id, by=by, anchor=tuple(staying))
            return incidents.incidents_of(tx.conn, sorted(leaving))[0]

    def _incident(self, conn: Connection, ident: str) -> Subject:
        subject = find_subject(conn, ident)
        if subject.kind == "record":
            row = records.get_record(conn, subject.id)
            if row is not None and row.incident is not None:
                return find_subject(conn, row.incident)
        if subject.kind != "incident":
            raise InputError(f"{ident} is no incident")
        return subject

    def _link_batch(self, tx: Transaction) -> int:
        rows = records.unlinked_records(tx.conn, BATCH)
        if not rows:
            return 0
        gone = [row.id for row in rows if not row.current]
        fresh = self._sightings(tx.conn, [row for row in rows if row.current])
        keys = {ident: tuple(self._fusion.block_keys(sighting)) for ident, sighting in fresh.items()}
        incidents.put_blocks(tx, {**keys, **dict.fromkeys(gone, ())})
        touched = self._judge(tx, fresh, keys)
        affected = incidents.incidents_of(tx.conn, [*gone, *fresh, *touched])
        for ident in gone:
            incidents.leave(tx, ident)
        members = incidents.records_in(tx.conn, affected)
        self._rebuild(tx, sorted({*members, *fresh, *touched}), prefer=None, by="machine", among=affected)
        records.mark_linked(tx, [row.id for row in rows])
        return len(rows)

    def _judge(self, tx: Transaction, fresh: dict[str, Sighting], keys: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
        """Judge the fresh records against their neighbours; returns the neighbours whose incident may change."""
        under = incidents.find_neighbours(tx.conn, (key for some in keys.values() for key in some), at_most=CROWD)
        pairs = sorted({(min(a, b), max(a, b)) for a in fresh for key in keys[a] for b in under[key] if a != b})
        others = self._sightings(tx.conn, records.records_by_id(
            tx.conn, {ident for pair in pairs for ident in pair if ident not in fresh}).values())
        known = {**others, **fresh}
        touched: set[str] = set()
        for ident in fresh:
            incidents.withdraw_machine(tx, ident)
        for a, b in pairs:
            edge = self._fusion.judge(known[a], known[b])
            if edge is not None:
                incidents.put_edge(tx, replace(edge, by=incidents.MACHINE), fresh=True)
                touched.update((a, b))
        return tuple(sorted(touched - set(fresh)))

    def _rebuild(self, tx: Transaction, ids: Sequence[str], *, prefer: str | None, by: str,
                 among: Iterable[str] = (), anchor: tuple[str, ...] = ()) -> None:
        """Cluster these records anew and give each cluster an incident, keeping ids where records stay."""
        rows = records.records_by_id(tx.conn, ids)
        sightings = self._sightings(tx.conn, (rows[ident] for ident in sorted(rows)))
        inside = set(sightings)
        edges = [e for e in incidents.edges_of(tx.conn, ids) if e.left in inside and e.right in inside]
        former = {ident: rows[ident].incident for ident in sightings if rows[ident].incident is not None}
        clusters = [tuple(sorted(c)) for c in self._fusion.cluster([sightings[i] for i in sorted(inside)], edges)]
        chosen = _keep_ids(clusters, former, prefer, anchor)
        for cluster in clusters:
            kept = chosen[cluster]
            ident = kept or self._new_id(tx, sightings, cluster)
            chosen[cluster] = ident
            self._put(tx, ident, [sightings[i] for i in cluster], edges)
        used = {ident for ident in chosen.values() if ident is not None}
        for old in sorted({*former.values(), *among} - used):
            heirs = [chosen[c] for c in clusters if any(former.get(r) == old for r in c)]
            incidents.retire_incident(tx, old, heirs[0] if heirs else None, by)

    def _put(self, tx: Transaction, ident: str, sightings: Sequence[Sighting], edges: Sequence[Edge]) -> None:
        ids = {sighting.record.id for sighting in sightings}
        own = [edge for edge in edges if edge.left in ids or edge.right in ids]
        incident = self._fusion.consolidate(ident, sightings, own)
        incident = replace(incident, id=ident, previous_ids=incidents.previous_ids(tx.conn, ident))
        best = max((s.record.place for s in sightings if s.record.place is not None), key=_place_rank, default=None)
        place = incidents.Place() if best is None else incidents.Place(
            best.name or next(iter(best.names), None), best.country, best.lat, best.lon)
        days = [s.record.date for s in sightings if s.record.date is not None]
        interval = min(((d.start, d.end) for d in days), key=lambda d: ((d[1] - d[0]).days, d)) if days else None
        incidents.put_incident(tx, incident, uuid=_uuid7(self._clock()), place=place, interval=interval)
        taken = decisions.read_decisions(tx.conn, ident)
        if taken:
            put_review(tx, find_subject(tx.conn, ident), taken)

    def _new_id(self, tx: Transaction, sightings: dict[str, Sighting], cluster: Sequence[str]) -> str:
        days = sorted(s.record.date.start for i in cluster if (s := sightings[i]).record.date is not None)
        published = sorted(s.published for i in cluster if (s := sightings[i]).published is not None)
        year = days[0].year if days else published[0].year if published else self._clock().year
        return f"{self._slug}-{year:04d}-{sources.next_number(tx, f'incident-{year}'):05d}"

    def _sightings(self, conn: Connection, rows: Iterable[Any]) -> dict[str, Sighting]:
        listed = list(rows)
        texts = reports.reports_by_id(conn, (row.report for row in listed))
        found = shown_records(conn, listed)
        return {row.id: _sighting(found[row.id], texts[row.report]) for row in listed}


def _sighting(record: EventRecord, row: Any) -> Sighting:
    day = row.published or row.inferred
    return Sighting(record, row.copies_of, row.outlet, row.agency, None if day is None else date.fromisoformat(day),
                    row.url, row.title)


def _keep_ids(clusters: Sequence[tuple[str, ...]], former: dict[str, str], prefer: str | None,
              anchor: tuple[str, ...]) -> dict[tuple[str, ...], str | None]:
    """Each cluster keeps the incident that most of its records were in; the preferred and the older id win ties."""
    chosen: dict[tuple[str, ...], str | None] = dict.fromkeys(clusters)
    claims: list[tuple[bool, bool, int, str, tuple[str, ...]]] = []
    for cluster in clusters:
        for ident in {former[r] for r in cluster if r in former}:
            share = sum(former.get(r) == ident for r in cluster)
            anchored = ident == prefer and any(r in anchor for r in cluster)
            claims.append((not anchored, ident != prefer, -share, ident, cluster))
    taken: set[str] = set()
    for _, _, _, ident, cluster in sorted(claims):
        if chosen[cluster] is None and ident not in taken:
            chosen[cluster] = ident
            taken.add(ident)
    return chosen


def _place_rank(place: Any) -> tuple[bool, float, str]:
    """Located before unlocated, smaller before larger."""
    return place.lat is not None, -(place.radius_km or 1e6), place.name or ""


def _uuid7(at: datetime) -> str:
    """A UUID of version 7: ordered by time."""
    value = (int(at.timestamp() * 1000) & (1 << 48) - 1) << 80 | uuid.uuid4().int & (1 << 80) - 1
    value = value & ~(0xF << 76) | 7 << 76
    return str(uuid.UUID(int=value & ~(0x3 << 62) | 2 << 62))
