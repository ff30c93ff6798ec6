"""Which entries fire on a run of words: single words, phrases (leftmost longest) and their blockers.

One dict look-up per word that no entry knows. What may start at a word type is planned once and kept, for all
types of entries together; a run of words is walked once, whichever types are asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import product
from typing import Any, NamedTuple

from khabar.lexicon.analysis import Lexicon, Reading, load_lexicon
from khabar.lexicon.clitics import load_clitics
from khabar.lexicon.compiled import PHRASE_WORD
from khabar.lexicon.entries import TYPES

Pattern = tuple[tuple[str, ...], ...]
_QUOTES = frozenset("\"'«»“”‘’()")
_MAX_WORDS = 150_000  # word types planned
_MAX_KEPT = 20_000  # words of the runs whose firings are kept: the longest report read has 60,000


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


# A trie over the words of phrases after their first: word or "{id}" -> node; "" -> phrases that end there.
_Node = dict[str, Any]


class _End(NamedTuple):
    """A phrase's end in a trie: its entry, its length, its place among those of the same first word."""

    length: int
    entry: int
    order: int


class _Start(NamedTuple):
    """Phrases that one reading of a word may start, with the readings that each entry's firing takes over."""

    node: _Node
    readings: tuple[Reading, ...]
    own: bool  # a written first word lends an entry only that entry's readings


class _Phrase(NamedTuple):
    """A phrase that stands at a word. The order of the fields is that of precedence."""

    shorter: int  # minus its length
    entry: int
    start: int
    order: int


class _Single(NamedTuple):
    """An entry that a word alone fires."""

    kind: int
    entry: int
    readings: tuple[Reading, ...]
    guarded: bool  # whether words around it can block it


class _Plan(NamedTuple):
    """What may start at a word type: entries with their readings, ordered by kind and entry, and tries of phrases."""

    single: tuple[_Single, ...]
    starts: tuple[_Start, ...]
    alone: bool  # whether a phrase can end with the word
    seconds: frozenset[str]  # what phrases can go on with


class _Plans(dict[str, _Plan | None]):
    """Plans by folded word for some types of entries; None for a word that starts nothing. Fills itself."""

    def __init__(self, types: tuple[str, ...], lexicon: Lexicon) -> None:
        super().__init__()
        self.types = {kind: number for number, kind in enumerate(types)}
        self.kinds = [self.types.get(entry.type, -1) for entry in lexicon.entries]
        self.before = [frozenset(entry.not_prev) for entry in lexicon.entries]
        self.after = [frozenset(entry.not_next) for entry in lexicon.entries]
        self.words = _Keys(lexicon)
        self._lexicon = lexicon
        self._rests = _rests()
        self._tries: dict[str, _Node | None] = {}
        self._seconds: dict[tuple[str, ...], frozenset[str]] = {}

    def __missing__(self, norm: str) -> _Plan | None:
        readings = self._lexicon.read(norm)
        plan = self._make(norm, readings) if readings else None
        if len(self) >= _MAX_WORDS:
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
            if self.kinds[reading.entry] >= 0:
                single.setdefault(reading.entry, []).append(reading)
        keys = tuple(key for key in starts if self._trie(key) is not None)
        if not single and not keys:
            return None
        made = tuple(_Start(self._trie(key) or {}, tuple(starts[key]), not key.startswith("{")) for key in keys)
        alone = sorted((self.kinds[entry], entry) for entry in single)
        return _Plan(
            tuple(_Single(kind, entry, tuple(single[entry]), self._is_guarded(entry)) for kind, entry in alone),
            made, any("" in start.node for start in made), self._after(keys, made),
        )

    def _is_guarded(self, entry: int) -> bool:
        return bool(self.before[entry] or self.after[entry])

    def _after(self, keys: tuple[str, ...], starts: tuple[_Start, ...]) -> frozenset[str]:
        """What some phrases go on with; words that begin the same phrases share the set."""
        known = self._seconds.get(keys)
        if known is None:
            if len(self._seconds) >= _MAX_WORDS:
                self._seconds.clear()
            known = self._seconds[keys] = frozenset(word for start in starts for word in start.node if word)
        return known

    def _trie(self, first: str) -> _Node | None:
        """The phrases of a first word, or of a first "{id}"; None where there are none."""
        if first not in self._tries:
            root: _Node = {}
            for order, (pattern, entry) in enumerate(self._lexicon.phrases.get(first, ())):
                for words in product(*pattern[1:]) if self.kinds[entry] >= 0 else ():
                    node = root
                    for word in words:
                        node = node.setdefault(word, {})
                    node.setdefault("", []).append(_End(len(pattern), entry, order))
            self._tries[first] = root or None
        return self._tries[first]

    def blocked(self, entry: int, norms: Sequence[str], first: int, last: int) -> bool:
        """Whether the word before or after (quotation marks skipped) makes the entry's word something else."""
        listed = self.before[entry]
        if listed:
            at = first - 1
            while at >= 0 and norms[at] in _QUOTES:
                at -= 1
            if at >= 0 and not listed.isdisjoint(self._rests[norms[at]]):
                return True
        listed = self.after[entry]
        if listed:
            at = last
            while at < len(norms) and norms[at] in _QUOTES:
                at += 1
            if at < len(norms) and not listed.isdisjoint(self._rests[norms[at]]):
                return True
        return False

    def phrases_at(self, plan: _Plan, norms: Sequence[str], at: int) -> list[_Phrase]:
        """The phrases that stand at `norms[at]`, best first."""
        found: list[_Phrase] = []
        after = self.words[norms[at + 1]] if at + 1 < len(norms) else ()
        for number, start in enumerate(plan.starts):
            node = start.node
            if "" in node:
                found += [_Phrase(-end.length, end.entry, number, end.order) for end in node[""]]
            for key in after:
                if key in node:
                    self._walk(node[key], norms, at + 2, number, found)
        return sorted(set(found)) if len(found) > 1 else found

    def _walk(self, node: _Node, norms: Sequence[str], at: int, start: int, found: list[_Phrase]) -> None:
        if "" in node:
            found += [_Phrase(-end.length, end.entry, start, end.order) for end in node[""]]
        if at < len(norms):
            for key in self.words[norms[at]]:
                if key in node:
                    self._walk(node[key], norms, at + 1, start, found)

    @staticmethod
    def readings_of(plan: _Plan, phrase: _Phrase) -> tuple[Reading, ...]:
        """The readings of the first word that a phrase's firing takes over; () when it has none of its own."""
        start, entry = plan.starts[phrase.start], phrase.entry
        found = [r for r in start.readings if r.entry == entry] if start.own else start.readings
        return tuple(dict.fromkeys([r if r.entry == entry else r._replace(entry=entry) for r in found]))


class _Keys(dict[str, tuple[str, ...]]):
    """What a word stands for in phrases: itself and "{id}" of each entry that it is a form of. Fills itself."""

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__()
        self._lexicon = lexicon

    def __missing__(self, norm: str) -> tuple[str, ...]:
        entries = self._lexicon.entries
        ids = ["{" + entries[r.entry].id + "}" for r in self._lexicon.read(norm) if r.pos != PHRASE_WORD]
        if len(self) >= _MAX_WORDS:
            self.clear()
        keys = self[norm] = tuple(dict.fromkeys((norm, *ids)))
        return keys


class _Rests(dict[str, tuple[str, ...]]):
    """A word with and without article and particles: السلام, للسلام are listed by "سلام". Fills itself."""

    def __init__(self) -> None:
        super().__init__()
        self._proclitics: dict[str, list[str]] = {}  # by first letter
        for proclitic, parts in load_clitics().proclitics:
            if "n" in parts and proclitic:
                self._proclitics.setdefault(proclitic[0], []).append(proclitic)

    def __missing__(self, norm: str) -> tuple[str, ...]:
        if len(self) >= _MAX_WORDS:
            self.clear()
        proclitics = self._proclitics.get(norm[:1], ())
        rests = self[norm] = (norm, *(norm[len(p):] for p in proclitics if norm.startswith(p)))
        return rests


_READ = ("trigger", "cue", "report", "weapon")  # the types that every report is read for


@cache
def _plans() -> dict[str, _Plans]:
    """Plans by type of entry; types that are asked for together share theirs."""
    lexicon = load_lexicon()
    read, rest = _Plans(_READ, lexicon), _Plans(tuple(kind for kind in TYPES if kind not in _READ), lexicon)
    return {kind: read if kind in _READ else rest for kind in TYPES}


@cache
def _rests() -> _Rests:
    return _Rests()


def _find_longest(plans: _Plans, plan: _Plan, phrases: list[_Phrase], norms: Sequence[str], at: int) -> list[Firing]:
    """Firings of the longest of some phrases at `at` that no word blocks; several entries may share the span."""
    found: list[Firing] = []
    for phrase in phrases:
        last = at - phrase.shorter
        if found and last < found[0].last:
            break
        if any(f.entry == phrase.entry for f in found):
            continue
        readings = plans.readings_of(plan, phrase)
        if readings and not plans.blocked(phrase.entry, norms, at, last):
            found.append(Firing(phrase.entry, at, last, readings[0], readings))
    return found


def _find_all(plans: _Plans, norms: Sequence[str]) -> tuple[list[Firing], ...]:
    """The firings of entries of the plans' types, by the type's number."""
    kinds, blocked, make = plans.kinds, plans.blocked, tuple.__new__
    found: tuple[list[Firing], ...] = tuple([] for _ in plans.types)
    covered = [0] * len(plans.types)  # words before this index belong to a phrase already found
    afters = (*map(plans.words.__getitem__, norms[1:]), ())
    for at, (plan, after) in enumerate(zip(map(plans.__getitem__, norms), afters, strict=False)):
        if plan is None:
            continue
        single, _, alone, seconds = plan
        if alone or not seconds.isdisjoint(after):
            phrases = plans.phrases_at(plan, norms, at)
            for kind in sorted({kinds[phrase.entry] for phrase in phrases}):
                if at >= covered[kind]:
                    longest = _find_longest(plans, plan, [p for p in phrases if kinds[p.entry] == kind], norms, at)
                    if longest:
                        found[kind].extend(longest)
                        covered[kind] = longest[0].last
        for kind, entry, own, guarded in single:
            if at >= covered[kind] and not (guarded and blocked(entry, norms, at, at + 1)):
                found[kind].append(make(Firing, (entry, at, at + 1, own[0], own)))
    return found


class _Kept(dict[tuple[str, ...], tuple[list[Firing], ...]]):
    """Firings of the runs of words read last, since each of a report's sentences is asked for several types."""

    def __init__(self, plans: _Plans) -> None:
        super().__init__()
        self._plans = plans
        self._words = 0

    def __missing__(self, norms: tuple[str, ...]) -> tuple[list[Firing], ...]:
        self._words += len(norms)
        if self._words > _MAX_KEPT:
            self.clear()
            self._words = len(norms)
        found = self[norms] = _find_all(self._plans, norms)
        return found


@cache
def _kept() -> dict[str, tuple[_Kept, int]]:
    """By type of entry: the firings kept, and the type's number among them."""
    keepers = {id(plans): _Kept(plans) for plans in _plans().values()}
    return {kind: (keepers[id(plans)], plans.types[kind]) for kind, plans in _plans().items()}


def find_entries(norms: Sequence[str], kind: str = "trigger") -> list[Firing]:
    """Entries of type `kind` (a name of `entries.TYPES`) that fire on folded words, in text order.

    At each place the longest phrase wins over shorter ones and over the words inside it; entries that
    share a span all fire. `norms` is best one sentence, since a phrase doesn't cross a full stop.
    """
    kept, number = _kept()[kind]
    return list(kept[tuple(norms)][number])


def find_matches(norms: Sequence[str], kind: str = "trigger") -> list[Firing]:
    """Every place where a word or phrase of an entry of type `kind` stands, covered by a longer phrase or not."""
    plans = _plans()[kind]
    number = plans.types[kind]
    found: list[Firing] = []
    for at, norm in enumerate(norms):
        plan = plans[norm]
        if plan is None:
            continue
        for phrase in plans.phrases_at(plan, norms, at):
            readings = plans.readings_of(plan, phrase) if plans.kinds[phrase.entry] == number else ()
            if readings:
                found.append(Firing(phrase.entry, at, at - phrase.shorter, readings[0], readings))
        found += (Firing(s.entry, at, at + 1, s.readings[0], s.readings) for s in plan.single if s.kind == number)
    return [f for f in found if not plans.blocked(f.entry, norms, f.first, f.last)]
