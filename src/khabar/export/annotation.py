"""The exchange format of annotated reports: one report a line, its events with quotes and offsets."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, TextIO

from khabar.model.record import ActorValue, CountValue, EventRecord, Reading


def write(readings: Iterable[Reading], out: TextIO) -> None:
    """Write each reading as one line of the annotation format."""
    for reading in readings:
        out.write(json.dumps(annotate_reading(reading), ensure_ascii=False))
        out.write("\n")


def annotate_reading(reading: Reading) -> dict[str, Any]:
    """A reading as an annotated report. `published` is null where it was not told: an inferred date is no fact."""
    report = reading.report
    names = {record.id: f"e{i}" for i, record in enumerate(reading.records, 1)}
    told = report.published if report.published_basis.value == "told" else None
    line: dict[str, Any] = {
        "id": report.id,
        "title": report.title,
        "text": report.text,
        "published": told.isoformat() if told is not None else None,
        "outlet": report.outlet,
        "events": [_event(record, names) for record in reading.records],
    }
    if reading.issues:
        line["issues"] = [i._asdict() for i in reading.issues]
    return line


def _event(record: EventRecord, names: dict[str, str]) -> dict[str, Any]:
    place, date = record.place, record.date
    return {
        "id": names[record.id],
        "kind": record.kind,
        "mentions": [{"start": m.start, "end": m.end, "quote": m.quote} for m in record.mentions],
        "actors": [_actor(a) for a in record.actors],
        "targets": [_actor(a) for a in record.targets],
        "place": None
        if place is None
        else {
            "names": list(place.names),
            "admin1": place.admin1,
            "country": place.country,
            "relation": place.relation,
        },
        "date": None if date is None else {"start": date.start.isoformat(), "end": date.end.isoformat()},
        "killed": _count(record.killed),
        "injured": _count(record.injured),
        "means": list(record.means),
        "sources": [list(chain) for chain in record.sources],
        "status": record.status.value,
        "links": [{"relation": k.relation, "event": names[k.event]} for k in record.links if k.event in names],
    }


def _actor(actor: ActorValue) -> dict[str, Any]:
    return {"names": list(actor.names), "label": actor.label}


def _count(count: CountValue | None) -> dict[str, int | None] | None:
    return None if count is None else {"min": count.minimum, "max": count.maximum}
