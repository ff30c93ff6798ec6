"""Explains how the lexicon reads a text: readings per word, and the entries that fire, with the reason."""

from __future__ import annotations

from collections.abc import Iterator

from khabar.lexicon.analysis import Reading, load_lexicon
from khabar.lexicon.compiled import PHRASE_WORD
from khabar.lexicon.entries import TYPES, load_entries
from khabar.lexicon.firing import Firing, find_entries
from khabar.lexicon.lint import split_words


def _describe(reading: Reading) -> str:
    """One reading as "entry (type) pos tense person voices proclitic+ +enclitic"."""
    entry = load_lexicon().entries[reading.entry]
    parts = [f"{entry.id} ({entry.type})", reading.pos, reading.tense, reading.person, reading.voices]
    if reading.proclitic:
        parts.append(f"{reading.proclitic}+")
    if reading.enclitic:
        parts.append(f"+{reading.enclitic}")
    return " ".join(part for part in parts if part)


def describe_words(text: str) -> Iterator[str]:
    """A line per word: the folded word, a tab, its readings separated by " | " ("-" when unknown)."""
    lexicon = load_lexicon()
    for norm in split_words(text):
        readings = [_describe(r) for r in lexicon.read(norm) if r.pos != PHRASE_WORD]
        yield f"{norm}\t{' | '.join(dict.fromkeys(readings)) or '-'}"


def _reason(firing: Firing) -> str:
    if firing.reading.pos == PHRASE_WORD or firing.last - firing.first > 1:
        return "phrase"
    return " / ".join(dict.fromkeys(_describe(reading) for reading in firing.readings))


def describe_firings(text: str) -> Iterator[str]:
    """A line per firing: type, entry, the words, kinds or class, the reason and the entry's file and line."""
    norms = split_words(text)
    lexicon = load_lexicon()
    sources = load_entries()
    for kind in TYPES:
        for firing in find_entries(norms, kind):
            entry, source = lexicon.entries[firing.entry], sources[firing.entry]
            words = " ".join(norms[firing.first:firing.last])
            means = ",".join(entry.kinds) or entry.cls
            yield f"{kind}\t{entry.id}\t{words}\t{means}\t{_reason(firing)}\t{source.file}:{source.line}"
