"""Look-up keys of place names: letters folded, article and spaces off; a consonant skeleton for variants.

Three keys meet every spelling seen in the news: the name as folded words, `compact` (بور سودان,
بورتسودان differ only in spacing; البوليل, بوليل in the article), and `skeleton` (كنصفرة, كنصفرا;
معارة, معرة differ in vowel letters only). The skeleton is for use inside a told division.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from khabar.lexicon.fold import fold

_WORD = re.compile(r"[^\W_]+")
_BONES = str.maketrans("ظذثطصقغ", "ضدتتسكج", "اويهء")  # look-alikes merged, vowel letters off
_LATIN_ARTICLE = re.compile(r"\b(?:al|el|an|ar|as|at|az|ad|ash|adh|ath|de|ez|edh)[ \-'’]+")
_LATIN_DROP = re.compile(r"[^a-z0-9\u0621-\u064a]+")


@lru_cache(maxsize=32768)
def words(name: str) -> tuple[str, ...]:
    """Folded words of a name; the hamza on the line is dropped (الشعراء, الشعرا)."""
    folded = fold(name)
    found = _WORD.findall(folded)
    if "ء" in folded:
        found = [word for word in [word.replace("ء", "") for word in found] if word]
    return tuple(found)


def bare(word: str) -> str:
    """A folded word without its article."""
    if word.startswith("ال") and len(word) > 3:
        return word[2:]
    return word


def compact_words(parts: tuple[str, ...]) -> str:
    """The compact key of folded words: article off each, joined."""
    return "".join([bare(w) for w in parts])


@lru_cache(maxsize=65536)
def compact(name: str) -> str:
    """The compact key of a name."""
    return compact_words(words(name))


def skeleton(key: str) -> str:
    """Consonants of a compact key, look-alike ones merged; "" when fewer than two remain."""
    bones = key.translate(_BONES)
    return bones if len(bones) >= 2 else ""


@lru_cache(maxsize=16384)
def latin(name: str) -> str:
    """Key of a name in Latin letters: accents, articles, hyphens and spaces off ("Deir ez-Zor", "Dayr az Zawr")."""
    text = name.lower()
    if not text.isascii():
        text = "".join([c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)])
    return _LATIN_DROP.sub("", _LATIN_ARTICLE.sub("", text + " "))
