"""The word table of the time grammar: a folded word to the classes it is in, clitics included.

A word has three views, since a clitic is only welcome in some places: bare (عام), with و (وعام) and
loose (any clitic: بعام, للعام), which counts at the start of an expression.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from khabar.errors import DataError
from khabar.lexicon.fold import fold

STRICT, LOOSE, JOINED = 0, 1, 2  # which view of a token a place in a pattern looks at
_CONJUNCTIONS = ("", "و", "ف")
_PREPOSITIONS = ("", "ب", "ل", "ك")
_ARTICLES = ("none", "only", "both")
_MAX_WORDS = 100_000  # word types remembered
_DIGITS = frozenset("0123456789")  # folding leaves no others
# Classes of digit tokens, by the number they write.
DIGIT_CLASSES = ("num", "day31", "mon12", "year4", "year_near", "hyear4", "dotted", "clock")


class Word(NamedTuple):
    """A word's class bits per view (STRICT, LOOSE, JOINED) and its value in each class."""

    masks: tuple[int, int, int]
    values: Mapping[int, str]


@dataclass(slots=True)
class WordTable:
    """Words by folded form. Filled while the grammar loads; afterwards only `seen` grows."""

    classes: dict[str, int] = field(default_factory=dict)
    words: dict[str, Word] = field(default_factory=dict)
    seen: dict[str, Word | None] = field(default_factory=dict)  # words met in texts

    def bit(self, name: str) -> int:
        """Number of the class, made on first use."""
        return self.classes.setdefault(name, len(self.classes))

    def find_all(self, norms: Sequence[str]) -> list[Word | None]:
        """Each folded word's entry: None for all that the grammar does not know, numbers by what they write."""
        seen = self.seen
        return [seen[norm] if norm in seen else self._look(norm) for norm in norms]

    def _look(self, norm: str) -> Word | None:
        word = self.words.get(norm)
        if word is None and norm[0] in _DIGITS:
            word = self._number(norm)
        if len(self.seen) >= _MAX_WORDS:
            self.seen.clear()
        self.seen[norm] = word
        return word

    def _number(self, norm: str) -> Word:
        values = {self.classes[name]: value for name, value in read_number(norm).items() if name in self.classes}
        mask = sum(1 << number for number in values)
        return Word((mask, mask, 0), values)

    def add_class(self, name: str, table: Mapping[str, Any], where: str) -> None:
        """Add a class of words from its data table. Raises DataError on an unknown key."""
        unknown = set(table) - {"article", "clitics", "words"}
        article = table.get("article", "none")
        if unknown or article not in _ARTICLES:
            raise DataError(f"{where}: class {name}: unknown key or article ({sorted(unknown)}, {article!r})")
        prepositions = table.get("clitics", "conj") == "noun"
        for value, forms in table.get("words", {}).items():
            for form in forms:
                stem = fold(form)
                if article != "only":
                    self.add_word(name, stem, value, prepositions)
                if article != "none":
                    self.add_word(name if article == "only" else f"the_{name}", "ال" + stem, value, prepositions)

    def add_word(self, name: str, word: str, value: str, prepositions: bool) -> None:
        """Add a word to a class with every clitic it may carry."""
        number = self.bit(name)
        for conjunction in _CONJUNCTIONS:
            for preposition in _PREPOSITIONS if prepositions else ("",):
                clitic = conjunction + preposition
                joined = "ل" + word[1:] if preposition == "ل" and word.startswith("ال") else preposition + word
                strict = 0 if clitic else 1 << number
                with_and = 1 << number if clitic == "و" else 0
                self._merge(conjunction + joined, (strict, 1 << number, with_and), number, value)

    def _merge(self, norm: str, masks: tuple[int, int, int], number: int, value: str) -> None:
        known = self.words.get(norm)
        if known is None:
            self.words[norm] = Word(masks, {number: value})
            return
        values = {number: value, **known.values}
        merged = (known.masks[0] | masks[0], known.masks[1] | masks[1], known.masks[2] | masks[2])
        self.words[norm] = Word(merged, values)


def read_number(norm: str) -> dict[str, str]:
    """The digit classes of a number token and the value in each; empty when it is none of them.

    Folding has made every digit ASCII: "28" is num and day31, "14.10.2017" dotted, "23.35" clock.
    """
    if norm.isdigit():
        return _whole_number(norm)
    parts = norm.replace(",", ".").split(".")
    if not all(part.isdigit() for part in parts):
        return {}
    numbers = [int(part) for part in parts]
    if len(parts) == 3 and len(parts[2]) == 4 and 1 <= numbers[0] <= 31 and 1 <= numbers[1] <= 12:
        return {"dotted": f"{numbers[2]}-{parts[1]}-{parts[0]}"}
    if len(parts) == 2 and numbers[0] <= 24 and len(parts[1]) == 2 and numbers[1] < 60:
        return {"clock": f"{parts[0]}:{parts[1]}"}
    return {}


def _whole_number(norm: str) -> dict[str, str]:
    if len(norm) > 4:
        return {}
    number = int(norm)
    found = {"num": norm}
    if 1 <= number <= 31 and len(norm) <= 2:
        found["day31"] = norm
        if number <= 12:
            found["mon12"] = norm
    if 1800 <= number <= 2100:
        found["year4"] = norm
        if 1900 <= number <= 2049 and number != 2000:  # "في 2000 منزل" is a count
            found["year_near"] = norm
    if 1300 <= number <= 1500:
        found["hyear4"] = norm
    return found


def ensure_classes(table: WordTable, names: Iterable[str]) -> None:
    """Number classes that have no words of their own (digits)."""
    for name in names:
        table.bit(name)
