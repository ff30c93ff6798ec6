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
_PROCLITICS = frozenset("وفبلك")
# Proclitics that end with the article, by their first letter.
_ARTICLES = {"ا": ("ال",), "و": ("وال", "ولل"), "ف": ("فال", "فلل"), "ب": ("بال",), "ك": ("كال",), "ل": ("لل",)}
_MAX_TITLE = 14  # tokens of a title; the longest in the training reports has 11
_MAX_NAME = 7  # tokens of a name, the "_" of hashtags included
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
    foreign: bool  # a rank of foreign armies (الكولونيل): the name need not be an Arabic one


class _Start(NamedTuple):
    """What a word type can start."""

    titles: tuple[_Title, ...]
    name: str  # the proclitic before a name's first word, "-" when it starts none
    sure: bool  # the name word is no common word


class _Lists(NamedTuple):
    """Folded lists of data/ar/persons.toml."""

    titles: dict[str, tuple[tuple[str, bool, bool], ...]]
    modifiers: frozenset[str]
    institutions: frozenset[str]
    links: frozenset[str]
    places: frozenset[str]
    named_after: frozenset[str]
    mother: frozenset[str]
    kunya: frozenset[str]
    son: frozenset[str]
    foreign: frozenset[str]
    suffix: frozenset[str]
    stops: frozenset[str]
    arabic: frozenset[str]
    western: frozenset[str]
    ambiguous: frozenset[str]
    arab_states: frozenset[str]


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(text).split())


@cache
def load_lists() -> _Lists:
    """The person lists, folded."""
    data: dict[str, Any] = tomllib.loads((DATA / "ar/persons.toml").read_text("utf-8"))
    titles: dict[str, tuple[tuple[str, bool, bool], ...]] = {}
    for raw in data["title"]:
        for head in raw["heads"]:
            key = fold(head)
            titles[key] = (*titles.get(key, ()), (raw["class"], raw.get("alone", False), raw.get("foreign", False)))
    given, inside, particles = data["given"], data["inside"], data["particles"]
    return _Lists(
        titles, _words(inside["modifiers"]), _words(inside["institutions"]), _words(inside["links"]),
        _words(inside["places"]), _words(inside["named_after"]), _words(particles["mother"]),
        _words(particles["kunya"]), _words(particles["son"]), _words(particles["foreign"]), _words(particles["suffix"]),
        _words(data["stops"]["words"]), _words(given["arabic"]) | _words(given["ambiguous"]),
        _words(given["western"]) | _words(given["turkish"]) | _words(given["persian_kurdish"]),
        _words(given["ambiguous"]), frozenset(given["arab_states"].split()),
    )


class PersonFinder:
    """Finds persons in folded tokens. A token that starts nothing costs one dict look-up."""

    def __init__(self, lists: _Lists, actors: ActorTable, words: WordCache) -> None:
        self.lists, self.actors, self.words = lists, actors, words
        self._starts: dict[str, _Start | None] = {}

    def find(self, norms: Sequence[str], i: int) -> PersonHit | None:
        """The person whose title or name starts at token `i`, or None."""
        start = self._start(norms[i])
        if start is None:
            return None
        for title in start.titles:
            hit = self._titled(norms, i, title)
            if hit is not None:
                return hit
        if i > 0 and norms[i - 1] in self.lists.named_after:
            return None
        return self._bare(norms, i, start)

    def starts(self, norm: str) -> bool:
        """Whether a person's title or name can start with this word."""
        return self._start(norm) is not None

    def _start(self, norm: str) -> _Start | None:
        return self._starts[norm] if norm in self._starts else self._analyse(norm)

    def _analyse(self, norm: str) -> _Start | None:
        titles = tuple(self._titles(norm))
        name, sure = "-", False
        joined = norm[0] in _PROCLITICS and len(norm) >= 5 and not self.words[norm].readings
        if len(norm) >= 2 and self._opens_name(norm):
            name, sure = "", norm not in self.lists.ambiguous
        elif joined and self._opens_name(norm[1:]):  # وأحمد
            name, sure = norm[0], norm[1:] not in self.lists.ambiguous
        known = titles or name != "-" or self.actors.starts_kind(norm, "person")
        start = _Start(titles, name, sure) if known else None
        if len(self._starts) >= _MAX_WORDS:
            self._starts.clear()
        self._starts[norm] = start
        return start

    def _titles(self, norm: str) -> Iterator[_Title]:
        first, titles = norm[0], self.lists.titles
        for proclitic in ("", first) if first in _PROCLITICS else ("",):
            for role, alone, foreign in titles.get(norm[len(proclitic):], ()):
                yield _Title(role, alone, proclitic, False, foreign)
        for article in _ARTICLES.get(first, ()):
            if norm.startswith(article):
                for role, alone, foreign in titles.get(norm[len(article):], ()):
                    yield _Title(role, alone, article, True, foreign)

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
        end, affiliation, at = self._title_end(norms, i)
        if at is not None and i > 0 and norms[i - 1] in self.lists.named_after:
            return None
        if at is not None:
            known = self._known(norms, at, surnames=True)
            last = self._name_end(norms, at, True, title.foreign or self._is_foreign(affiliation))
            if known is not None:
                last = max(last, known.last)
            single = last == at + 1 and known is None and not title.definite and norms[at] in self.lists.ambiguous
            if last > at and not single:
                actor = known.actors[0] if known is not None else self._like(norms[at:last])
                return PersonHit(last, True, actor, title.proclitic, (i, end), (at, last), title.role, affiliation)
        if title.alone and end > i + 1:
            return PersonHit(end, False, None, title.proclitic, (i, end), None, title.role, affiliation)
        return None

    def _is_foreign(self, affiliation: str | None) -> bool:
        """Whether the title's state does not name people in Arabic, so that unknown words are names."""
        country = self.actors.country(affiliation) if affiliation is not None else None
        return country is not None and country not in self.lists.arab_states

    def _title_end(self, norms: Sequence[str], i: int) -> tuple[int, str | None, int | None]:
        """(end of the title, affiliation, token where a name may start or None)."""
        affiliation: str | None = None
        j = end = i + 1
        count = min(len(norms), i + _MAX_TITLE)
        linked = False
        while j < count:
            norm = norms[j]
            if norm in _COMMAS:
                if not self._goes_on(norms, j + 1):
                    return end, affiliation, None
                j += 1
                continue
            if norm in _QUOTES:
                j += 1
                continue
            if not linked and self._known(norms, j, surnames=self._titles_at(norms[j - 1])) is not None:
                return end, affiliation, j
            hit = self._complement(norms, j)
            if hit is not None:
                affiliation = self._joined(affiliation, hit)
                closed = norms[j - 1] in _QUOTES and hit.last < len(norms) and norms[hit.last] in _QUOTES
                j = end = hit.last + 1 if closed else hit.last
                linked = False
                continue
            if norm in self.lists.links:
                j += 1
                linked = True
                continue
            if self._is_inside(norm) or (norms[j - 1] in self.lists.places and self._is_place_name(norms, j)):
                j = end = j + 1
                linked = False
                continue
            return end, affiliation, None if linked else j
        return end, affiliation, None

    def _goes_on(self, norms: Sequence[str], j: int) -> bool:
        """Whether a name or another title follows the comma: وزير الدفاع، آشتون كارتر."""
        if j >= len(norms):
            return False
        return self._known(norms, j) is not None or self._sure_name(norms, j) or self._titles_at(norms[j])

    def _complement(self, norms: Sequence[str], j: int) -> ActorHit | None:
        """The state, force or group that a title names at `j`."""
        for hit in self.actors.match(norms, j):
            if not self._is_person(hit) and not hit.proclitic.startswith(("و", "ف", "ك", "ب")):
                return hit
        return None

    def _joined(self, before: str | None, hit: ActorHit) -> str | None:
        """The affiliation after one more name: وزير الداخلية + الهندي is India's interior ministry."""
        actor = hit.actors[0]
        if before is not None and self.actors.kind(before) == "generic" and self.actors.kind(actor) == "state":
            organ = f"{actor}.{before.rpartition('.')[2]}"
            return organ if organ in self.actors else actor
        if before is not None and hit.strength in ("adjective", "weak"):
            return before
        return actor

    def _is_inside(self, norm: str) -> bool:
        """Whether a title goes on with this word: an institution, a qualifier, another title."""
        lists = self.lists
        if norm in lists.modifiers or norm in lists.institutions:
            return True
        if norm[:1] == "ل" and norm[1:] in lists.institutions:
            return True
        if norm in lists.stops:
            return False
        word = self.words[norm]
        if word.noun in ("group", "state", "force", "media", "site") and norm[:1] not in "وف":
            return norm not in lists.arabic
        return self._titles_at(norm) and norm not in lists.arabic

    def _is_place_name(self, norms: Sequence[str], j: int) -> bool:
        """Whether the word after بلدية, شرطة … can be the place's name: no name of a person, no grammar."""
        norm = norms[j]
        word = self.words[norm]
        plain = norm.isalpha() and norm not in self.lists.stops and not (word.function or word.report or word.triggers)
        return plain and self._name_end(norms, j, False, False) <= j + 1

    def _titles_at(self, norm: str) -> bool:
        start = self._start(norm)
        return start is not None and bool(start.titles) and norm[0] not in "وف"

    def _sure_name(self, norms: Sequence[str], j: int) -> bool:
        """Whether the token opens a name even without a title before it."""
        end = self._name_end(norms, j, False, False)
        return end > j + 1

    def _name_end(self, norms: Sequence[str], j: int, titled: bool, foreign: bool) -> int:
        """End of the name that starts at `j`; `j` when none does. `titled`: a title stands before it."""
        lists = self.lists
        k, unknown, western = j, 0, foreign
        while k < min(len(norms), j + _MAX_NAME):
            norm = norms[k]
            if norm == "_" and k > j and k + 1 < len(norms) and norms[k + 1].isalpha():
                k += 1  # hashtags: محمد_القدسي
                continue
            if norm in lists.stops:
                break
            if self._is_particle(norm, k > j, titled):
                if k + 1 >= len(norms) or not self._may_be_name(norms[k + 1]):
                    break
                k += 2
                continue
            if self._opens_name(norm) or (k > j and norm in lists.suffix):
                western = western or (norm in lists.western and norm not in lists.arabic)
            elif k > j and self._is_family(norms, k, western):
                k += 1
                break
            elif (k > j or (titled and foreign)) and self._is_unknown(norm, k > j) and self._goes_with(
                norms, k, unknown, western
            ):
                unknown += 1
            else:
                break
            k += 1
        if k == j + 1 and (norms[j] == "علي" or unknown):
            return j  # على is the preposition; one unknown word is more often a verb
        return min(k, len(norms))

    def _is_particle(self, norm: str, later: bool, titled: bool) -> bool:
        """Whether the name goes on with the word after this one: أبو مازن, عبد الله, دي ميستورا."""
        lists = self.lists
        if norm in lists.kunya or norm == "عبد":
            return True
        if later:
            return norm in lists.son or norm in lists.foreign or norm in lists.mother
        return titled and norm in lists.mother

    def _goes_with(self, norms: Sequence[str], k: int, unknown: int, western: bool) -> bool:
        """Whether an unknown word ends a name, or is one of two in a foreign one."""
        if self._closes(norms, k + 1):
            return unknown < 2
        return western and unknown == 0 and k + 1 < len(norms) and self._is_unknown(norms[k + 1], True)

    def _closes(self, norms: Sequence[str], k: int) -> bool:
        """Whether a name can be over before token `k`: punctuation, grammar, a title, the article."""
        if k >= len(norms):
            return True
        norm = norms[k]
        return not norm.isalpha() or norm in self.lists.stops or norm.startswith("ال") or self._titles_at(norm)

    def _may_be_name(self, norm: str) -> bool:
        return norm.isalpha() and norm not in self.lists.stops and not self.words[norm].function

    def _is_family(self, norms: Sequence[str], k: int, western: bool) -> bool:
        """A family name with the article: a nisba (الجبوري), or another unknown word that ends the name (الصراف)."""
        norm = norms[k]
        if not norm.startswith("ال") or len(norm) < 5:
            return False
        if norm in self.lists.institutions or norm in self.lists.modifiers:
            return False
        word: Word = self.words[norm]
        if word.noun or word.triggers or word.function or word.weapon or self._titles_at(norm):
            return False
        if norm.endswith("ي"):
            return True
        return not western and not self.actors.match((norm,), 0) and self._closes(norms, k + 1)

    def _is_unknown(self, norm: str, later: bool) -> bool:
        """A word that the lexicon does not know and that is no verb by its ending: a foreign name may be one."""
        if len(norm) < 2 or not norm.isalpha() or norm.startswith(("ال", "لل", "وال", "بال")):
            return False
        if norm.endswith(("ها", "هم", "وا", "ته", "تم", "ات")) or (not later and (norm[0] in "يب" or norm[-1] in "ته")):
            return False
        if norm[0] == "و" and self._opens_name(norm[1:]):
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
        if start.name and not (start.sure and (self._sure_part(rest[1]) or rest[1].endswith("ي"))):
            return None
        return PersonHit(i + end, True, self._like(rest[:end]), start.name, None, (i, i + end), "", None)

    def _like(self, words: Sequence[str]) -> str | None:
        """The known person whose foreign name these words spell otherwise; Arabic names differ by vowels too."""
        actor = self.actors.find_person_like(words)
        return actor if actor is not None and self.actors.country(actor) not in self.lists.arab_states else None

    def _sure_part(self, word: str) -> bool:
        lists = self.lists
        if word in lists.ambiguous:
            return False
        return word in lists.arabic or word in lists.western or word in lists.son or word == "عبد"


@cache
def load_persons() -> PersonFinder:
    """The process's person finder."""
    return PersonFinder(load_lists(), load_actors(), load_words())


def find_person(norms: Sequence[str], i: int) -> PersonHit | None:
    """The person (title and name, name alone, or a title that stands for its holder) that starts at token `i`."""
    return load_persons().find(norms, i)
