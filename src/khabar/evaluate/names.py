"""When two names count as the same in the measures. This folding is part of the measure, not of the reader:
it stays as the annotation guidelines' scorer has it, whatever the lexicon learns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_MARKS = re.compile("[\u064b-\u0652\u0670\u0640\u200c-\u200f\u202a-\u202e]")
_FOLD = str.maketrans("أإآٱىئؤة", "ااااييوه")
_CLITIC = re.compile(r"^(?:[وف]?(?:بال|كال|ال|لل)|[وف](?=\w{3})|ب(?=\w{4})|ل(?=\w{4}))")
_WORD = re.compile(r"\w+")
_SHORTEST = 4  # shorter words keep their first letters: they are seldom clitics
_SAME = 0.5  # more than this share of the words in common (Dice)


@lru_cache(maxsize=65536)
def find_words(name: str) -> frozenset[str]:
    """The words of a name, folded and without article and clitics."""
    words = _WORD.findall(_MARKS.sub("", name).translate(_FOLD))
    return frozenset(_CLITIC.sub("", w) if len(w) >= _SHORTEST else w for w in words)


def is_same_name(left: str, right: str) -> bool:
    """Whether more than half of the words of two names are shared."""
    a, b = find_words(left), find_words(right)
    return bool(a) and bool(b) and 2 * len(a & b) / (len(a) + len(b)) > _SAME


def count_met(gold: Sequence[Sequence[str]], found: Sequence[Sequence[str]]) -> int:
    """How many annotated entries (each a list of names) are met by a predicted entry of their own."""
    free = list(range(len(found)))
    met = 0
    for names in gold:
        for i in free:
            if any(is_same_name(n, g) for n in names for g in found[i]):
                free.remove(i)
                met += 1
                break
    return met
