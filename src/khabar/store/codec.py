"""Records, edges and incidents to bytes and back, and the hash of what a reviewer sees.

A claim's value is one of six types, so it is written with its type's tag. Bodies are compressed.
"""

from __future__ import annotations

import hashlib
import zlib
from functools import cache, lru_cache
from typing import Any

import msgspec

from khabar.errors import StoreError
from khabar.model.document import Interval, Issue
from khabar.model.incident import Feature, Incident
from khabar.model.record import (
    ActorValue,
    Claim,
    CountValue,
    EventRecord,
    Evidence,
    LinkValue,
    Origin,
    PlaceValue,
    ScoreStep,
    Status,
    Value,
)

_TYPES: dict[str, type] = {
    "text": str, "actor": ActorValue, "place": PlaceValue, "date": Interval, "count": CountValue, "link": LinkValue,
}
_TAGS = {cls: tag for tag, cls in _TYPES.items()}
_LEVEL = 6  # zlib; 9 saves 1 % more and takes twice as long
_REMEMBERED = 2048  # decoded records kept: the neighbours of today's reports are asked for again and again


class _Value(msgspec.Struct, array_like=True, frozen=True):
    tag: str
    content: msgspec.Raw


class _ClaimRow(msgspec.Struct, array_like=True, frozen=True):
    record: str
    property: str
    value: _Value
    original: str
    evidence: tuple[Evidence, ...]
    attribution: tuple[str, ...]
    status: Status
    score: float
    origin: Origin
    steps: tuple[ScoreStep, ...]


class _RecordRow(msgspec.Struct, array_like=True, frozen=True):
    id: str
    report: str
    kind: str
    mentions: tuple[Evidence, ...]
    actors: tuple[ActorValue, ...]
    targets: tuple[ActorValue, ...]
    place: PlaceValue | None
    date: Interval | None
    killed: CountValue | None
    injured: CountValue | None
    means: tuple[str, ...]
    sources: tuple[tuple[str, ...], ...]
    status: Status
    links: tuple[LinkValue, ...]
    score: float
    claims: tuple[_ClaimRow, ...]


class _IncidentRow(msgspec.Struct, array_like=True, frozen=True):
    id: str
    kind: str
    records: tuple[str, ...]
    grading: str
    grading_why: str
    sources: int
    previous_ids: tuple[str, ...]


def encode_record(record: EventRecord) -> bytes:
    """A record for storage."""
    fields = _fields(record)
    fields["claims"] = tuple(_claim_row(c) for c in record.claims)
    return zlib.compress(msgspec.json.encode(_RecordRow(**fields)), _LEVEL)


@lru_cache(maxsize=_REMEMBERED)
def decode_record(body: bytes) -> EventRecord:
    """A stored record. Raises StoreError."""
    row = _decode(body, _RecordRow)
    fields = {name: getattr(row, name) for name in row.__struct_fields__}
    fields["claims"] = tuple(_claim(c) for c in row.claims)
    return EventRecord(**fields)


def encode_incident(incident: Incident) -> bytes:
    """An incident for storage, without its properties: those are a fold over its records' claims and made anew."""
    fields = _fields(incident)
    del fields["properties"]
    return msgspec.json.encode(_IncidentRow(**fields))


def decode_incident(body: bytes) -> Incident:
    """A stored incident, its properties left out. Raises StoreError."""
    try:
        row = msgspec.json.decode(body, type=_IncidentRow)
    except msgspec.DecodeError as error:
        raise StoreError(f"a stored incident can't be read ({error}); run `khabar update`") from error
    fields = {name: getattr(row, name) for name in row.__struct_fields__}
    return Incident(**fields, properties=())


def encode_features(features: tuple[Feature, ...]) -> str:
    """An edge's features as JSON."""
    return msgspec.json.encode([[f.name, f.value, f.weight, f.note] for f in features]).decode()


def decode_features(text: str) -> tuple[Feature, ...]:
    """The features of `encode_features`."""
    rows = msgspec.json.decode(text, type=list[tuple[str, float, float, str]])
    return tuple(Feature(*row) for row in rows)


def encode_issues(issues: tuple[Issue, ...]) -> str:
    """A reading's issues as JSON."""
    return msgspec.json.encode(issues).decode()


def decode_issues(text: str) -> tuple[Issue, ...]:
    """The issues of `encode_issues`."""
    return msgspec.json.decode(text, type=tuple[Issue, ...])


def seen_hash(record: EventRecord) -> str:
    """Hash of what a reviewer sees of a record: values, words and who says so; not scores or rules."""
    rows = [
        [c.property, _plain(c.value), [[e.start, e.end] for e in c.evidence], list(c.attribution), c.status]
        for c in record.claims
    ]
    seen = [
        record.kind, record.status, msgspec.to_builtins((record.actors, record.targets, record.place, record.date)),
        msgspec.to_builtins((record.killed, record.injured, record.means, record.links)), rows,
    ]
    return hashlib.sha256(msgspec.json.encode(seen)).hexdigest()


def incident_hash(incident: Incident) -> str:
    """Hash of what a reviewer sees of an incident: its records, the values shown and the grading."""
    shown = [[p.property, None if p.shown is None else _plain(p.shown), p.disputed] for p in incident.properties]
    return hashlib.sha256(msgspec.json.encode([incident.kind, incident.records, shown, incident.grading])).hexdigest()


def _fields(item: Any) -> dict[str, Any]:
    return {name: getattr(item, name) for name in item.__dataclass_fields__}


def _plain(value: Value) -> list[Any]:
    return [_TAGS[type(value)], msgspec.to_builtins(value)]


def _value_row(value: Value) -> _Value:
    return _Value(_TAGS[type(value)], msgspec.Raw(msgspec.json.encode(value)))


def _claim_row(claim: Claim) -> _ClaimRow:
    return _ClaimRow(
        claim.record, claim.property, _value_row(claim.value), claim.original, claim.evidence,
        claim.attribution, claim.status, claim.score, claim.origin, claim.steps,
    )


def _value(row: _Value) -> Value:
    value: Value = _decoder(row.tag).decode(row.content)
    return value


def _claim(row: _ClaimRow) -> Claim:
    return Claim(
        row.record, row.property, _value(row.value), row.original, row.evidence,
        row.attribution, row.status, row.score, row.origin, row.steps,
    )


@cache
def _decoder(tag: str) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(_TYPES[tag])


def _decode(body: bytes, cls: type[Any]) -> Any:
    try:
        return msgspec.json.decode(zlib.decompress(body), type=cls)
    except (zlib.error, msgspec.DecodeError) as error:
        raise StoreError(f"a stored body can't be read ({error}); run `khabar verify`") from error
