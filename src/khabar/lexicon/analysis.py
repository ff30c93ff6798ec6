"""What a word can be: its readings in the compiled lexicon, clitics peeled; cached per word type."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from khabar.lexicon.clitics import load_clitics
from khabar.lexicon.compiled import PHRASE_WORD, Compiled, EntryInfo, load_compiled


class Reading(NamedTuple):
    """One reading of a word form in one entry."""

    entry: int
    pos: str  # v n ap pp adj w (uninflected word) phrase (first word of a phrase)
    tense: str
    person: str
    voices: str
    proclitic: str
    enclitic: str

    @property
    def definite(self) -> bool:
        """Whether the article is on the word."""
        return self.proclitic.endswith(("ال", "لل"))


def _likeliest(found: list[tuple[int, Reading]]) -> tuple[Reading, ...]:
    """Readings of words that strip fewest letters, then all of phrases' first words.

    The two don't compete: "العملية" starts phrases as written, which must not hide its reading ال + عملية.
    """
    words = [(stripped, reading) for stripped, reading in found if reading.pos != PHRASE_WORD]
    least = min((stripped for stripped, _ in words), default=0)
    starts = [reading for _, reading in found if reading.pos == PHRASE_WORD]
    return (*(reading for stripped, reading in words if stripped == least), *starts)


_MAX_WORDS = 200_000  # word types remembered; about 60 MB at most


class Lexicon:
    """Look-ups over the compiled lexicon. Cost grows with the text, not with the lexicon."""

    def __init__(self, compiled: Compiled) -> None:
        self.entries: tuple[EntryInfo, ...] = compiled.entries
        self.phrases = compiled.phrases
        self.ids = {entry.id: number for number, entry in enumerate(compiled.entries)}
        self._forms = compiled.forms
        self._table = load_clitics()
        self._known: dict[str, tuple[Reading, ...]] = {}
        # Proclitics by first letter, with their parts of speech and whether they end with the article.
        self._proclitics: dict[str, list[tuple[str, str, bool]]] = {}
        for proclitic, parts in self._table.proclitics:
            row = (proclitic, parts, proclitic.endswith(("ال", "لل")))
            self._proclitics.setdefault(proclitic[:1], []).append(row)
        self._bare = self._proclitics.pop("", [])
        self._enclitics: dict[str, list[str]] = {}  # by last letter
        for enclitic in self._table.enclitics:
            self._enclitics.setdefault(enclitic[-1], []).append(enclitic)

    def read(self, norm: str) -> tuple[Reading, ...]:
        """Readings of a folded word, those that strip fewest letters; () when it is unknown."""
        known = self._known.get(norm)
        if known is None:
            known = self._analyse(norm)
            if len(self._known) >= _MAX_WORDS:
                self._known.clear()
            self._known[norm] = known
        return known

    def _analyse(self, norm: str) -> tuple[Reading, ...]:
        if len(norm) > 24:
            return ()
        found: list[tuple[int, Reading]] = []
        forms = self._forms
        enclitics = [enclitic for enclitic in self._enclitics.get(norm[-1:], ()) if norm.endswith(enclitic)]
        for proclitic, parts, article in (*self._bare, *self._proclitics.get(norm[:1], ())):
            if not norm.startswith(proclitic):
                continue
            rest = norm[len(proclitic):]
            if len(rest) < 2:
                continue
            if rest in forms:
                self._look(rest, proclitic, parts, "", found)
            for enclitic in () if article else enclitics:
                if len(rest) - len(enclitic) >= 2 and rest[: -len(enclitic)] in forms:
                    self._look(rest[: -len(enclitic)], proclitic, parts, enclitic, found)
        if not found:
            return ()
        return _likeliest(found)

    def _look(
        self, stem: str, proclitic: str, parts: str, enclitic: str, found: list[tuple[int, Reading]]
    ) -> None:
        particle = proclitic.lstrip("وف") if proclitic else ""
        for entry, pos, tense, person, voices, bound in self._forms[stem]:
            if bound and not enclitic:
                continue
            if not bound and enclitic and stem.endswith("ه") and pos != "v":
                continue
            if pos == "v":
                if "v" not in parts or (particle in ("س", "ل") and tense != "impf"):
                    continue
            elif pos in ("w", PHRASE_WORD):
                if enclitic or (particle == "س" and stem[0] not in "يتنا"):  # سيفتح النار, but not س + مات
                    continue
            elif "n" not in parts or (enclitic and pos == "adj"):
                continue
            # A final ه may be a folded ة: قتله is "killers" or "his killing", so the pronoun costs nothing there.
            stripped = len(proclitic) + (0 if enclitic == "ه" else len(enclitic))
            found.append((stripped, Reading(entry, pos, tense, person, voices, proclitic, enclitic)))

    def info(self, reading: Reading) -> EntryInfo:
        """The entry of a reading."""
        return self.entries[reading.entry]


@cache
def load_lexicon() -> Lexicon:
    """The lexicon, compiled or from the cache; loaded once per process."""
    return Lexicon(load_compiled())
