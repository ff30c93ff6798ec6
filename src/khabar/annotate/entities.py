"""Noun phrases that can act, be acted on, be struck or speak: known actors, persons, groups, victims, sites.

A phrase is a head (a known actor, a person's title or name, a weapon, or a noun of data/ar/nouns.toml) with what
belongs to it: adjectives that agree in the article, a genitive, "من" or "ل" + a known actor, "تابع ل" + actor.
"مواقع عدة لميليشيات الحوثي" is one phrase whose inner actor is the Houthis.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from khabar.annotate.phrases import Inner, PhraseReader
from khabar.annotate.word_shapes import is_adjective_noun
from khabar.lexicon.actors import ActorHit, load_actors
from khabar.lexicon.analysis import load_lexicon
from khabar.lexicon.persons import PersonHit, load_persons
from khabar.lexicon.phrase_words import load_phrase_words
from khabar.lexicon.words import Word, load_words
from khabar.model.document import ActorClass, ActorMention, CountMention, PlaceMention, Sentence, TimeMention, Token

_CLASSES = {
    "force": ActorClass.GROUP, "fighter": ActorClass.GROUP, "group": ActorClass.GROUP, "state": ActorClass.GROUP,
    "official": ActorClass.ROLE, "civilian": ActorClass.CIVILIAN, "people": ActorClass.CIVILIAN,
    "site": ActorClass.SITE, "vehicle": ActorClass.SITE, "materiel": ActorClass.SITE,
    "weapon": ActorClass.SITE, "aircraft": ActorClass.SITE,
    "media": ActorClass.GROUP, "source": ActorClass.ROLE,
}
_PROCLITICS = ("", "و", "ف", "ب", "ل", "ك")
_MAX_WORDS = 100_000  # word types remembered
_new = tuple.__new__  # ActorMention(…) would call a Python function for each
_SHORTEST = 3  # letters of a family name that is told alone


class _Openings(dict[str, bool]):
    """Whether a word can open a phrase by itself: no punctuation, and known to one of the tables. Fills itself."""

    def __missing__(self, norm: str) -> bool:
        if len(self) >= _MAX_WORDS:
            self.clear()
        word = load_words()[norm]
        known = bool(
            word.noun or word.weapon or norm in load_phrase_words().others
            or load_persons().starts(norm) or load_actors().starts(norm)
        )
        opens = self[norm] = known and not (word.is_punct or word.is_number)
        return opens


@cache
def _openings() -> _Openings:
    return _Openings()


class _Finder:
    """Walks one report's tokens; holds what every step looks at."""

    def __init__(
        self, tokens: Sequence[Token], norms: Sequence[str], counts: Sequence[CountMention],
        times: Sequence[TimeMention], places: Sequence[PlaceMention],
    ) -> None:
        self.tokens, self.norms = tokens, norms
        self.times = frozenset(k for time in times for k in range(time.first, time.last))
        self.reader = PhraseReader(tokens, norms, self.times)
        self.words, self.table, self.lists = self.reader.words, self.reader.table, self.reader.lists
        self.entries = load_lexicon().entries
        self.counts = {count.last: number for number, count in enumerate(counts)}
        self.places = {place.first: place.last for place in places}
        self.find_person = load_persons().find
        self.opens = _openings()
        self.surnames: dict[str, str | None] = {}  # family names told so far, with the person when known
        self.told: set[str] = set()  # words that are such a name, proclitics on

    def sentence(self, first: int, last: int) -> list[ActorMention]:
        """Phrases between two tokens, left to right, longest first; a weapon's owner follows it as its own."""
        norms, opens, places, told, times = self.norms, self.opens, self.places, self.told, self.times
        found: list[ActorMention] = []
        after = first  # the phrase found last
        for i in range(first, last):
            if i < after:
                continue
            norm = norms[i]
            if (opens[norm] or i in places or norm in told) and i not in times:
                mention = self.at(i, last)
                if mention is not None:
                    found.append(mention)
                    after = mention.last
        return found

    def at(self, i: int, end: int) -> ActorMention | None:
        """The phrase that starts at token `i`, or None."""
        norm = self.norms[i]
        word = self.words[norm]
        if word.is_punct or word.is_number:
            return None
        person = self.find_person(self.norms, i)
        hit = self.reader.best(i)
        if person is not None and (hit is None or person.last >= hit.last):
            return self._person(i, person, end)
        if hit is not None and hit.strength != "adjective":
            return self._named(i, hit, end)
        if word.noun and not (word.verbal and not word.proclitic) and self._is_head(i, word, end):
            return self._headed(i, word, word.noun, end)
        if hit is not None:
            return self._adjective(i, hit, end)
        if word.weapon:
            return self._weapon(i, word, end)
        if norm in self.lists.others and i in self.counts:
            return self._make(i, i + 1, ActorClass.CIVILIAN, "noun", "people", "p", counted=self.counts[i])
        if i in self.places:
            return self._place(i, word, end)
        return self._surname(i, word)

    def _place(self, i: int, word: Word, end: int) -> ActorMention:
        """A place that is no actor: it may be what was struck or taken."""
        return self._make(i, min(self.places[i], end), ActorClass.SITE, "noun", "place", "s", word.article, True)

    def _is_head(self, i: int, word: Word, end: int) -> bool:
        """Whether a noun of the lexicon names something here: some do only with the article or a genitive."""
        norm = self.norms[i]
        if norm in self.lists.never or word.stem in self.lists.never or self._is_modifier(i, word):
            return False
        if norm in self.lists.quantity_of and i + 1 < end and self.norms[i + 1] == "من":
            return False
        stem = word.stem
        if stem not in self.lists.definite or word.article.endswith(("ال", "لل")) or i in self.counts:
            return True
        if i + 1 >= end:
            return False
        after = self.norms[i + 1]
        if after.startswith("ال") or after in self.lists.head_before or self.words[after].noun:
            return True
        return self.reader.best(i + 1) is not None

    def _is_modifier(self, i: int, word: Word) -> bool:
        """Whether a word that can be a noun is an adjective here: مسلحة, (تصعيد) عسكري, (هجوم) منسق."""
        norm = self.norms[i]
        if word.noun not in ("fighter", "civilian", "people") or i in self.counts:
            return False
        if norm.endswith("ه") and word.noun == "fighter" and word.noun_person in ("fs", "ms"):
            return True
        if i == 0:
            return False
        before = self.words[self.norms[i - 1]]
        if before.stem in self.lists.acts and not before.article.endswith(("ال", "لل")) and is_adjective_noun(norm):
            return not norm.endswith(("ون", "ين"))
        if not norm.endswith(("ي", "يا", "يه")):
            return False
        if norm.endswith("يه"):
            return not (before.is_punct or before.function or before.is_number)
        if norm.endswith("يا") and before.norm.endswith("ا"):
            return True
        return not before.readings and not before.is_punct and not before.is_number and not before.verbal

    def _person(self, i: int, person: PersonHit, end: int) -> ActorMention:
        last = min(person.last, end)
        if person.name is not None and person.name[1] <= end:
            first, stop = person.name
            name = self.norms[stop - 1]
            if (stop - first > 1 or person.title is not None) and len(name) >= _SHORTEST:
                self.surnames.setdefault(name, person.actor)
                self.told.update(proclitic + name for proclitic in _PROCLITICS)
        cls = ActorClass.PERSON if person.has_name else ActorClass.ROLE
        return self._make(
            i, last, cls, "person", "", "s", person.proclitic, affiliation=person.affiliation, entry=person.actor)

    def _surname(self, i: int, word: Word) -> ActorMention | None:
        """A family name that stands alone after its person was named in full."""
        norm = self.norms[i]
        if word.readings or norm not in self.told:
            return None
        for proclitic in _PROCLITICS:
            name = norm[len(proclitic):]
            if norm.startswith(proclitic) and name in self.surnames:
                person = self.surnames[name]
                return self._make(i, i + 1, ActorClass.PERSON, "surname", "", "s", proclitic, entry=person)
        return None

    def _named(self, i: int, hit: ActorHit, end: int) -> ActorMention:
        last = self.reader.modifiers(i, min(hit.last, end), end)
        noun, weak = self.words[self.norms[i]].noun, hit.strength == "weak"
        return self._make(
            i, last, ActorClass.NAMED, "actor", noun, "", hit.proclitic, True, entry=hit.actors[0], weak=weak)

    def _adjective(self, i: int, hit: ActorHit, end: int) -> ActorMention:
        """An adjective of origin: alone it stands for its state, in the plural for people (إسرائيليين)."""
        norm = self.norms[i]
        if norm.endswith(("ون", "ين")) and len(norm) > 5 and hit.last == i + 1:
            return self._make(
                i, i + 1, ActorClass.CIVILIAN, "noun", "people", "p", hit.proclitic, "ال" in norm[:4],
                counted=self.counts.get(i), affiliation=hit.actors[0])
        last = min(hit.last, end)
        return self._make(
            i, last, ActorClass.ADJECTIVE, "adjective", "", "", hit.proclitic, True, entry=hit.actors[0])

    def _weapon(self, i: int, word: Word, end: int) -> ActorMention | None:
        """A weapon that may be struck, downed or found; its owner stays a phrase of its own."""
        reading = next((r for r in word.weapon if r.pos == "n"), None)
        if reading is None or word.stem in self.lists.not_weapons:
            return None
        noun = self.lists.weapons.get(self.entries[reading.entry].cls, "")
        if not noun:
            return None
        extent = self.reader.extend(i, end, noun)
        if extent.inner is not None and noun == "aircraft" and i not in self.counts:
            return None
        if extent.inner is not None:
            extent = extent._replace(last=max(i + 1, min(extent.last, extent.inner.first)))
        return self._phrase(i, extent.last, extent.inner, word, noun, reading.person)

    def _headed(self, i: int, word: Word, noun: str, end: int) -> ActorMention:
        extent = self.reader.extend(i, end, noun)
        last = max(extent.last, min(self.places.get(i, 0), end))
        return self._phrase(i, last, extent.inner, word, noun, word.noun_person)

    def _phrase(self, i: int, last: int, inner: Inner | None, word: Word, noun: str, person: str) -> ActorMention:
        number = "p" if person.endswith("p") else ("d" if person.endswith("d") else "s")
        count = self.counts.get(i)
        if count is None and i > 1 and self.norms[i - 1] == "من":
            count = self.counts.get(i - 1)
        cls = ActorClass.UNKNOWN if word.stem in self.lists.unknown else _CLASSES[noun]
        within = (inner.first, min(inner.last, last)) if inner is not None and inner.first < last else None
        return self._make(
            i, last, cls, "noun", noun, number, word.article, word.article.endswith(("ال", "لل")), counted=count,
            affiliation=inner.actor if inner is not None else None, inner=within)

    def _make(
        self, first: int, last: int, cls: ActorClass, rule: str, noun: str, number: str, proclitic: str = "",
        definite: bool = False, *, entry: str | None = None, weak: bool = False, counted: int | None = None,
        affiliation: str | None = None, inner: tuple[int, int] | None = None,
    ) -> ActorMention:
        token = self.tokens[first]
        bare = proclitic[:-2] if proclitic.endswith("ال") else ("" if proclitic.endswith("لل") else proclitic)
        cut = len(bare) if token.end - token.start == len(token.norm) else 0
        known = entry or affiliation
        return _new(ActorMention, (
            token.start + cut, self.tokens[last - 1].end, first, last, first, cls, entry, weak,
            self.table.country(known) if known else None, affiliation, rule, noun, number, proclitic, definite,
            counted, inner,
        ))


def find_actors(
    tokens: Sequence[Token], norms: Sequence[str], sentences: Sequence[Sentence], counts: Sequence[CountMention],
    times: Sequence[TimeMention] = (), places: Sequence[PlaceMention] = (),
) -> tuple[ActorMention, ...]:
    """Every actor-like phrase of the report, in text order; none runs into a time expression.

    Places that belong to no phrase become phrases of class "place", since they can be struck or taken.
    """
    finder = _Finder(tokens, norms, counts, times, places)
    found: list[ActorMention] = []
    for sentence in sentences:
        found += finder.sentence(sentence.first, sentence.last)
    return tuple(found)
