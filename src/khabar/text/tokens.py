"""Report text to tokens and sentences."""

from __future__ import annotations

import re

from khabar.lexicon.fold import fold
from khabar.model.document import Sentence, Token

# A word is letters with their marks and joiners, or digits with inner separators (1,200 or 3.5).
_MARKS = "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200c\u200d\u200e\u200f\u202a-\u202e\u2066-\u2069"
_TOKEN = re.compile(
    rf"[0-9\u0660-\u0669\u06f0-\u06f9]+(?:[.,\u066b\u066c][0-9\u0660-\u0669\u06f0-\u06f9]+)*"
    rf"|[^\W\d_](?:[^\W\d_]|[{_MARKS}])*|\S"
)
_ENDERS = frozenset(".!?؟…")
# A sentence is cut after so many tokens: work on one grows with the square of its length, and real ones stay
# far below (the longest of 375 development reports has 214).
_LONGEST = 250


def find_tokens(text: str) -> tuple[Token, ...]:
    """Tokens of `text` in order; `text[t.start:t.end]` is the word as written."""
    cache: dict[str, str] = {}
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        word = match.group()
        norm = cache.get(word)
        if norm is None:
            norm = cache[word] = fold(word)
        tokens.append(Token(match.start(), match.end(), norm or word))
    return tuple(tokens)


def find_sentences(text: str, tokens: tuple[Token, ...]) -> tuple[Sentence, ...]:
    """Sentences as token runs. A line break ends one; so does . ! ? ؟ … followed by space."""
    sentences: list[Sentence] = []
    first = 0
    count = len(tokens)
    for i, token in enumerate(tokens):
        after = tokens[i + 1].start if i + 1 < count else len(text)
        ends = i + 1 == count or "\n" in text[token.end:after]
        if not ends and token.norm in _ENDERS and after > token.end:
            ends = True
        if ends or i + 1 - first >= _LONGEST:
            sentences.append(Sentence(tokens[first].start, token.end, first, i + 1))
            first = i + 1
    return tuple(sentences)
