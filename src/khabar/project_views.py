"""Reports, records and incidents as plain data for people and programs; the public form leaves private things out."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from khabar.capture.agencies import agency_name
from khabar.errors import InputError
from khabar.model.codec import value_to_plain
from khabar.model.incident import Decision, Edge, Incident, Judgement
from khabar.model.record import Claim, EventRecord
from khabar.project_review import Subject, find_subject, shown_records
from khabar.review.actions import State
from khabar.review.sensitive import find_marks, find_private_names, public_record, redact
from khabar.review.standing import Standing, fold_decisions
from khabar.store import decisions, groups, incidents, records, reports
from khabar.store.codec import decode_issues
from khabar.store.engine import Connection
from khabar.store.search import Hit
from khabar.store.shadow import Term
from khabar.store.shadow import find_marks as find_hits

SNIPPET = 160  # characters shown around the first hit
View = dict[str, Any]
FoldIncident = Callable[[Connection, Any], Incident]  # an incident's row with its properties worked out


def show(conn: Connection, ident: str, fold: FoldIncident) -> View:
    """A record, incident, report or capture. Raises InputError for an unknown id."""
    capture = reports.get_capture(conn, ident)
    if capture is not None:
        return _capture_view(capture)
    subject = find_subject(conn, ident)
    if subject.kind == "record":
        return record_views(conn, [subject.id])[0]
    if subject.kind == "incident":
        return incident_view(conn, subject, fold, asked=ident)
    return report_view(conn, subject.id)


def record_views(conn: Connection, ids: Sequence[str]) -> list[View]:
    """Records as people left them, with where their review stands, in the order asked for."""
    rows = records.records_by_id(conn, ids)
    taken = decisions.decisions_on(conn, ids)
    shown = shown_records(conn, (rows[ident] for ident in ids))
    return [
        _record_view(shown[ident], rows[ident], fold_decisions(taken.get(ident, ()), rows[ident].seen)) for ident in ids
    ]


def public_records(conn: Connection, ids: Sequence[str]) -> list[View]:
    """Those of the records that are published, in their public form, in the order asked for."""
    rows = records.records_by_id(conn, ids)
    taken = decisions.decisions_on(conn, ids)
    shown = shown_records(conn, (rows[ident] for ident in ids))
    views: list[View] = []
    for ident in ids:
        standing = fold_decisions(taken.get(ident, ()), rows[ident].seen)
        if standing.state == State.PUBLISHED and rows[ident].current:
            views.append({"type": "record", **public_record(shown[ident], standing), "incident": rows[ident].incident})
    return views


def show_public(conn: Connection, ident: str) -> View:
    """A published record or incident, or a report with a published record, each as a list of allowed fields.

    Raises InputError for anything else.
    """
    subject = find_subject(conn, ident)
    if subject.kind == "record":
        published = public_records(conn, [subject.id])
        if published:
            return published[0]
    elif subject.kind == "report":
        return _public_report(conn, subject.id)
    else:
        row = incidents.get_incident(conn, subject.id)
        standing = fold_decisions(decisions.read_decisions(conn, subject.id), subject.seen)
        if row is not None and standing.state == State.PUBLISHED:
            return _public_incident(conn, row, standing)
    raise InputError(f"{ident} is not published")


def _public_incident(conn: Connection, row: Any, standing: Standing) -> View:
    incident = incidents.incident_of(row)
    return {
        "type": "incident", "id": row.id, "uuid": row.uuid, "kind": row.kind,
        "previous_ids": list(incidents.previous_ids(conn, row.id)), "grading": standing.grading or incident.grading,
        "sources": incident.sources, "date_start": row.date_start, "date_end": row.date_end,
        "place": {"country": row.country, "lat": row.lat, "lon": row.lon}, "review": standing.state.value,
        "records": public_records(conn, incident.records),
    }  # fmt: skip


def _public_report(conn: Connection, ident: str) -> View:
    row = reports.get_report(conn, ident)
    held = [record.id for record in records.records_of_report(conn, ident)]
    published = public_records(conn, held)
    if row is None or not published:
        raise InputError(f"{ident} is not published")
    names = _private_names(conn, held)
    return {
        "type": "report", "id": row.id, "title": None if row.title is None else redact(row.title, names),
        "outlet": row.outlet, "url": row.url, "published": row.published or row.inferred, "language": row.language,
        "sha256": row.sha256, "records": [view["id"] for view in published],
    }  # fmt: skip


def _private_names(conn: Connection, ids: Sequence[str]) -> list[str]:
    """Names in these records that nobody released, longest first."""
    rows = records.records_by_id(conn, ids)
    taken = decisions.decisions_on(conn, ids)
    found = {
        name for ident, record in shown_records(conn, rows.values()).items()
        for name in find_private_names(record, fold_decisions(taken.get(ident, ()), rows[ident].seen))
    }  # fmt: skip
    return sorted(found, key=lambda name: (-len(name), name))


def report_view(conn: Connection, ident: str) -> View:
    """A report: its text and where it came from, with what is sensitive in it marked."""
    row = reports.get_report(conn, ident)
    if row is None:
        raise InputError(f"no report {ident!r}")
    held = records.records_of_report(conn, row.id)
    capture = reports.get_capture(conn, row.capture)
    names = _private_names(conn, [record.id for record in held])
    return {
        "type": "report",
        "id": row.id,
        "title": row.title,
        "outlet": row.outlet,
        "url": row.url,
        "published": row.published or row.inferred,
        "published_basis": reports.report_of(row).published_basis.value,
        "published_origin": row.published_origin,
        "language": row.language,
        "sha256": row.sha256,
        "version": row.version,
        "current": bool(row.current),
        "agency": None if row.agency is None else agency_name(row.agency),
        "copies": list(groups.copies(conn, row.copies_of)),
        "records": [record.id for record in held],
        "key": row.key, "external_id": row.external_id, "versions": list(reports.versions_of(conn, row.key)),
        "text": row.text, "capture": None if capture is None else _capture_view(capture),
        "extractor": row.extractor, "reader": row.reader, "added_at": row.added_at,
        "issues": [] if row.issues is None else [issue._asdict() for issue in decode_issues(row.issues)],
        "sensitive": [msgspec.to_builtins(mark) for mark in find_marks(row.text, names)],
    }


def incident_view(conn: Connection, subject: Subject, fold: FoldIncident, *, asked: str) -> View:
    """An incident with every claim and its sources, the judgements that made it, and incidents it is part of or has."""
    row = incidents.get_incident(conn, subject.id)
    if row is None:
        raise InputError(f"no incident {subject.id!r}")
    incident = fold(conn, row)
    standing = fold_decisions(decisions.read_decisions(conn, row.id), row.seen)
    judged = incidents.edges_of(conn, incident.records, standing=False)
    return {
        "type": "incident", "id": row.id, "uuid": row.uuid, "kind": row.kind, "current": bool(row.current),
        "redirected_from": asked if asked not in (row.id, row.uuid) else None,
        "previous_ids": list(incidents.previous_ids(conn, row.id)),
        "grading": standing.grading or incident.grading, "grading_why": _grading_why(incident, standing),
        "sources": incident.sources, "reports": len({r.report for r in _member_rows(conn, incident)}),
        "place": {"name": row.place_name, "country": row.country, "lat": row.lat, "lon": row.lon},
        "date_start": row.date_start, "date_end": row.date_end,
        "review": standing.state.value, "stale": standing.stale,
        "properties": [_property_view(p) for p in incident.properties],
        "records": list(incident.records),
        "seen": row.seen,
        "assignee": standing.assignee,
        "comments": [msgspec.to_builtins(comment) for comment in standing.comments],
        "unconfirmed": list(standing.unconfirmed),
        "machine_grading": incident.grading,
        "edges": [_edge_view(edge) for edge in judged],
        "parts": _parts(conn, incident, judged),
        "members": [
            {"record": m.record, "since": m.since, "until": m.until} for m in incidents.membership(conn, row.id)
        ],
    }


def incident_row_view(row: Any, taken: Sequence[Decision]) -> View:
    """An incident as a line of a list, with what people decided of it."""
    standing = fold_decisions(taken, row.seen)
    return {
        "id": row.id, "kind": row.kind, "date_start": row.date_start, "date_end": row.date_end,
        "place": row.place_name, "country": row.country, "lat": row.lat, "lon": row.lon, "records": row.size,
        "sources": row.sources, "grading": standing.grading or row.grading, "review": standing.state.value,
        "stale": standing.stale,
    }  # fmt: skip


def hit_view(hit: Hit, terms: tuple[Term, ...]) -> View:
    """A search hit: the report, a snippet with the hits' spans in it (code points), how many copies it stands for."""
    row = hit.report
    marks = find_hits(row.text, terms)
    start = max(0, marks[0][0] - SNIPPET // 2) if marks else 0
    end = min(len(row.text), start + SNIPPET)
    inside = [[a - start, b - start] for a, b in marks if a >= start and b <= end]
    return {
        "report": row.id,
        "title": row.title,
        "outlet": row.outlet,
        "published": row.published or row.inferred,
        "url": row.url,
        "copies": hit.copies,
        "snippet": row.text[start:end],
        "marks": inside,
        "records": list(hit.records),
    }


def _record_view(record: EventRecord, row: Any, standing: Standing) -> View:
    plain = {
        name: msgspec.to_builtins(getattr(record, name))
        for name in (
            "id",
            "report",
            "kind",
            "mentions",
            "actors",
            "targets",
            "place",
            "date",
            "killed",
            "injured",
            "means",
            "sources",
            "status",
            "links",
            "score",
        )
    }
    return {
        "type": "record", **plain, "claims": [_claim_view(claim) for claim in record.claims],
        "incident": row.incident, "origin": row.origin, "version": row.version, "current": bool(row.current),
        "seen": row.seen, "review": standing.state.value, "stale": standing.stale, "assignee": standing.assignee,
        "comments": [msgspec.to_builtins(comment) for comment in standing.comments],
        "corrections": [decision.id for decision in standing.corrections], "unconfirmed": list(standing.unconfirmed),
        "sensitive": list(find_private_names(record, standing)),
    }


def _claim_view(claim: Claim) -> View:
    plain = {name: msgspec.to_builtins(getattr(claim, name)) for name in (
        "record", "property", "original", "evidence", "attribution", "status", "score", "origin", "steps")}
    return plain | {"value": value_to_plain(claim.value)}


def _property_view(item: Any) -> View:
    return {
        "property": item.property, "shown": None if item.shown is None else value_to_plain(item.shown), "why": item.why,
        "disputed": item.disputed, "groups": [[_claim_view(claim) for claim in group] for group in item.groups],
    }


def _edge_view(edge: Edge) -> View:
    plain: View = msgspec.to_builtins(edge)
    return plain


def _parts(conn: Connection, incident: Incident, judged: Sequence[Edge]) -> list[str]:
    """Incidents that standing judgements say this one is a part or the whole of: linked, never merged."""
    linked = [e for e in judged if e.withdrawn is None and e.judgement == Judgement.PART]
    others = incidents.incidents_of(conn, [ident for e in linked for ident in (e.left, e.right)])
    return [ident for ident in others if ident != incident.id]


def _capture_view(row: Any) -> View:
    names = ("id", "url", "sha256", "media_type", "size", "retrieved_at", "via", "location", "container", "part")
    return {"type": "capture", **{name: getattr(row, name) for name in names}, "headers": json.loads(row.headers)}


def _member_rows(conn: Connection, incident: Incident) -> list[Any]:
    return list(records.records_by_id(conn, incident.records).values())


def _grading_why(incident: Incident, standing: Standing) -> str:
    return incident.grading_why if standing.grading is None else f"graded by {standing.grading_by}"
