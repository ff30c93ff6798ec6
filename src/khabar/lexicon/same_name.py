"""Whether two strings name the same thing: more than half of their words, clitics off, are shared."""

from __future__ import annotations

import re
from functools import lru_cache

_MARKS = re.compile("[\u064b-\u0652\u0670\u0640\u200c-\u200f\u202a-\u202e]")
_FOLD = str.maketrans("أإآٱىئؤة", "ااااييوه")
_CLITIC = re.compile(r"^(?:[وف]?(?:بال|كال|ال|لل)|[وف](?=\w{3})|ب(?=\w{4})|ل(?=\w{4}))")
_WORD = re.compile(r"\w+")


@lru_cache(maxsize=50_000)
def name_words(name: str) -> frozenset[str]:
    """The words of a name, folded, leading clitics off."""
    text = _MARKS.sub("", name).translate(_FOLD)
    return frozenset(_CLITIC.sub("", w) if len(w) > 3 else w for w in _WORD.findall(text))


def is_same_name(a: str, b: str) -> bool:
    """Whether more than half of the words of both are shared (Dice > 0.5)."""
    x, y = name_words(a), name_words(b)
    return bool(x) and bool(y) and 2 * len(x & y) / (len(x) + len(y)) > 0.5
