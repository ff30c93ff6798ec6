"""What must not become public by default: names of victims, witnesses and other private persons, and contact data.

A person is private unless resolved to a known actor (an entry of data/actors). A reviewer may release a
name, with a reason, and withhold one that is public. The public view is a list of allowed fields, not a
copy with some taken out: a new field stays private until it is added to the list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import msgspec

from khabar.lexicon.actors import load_actors
from khabar.lexicon.fold import fold, fold_view
from khabar.model.record import ActorValue, EventRecord, PlaceValue
from khabar.review.standing import Standing

HIDDEN = "[…]"


@dataclass(frozen=True, slots=True)
class Mark:
    """A sensitive stretch of a text (code points): kind is `name` or a kind of contact data."""

    kind: str
    start: int
    end: int
    text: str


def find_private_names(record: EventRecord, standing: Standing | None = None) -> tuple[str, ...]:
    """Names in a record that stay out of public views, longest first: as told and by label."""
    found: set[str] = set()
    for actor in (*record.actors, *record.targets, *(c.value for c in record.claims)):
        if isinstance(actor, ActorValue) and actor.cls == "person" and actor.entry is None:
            found.update(name for name in (*actor.names, actor.label) if name.strip())
    if standing is not None:
        released = {fold(name) for name in standing.released}
        found = {name for name in found if fold(name) not in released} | set(standing.withheld)
    return tuple(sorted(found, key=lambda name: (-len(name), name)))


def find_marks(text: str, names: Sequence[str]) -> tuple[Mark, ...]:
    """Sensitive stretches of a text: the given names however spelled, and contact data; in order."""
    marks = [Mark(kind, m.start(), m.end(), m.group()) for kind, pattern in _contacts() for m in pattern.finditer(text)]
    view = fold_view(text)
    for name in names:
        key = fold(name)
        at = view.norm.find(key) if key else -1
        while at >= 0:
            if _is_word(view.norm, at, at + len(key)):
                start, end = view.span(at, at + len(key))
                marks.append(Mark("name", start, end, text[start:end]))
            at = view.norm.find(key, at + len(key))
    return _without_overlaps(marks)


def redact(text: str, names: Sequence[str]) -> str:
    """The text with sensitive stretches replaced by HIDDEN. For public views only: offsets no longer hold."""
    parts: list[str] = []
    at = 0
    for mark in find_marks(text, names):
        parts += [text[at:mark.start], HIDDEN]
        at = mark.end
    return "".join([*parts, text[at:]])


def public_record(record: EventRecord, standing: Standing) -> dict[str, Any]:
    """What of a record may be public, as plain data. No text, no quotes: evidence is given by its place."""
    names = find_private_names(record, standing)
    return {
        "id": record.id, "report": record.report, "kind": record.kind, "status": record.status.value,
        "review": standing.state.value,
        "actors": [_public_actor(a, names) for a in record.actors],
        "targets": [_public_actor(a, names) for a in record.targets],
        "place": None if record.place is None else _public_place(record.place, names),
        "date": msgspec.to_builtins(record.date),
        "killed": msgspec.to_builtins(record.killed), "injured": msgspec.to_builtins(record.injured),
        "means": [redact(m, names) for m in record.means],
        "sources": [[public_source(told, standing) for told in chain] for chain in record.sources],
        "evidence": [[e.start, e.end] for e in record.mentions],
        "withheld": len(names),
    }


def _public_actor(actor: ActorValue, names: Sequence[str]) -> dict[str, Any]:
    label = redact(actor.label, names)
    return {"label": label, "entry": actor.entry, "class": actor.cls, "country": actor.country}


def public_source(told: str, standing: Standing) -> str:
    """A source as the public may know it: the known actor or outlet that its words name, by the table's own name.

    The words themselves may name a witness, or an official by name, so they are never taken over; a name that was
    released is.
    """
    released = next((name for name in standing.released if fold(name) in fold(told)), None)
    return released or _known_source(told) or HIDDEN


@lru_cache(maxsize=10_000)
def _known_source(told: str) -> str | None:
    actors = load_actors()
    norms = fold(told).split()
    for i in range(len(norms)):
        hit = next((h for h in actors.match(norms, i) if h.strength in ("strong", "weak")), None)
        known = None if hit is None else actors.get(hit.actors[0])
        if known is not None:
            return known.name_ar or known.name_en
    return None


def _public_place(place: PlaceValue, names: Sequence[str]) -> dict[str, Any]:
    allowed = ("relation", "id", "kind", "lat", "lon", "radius_km", "admin1", "country", "geo_precision", "where_prec",
               "source", "licence")
    return {
        "name": redact(place.name or " / ".join(place.names), names),
        **{name: getattr(place, name) for name in allowed},
    }


def _is_word(norm: str, start: int, end: int) -> bool:
    """Whether norm[start:end] ends as a word; a proclitic may stand before it."""
    before = norm[max(0, start - 2):start]
    opens = (
        start == 0
        or not before[-1].isalnum()
        or (before[-1] in "وفبلك" and (len(before) == 1 or not before[0].isalnum()))
    )
    return opens and (end >= len(norm) or not norm[end].isalnum())


def _without_overlaps(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda m: (m.start, -m.end, m.kind)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return tuple(kept)


@lru_cache(maxsize=1)
def _contacts() -> tuple[tuple[str, re.Pattern[str]], ...]:
    import tomllib

    data = resources.files("khabar").joinpath("data/review/contacts.toml").read_text("utf-8")
    return tuple((entry["id"], re.compile(entry["pattern"])) for entry in tomllib.loads(data)["contact"])
