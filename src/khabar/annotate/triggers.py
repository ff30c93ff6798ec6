"""Words and phrases that may tell an event; whether they do is decided in code/."""

from __future__ import annotations

from collections.abc import Sequence

from khabar.lexicon.analysis import load_lexicon
from khabar.lexicon.firing import Firing, find_entries
from khabar.model.document import CueMention, Sentence, Token, TriggerMention, WeaponMention


def find_triggers(tokens: Sequence[Token], norms: Sequence[str], sentences: Sequence[Sentence]) -> tuple[TriggerMention, ...]:
    """Triggers of every sentence in text order; entries that share a span make one mention."""
    found: list[TriggerMention] = []
    for sentence in sentences:
        groups: dict[tuple[int, int], list[Firing]] = {}
        for firing in find_entries(norms[sentence.first:sentence.last]):
            groups.setdefault((firing.first, firing.last), []).append(firing)
        for (first, last), firings in groups.items():
            found.append(_mention(tokens, sentence.first + first, sentence.first + last, firings))
    return tuple(found)


def _mention(tokens: Sequence[Token], first: int, last: int, firings: list[Firing]) -> TriggerMention:
    lexicon = load_lexicon()
    kinds: dict[str, None] = {}
    for firing in firings:
        kinds.update(dict.fromkeys(lexicon.entries[firing.entry].kinds))
    readings = [reading for firing in firings for reading in firing.readings]
    reading = readings[0]
    voices = "".join(v for v in "ap" if any(v in r.voices for r in readings if r.pos == "v"))
    parts = {r.pos for r in readings}
    pos = "both" if "v" in parts and len(parts) > 1 else reading.pos
    start = tokens[first].start + _peeled(tokens[first], reading.proclitic)
    return TriggerMention(
        start=start, end=tokens[last - 1].end, first=first, last=last, head=first,
        entry=lexicon.entries[firings[0].entry].id, kinds=tuple(kinds), pos=pos, voices=voices,
        tense=reading.tense, definite=reading.definite, enclitic=bool(reading.enclitic),
        proclitics=reading.proclitic, person=reading.person,
        entries=tuple(dict.fromkeys(lexicon.entries[f.entry].id for f in firings)),
        cls=lexicon.entries[firings[0].entry].cls,
    )


def _peeled(token: Token, proclitic: str) -> int:
    """How many letters of the token are proclitics other than the article; 0 when marks blur the count."""
    bare = proclitic[:-2] if proclitic.endswith("ال") else ("" if proclitic.endswith("لل") else proclitic)
    return len(bare) if token.end - token.start == len(token.norm) else 0


def find_cues(tokens: Sequence[Token], norms: Sequence[str], sentences: Sequence[Sentence]) -> tuple[CueMention, ...]:
    """Words that change how their neighbourhood is read."""
    entries = load_lexicon().entries
    found: list[CueMention] = []
    for sentence in sentences:
        for firing in find_entries(norms[sentence.first:sentence.last], "cue"):
            first, last = sentence.first + firing.first, sentence.first + firing.last
            info = entries[firing.entry]
            found.append(CueMention(tokens[first].start, tokens[last - 1].end, first, last, info.cls, info.id))
    return tuple(found)


def find_weapons(tokens: Sequence[Token], norms: Sequence[str], sentences: Sequence[Sentence]) -> tuple[WeaponMention, ...]:
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
