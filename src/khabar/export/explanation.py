"""Why a record says what it says: for every claim the words, the rule, the data entry and the score."""

from __future__ import annotations

from collections.abc import Iterator

from khabar.errors import ConfigError
from khabar.export.table import clean
from khabar.lexicon.entries import load_entries
from khabar.model.document import Interval
from khabar.model.record import (
    ActorValue,
    Claim,
    CountValue,
    EventRecord,
    Evidence,
    LinkValue,
    PlaceValue,
    Reading,
    Value,
)

_FSI, _PDI = "\u2068", "\u2069"
_AROUND = 24  # characters shown on either side of the words


def find_record(readings: list[Reading], wanted: str) -> tuple[Reading, EventRecord, int]:
    """The record that `wanted` names: "e2" or "2" (of a single report), "REPORT/e2", or a record's id.

    Raises ConfigError, listing the events there are.
    """
    report, _, event = wanted.rpartition("/")
    chosen = [r for r in readings if not report or r.report.id == report]
    number = event.removeprefix("e")
    if number.isdigit() and len(number) < 6 and len(chosen) == 1 and 0 < int(number) <= len(chosen[0].records):
        return chosen[0], chosen[0].records[int(number) - 1], int(number)
    for reading in chosen:
        for n, record in enumerate(reading.records, 1):
            if record.id == event:
                return reading, record, n
    prefix = len(readings) > 1
    known = [f"{r.report.id}/e{n}" if prefix else f"e{n}" for r in readings for n in range(1, len(r.records) + 1)]
    raise ConfigError(
        f"no event {wanted!r}; there are: {', '.join(known[:40]) or 'none'}{' …' if len(known) > 40 else ''}"
    )


def explain_record(reading: Reading, record: EventRecord, number: int) -> Iterator[str]:
    """Lines that explain each claim of a record."""
    yield f"e{number} {record.kind} · {record.status.value} · id {record.id} · score {record.score:.2f}"
    for evidence in record.mentions:
        yield f"    told at {_place(evidence)}: {_context(evidence, reading.report.text)}"
    for claim in record.claims:
        yield ""
        yield from explain_claim(claim, reading)
    untold = [
        name
        for name, value in (
            ("actor", record.actors),
            ("target", record.targets),
            ("place", record.place),
            ("date", record.date),
            ("killed", record.killed),
            ("injured", record.injured),
            ("means", record.means),
            ("source", record.sources),
        )
        if not value
    ]
    if untold:
        yield ""
        yield f"not told: {', '.join(untold)}"


def explain_claim(claim: Claim, reading: Reading) -> Iterator[str]:
    """Lines that explain one claim."""
    yield f"{claim.property}: {describe_value(claim.value, reading)}"
    for evidence in claim.evidence:
        yield f"    words    {_context(evidence, reading.report.text)}  at {_place(evidence)}"
    said = " ← ".join(_isolated(name) for name in claim.attribution) or "the report itself"
    yield f"    said by  {said} ({claim.status.value})"
    if claim.origin.reviewer is not None:
        yield f"    by       {claim.origin.reviewer}"
        return
    yield f"    rule     {claim.origin.stage}: {claim.origin.rule}"
    if claim.origin.entry is not None:
        yield f"    entry    {_entry(claim.origin.entry)}"
    steps = ", ".join(f"{s.feature} {s.weight:+.2f}" for s in claim.steps)
    yield f"    score    {claim.score:.2f}" + (f"  from {steps}" if steps else "")


def describe_value(value: Value, reading: Reading) -> str:
    """A claim's value on one line."""
    if isinstance(value, str):
        return _isolated(value)
    if isinstance(value, ActorValue):
        name = value.names[0] if value.names else value.label
        label = "" if value.label == name else f" = {_isolated(value.label)}"
        return f"{_isolated(name)}{label}{f' [{value.entry}]' if value.entry else ''} ({value.cls})"
    if isinstance(value, PlaceValue):
        return _describe_place(value)
    if isinstance(value, Interval):
        days = (
            value.start.isoformat()
            if value.start == value.end
            else f"{value.start.isoformat()} to {value.end.isoformat()}"
        )
        return f"{days} (precision {value.precision.value}, basis {value.basis.value})"
    if isinstance(value, CountValue):
        return f"{value.minimum} to {'unknown' if value.maximum is None else value.maximum}"
    return _describe_link(value, reading)


def _describe_place(place: PlaceValue) -> str:
    name = f"{place.relation.replace('_', ' ')} {_isolated(place.names[0] if place.names else '')}"
    if place.id is None:
        return f"{name}, not resolved: {place.abstained or 'no candidate'}"
    where = ", ".join(p for p in (place.name, place.admin1, place.country) if p)
    point = "" if place.lat is None or place.lon is None else f" at {place.lat:.4f}, {place.lon:.4f}"
    radius = "" if place.radius_km is None else f" ± {place.radius_km:g} km"
    return f"{name} = {_isolated(where)} [{place.id}]{point}{radius}"


def _describe_link(link: LinkValue, reading: Reading) -> str:
    number = next((f"e{n}" for n, r in enumerate(reading.records, 1) if r.id == link.event), link.event)
    return f"{link.relation.replace('_', ' ')} {number}"


def _entry(entry_id: str) -> str:
    entry = next((e for e in load_entries() if e.id == entry_id), None)
    if entry is None:
        return entry_id
    gloss = f" “{entry.gloss}”" if entry.gloss else ""
    return f"{entry_id}{gloss} (data/{entry.file}:{entry.line})"


def _place(evidence: Evidence) -> str:
    return f"{evidence.start}–{evidence.end}"


def _context(evidence: Evidence, text: str) -> str:
    before = text[max(0, evidence.start - _AROUND) : evidence.start]
    after = text[evidence.end : evidence.end + _AROUND]
    return f"{_FSI}{clean(before)}[{clean(evidence.quote)}]{clean(after)}{_PDI}"


def _isolated(text: str) -> str:
    text = clean(text)
    return text if text.isascii() else f"{_FSI}{text}{_PDI}"
