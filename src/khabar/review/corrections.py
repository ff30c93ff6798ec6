"""A record as corrected by people: the machine's claims stay, the reviewer's stand beside them and are shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from khabar.errors import InputError
from khabar.lexicon.ontology import load_kinds
from khabar.model.document import Interval
from khabar.model.incident import Decision
from khabar.model.record import (
    ActorValue,
    Claim,
    CountValue,
    EventRecord,
    Evidence,
    LinkValue,
    Origin,
    PlaceValue,
    Status,
    Value,
)
from khabar.review.standing import payload_of

CONTEXT = 32  # characters of prefix and suffix kept with a quote
# property -> (field of the record, type of its values, whether it holds several)
FIELDS: dict[str, tuple[str, type, bool]] = {
    "kind": ("kind", str, False), "status": ("status", str, False), "actor": ("actors", ActorValue, True),
    "target": ("targets", ActorValue, True), "place": ("place", PlaceValue, False), "date": ("date", Interval, False),
    "killed": ("killed", CountValue, False), "injured": ("injured", CountValue, False), "means": ("means", str, True),
    "source": ("sources", str, True), "link": ("links", LinkValue, True),
}
CHAIN = " ← "  # between those who told it, outermost first, as the reader writes the value of a source
DecodeValue = Callable[[Any], Value]


def find_evidence(text: str, spans: object) -> tuple[Evidence, ...]:
    """Evidence for spans `[[start, end], …]` of code points. Raises InputError for one that is not inside the text."""
    try:
        pairs = msgspec.convert(spans, tuple[tuple[int, int], ...])
    except msgspec.ValidationError as error:
        raise InputError(f"words: give them as [[start, end], …] in code points ({error})") from error
    found: list[Evidence] = []
    for start, end in pairs:
        if not 0 <= start < end <= len(text):
            raise InputError(f"evidence {start}..{end} is not inside the text of {len(text)} characters")
        found.append(
            Evidence(start, end, text[start:end], text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT])
        )
    return tuple(found)


def check_kind(kind: str) -> None:
    """Whether a kind of event is one of the ontology's. Raises InputError naming the known ones."""
    if kind not in load_kinds():
        raise InputError(f"kind {kind!r} is unknown; known: {', '.join(load_kinds())}")


def read_values(given: object, decode: DecodeValue) -> tuple[Value, ...]:
    """Values out of plain objects. Raises InputError."""
    if not isinstance(given, list) or not all(isinstance(item, dict) and "type" in item for item in given):
        raise InputError("correct: give values as a list of objects with their type")
    try:
        return tuple(decode(item) for item in given)
    except KeyError as error:
        raise InputError(f"correct: a value without its {error.args[0]!r}") from error
    except (msgspec.ValidationError, TypeError, ValueError) as error:
        raise InputError(f"correct: not a value ({error})") from error


def check_correction(property_: str, values: Sequence[Value]) -> None:
    """Whether a property may be given these values. Raises InputError."""
    if property_ not in FIELDS:
        raise InputError(f"property {property_!r} can't be corrected; known: {', '.join(FIELDS)}")
    _, cls, several = FIELDS[property_]
    if not several and len(values) > 1:
        raise InputError(f"{property_}: give one value, not {len(values)}")
    if property_ in ("kind", "status") and not values:
        raise InputError(f"{property_}: a record can't be without one")
    for value in values:
        if not isinstance(value, cls):
            raise InputError(f"{property_}: expected {cls.__name__}, got {type(value).__name__}")
        if property_ == "kind":
            check_kind(str(value))
        _check_sense(property_, value)
        if property_ == "status" and value not in tuple(Status):
            raise InputError(f"status {value!r} is unknown; known: {', '.join(Status)}")


def _check_sense(property_: str, value: Value) -> None:
    """What no value can be: a range that ends before it begins, a place that is not on earth, no words."""
    problem = None
    if isinstance(value, CountValue) and not 0 <= value.minimum <= (value.minimum if value.maximum is None
                                                                   else value.maximum):
        problem = f"{value.minimum} to {value.maximum} is no number of people"
    elif isinstance(value, Interval) and value.end < value.start:
        problem = f"it ends on {value.end}, before it begins on {value.start}"
    elif isinstance(value, PlaceValue):
        lat, lon = value.lat, value.lon
        if (lat is None) != (lon is None) or (lat is not None and lon is not None and not is_on_earth(lat, lon)):
            problem = f"latitude {lat} and longitude {lon} are no place on earth"
        elif not any(name.strip() for name in (*value.names, value.name or "")):
            problem = "a place needs a name"
    elif isinstance(value, ActorValue) and not value.label.strip():
        problem = "an actor needs a label"
    elif isinstance(value, str) and not value.strip():
        problem = "it needs words"
    if problem is not None:
        raise InputError(f"{property_}: {problem}")


def is_on_earth(lat: float, lon: float) -> bool:
    """Whether degrees are those of a place; what is no number is not."""
    return -90 <= lat <= 90 and -180 <= lon <= 180


def apply_corrections(
    record: EventRecord, corrections: Sequence[Decision], text: str, decode: DecodeValue, *, overruled: bool = True
) -> EventRecord:
    """The record with the corrections' values in its fields and their claims after the machine's.

    Without `overruled` the claims that a correction stands against are left out.
    """
    for decision in corrections:
        payload = payload_of(decision)
        values = tuple(decode(value) for value in payload["values"])
        field, _, several = FIELDS[payload["property"]]
        shown: Any = values if several else (values[0] if values else None)
        if field == "status":
            shown = Status(shown)
        elif field == "sources":
            shown = tuple(tuple(str(value).split(CHAIN)) for value in values)
        claims = tuple(_claim(record, decision, value, text) for value in values)
        kept = tuple(c for c in record.claims if overruled or c.property != payload["property"])
        record = replace(record, **{field: shown}, claims=(*kept, *claims))
    return record


def _claim(record: EventRecord, decision: Decision, value: Value, text: str) -> Claim:
    payload = payload_of(decision)
    evidence = find_evidence(text, payload.get("evidence", ()))
    original = " … ".join(item.quote for item in evidence)
    origin = Origin("review", "correction", decision.id, decision.by)
    return Claim(record.id, payload["property"], value, original, evidence, (), record.status, 1.0, origin)
