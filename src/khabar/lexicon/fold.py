"""Folding of letters that Arabic writers use interchangeably, with the way back to the source.

Folding: NFKC per character (presentation forms, lam-alef ligatures), marks and tatweel dropped,
أإآٱ→ا, ى→ي, ؤ→و, ئ→ي, ة→ه, Persian/Urdu look-alikes→Arabic, Arabic-Indic and Persian digits→0-9,
Latin lower-cased. The hamza on the line stays: it tells words apart (جزء، جز).
"""

from __future__ import annotations

import unicodedata
from array import array
from dataclasses import dataclass
from functools import cache

_LETTERS = {
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ٲ": "ا", "ٳ": "ا",
    "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ئ": "ي",
    "ؤ": "و", "ة": "ه", "ۀ": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه",
    "ک": "ك", "ڪ": "ك", "ﮎ": "ك", "گ": "ك", "چ": "ج", "پ": "ب", "ڤ": "ف", "ژ": "ز",
}
_DROPPED = frozenset("\u0640\u0670\ufeff")


@cache
def _fold_char(char: str) -> str:
    code = ord(char)
    if char in _DROPPED or 0x064B <= code <= 0x065F or 0x06D6 <= code <= 0x06ED:
        return ""
    if char in _LETTERS:
        return _LETTERS[char]
    if code < 0x80:
        return char.lower()
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return ""
    if 0x0620 <= code <= 0x064A:
        return char
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    expanded = unicodedata.normalize("NFKC", char)
    if expanded == char:
        return char.lower()
    return "".join(_fold_char(c) for c in expanded)


class _Table(dict[int, str]):
    """Translation table that fills itself as characters are met."""

    def __missing__(self, key: int) -> str:
        value = _fold_char(chr(key))
        if len(self) < 70_000:
            self[key] = value
        return value


_TABLE = _Table()


def fold(text: str) -> str:
    """Fold `text` for a look-up key. Offsets are lost: use `NormView` where they matter."""
    return text.translate(_TABLE)


@dataclass(frozen=True, slots=True)
class NormView:
    """A folded text with its map back: `norm[i]` comes from `source[origin[i]]`."""

    source: str
    norm: str
    origin: array[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Source span (code points, end exclusive) of `norm[start:end]`, marks that follow included."""
        if start >= end:
            at = self.origin[start] if start < len(self.origin) else len(self.source)
            return at, at
        last = self.origin[end - 1] + 1
        while last < len(self.source) and _TABLE[ord(self.source[last])] == "":
            last += 1
        return self.origin[start], last


def fold_view(text: str) -> NormView:
    """Fold `text` keeping, for every folded character, the source offset it came from."""
    norm: list[str] = []
    origin = array("l")
    for i, char in enumerate(text):
        folded = _TABLE[ord(char)]
        norm.append(folded)
        for _ in folded:
            origin.append(i)
    return NormView(text, "".join(norm), origin)
