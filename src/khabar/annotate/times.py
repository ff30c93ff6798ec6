"""Finds time expressions: dates, weekdays, distances, periods, parts of the day, in the words of Arabic news.

The grammar is data (data/ar/time); this module runs it over folded tokens. Per start the longest match
wins, matches do not overlap, and words that only look like time (يوم الأرض, سد تشرين) are taken by rules
that report nothing. What an expression means on the calendar is `khabar.resolve.time`'s work.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from khabar.annotate.times_grammar import GOAL, Grammar, Leaf, Node, fill_value, load_grammar
from khabar.annotate.times_words import JOINED, LOOSE, STRICT, Word
from khabar.lexicon.entries import DATA
from khabar.lexicon.fold import fold
from khabar.model.document import Sentence, TimeMention, Token

_NOTHING = "-"  # value of rules that take words which are not time
_ANNIVERSARY = "anniversary:"
_REACH = 16  # tokens after "the anniversary of" among which the event's words must stand


_AND = "'و'"  # the class of a و that stands alone
_MAX_RUNS = 100_000  # runs of words remembered with their match; about 30 MB at most


class _Match(NamedTuple):
    length: int  # tokens
    outside: int  # of them, those before the expression proper
    rule: str
    value: str


_UNKNOWN = _Match(0, 0, "", "")
_RUNS: dict[tuple[str, ...], _Match | None] = {}


class _DatedEvent(NamedTuple):
    words: tuple[str, ...]
    date: str


def find_times(tokens: Sequence[Token], sentences: Sequence[Sentence]) -> tuple[TimeMention, ...]:
    """Time mentions in text order, not overlapping; none crosses a sentence.

    `first`/`last` are token indices (last exclusive), `value` is what `resolve_time` reads.
    """
    grammar = load_grammar()
    start_mask = grammar.first[GOAL]
    norms = [token.norm for token in tokens]
    words = grammar.words.find_all(norms)
    opens = [word is not None and word.masks[LOOSE] & start_mask for word in words]
    found: list[TimeMention] = []
    for sentence in sentences:
        limit = sentence.last
        end = sentence.first
        for at in range(sentence.first, limit):
            match = _match(grammar, norms, words, at, limit) if opens[at] and at >= end else None
            if match is None:
                continue
            end = at + match.length
            if match.value != _NOTHING:
                value = _name_event(match.value, tokens, end, limit)
                first = at + match.outside
                found.append(TimeMention(tokens[first].start, tokens[end - 1].end, first, end, match.rule, value))
    return tuple(found)


def _match(
    grammar: Grammar, norms: Sequence[str], words: Sequence[Word | None], at: int, limit: int
) -> _Match | None:
    """The longest match at a token, remembered by the run of the grammar's words that it stands before."""
    end = at + 1
    while end < limit and words[end] is not None:
        end += 1
    run = tuple(norms[at:end])
    known = _RUNS.get(run, _UNKNOWN)
    if known is _UNKNOWN:
        if len(_RUNS) >= _MAX_RUNS:
            _RUNS.clear()
        known = _RUNS[run] = _Parse(grammar, words[at:end]).best()
    return known


class _Parse:
    """All readings of the symbols at the places of a run of words, each computed once."""

    __slots__ = ("_and", "_first", "_known", "_tries", "_words")

    def __init__(self, grammar: Grammar, words: Sequence[Word | None]) -> None:
        self._words = words
        self._tries = grammar.tries
        self._first = grammar.first
        self._and = grammar.words.classes[_AND]
        self._known: dict[tuple[str, int, int], tuple[tuple[int, str], ...]] = {}

    def best(self) -> _Match | None:
        """The longest match at the first word; the earlier rule among equals."""
        found: dict[int, tuple[Leaf, str]] = {}
        self._walk(self._tries[GOAL], 0, LOOSE, (), found)
        if not found:
            return None
        leaf, value = found[max(found)]
        return _Match(max(found), leaf.outside, leaf.rule.id, value)

    def _symbol(self, symbol: str, at: int, view: int) -> tuple[tuple[int, str], ...]:
        key = (symbol, at, view)
        known = self._known.get(key)
        if known is None:
            found: dict[int, tuple[Leaf, str]] = {}
            self._walk(self._tries[symbol], at, view, (), found)
            known = self._known[key] = tuple((end, found[end][1]) for end in sorted(found))
        return known

    def _walk(
        self, node: Node, at: int, view: int, values: tuple[str, ...], found: dict[int, tuple[Leaf, str]]
    ) -> None:
        """Follow every edge from `node`; `view` other than STRICT applies to the first word only."""
        for leaf in node.leaves:
            known = found.get(at)
            if known is None or leaf.order < known[0].order:
                value = fill_value(leaf, values)
                if value is not None:
                    found[at] = (leaf, value)
        if at >= len(self._words):
            return
        word = self._words[at]
        if word is None:
            return
        self._step(node, at, word, view, False, values, found)
        if word.masks[STRICT] >> self._and & 1 and at + 1 < len(self._words):
            after = self._words[at + 1]
            if after is not None:  # a و that stands alone joins the word after it
                self._step(node, at + 1, after, view, True, values, found)

    def _step(
        self, node: Node, at: int, word: Word, view: int, after_and: bool, values: tuple[str, ...],
        found: dict[int, tuple[Leaf, str]],
    ) -> None:
        for number, value in word.values.items():
            for symbol, wanted, child in node.edges.get(number, ()):
                look = wanted or view
                if after_and:
                    if look != JOINED:
                        continue
                    look = STRICT
                if not word.masks[look] >> number & 1:
                    continue
                if symbol is None:
                    self._walk(child, at + 1, STRICT, (*values, value), found)
                    continue
                for end, made in self._symbol(symbol, at, look):
                    self._walk(child, end, STRICT, (*values, made), found)


@cache
def _load_events() -> tuple[_DatedEvent, ...]:
    rows = tomllib.loads((DATA / "ar/time/dated_events.toml").read_text("utf-8"))["event"]
    return tuple(
        _DatedEvent(tuple(fold(word) for word in words), row["date"]) for row in rows for words in row["words"]
    )


def _name_event(value: str, tokens: Sequence[Token], at: int, limit: int) -> str:
    """An anniversary's value with the date of the known event that the words after it name."""
    if _ANNIVERSARY not in value:
        return value
    following = [token.norm for token in tokens[at : min(limit, at + _REACH)]]
    for event in _load_events():
        if all(any(norm.endswith(word) for norm in following) for word in event.words):
            return f"{value} {event.date}"
    return value
