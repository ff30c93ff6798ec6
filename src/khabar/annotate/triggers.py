"""Words and phrases that may tell an event; whether they do is decided in code/."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from khabar.lexicon.analysis import load_lexicon
from khabar.lexicon.firing import Firing, find_entries
from khabar.model.document import CueMention, Sentence, Token, TriggerMention, WeaponMention

_new = tuple.__new__  # TriggerMention(…) would call a Python function for each
_MAX_TOLD = 50_000  # groups of firings remembered; about 20 MB at most


class _Told(NamedTuple):
    """What a mention tells whatever its place: fields of TriggerMention from `entry` on."""

    entry: str
    kinds: tuple[str, ...]
    pos: str
    voices: str
    tense: str
    definite: bool
    enclitic: bool
    proclitics: str
    person: str
    entries: tuple[str, ...]
    cls: str


_TOLD: dict[tuple[str | int, ...], _Told] = {}  # by the words of the mention and the entries that fire on them


def find_triggers(
    tokens: Sequence[Token], norms: Sequence[str], sentences: Sequence[Sentence]
) -> tuple[TriggerMention, ...]:
    """Triggers of every sentence in text order; entries that share a span make one mention."""
    found: list[TriggerMention] = []
    for sentence in sentences:
        groups: dict[tuple[int, int], list[Firing]] = {}
        for firing in find_entries(norms[sentence.first:sentence.last]):
            groups.setdefault((firing.first, firing.last), []).append(firing)
        for (first, last), firings in groups.items():
            found.append(_mention(tokens, norms, sentence.first + first, sentence.first + last, firings))
    return tuple(found)


def _mention(
    tokens: Sequence[Token], norms: Sequence[str], first: int, last: int, firings: list[Firing]
) -> TriggerMention:
    key: tuple[str | int, ...] = (*norms[first:last], *[firing.entry for firing in firings])
    told = _TOLD.get(key)
    if told is None:
        if len(_TOLD) >= _MAX_TOLD:
            _TOLD.clear()
        told = _TOLD[key] = _tell(firings)
    start = tokens[first].start + _peeled(tokens[first], told.proclitics)
    return _new(TriggerMention, (start, tokens[last - 1].end, first, last, first, *told))


def _tell(firings: list[Firing]) -> _Told:
    entries = load_lexicon().entries
    kinds: dict[str, None] = {}
    for firing in firings:
        kinds.update(dict.fromkeys(entries[firing.entry].kinds))
    readings = [reading for firing in firings for reading in firing.readings]
    reading = readings[0]
    voices = "".join(v for v in "ap" if any(v in r.voices for r in readings if r.pos == "v"))
    parts = {r.pos for r in readings}
    pos = "both" if "v" in parts and len(parts) > 1 else reading.pos
    return _Told(
        entries[firings[0].entry].id, tuple(kinds), pos, voices, reading.tense, reading.definite,
        bool(reading.enclitic), reading.proclitic, reading.person,
        tuple(dict.fromkeys(entries[f.entry].id for f in firings)), entries[firings[0].entry].cls,
    )


def _peeled(token: Token, proclitic: str) -> int:
    """How many letters of the token are proclitics other than the article; 0 when marks blur the count."""
    if not proclitic:
        return 0
    bare = proclitic[:-2] if proclitic.endswith("ال") else ("" if proclitic.endswith("لل") else proclitic)
    return len(bare) if token.end - token.start == len(token.norm) else 0


def find_cues(
    tokens: Sequence[Token], norms: Sequence[str], sentences: Sequence[Sentence]
) -> tuple[CueMention, ...]:
    """Words that change how their neighbourhood is read."""
    entries = load_lexicon().entries
    found: list[CueMention] = []
    for sentence in sentences:
        for firing in find_entries(norms[sentence.first:sentence.last], "cue"):
            first, last = sentence.first + firing.first, sentence.first + firing.last
            info = entries[firing.entry]
            found.append(CueMention(tokens[first].start, tokens[last - 1].end, first, last, info.cls, info.id))
    return tuple(found)


def find_weapons(
    tokens: Sequence[Token], norms: Sequence[str], sentences: Sequence[Sentence]
) -> tuple[WeaponMention, ...]:
    """Weapons, vehicles and ways of attack."""
    entries = load_lexicon().entries
    found: list[WeaponMention] = []
    for sentence in sentences:
        for firing in find_entries(norms[sentence.first:sentence.last], "weapon"):
            first, last = sentence.first + firing.first, sentence.first + firing.last
            info = entries[firing.entry]
            start = tokens[first].start + _peeled(tokens[first], firing.reading.proclitic)
            found.append(WeaponMention(start, tokens[last - 1].end, first, last, info.id, info.cls))
    return tuple(found)
