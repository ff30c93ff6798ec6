"""A record as corrected by people: the machine's claims stay, the reviewer's stand beside them and are shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

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
}
DecodeValue = Callable[[Any], Value]


def find_evidence(text: str, spans: Sequence[Sequence[int]]) -> tuple[Evidence, ...]:
    """Evidence for spans of code points. Raises InputError for a span that is empty or outside the text."""
    found: list[Evidence] = []
    for start, end in spans:
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
        if property_ == "status" and value not in tuple(Status):
            raise InputError(f"status {value!r} is unknown; known: {', '.join(Status)}")


def apply_corrections(
    record: EventRecord, corrections: Sequence[Decision], text: str, decode: DecodeValue
) -> EventRecord:
    """The record with the corrections' values in its fields and their claims after the machine's."""
    for decision in corrections:
        payload = payload_of(decision)
        values = tuple(decode(value) for value in payload["values"])
        field, _, several = FIELDS[payload["property"]]
        shown: Any = values if several else (values[0] if values else None)
        if field == "status":
            shown = Status(shown)
        claims = tuple(_claim(record, decision, value, text) for value in values)
        record = replace(record, **{field: shown}, claims=(*record.claims, *claims))
    return record


def _claim(record: EventRecord, decision: Decision, value: Value, text: str) -> Claim:
    payload = payload_of(decision)
    evidence = find_evidence(text, payload.get("evidence", ()))
    original = " … ".join(item.quote for item in evidence)
    origin = Origin("review", "correction", decision.id, decision.by)
    return Claim(record.id, payload["property"], value, original, evidence, (), record.status, 1.0, origin)
