"""Which entries fire on a run of words: single words, phrases (leftmost longest) and their blockers.

One dict look-up per word type that no entry knows; everything else is planned once per type and kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from khabar.lexicon.analysis import Lexicon, Reading, load_lexicon
from khabar.lexicon.clitics import load_clitics
from khabar.lexicon.compiled import PHRASE_WORD

Pattern = tuple[tuple[str, ...], ...]
_QUOTES = frozenset("\"'«»“”‘’()")


class Firing(NamedTuple):
    """An entry that fires on `norms[first:last]`.

    `reading` is the first word's likeliest reading under that entry, `readings` all of them; for a phrase
    of written words the part of speech is "phrase", for "{id} …" it is that of the {id} word.
    """

    entry: int  # index into load_lexicon().entries
    first: int
    last: int  # exclusive
    reading: Reading
    readings: tuple[Reading, ...]


class _Plan(NamedTuple):
    """What may start at a word type: entries with their readings, and phrases, longest first."""

    single: tuple[tuple[int, tuple[Reading, ...]], ...]
    phrases: tuple[tuple[Pattern, int, tuple[Reading, ...]], ...]


class _Plans(dict[str, _Plan | None]):
    """Plans by folded word for one entry type; None for a word that starts nothing. Fills itself."""

    def __init__(self, kind: str, lexicon: Lexicon) -> None:
        super().__init__()
        self._kind = kind
        self._lexicon = lexicon

    def __missing__(self, norm: str) -> _Plan | None:
        readings = self._lexicon.read(norm)
        plan = self._make(norm, readings) if readings else None
        if len(self) >= 150_000:
            self.clear()
        self[norm] = plan
        return plan

    def _make(self, norm: str, readings: tuple[Reading, ...]) -> _Plan | None:
        entries = self._lexicon.entries
        single: dict[int, list[Reading]] = {}
        starts: dict[str, list[Reading]] = {}
        for reading in readings:
            if reading.pos == PHRASE_WORD:
                starts.setdefault(norm[len(reading.proclitic):], []).append(reading)
                continue
            starts.setdefault("{" + entries[reading.entry].id + "}", []).append(reading)
            if entries[reading.entry].type == self._kind:
                single.setdefault(reading.entry, []).append(reading)
        phrases: list[tuple[Pattern, int, tuple[Reading, ...]]] = []
        for key, found in starts.items():
            for pattern, number in self._lexicon.phrases.get(key, ()):
                if entries[number].type != self._kind:
                    continue
                own = found if key.startswith("{") else [r for r in found if r.entry == number]
                if own:
                    phrases.append((pattern, number, tuple(dict.fromkeys(r._replace(entry=number) for r in own))))
        if not single and not phrases:
            return None
        phrases.sort(key=lambda phrase: (-len(phrase[0]), phrase[1]))
        return _Plan(tuple((number, tuple(own)) for number, own in sorted(single.items())), tuple(phrases))


@cache
def _plans(kind: str) -> _Plans:
    return _Plans(kind, load_lexicon())


def _matches(pattern: Pattern, norms: Sequence[str], at: int, lexicon: Lexicon) -> bool:
    """Whether the words of `pattern` after the first stand at `norms[at + 1:]`."""
    if at + len(pattern) > len(norms):
        return False
    for offset in range(1, len(pattern)):
        norm = norms[at + offset]
        options = pattern[offset]
        if norm in options:
            continue
        ids = {option[1:-1] for option in options if option.startswith("{")}
        readings = lexicon.read(norm) if ids else ()
        if not any(r.pos != PHRASE_WORD and lexicon.entries[r.entry].id in ids for r in readings):
            return False
    return True


def _is_listed(norm: str, listed: tuple[str, ...]) -> bool:
    """Whether a word is listed, with or without article and particles: "سلام" lists السلام and للسلام."""
    if norm in listed:
        return True
    return any(norm.startswith(p) and norm[len(p):] in listed for p, parts in load_clitics().proclitics if "n" in parts)


def _is_blocked(entry: int, norms: Sequence[str], first: int, last: int, lexicon: Lexicon) -> bool:
    """Whether the word before or after (quotation marks skipped) makes the entry's word something else."""
    info = lexicon.entries[entry]
    if info.not_prev:
        at = first - 1
        while at >= 0 and norms[at] in _QUOTES:
            at -= 1
        if at >= 0 and _is_listed(norms[at], info.not_prev):
            return True
    if info.not_next:
        at = last
        while at < len(norms) and norms[at] in _QUOTES:
            at += 1
        if at < len(norms) and _is_listed(norms[at], info.not_next):
            return True
    return False


def _phrase_firings(plan: _Plan, norms: Sequence[str], at: int, lexicon: Lexicon) -> list[Firing]:
    """Firings of the longest phrases that stand at `at`; several entries may share one span."""
    found: list[Firing] = []
    for pattern, number, own in plan.phrases:
        last = at + len(pattern)
        if found and last < found[0].last:
            break
        if any(f.entry == number for f in found) or not _matches(pattern, norms, at, lexicon):
            continue
        if not _is_blocked(number, norms, at, last, lexicon):
            found.append(Firing(number, at, last, own[0], own))
    return found


def find_entries(norms: Sequence[str], kind: str = "trigger") -> list[Firing]:
    """Entries of type `kind` (a name of `entries.TYPES`) that fire on folded words, in text order.

    At each place the longest phrase wins over shorter ones and over the words inside it; entries that
    share a span all fire. `norms` is best one sentence, since a phrase doesn't cross a full stop.
    """
    plans, lexicon = _plans(kind), load_lexicon()
    found: list[Firing] = []
    covered = 0  # words before this index belong to a phrase already found
    for at, norm in enumerate(norms):
        plan = plans[norm]
        if plan is None or at < covered:
            continue
        longest = _phrase_firings(plan, norms, at, lexicon) if plan.phrases else []
        if longest:
            found += longest
            covered = longest[0].last
            continue
        for number, own in plan.single:
            if not _is_blocked(number, norms, at, at + 1, lexicon):
                found.append(Firing(number, at, at + 1, own[0], own))
    return found


def find_matches(norms: Sequence[str], kind: str = "trigger") -> list[Firing]:
    """Every place where a word or phrase of an entry of type `kind` stands, covered by a longer phrase or not."""
    plans, lexicon = _plans(kind), load_lexicon()
    found: list[Firing] = []
    for at, norm in enumerate(norms):
        plan = plans[norm]
        if plan is None:
            continue
        for pattern, number, own in plan.phrases:
            if _matches(pattern, norms, at, lexicon):
                found.append(Firing(number, at, at + len(pattern), own[0], own))
        found += (Firing(number, at, at + 1, own[0], own) for number, own in plan.single)
    return [f for f in found if not _is_blocked(f.entry, norms, f.first, f.last, lexicon)]
