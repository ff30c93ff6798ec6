"""Report text to tokens and sentences."""

from __future__ import annotations

import re
import sys
from bisect import bisect_left

from khabar.lexicon.fold import fold
from khabar.model.document import Sentence, Token

# A word is letters with their marks and joiners, or digits with inner separators (1,200 or 3.5).
_MARKS = "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200c\u200d\u200e\u200f\u202a-\u202e\u2066-\u2069"
_TOKEN = re.compile(
    rf"[0-9\u0660-\u0669\u06f0-\u06f9]+(?:[.,\u066b\u066c][0-9\u0660-\u0669\u06f0-\u06f9]+)*"
    rf"|[^\W\d_]+(?:[{_MARKS}]+[^\W\d_]*)*|\S"
)
_MAX_WORDS = 100_000  # word types remembered
_MAX_LETTERS = 40  # of a word worth remembering
_ENDERS = frozenset(".!?؟…")
# A sentence is cut after so many tokens: work on one grows with the square of its length, and real ones stay
# far below (the longest of 375 development reports has 214).
_LONGEST = 250


class _Norms(dict[str, str]):
    """Folded forms of the words met so far, the word itself where nothing would remain. Fills itself."""

    def __missing__(self, word: str) -> str:
        norm = sys.intern(fold(word) or word)
        if len(word) <= _MAX_LETTERS:
            if len(self) >= _MAX_WORDS:
                self.clear()
            self[word] = norm
        return norm


_NORMS = _Norms()


def find_tokens(text: str) -> tuple[Token, ...]:
    """Tokens of `text` in order; `text[t.start:t.end]` is the word as written."""
    norms, find, make = _NORMS, text.find, tuple.__new__  # Token(…) would call a Python function for each word
    tokens: list[Token] = []
    end = 0
    for word in _TOKEN.findall(text):
        start = find(word, end)  # only space lies between tokens, so the next place it stands at is its own
        end = start + len(word)
        tokens.append(make(Token, (start, end, norms[word])))
    return tuple(tokens)


def find_sentences(text: str, tokens: tuple[Token, ...]) -> tuple[Sentence, ...]:
    """Sentences as token runs. A line break ends one; so does . ! ? ؟ … followed by space."""
    sentences: list[Sentence] = []
    first = 0
    for last in _ends(text, tokens):
        for i in (*range(first + _LONGEST, last, _LONGEST), last):
            sentences.append(Sentence(tokens[first].start, tokens[i - 1].end, first, i))
            first = i
    return tuple(sentences)


def _ends(text: str, tokens: tuple[Token, ...]) -> list[int]:
    """Where sentences end, by the index of the token after, in order."""
    found = {i for i, token in enumerate(tokens, 1) if token.norm in _ENDERS}
    at = text.find("\n")
    while at >= 0:
        i = bisect_left(tokens, (at,))
        found.add(i)
        at = text.find("\n", tokens[i].start) if i < len(tokens) else -1
    count = len(tokens)
    inner = sorted(i for i in found if 0 < i < count and tokens[i].start > tokens[i - 1].end)
    return [*inner, count] if count else []
