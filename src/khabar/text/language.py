"""Which language a text is in, by its letters alone: the share of Arabic script, and the letters Arabic lacks."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from khabar.model.document import Issue

_ARABIC_BLOCKS = ((0x0600, 0x06FF), (0x0750, 0x077F), (0x08A0, 0x08FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFF))


@dataclass(frozen=True, slots=True)
class LetterRules:
    """The rows of data/languages.toml."""

    own_share: float
    own_least: int
    shared_share: float
    arabic: str
    arabic_share: float
    script_share: float
    mixed_share: float
    languages: tuple[tuple[str, str, str, str], ...]  # id, name, own letters, shared letters


@cache
def load_letter_rules() -> LetterRules:
    """The letters of each language; read once."""
    with (files("khabar.data") / "languages.toml").open("rb") as handle:
        rows = tomllib.load(handle)
    languages = tuple((x["id"], x["name"], x["own"], x["shared"]) for x in rows.pop("language"))
    return LetterRules(**rows, languages=languages)


def find_language(text: str) -> tuple[str | None, Issue | None]:
    """The language of `text` ("ar", "fa", "ur", "ckb", "ps" or None) and what is odd about it.

    An issue with the code `no-letters` or `other-language` means that there is nothing to read;
    `mixed-scripts` that a good part of the letters are not Arabic.
    """
    counts = Counter(text)
    letters = arabic = 0
    for char, count in counts.items():
        if char.isalpha():
            letters += count
            if is_arabic(char):
                arabic += count
    if not letters:
        return None, Issue("no-letters", "The text has no letters; give a report in Arabic.")
    rules = load_letter_rules()
    share = arabic / letters
    if share < rules.script_share:
        message = f"The text is not Arabic: {share:.0%} of its letters are Arabic script. Give a report in Arabic."
        return None, Issue("other-language", message)
    other = _other_language(counts, arabic, rules)
    if other is not None:
        language, name = other
        return language, Issue(
            "other-language",
            f"The text is in Arabic script but its letters are those of {name}. Give a report in Arabic.",
        )
    if share < rules.mixed_share:
        return "ar", Issue("mixed-scripts", f"Only {share:.0%} of the letters are Arabic script; the rest is not read.")
    return "ar", None


def is_arabic(char: str) -> bool:
    """Whether a character lies in a block of the Arabic script."""
    code = ord(char)
    return any(first <= code <= last for first, last in _ARABIC_BLOCKS)


def _other_language(counts: Counter[str], arabic: int, rules: LetterRules) -> tuple[str, str] | None:
    foreign = {c for _, _, own, _ in rules.languages for c in own}
    own_total = sum(counts[c] for c in sorted(foreign))
    shared = {c for *_, letters in rules.languages for c in letters}
    shared_total = sum(counts[c] for c in sorted(shared))
    native = sum(counts[c] for c in rules.arabic)
    by_own = own_total >= rules.own_least and own_total > rules.own_share * arabic
    by_shared = shared_total > rules.shared_share * arabic and native < rules.arabic_share * arabic
    if by_own and native > 2 * own_total:  # Arabic with Persian names in it: ة أ إ outnumber گ چ
        by_own = False
    if not by_own and not by_shared:
        return None
    best = max(rules.languages, key=lambda row: _fit(counts, row[2], foreign))
    return best[0], best[1]


def _fit(counts: Counter[str], own: str, foreign: set[str]) -> int:
    """Letters of the language that are there, less foreign ones that it does not write."""
    return sum(counts[c] for c in own) - sum(counts[c] for c in sorted(foreign - set(own)))
