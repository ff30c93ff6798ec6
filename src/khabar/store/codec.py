"""Records, edges and incidents to bytes and back, and the hash of what a reviewer sees.

A claim's value is one of six types, so it is written with its type's tag. Bodies are compressed.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import MISSING, fields
from functools import cache, lru_cache
from typing import Any, get_type_hints

import msgspec

from khabar.errors import StoreError
from khabar.model.document import Interval, Issue
from khabar.model.incident import Feature, Incident
from khabar.model.record import (
    ActorValue,
    Claim,
    CountValue,
    EventRecord,
    LinkValue,
    PlaceValue,
    Value,
)
from khabar.store.ledger import canonical, sha256_text

_TYPES: dict[str, type] = {
    "text": str, "actor": ActorValue, "place": PlaceValue, "date": Interval, "count": CountValue, "link": LinkValue,
}
_TAGS = {cls: tag for tag, cls in _TYPES.items()}
_DEGREES = ("lat", "lon", "radius_km", "score")  # of a place: floats, also where a reader gives whole numbers
_LEVEL = 6  # zlib; 9 saves 1 % more and takes twice as long
_REMEMBERED = 2048  # decoded records kept: the neighbours of today's reports are asked for again and again


class _Value(msgspec.Struct, array_like=True, frozen=True):
    tag: str
    content: msgspec.Raw


def _rows(cls: type[Any], **other: Any) -> list[tuple[str, Any] | tuple[str, Any, Any]]:
    """Fields of a dataclass for a row, some with another type; a field with a default may be missing in older rows."""
    hints = get_type_hints(cls)
    return [
        (item.name, other.get(item.name, hints[item.name]))
        if item.default is MISSING
        else (item.name, other.get(item.name, hints[item.name]), item.default)
        for item in fields(cls)
    ]


# As `khabar.model.record` has them, but positional: read in half the time (80 µs) of the JSON of `khabar.model.codec`,
# which people read; the neighbours of every new report are read.
_ClaimRow = msgspec.defstruct("_ClaimRow", _rows(Claim, value=_Value), array_like=True, frozen=True)
_RecordRow = msgspec.defstruct(
    "_RecordRow", _rows(EventRecord, claims=tuple[_ClaimRow, ...]), array_like=True, frozen=True  # type: ignore[valid-type]
)


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
    row = _RecordRow(**_fields(record) | {"claims": tuple(_claim_row(c) for c in record.claims)})
    return zlib.compress(msgspec.json.encode(row), _LEVEL)


@lru_cache(maxsize=_REMEMBERED)
def decode_record(body: bytes) -> EventRecord:
    """A stored record. Raises StoreError."""
    row = _decode(body, _RecordRow)
    values = {name: getattr(row, name) for name in row.__struct_fields__}
    return EventRecord(**values | {"claims": tuple(_claim(c) for c in row.claims)})


def encode_incident(incident: Incident) -> bytes:
    """An incident for storage, without its properties: those are a fold over its records' claims and made anew."""
    values = _fields(incident)
    del values["properties"]
    return msgspec.json.encode(_IncidentRow(**values))


def decode_incident(body: bytes) -> Incident:
    """A stored incident, its properties left out. Raises StoreError."""
    try:
        row = msgspec.json.decode(body, type=_IncidentRow)
    except msgspec.DecodeError as error:
        raise StoreError(f"a stored incident can't be read ({error}); run `khabar update`") from error
    values = {name: getattr(row, name) for name in row.__struct_fields__}
    return Incident(**values, properties=())


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
        record.kind, record.status, msgspec.to_builtins((record.actors, record.targets)),
        [None if record.place is None else _builtins(record.place), msgspec.to_builtins(record.date)],
        msgspec.to_builtins((record.killed, record.injured, record.means, record.links)), rows,
    ]
    return hashlib.sha256(msgspec.json.encode(seen)).hexdigest()


def seen_digest(seen: Iterable[str]) -> str:
    """Hash of all that a reviewer sees of a reading, from its records' hashes; their order is of no account."""
    return sha256_text(canonical([*sorted(seen)]))


def incident_hash(incident: Incident) -> str:
    """Hash of what a reviewer sees of an incident: its records, the values shown and the grading."""
    shown = [[p.property, None if p.shown is None else _plain(p.shown), p.disputed] for p in incident.properties]
    return hashlib.sha256(msgspec.json.encode([incident.kind, incident.records, shown, incident.grading])).hexdigest()


def _fields(item: Any) -> dict[str, Any]:
    return {name: getattr(item, name) for name in item.__dataclass_fields__}


def _plain(value: Value) -> list[Any]:
    return [_TAGS[type(value)], _builtins(value)]


def _builtins(value: Value) -> Any:
    """Plain objects; 36 degrees and 36.0 are the same, and are written alike."""
    plain = msgspec.to_builtins(value)
    if isinstance(value, PlaceValue):
        plain |= {name: float(plain[name]) for name in _DEGREES if plain[name] is not None}
    return plain


def _value_row(value: Value) -> _Value:
    return _Value(_TAGS[type(value)], msgspec.Raw(msgspec.json.encode(value)))


def _claim_row(claim: Claim) -> Any:
    return _ClaimRow(**_fields(claim) | {"value": _value_row(claim.value)})


def _value(row: _Value) -> Value:
    value: Value = _decoder(row.tag).decode(row.content)
    return value


def _claim(row: Any) -> Claim:
    return Claim(**{name: getattr(row, name) for name in row.__struct_fields__} | {"value": _value(row.value)})


@cache
def _decoder(tag: str) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(_TYPES[tag])


def _decode(body: bytes, cls: type[Any]) -> Any:
    try:
        return msgspec.json.decode(zlib.decompress(body), type=cls)
    except (zlib.error, msgspec.DecodeError) as error:
        raise StoreError(f"a stored body can't be read ({error}); run `khabar verify`") from error
