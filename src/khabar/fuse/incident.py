"""Records that tell one event, folded into an incident."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from khabar.fuse.grading import grade
from khabar.fuse.sources import Source, independent, make_sources
from khabar.fuse.views import Told, view_properties
from khabar.model.incident import Incident
from khabar.model.record import EventRecord
from khabar.model.report import Report


def fuse_incident(
    records: Sequence[EventRecord],
    reports: Iterable[Report],
    wire_groups: Mapping[str, str] | None = None,
    *,
    id: str | None = None,
) -> Incident:
    """The incident that `records` tell. `wire_groups` gives, by report id, the group of its wire copies.

    Without `id` the incident's hashes its records. Raises ValueError without records, KeyError where a record's
    report is not among `reports`.
    """
    return consolidate(records, make_sources(reports, wire_groups or {}), id=id)


def consolidate(records: Sequence[EventRecord], sources: Mapping[str, Source], *, id: str | None = None) -> Incident:
    """`fuse_incident` over sources, by report id, that are made already."""
    if not records:
        raise ValueError("an incident needs a record")
    ordered = sorted(records, key=lambda r: (_published(sources[r.report]), r.id))
    numbers = independent(ordered, sources)
    told = Told(ordered, sources, numbers)
    count = len(set(numbers.values()))
    grading, why = grade(told, count)
    kinds = told.groups("kind")
    kind = kinds[0].value if kinds and isinstance(kinds[0].value, str) else ordered[0].kind
    ids = tuple(r.id for r in ordered)
    return Incident(id or incident_id(ids), kind, ids, view_properties(told), grading, why, count)


def incident_id(records: Iterable[str]) -> str:
    """An id from the ids of the records: 16 hexadecimal digits."""
    return hashlib.sha256("\n".join(sorted(records)).encode()).hexdigest()[:16]


def _published(source: Source) -> str:
    return "" if source.published is None else source.published.isoformat()
