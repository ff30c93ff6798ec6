"""Checks the lexicon's data files: what a maintainer must mend before an entry may be merged.

Errors: broken files, unknown keys or kinds, missing examples of triggers, examples that don't fire,
counterexamples that do, a word or phrase listed twice. Warnings: two entries that claim the same forms.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from khabar.errors import DataError
from khabar.lexicon.analysis import load_lexicon
from khabar.lexicon.entries import DATA, Entry, NounSpec, VerbSpec, load_file, source_files
from khabar.lexicon.firing import Firing, find_entries, find_matches
from khabar.lexicon.fold import fold
from khabar.lexicon.inflect import noun_forms, verb_forms

_WORD = re.compile(r"\d+|[^\W\d_]+|\S")
_ROOT_LENGTH = {11: 4, 12: 4}  # forms I-X have three root letters


class Finding(NamedTuple):
    """Something wrong with an entry, and where. `level` is "error" or "warning"."""

    level: str
    file: str
    line: int
    entry: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.level}: {self.entry}: {self.message}"


def split_words(text: str) -> list[str]:
    """Folded words and punctuation marks of `text`, without offsets: for examples and trials only."""
    return _WORD.findall(fold(text))


@cache
def known_kinds() -> frozenset[str]:
    """Ids of the event kinds in data/ontology/kinds.toml; empty (kinds go unchecked) when the file is absent."""
    path = DATA / "ontology/kinds.toml"
    if not path.exists():
        return frozenset()
    rows = tomllib.loads(path.read_text("utf-8")).get("kind", {})
    return frozenset(rows) if isinstance(rows, dict) else frozenset(row["id"] for row in rows)


def _load() -> tuple[list[Entry], list[Finding]]:
    """All entries that load, and a finding for every file that does not."""
    entries: list[Entry] = []
    findings: list[Finding] = []
    seen: dict[str, Entry] = {}
    for path in source_files():
        try:
            loaded = load_file(path)
        except DataError as error:
            findings.append(Finding("error", path.relative_to(DATA).as_posix(), 1, "-", str(error)))
            continue
        for entry in loaded:
            if entry.id in seen:
                first = seen[entry.id]
                findings.append(_error(entry, f"id is already in {first.file}:{first.line}; choose another"))
            else:
                seen[entry.id] = entry
                entries.append(entry)
    return entries, findings


def _error(entry: Entry, message: str) -> Finding:
    return Finding("error", entry.file, entry.line, entry.id, message)


def _warning(entry: Entry, message: str) -> Finding:
    return Finding("warning", entry.file, entry.line, entry.id, message)


def check_fields(entry: Entry, ids: frozenset[str]) -> Iterator[Finding]:
    """Findings on an entry taken by itself: kinds, class, examples, roots, references in phrases."""
    kinds = known_kinds()
    if entry.type == "trigger":
        if not entry.kinds:
            yield _error(entry, "a trigger needs kinds")
        unknown = [k for k in entry.kinds if kinds and k not in kinds]
        if unknown:
            yield _error(entry, f"unknown kinds {', '.join(unknown)}; the kinds are {', '.join(sorted(kinds))}")
    elif not entry.cls:
        yield _error(entry, "needs a class")
    if len(set(entry.kinds)) < len(entry.kinds):
        yield _error(entry, "a kind is listed twice")
    if not entry.examples:
        level = _error if entry.type == "trigger" else _warning
        yield level(entry, "has no examples; give a sentence in which it fires")
    for verb in entry.verbs:
        if len(verb.root) != _ROOT_LENGTH.get(verb.form, 3):
            yield _error(entry, f"root {verb.root!r} does not fit form {verb.form}")
    for phrase in entry.phrases:
        for option in (o for word in phrase.split() for o in word.split("|")):
            if option.startswith("{") and option[1:-1] not in ids:
                yield _error(entry, f"phrase {phrase!r} names an entry {option[1:-1]!r} that does not exist")


def _listed(entry: Entry) -> list[str]:
    """Words and phrases of an entry as written, the alternatives of a word sorted."""
    return [" ".join("|".join(sorted(w.split("|"))) for w in text.split()) for text in (*entry.words, *entry.phrases)]


def _sense(entry: Entry) -> tuple[str, str, tuple[str, ...]]:
    return entry.type, entry.cls, tuple(sorted(entry.kinds))


def check_listed(entries: Sequence[Entry]) -> Iterator[Finding]:
    """A word or phrase that is listed twice: an error in one entry or one sense, else a warning."""
    first: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        texts = _listed(entry)
        for text in sorted({t for t in texts if texts.count(t) > 1}):
            yield _error(entry, f"{text!r} is listed twice")
        folded = [fold(text) for text in dict.fromkeys(texts)]
        for text in sorted({t for t in folded if folded.count(t) > 1}):
            yield _warning(entry, f"{text!r} is listed in two spellings that fold to one")
        for text in dict.fromkeys(folded):
            other = first.setdefault((entry.type, text), entry)
            if other is not entry:
                level = _error if _sense(other) == _sense(entry) else _warning
                yield level(entry, f"{text!r} is also listed by {other.id} ({other.file}:{other.line})")


def _form_set(spec: VerbSpec | NounSpec) -> frozenset[str]:
    if isinstance(spec, VerbSpec):
        return frozenset(f.text for f in verb_forms(spec.root, spec.form, vowel=spec.vowel, voices=spec.voices))
    return frozenset(f.text for f in noun_forms(spec.singular, spec.plurals, sound=spec.sound))


def check_forms(entries: Sequence[Entry]) -> Iterator[Finding]:
    """Two entries of one sense that claim the same paradigm."""
    first: dict[tuple[tuple[str, str, tuple[str, ...]], frozenset[str]], Entry] = {}
    for entry in entries:
        specs: tuple[VerbSpec | NounSpec, ...] = (*entry.verbs, *entry.masdars, *entry.nouns, *entry.adjectives)
        for spec in specs:
            other = first.setdefault((_sense(entry), _form_set(spec)), entry)
            if other is not entry:
                name = spec.root if isinstance(spec, VerbSpec) else spec.singular
                yield _warning(entry, f"{name!r} is also claimed by {other.id} ({other.file}:{other.line})")


def find_firings(entry: Entry, text: str, *, covered: bool = False) -> list[Firing]:
    """Firings of `entry` on a sentence; with `covered`, also those that a longer phrase of another entry hides.

    Raises KeyError when the entry is not in the compiled lexicon.
    """
    number = load_lexicon().ids[entry.id]
    find = find_matches if covered else find_entries
    return [firing for firing in find(split_words(text), entry.type) if firing.entry == number]


def check_examples(entry: Entry) -> Iterator[Finding]:
    """Examples that don't fire and counterexamples that do."""
    for text in entry.examples:
        if not find_firings(entry, text, covered=True):
            yield _error(entry, f"does not fire in its example: {text}")
    for text in entry.counterexamples:
        fired = find_firings(entry, text)
        if fired:
            words = split_words(text)[fired[0].first:fired[0].last]
            yield _error(entry, f"fires on {' '.join(words)!r} in its counterexample: {text}")


def lint() -> tuple[Finding, ...]:
    """Everything that is wrong with the lexicon's files, by file and line. Examples run only when all files load."""
    entries, findings = _load()
    ids = frozenset(entry.id for entry in entries)
    for entry in entries:
        findings += check_fields(entry, ids)
    findings += check_listed(entries)
    findings += check_forms(entries)
    if not any(f.entry == "-" or "id is already" in f.message for f in findings):
        for entry in entries:
            findings += check_examples(entry)
    return tuple(sorted(findings))
