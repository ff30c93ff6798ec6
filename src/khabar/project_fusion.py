"""Fusion over the store: new and changed records are compared with their neighbours, and the incidents that
they touch are worked out again. Whatever decides is behind `Fusion`; this module keeps identity: incident
ids stay with the records that hold them, ids that vanish lead on for ever, judgements are withdrawn, not deleted.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from khabar.errors import InputError
from khabar.model.incident import Edge, Incident, Judgement
from khabar.model.record import EventRecord
from khabar.model.report import Report
from khabar.project_review import Reviewing, Subject, find_subject, put_review, shown_records
from khabar.review.actions import Action
from khabar.store import decisions, groups, incidents, records, reports, sources
from khabar.store.decisions import stamp
from khabar.store.engine import Connection, Store, Transaction

BATCH = 64  # records a transaction
CROWD = 100  # newest records looked at under one block key: a bound on the work of one report


@dataclass(frozen=True, slots=True)
class Sighting:
    """A record as people left it, without the claims they overruled, and its report.

    `group` is the same for wire copies: they count as one source. `agency` is the origin of the report or of another
    copy in its group, where one names it.
    """

    record: EventRecord
    report: Report
    group: str
    agency: str | None


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
    """No fusion: every record is an incident of its own. For projects that only collect."""

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
        texts = {s.group for s in sightings}
        grading = "fair" if len(texts) > 1 else "weak"
        return Incident(
            ident, sightings[0].record.kind, ids, (), grading, f"{len(texts)} independent source(s)", len(texts)
        )


def load_fusion() -> Fusion:
    """The fusion of this installation."""
    from khabar.project_linking import LinkAndFuse

    return LinkAndFuse()


class Fusing:
    """Keeps a project's incidents in step with its records."""

    def __init__(
        self, store: Store, fusion: Fusion, reviewing: Reviewing, clock: Callable[[], datetime], slug: str
    ) -> None:
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

    def incident(self, conn: Connection, row: Any) -> Incident:
        """An incident with every property, folded anew from its records; one that has none left keeps its head only."""
        stored = incidents.incident_of(row)
        found = self._sightings(conn, records.records_by_id(conn, stored.records).values())
        sightings = [found[ident] for ident in stored.records if ident in found]
        if not row.current or not sightings:
            return stored
        edges = incidents.edges_of(conn, stored.records)
        made = self._fusion.consolidate(row.id, sightings, edges)
        return replace(made, id=row.id, previous_ids=incidents.previous_ids(conn, row.id))

    def merge(self, kept: str, other: str, *, by: str, reason: str) -> str:
        """A person says that two incidents are one; returns the id that stays. Raises InputError."""
        with self._store.write(stamp(self._clock())) as tx:
            left, right = self._incident(tx.conn, kept), self._incident(tx.conn, other)
            if left.id == right.id:
                raise InputError(f"merge: {kept} and {other} are one incident already")
            held, joined = incidents.records_in(tx.conn, [left.id]), incidents.records_in(tx.conn, [right.id])
            pairs = [(a, b) for a in held for b in joined]
            self._judge_by_hand(tx, pairs, Judgement.SAME, by)
            self._rebuild(tx, (*held, *joined), prefer=left.id, by=by)
            outside = sorted(set(incidents.incidents_of(tx.conn, (*held, *joined))) - {left.id})
            if outside:
                raise InputError(f"merge: a person has said that records of {left.id} and {right.id} are apart")
            payload = {"with": right.id, "pairs": [list(pair) for pair in pairs]}
            made = find_subject(tx.conn, left.id).seen
            self._reviewing.append(tx, left, Action.MERGE, by=by, reason=reason, payload={**payload, "made": made})
            self._reviewing.append(tx, right, Action.MERGE, by=by, reason=reason, payload={**payload, "with": left.id})
            return left.id

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
            self._judge_by_hand(tx, pairs, Judgement.DIFFERENT, by)
            homes = _former_home(tx.conn, subject.id, leaving)
            self._rebuild(tx, held, prefer=subject.id, by=by, anchor=tuple(staying), homes=homes)
            made = find_subject(tx.conn, subject.id).seen
            payload = {"records": sorted(leaving), "pairs": [list(pair) for pair in pairs], "made": made}
            self._reviewing.append(tx, subject, Action.SPLIT, by=by, reason=reason, payload=payload)
            return incidents.incidents_of(tx.conn, sorted(leaving))[0]

    def _judge_by_hand(self, tx: Transaction, pairs: Sequence[tuple[str, str]], judgement: Judgement, by: str) -> None:
        """A person's judgement on pairs of records, in place of what people said of them before."""
        for a, b in pairs:
            incidents.withdraw_edges(tx, a, b, by_people=True)
        score = float(judgement == Judgement.SAME)
        incidents.put_edges(tx, [Edge(a, b, judgement, score, (), by, self._clock()) for a, b in pairs])

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
        incidents.put_blocks(tx, {row.id: (row.report_seq, keys.get(row.id, ())) for row in rows})
        touched = self._judge(tx, fresh, keys)
        affected = incidents.incidents_of(tx.conn, [*gone, *fresh, *touched])
        incidents.leave(tx, gone)
        members = incidents.records_in(tx.conn, affected)
        self._rebuild(tx, sorted({*members, *fresh, *touched}), prefer=None, by=incidents.MACHINE, among=affected)
        records.mark_linked(tx, [row.id for row in rows])
        return len(rows)

    def _judge(self, tx: Transaction, fresh: dict[str, Sighting], keys: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
        """Judge the fresh records against their neighbours; returns the neighbours whose incident may change."""
        under = incidents.find_neighbours(tx.conn, (key for some in keys.values() for key in some), at_most=CROWD)
        pairs = sorted({(min(a, b), max(a, b)) for a in fresh for key in keys[a] for b in under.get(key, ()) if a != b})
        others = self._sightings(tx.conn, records.records_by_id(
            tx.conn, {ident for pair in pairs for ident in pair if ident not in fresh}).values())
        known = {**others, **fresh}
        judged: list[Edge] = []
        incidents.withdraw_machine(tx, fresh)
        for a, b in pairs:
            if known[a].report.id == known[b].report.id:
                continue  # the reader told them apart
            edge = self._fusion.judge(known[a], known[b])
            if edge is not None:
                judged.append(replace(edge, by=incidents.MACHINE))
        incidents.put_edges(tx, judged)
        return tuple(sorted({ident for edge in judged for ident in (edge.left, edge.right)} - set(fresh)))

    def _rebuild(self, tx: Transaction, ids: Sequence[str], *, prefer: str | None, by: str,
                 among: Iterable[str] = (), anchor: tuple[str, ...] = (), homes: dict[str, str] | None = None) -> None:
        """Cluster these records anew and give each cluster an incident, keeping ids where records stay.

        `homes` names another incident than the present one that records are to count for.
        """
        rows = records.records_by_id(tx.conn, ids)
        sightings = self._sightings(tx.conn, (rows[ident] for ident in sorted(rows)))
        edges = [e for e in incidents.edges_of(tx.conn, ids) if e.left in sightings and e.right in sightings]
        former = {ident: rows[ident].incident for ident in sightings if rows[ident].incident is not None}
        former |= homes or {}
        clusters = [tuple(sorted(c)) for c in self._fusion.cluster(list(sightings.values()), edges)]
        chosen = _keep_ids(clusters, former, prefer, anchor)
        self._number(tx, sightings, chosen)
        found = {record: chosen[cluster] for cluster in clusters for record in cluster}
        inside: dict[str, list[Edge]] = {}
        for edge in edges:
            for ident in sorted({found[edge.left], found[edge.right]}):
                inside.setdefault(ident, []).append(edge)
        shown = [
            self._show(
                tx.conn,
                ident,
                [sightings[i] for i in cluster],
                inside.get(ident, []),
                is_new=ident not in former.values(),
            )
            for cluster, ident in chosen.items()
        ]
        incidents.put_incidents(tx, shown)
        for old in sorted({*former.values(), *among} - set(chosen.values())):
            heirs = [chosen[c] for c in clusters if any(former.get(r) == old for r in c)]
            incidents.retire_incident(tx, old, heirs[0] if heirs else None, by)
        self._refresh_reviews(tx, shown)

    def _show(self, conn: Connection, ident: str, sightings: Sequence[Sighting], edges: Sequence[Edge], *,
              is_new: bool) -> incidents.Shown:
        incident = self._fusion.consolidate(ident, sightings, edges)
        former = () if is_new else incidents.previous_ids(conn, ident)
        best = max((s.record.place for s in sightings if s.record.place is not None), key=_place_rank, default=None)
        place = incidents.Place() if best is None else incidents.Place(
            best.name or next(iter(best.names), None), best.country, best.lat, best.lon)
        days = [s.record.date for s in sightings if s.record.date is not None]
        interval = min(((d.start, d.end) for d in days), key=lambda d: ((d[1] - d[0]).days, d)) if days else None
        return incidents.Shown(replace(incident, id=ident, previous_ids=former), _uuid7(self._clock()), place, interval)

    def _refresh_reviews(self, tx: Transaction, shown: Sequence[incidents.Shown]) -> None:
        """Where the review of a decided incident stands now that it looks otherwise."""
        taken = decisions.decisions_on(tx.conn, [item.incident.id for item in shown])
        for ident in sorted(taken):
            put_review(tx, find_subject(tx.conn, ident), taken[ident])

    def _number(self, tx: Transaction, sightings: dict[str, Sighting], chosen: dict[tuple[str, ...], str]) -> None:
        """Give ids to the clusters that keep none, numbered by year."""
        fresh: dict[int, list[tuple[str, ...]]] = {}
        for cluster, ident in chosen.items():
            if not ident:
                fresh.setdefault(self._year(sightings, cluster), []).append(cluster)
        for year, clusters in sorted(fresh.items()):
            numbers = sources.take_numbers(tx, f"incident-{year}", len(clusters))
            for cluster, number in zip(clusters, numbers, strict=True):
                chosen[cluster] = f"{self._slug}-{year:04d}-{number:05d}"

    def _year(self, sightings: dict[str, Sighting], cluster: Sequence[str]) -> int:
        days = sorted(s.record.date.start for i in cluster if (s := sightings[i]).record.date is not None)
        published = sorted(day for i in cluster if (day := sightings[i].report.published) is not None)
        return days[0].year if days else published[0].year if published else self._clock().year

    def _sightings(self, conn: Connection, rows: Iterable[Any]) -> dict[str, Sighting]:
        listed = list(rows)
        texts = reports.reports_by_id(conn, (row.report for row in listed))
        found = shown_records(conn, listed, overruled=False)
        agencies = groups.agencies_of(conn, {row.copies_of for row in texts.values()})
        made = {ident: reports.report_of(row) for ident, row in texts.items()}
        return {
            row.id: Sighting(
                found[row.id],
                made[row.report],
                texts[row.report].copies_of,
                texts[row.report].agency or agencies.get(texts[row.report].copies_of),
            )
            for row in listed
        }


def _former_home(conn: Connection, ident: str, leaving: Sequence[str]) -> dict[str, str]:
    """The incident that was merged into `ident` and held nothing but records that now leave: a split revives it."""
    best: tuple[int, str, tuple[str, ...]] | None = None
    for old in incidents.previous_ids(conn, ident):
        held = incidents.last_members(conn, old)
        if held and set(held) <= set(leaving) and (best is None or (-len(held), old) < best[:2]):
            best = (-len(held), old, held)
    return {} if best is None else dict.fromkeys(best[2], best[1])


def _keep_ids(clusters: Sequence[tuple[str, ...]], former: dict[str, str], prefer: str | None,
              anchor: tuple[str, ...]) -> dict[tuple[str, ...], str]:
    """Each cluster keeps the incident that most of its records were in ("" if none is left for it).

    The preferred id goes to the cluster with the anchored records; older ids win ties.
    """
    chosen = dict.fromkeys(clusters, "")
    claims: list[tuple[bool, bool, int, str, tuple[str, ...]]] = []
    for cluster in clusters:
        for ident in sorted({former[r] for r in cluster if r in former}):
            share = sum(former.get(r) == ident for r in cluster)
            anchored = ident == prefer and any(r in anchor for r in cluster)
            claims.append((not anchored, ident != prefer, -share, ident, cluster))
    taken: set[str] = set()
    for _, _, _, ident, cluster in sorted(claims):
        if not chosen[cluster] and ident not in taken:
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
