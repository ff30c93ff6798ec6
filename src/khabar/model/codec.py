"""Readings to JSON and back, with a schema version and a step for every change of it.

A claim's value is one of six types; in JSON it is an object with a "type" (text, actor, place, date, count, link).
Everything else is written field by field as the dataclasses of `khabar.model` name them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, get_type_hints

import msgspec

from khabar.errors import InputError
from khabar.model.document import Interval, Issue
from khabar.model.record import (
    PROPERTIES,
    SCHEMA_VERSION,
    ActorValue,
    Claim,
    CountValue,
    EventRecord,
    Evidence,
    LinkValue,
    Origin,
    PlaceValue,
    Reading,
    ScoreStep,
    Status,
    Value,
)
from khabar.model.report import Report

Plain = dict[str, Any]  # JSON objects on their way in or out; never part of the model

_TYPES: dict[str, type] = {
    "actor": ActorValue,
    "place": PlaceValue,
    "date": Interval,
    "count": CountValue,
    "link": LinkValue,
}
_TAGS = {cls: tag for tag, cls in _TYPES.items()}

# From version n to n + 1. A step takes and returns the plain object of a whole reading.
UPGRADES: Mapping[int, Callable[[Plain], Plain]] = {}


def encode_reading(reading: Reading) -> bytes:
    """One reading as one line of JSON in UTF-8, without the line break. Same reading, same bytes."""
    return msgspec.json.encode(reading_to_plain(reading))


def decode_reading(line: bytes | str) -> Reading:
    """The reading of `encode_reading`, also one of an older version; checked by `check_reading`.

    Raises InputError when it is no reading, is of a newer version, or does not hold together.
    """
    try:
        plain = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(f"not a reading: {error}") from error
    return reading_from_plain(plain)


def reading_to_plain(reading: Reading) -> Plain:
    """A reading as plain objects, ready for JSON."""
    return {
        "schema": reading.schema,
        "report": msgspec.to_builtins(reading.report),
        "records": [_record_to_plain(r) for r in reading.records],
        "issues": [i._asdict() for i in reading.issues],
    }


def reading_from_plain(plain: object, upgrades: Mapping[int, Callable[[Plain], Plain]] = UPGRADES) -> Reading:
    """The reading of `reading_to_plain`, lifted to this version. Raises InputError."""
    if not isinstance(plain, dict) or not isinstance(plain.get("schema"), int):
        raise InputError('not a reading: an object with "schema", "report" and "records" is expected')
    plain = upgrade(plain, SCHEMA_VERSION, upgrades)
    try:
        reading = Reading(
            report=msgspec.convert(plain["report"], Report),
            records=tuple(_record_from_plain(r) for r in plain["records"]),
            issues=tuple(Issue(**i) for i in plain.get("issues", ())),
        )
    except KeyError as error:
        raise InputError(f"not a reading: {error.args[0]!r} is missing") from error
    except (msgspec.ValidationError, TypeError, AttributeError) as error:
        raise InputError(f"not a reading: {error}") from error
    check_reading(reading)
    return reading


def upgrade(plain: Plain, target: int, steps: Mapping[int, Callable[[Plain], Plain]]) -> Plain:
    """A plain reading lifted step by step to the version `target`. Raises InputError."""
    version = plain["schema"]
    if version > target:
        raise InputError(f"the reading is of schema {version}, newer than {target}; update Khabar")
    while version < target:
        if version not in steps:
            raise InputError(f"the reading is of schema {version}, and nothing lifts it to {version + 1}")
        plain = {**steps[version](plain), "schema": version + 1}
        version += 1
    return plain


def check_reading(reading: Reading) -> None:
    """Hold a reading to the promises of the model. Raises InputError at the first broken one.

    Every evidence quotes the text exactly; a claim has evidence unless a reviewer made it; its property is known
    and its record is the one that holds it; links lead to records of the same reading.
    """
    text = reading.report.text
    ids = {r.id for r in reading.records}
    for record in reading.records:
        if not record.mentions:
            raise InputError(f"record {record.id}: has no mention")
        for evidence in record.mentions:
            _check_evidence(evidence, text, f"record {record.id}")
        for link in record.links:
            if link.event not in ids:
                raise InputError(f"record {record.id}: links to {link.event}, which is not in the reading")
        for claim in record.claims:
            _check_claim(claim, record, text)


def _check_claim(claim: Claim, record: EventRecord, text: str) -> None:
    where = f"record {record.id}, claim {claim.property}"
    if claim.record != record.id:
        raise InputError(f"{where}: says it belongs to {claim.record}")
    if claim.property not in PROPERTIES:
        raise InputError(f"{where}: no such property; known: {', '.join(PROPERTIES)}")
    if not claim.evidence and claim.origin.reviewer is None:
        raise InputError(f"{where}: has no evidence")
    for evidence in claim.evidence:
        _check_evidence(evidence, text, where)


def _check_evidence(evidence: Evidence, text: str, where: str) -> None:
    if not 0 <= evidence.start < evidence.end <= len(text) or text[evidence.start : evidence.end] != evidence.quote:
        raise InputError(f"{where}: {evidence.start}-{evidence.end} is not {evidence.quote!r} in the text")


def value_to_plain(value: Value) -> Plain:
    """A claim's value as an object with its type."""
    if isinstance(value, str):
        return {"type": "text", "text": value}
    return {"type": _TAGS[type(value)], **msgspec.to_builtins(value)}


def value_from_plain(plain: Plain) -> Value:
    """The value of `value_to_plain`. Raises InputError on an unknown type."""
    tag = plain["type"]
    if tag == "text":
        return str(plain["text"])
    if tag not in _TYPES:
        raise InputError(f"no such type of value: {tag!r}; known: text, {', '.join(_TYPES)}")
    value: Value = msgspec.convert({k: v for k, v in plain.items() if k != "type"}, _TYPES[tag])
    return value


def _record_to_plain(record: EventRecord) -> Plain:
    plain: Plain = {
        name: msgspec.to_builtins(getattr(record, name))
        for name in EventRecord.__dataclass_fields__
        if name != "claims"
    }
    plain["claims"] = [_claim_to_plain(c) for c in record.claims]
    return plain


def _record_from_plain(plain: Plain) -> EventRecord:
    fields: Plain = {name: msgspec.convert(plain[name], hint) for name, hint in _record_fields().items()}
    return EventRecord(**fields, claims=tuple(_claim_from_plain(c) for c in plain["claims"]))


@cache
def _record_fields() -> dict[str, Any]:
    """Types of a record's fields but its claims, whose values need their tag read first."""
    return {name: hint for name, hint in get_type_hints(EventRecord).items() if name != "claims"}


def _claim_to_plain(claim: Claim) -> Plain:
    return {
        "record": claim.record,
        "property": claim.property,
        "value": value_to_plain(claim.value),
        "original": claim.original,
        "evidence": msgspec.to_builtins(claim.evidence),
        "attribution": list(claim.attribution),
        "status": claim.status.value,
        "score": claim.score,
        "origin": msgspec.to_builtins(claim.origin),
        "steps": msgspec.to_builtins(claim.steps),
    }


def _claim_from_plain(plain: Plain) -> Claim:
    return Claim(
        record=msgspec.convert(plain["record"], str),
        property=msgspec.convert(plain["property"], str),
        value=value_from_plain(plain["value"]),
        original=msgspec.convert(plain["original"], str),
        evidence=msgspec.convert(plain["evidence"], tuple[Evidence, ...]),
        attribution=msgspec.convert(plain["attribution"], tuple[str, ...]),
        status=msgspec.convert(plain["status"], Status),
        score=msgspec.convert(plain["score"], float),
        origin=msgspec.convert(plain["origin"], Origin),
        steps=msgspec.convert(plain["steps"], tuple[ScoreStep, ...]),
    )
