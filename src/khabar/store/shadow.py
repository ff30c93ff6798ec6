"""The folded shadow of a text that full-text search runs on, and queries in the same form.

Each word is indexed folded (khabar.lexicon.fold) and once more without its proclitics
و ف ب ل ك ال, so that "مدنيين" finds "المدنيين", "مستشفى" finds "ومستشفى" and 5 finds ٥.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from khabar.lexicon.fold import fold

SINGLE = "وفبلك"  # one-letter proclitics, as conventions of Arabic writing join them
ARTICLE = "ال"
SHORTEST = 3  # letters a stem must keep: with 2, every و… word drags in particles
_WORD = re.compile(r"[^\W_]+")
# A word as written: letters and digits with the marks and joiners between them that folding drops.
_WRITTEN = re.compile(
    "[^\\W_](?:[^\\W_]|[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200c-\u200f\u202a-\u202e\u2066-\u2069])*"
)
_PHRASE = re.compile(r'"([^"]*)"|(\S+)')


@dataclass(frozen=True, slots=True)
class Term:
    """A query term: `words` in order, each the alternatives that count as a hit; `negated` excludes."""

    words: tuple[tuple[str, ...], ...]
    negated: bool = False


@lru_cache(maxsize=100_000)
def find_stems(word: str) -> tuple[str, ...]:
    """Forms of a folded word with its proclitics off, outermost first: وبالمدنيين → بالمدنيين, المدنيين, مدنيين."""
    stems: list[str] = []
    rest, singles = word, 0
    while True:
        if (rest.startswith("لل") and len(rest) - 2 >= SHORTEST) or (
            rest.startswith(ARTICLE) and len(rest) - 2 >= SHORTEST
        ):
            rest = rest[2:]
        elif rest[:1] in SINGLE and singles < 2 and len(rest) - 1 >= SHORTEST:
            rest, singles = rest[1:], singles + 1
            stems.append(rest)
            continue
        else:
            return tuple(stems)
        stems.append(rest)
        return tuple(stems)


def find_words(text: str) -> list[str]:
    """The folded words of a text, in order, marks and punctuation off."""
    return _WORD.findall(fold(text))


def make_shadow(text: str) -> tuple[str, str]:
    """(folded words in order, stems) of a text, each joined by spaces."""
    words = find_words(text)
    stems = [stem for word in words for stem in find_stems(word)]
    return " ".join(words), " ".join(stems)


def parse_query(query: str) -> tuple[Term, ...]:
    """Terms of a query: every one must be met; "quoted words" are a phrase; -word excludes."""
    terms: list[Term] = []
    for match in _PHRASE.finditer(query):
        phrase, single = match.groups()
        if phrase is not None:
            words = tuple((word,) for word in find_words(phrase))
            terms += [Term(words)] if words else []
            continue
        negated = single.startswith("-") and len(single) > 1
        for word in find_words(single):
            terms.append(Term((alternatives(word),), negated))
    return tuple(terms)


@lru_cache(maxsize=10_000)
def alternatives(word: str) -> tuple[str, ...]:
    """What a query word may stand for in the index: itself, and its stem when the article or two letters came off."""
    stems = find_stems(word)
    if not stems:
        return (word,)
    if len(stems) == 1 and not word.startswith((ARTICLE, "لل")):
        # One letter only: it may as well be the word's own (وزارة), so the stem must be long to count.
        return (word, stems[0]) if len(stems[0]) >= SHORTEST + 2 else (word,)
    return (word, stems[-1])


def find_marks(text: str, terms: tuple[Term, ...]) -> tuple[tuple[int, int], ...]:
    """Spans (code points) of `text` that a query's terms hit, for highlighting."""
    wanted = {form for term in terms if not term.negated for word in term.words for form in word}
    marks: list[tuple[int, int]] = []
    for match in _WRITTEN.finditer(text):
        if any(form in wanted or not wanted.isdisjoint(find_stems(form)) for form in _fold_word(match.group())):
            marks.append(match.span())
    return tuple(marks)


@lru_cache(maxsize=100_000)
def _fold_word(word: str) -> tuple[str, ...]:
    return tuple(find_words(word))


def fold_name(name: str) -> str:
    """A name as a look-up key: folded words without the article, joined by single spaces."""
    words = [word[2:] if word.startswith(ARTICLE) and len(word) - 2 >= SHORTEST else word for word in find_words(name)]
    return " ".join(words) or fold(name)
