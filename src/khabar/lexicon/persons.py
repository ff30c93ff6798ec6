"""Persons by the grammar of their names: a title or rank, then given names, particles and family names.

الرئيس الأميركي دونالد ترامب · وزير الدفاع آشتون كارتر · العميد محمد الجبوري · المتحدث باسم البنتاجون جيف ديفيس ·
قائد لواء الفرقان أبو محمد. The lists are in data/ar/persons.toml; known persons come from the actor table.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from khabar.lexicon.actors import ActorHit, ActorTable, load_actors
from khabar.lexicon.entries import DATA
from khabar.lexicon.fold import fold
from khabar.lexicon.words import Word, WordCache, load_words

_COMMAS = frozenset(("،", ","))
_QUOTES = frozenset(('"', "«", "»", "“", "”", "'", "#", "_", "(", ")"))
_PROCLITICS = ("", "و", "ف", "ب", "ل", "ك")
_ARTICLES = ("ال", "وال", "فال", "بال", "كال", "لل", "ولل", "فلل")
_MAX_TITLE = 14  # tokens of a title; the longest in the training reports has 11
_MAX_NAME = 5  # tokens of a name
_MAX_WORDS = 200_000  # word types remembered


class PersonHit(NamedTuple):
    """A person found at a token; spans are token indices, ends exclusive."""

    last: int
    has_name: bool  # False: an unnamed person by role (المتحدث باسم الجيش)
    actor: str | None  # id in the actor table when the name is known
    proclitic: str
    title: tuple[int, int] | None
    name: tuple[int, int] | None
    role: str  # class of the title: minister, spokesman, rank …; "" without title
    affiliation: str | None  # id of the state, force or group that the title names


class _Title(NamedTuple):
    """What a word can open: a title's class, whether it may stand without a name, its proclitic and article."""

    role: str
    alone: bool
    proclitic: str
    definite: bool


class _Start(NamedTuple):
    """What a word type can start."""

    titles: tuple[_Title, ...]
    name: str  # the proclitic before a name's first word, "-" when it starts none
    sure: bool  # the name word is no common word


class _Lists(NamedTuple):
    """Folded lists of data/ar/persons.toml."""

    titles: dict[str, tuple[tuple[str, bool], ...]]
    modifiers: frozenset[str]
    institutions: frozenset[str]
    links: frozenset[str]
    kunya: frozenset[str]
    son: frozenset[str]
    foreign: frozenset[str]
    stops: frozenset[str]
    arabic: frozenset[str]
    western: frozenset[str]
    ambiguous: frozenset[str]


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(text).split())


@cache
def load_lists() -> _Lists:
    """The person lists, folded."""
    data: dict[str, Any] = tomllib.loads((DATA / "ar/persons.toml").read_text("utf-8"))
    titles: dict[str, tuple[tuple[str, bool], ...]] = {}
    for raw in data["title"]:
        for head in raw["heads"]:
            key = fold(head)
            titles[key] = (*titles.get(key, ()), (raw["class"], raw.get("alone", False)))
    given, inside, particles = data["given"], data["inside"], data["particles"]
    return _Lists(
        titles, _words(inside["modifiers"]), _words(inside["institutions"]), _words(inside["links"]),
        _words(particles["kunya"]), _words(particles["son"]), _words(particles["foreign"]),
        _words(data["stops"]["words"]), _words(given["arabic"]) | _words(given["ambiguous"]),
        _words(given["western"]) | _words(given["turkish"]) | _words(given["persian_kurdish"]),
        _words(given["ambiguous"]),
    )


class PersonFinder:
    """Finds persons in folded tokens. A token that starts nothing costs one dict look-up."""

    def __init__(self, lists: _Lists, actors: ActorTable, words: WordCache) -> None:
        self.lists, self.actors, self.words = lists, actors, words
        self._starts: dict[str, _Start | None] = {}

    def find(self, norms: Sequence[str], i: int) -> PersonHit | None:
        """The person whose title or name starts at token `i`, or None."""
        norm = norms[i]
        try:
            start = self._starts[norm]
        except KeyError:
            start = self._analyse(norm)
        if start is None:
            return None
        for title in start.titles:
            hit = self._titled(norms, i, title)
            if hit is not None:
                return hit
        return self._bare(norms, i, start)

    def _analyse(self, norm: str) -> _Start | None:
        titles = tuple(self._titles(norm))
        name, sure = "-", False
        for proclitic in _PROCLITICS:
            rest = norm[len(proclitic):]
            if norm.startswith(proclitic) and len(rest) >= 2 and self._opens_name(rest):
                name, sure = proclitic, rest not in self.lists.ambiguous
                break
        known = any(self._is_person(hit) for hit in self.actors.match((norm,), 0)) or self._may_be_known(norm)
        start = _Start(titles, name, sure) if titles or name != "-" or known else None
        if len(self._starts) >= _MAX_WORDS:
            self._starts.clear()
        self._starts[norm] = start
        return start

    def _may_be_known(self, norm: str) -> bool:
        return self.actors.starts_kind(norm, "person")

    def _titles(self, norm: str) -> Iterator[_Title]:
        for proclitic in _PROCLITICS:
            found = self.lists.titles.get(norm[len(proclitic):]) if norm.startswith(proclitic) else None
            for role, alone in found or ():
                yield _Title(role, alone, proclitic, False)
        for article in _ARTICLES:
            found = self.lists.titles.get(norm[len(article):]) if norm.startswith(article) else None
            for role, alone in found or ():
                yield _Title(role, alone, article, True)

    def _opens_name(self, word: str) -> bool:
        lists = self.lists
        if word in lists.arabic or word in lists.western or word in lists.kunya or word in ("عبد", "ابن"):
            return True
        return (word.startswith("عبدال") and len(word) > 6) or (word.startswith("ابو") and len(word) > 5)

    def _is_person(self, hit: ActorHit) -> bool:
        return self.actors.kind(hit.actors[0]) == "person"

    def _known(self, norms: Sequence[str], j: int, *, surnames: bool = False) -> ActorHit | None:
        for hit in self.actors.match(norms, j, surnames=surnames):
            if self._is_person(hit):
                return hit
        return None

    def _titled(self, norms: Sequence[str], i: int, title: _Title) -> PersonHit | None:
        end, affiliation, at = self._title_end(norms, i, title)
        if at is not None:
            known = self._known(norms, at)
            last = self._name_end(norms, at, True, self._is_foreign(affiliation))
            if known is not None:
                last = max(last, known.last)
            if last > at:
                return PersonHit(
                    last, True, known.actors[0] if known is not None else None, title.proclitic, (i, end),
                    (at, last), title.role, affiliation,
                )
        if title.alone and end > i + 1:
            return PersonHit(end, False, None, title.proclitic, (i, end), None, title.role, affiliation)
        return None

    def _is_foreign(self, affiliation: str | None) -> bool:
        """Whether the title's state does not name people in Arabic, so that unknown words are names."""
        country = self.actors.country(affiliation) if affiliation is not None else None
        return country is None or country not in _ARAB

    def _title_end(self, norms: Sequence[str], i: int, title: _Title) -> tuple[int, str | None, int | None]:
        """(end of the title, affiliation, token where a name may start or None)."""
        affiliation: str | None = None
        j = end = i + 1
        count = min(len(norms), i + _MAX_TITLE)
        linked = False
        while j < count:
            norm = norms[j]
            if norm in _COMMAS:
                at = j + 1
                if at < len(norms) and (self._known(norms, at) is not None or self._sure_name(norms, at)):
                    return end, affiliation, at
                titled = at < len(norms) and self._titles_at(norms[at])
                if not titled:
                    return end, affiliation, None
                j += 1
                continue
            if norm in _QUOTES:
                j += 1
                continue
            if self._known(norms, j) is not None and not linked:
                return end, affiliation, j
            hits = self.actors.match(norms, j)
            if hits and not self._is_person(hits[0]) and not hits[0].proclitic.startswith(("و", "ف", "ك")):
                hit = hits[0]
                if affiliation is None or hit.strength != "adjective":
                    affiliation = hit.actors[0]
                j = end = hit.last
                linked = False
                continue
            inside = norm in self.lists.modifiers or norm in self.lists.institutions
            if inside or (norm not in self.lists.links and self._titles_at(norm) and norm not in self.lists.arabic):
                j = end = j + 1
                linked = False
                continue
            if norm in self.lists.links or norm[:1] == "ل" and norm[1:] in self.lists.institutions:
                if norm not in self.lists.links:
                    end = j + 1
                j += 1
                linked = norm in self.lists.links
                continue
            if linked:
                break
            return end, affiliation, j
        return end, affiliation, None

    def _titles_at(self, norm: str) -> bool:
        return norm[:1] not in "وف" and any(True for _ in self._titles(norm))

    def _sure_name(self, norms: Sequence[str], j: int) -> bool:
        """Whether the token opens a name even without a title before it."""
        end = self._name_end(norms, j, False, False)
        return end > j + 1

    def _name_end(self, norms: Sequence[str], j: int, titled: bool, foreign: bool) -> int:
        """End of the name that starts at `j`; `j` when none does. `titled`: a title stands before it."""
        lists = self.lists
        count = min(len(norms), j + _MAX_NAME)
        k, parts, unknown, western = j, 0, 0, False
        while k < count:
            norm = norms[k]
            if norm in lists.stops:
                break
            if norm in lists.kunya or norm in lists.son or norm == "عبد" or (parts and norm in lists.foreign):
                if k + 1 < len(norms) and self._may_be_name(norms[k + 1]):
                    k, parts = k + 2, parts + 1
                    continue
                break
            given = self._opens_name(norm)
            if given:
                western = western or norm in lists.western
            elif parts == 0 and not titled:
                break
            elif self._is_family(norm) and (parts or titled):
                k += 1
                parts += 1
                break
            elif self._is_unknown(norm) and (western or foreign) and (titled or western) and unknown < 2:
                unknown += 1
            else:
                break
            k, parts = k + 1, parts + 1
        if titled and parts == 1 and norms[j] == "علي" and unknown == 0:
            return j  # على after a title is the preposition
        return min(k, len(norms))

    def _may_be_name(self, norm: str) -> bool:
        return norm.isalpha() and norm not in self.lists.stops

    def _is_family(self, norm: str) -> bool:
        """A family name with the article: الجبوري, السمور; no noun of the lexicon, no adjective of a state."""
        if not norm.startswith("ال") or len(norm) < 5 or norm in self.lists.institutions or norm in self.lists.modifiers:
            return False
        word: Word = self.words[norm]
        if word.noun or word.triggers or word.function or word.weapon:
            return False
        return not self.actors.match((norm,), 0) or norm.endswith("ي")

    def _is_unknown(self, norm: str) -> bool:
        """A word that the lexicon does not know and that has no article: a foreign name may be one."""
        if len(norm) < 2 or not norm.isalpha() or norm.startswith(("ال", "لل", "وال", "بال")):
            return False
        word: Word = self.words[norm]
        return not word.readings and not self.actors.match((norm,), 0)

    def _bare(self, norms: Sequence[str], i: int, start: _Start) -> PersonHit | None:
        known = self._known(norms, i)
        if known is not None and known.strength != "weak":
            return PersonHit(known.last, True, known.actors[0], known.proclitic, None, (i, known.last), "", None)
        if start.name == "-":
            return None
        stripped = norms[i][len(start.name):]
        rest = (stripped, *norms[i + 1:i + _MAX_NAME])
        end = self._name_end(rest, 0, False, False)
        if end < 2 or not (start.sure or any(self._sure_part(word) for word in rest[1:end])):
            return None
        if start.name and not start.sure:
            return None
        return PersonHit(i + end, True, None, start.name, None, (i, i + end), "", None)

    def _sure_part(self, word: str) -> bool:
        lists = self.lists
        if word in lists.ambiguous:
            return False
        return word in lists.arabic or word in lists.western or word in lists.son or word == "عبد"


_ARAB = frozenset("AE BH DJ DZ EG EH IQ JO KM KW LB LY MA MR OM PS QA SA SD SO SY TN YE".split())


@cache
def load_persons() -> PersonFinder:
    """The process's person finder."""
    return PersonFinder(load_lists(), load_actors(), load_words())


def find_person(norms: Sequence[str], i: int) -> PersonHit | None:
    """The person (title and name, name alone, or a title that stands for its holder) that starts at token `i`."""
    return load_persons().find(norms, i)
