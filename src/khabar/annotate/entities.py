"""Noun phrases that can act, be acted on or speak: known actors, persons, groups, victims, sites.

A phrase is a head (a known actor, a person's title or name, or a noun of data/ar/nouns.toml) with what belongs
to it: adjectives that agree in the article, a genitive, "من" or "ل" + a known actor, "تابع ل" + actor.
"مواقع عدة لميليشيات الحوثي" is one phrase whose inner actor is the Houthis.
"""

from __future__ import annotations

from collections.abc import Sequence

from khabar.lexicon.actors import ActorHit, ActorTable, load_actors
from khabar.lexicon.persons import PersonHit, find_person
from khabar.lexicon.words import Word, WordCache, load_words
from khabar.model.document import ActorClass, ActorMention, CountMention, Sentence, Token

_MAX_WORDS = 10  # longest phrase followed; beyond it a phrase is more often two
_CLASSES = {
    "force": ActorClass.GROUP, "fighter": ActorClass.GROUP, "group": ActorClass.GROUP, "state": ActorClass.GROUP,
    "official": ActorClass.ROLE, "civilian": ActorClass.CIVILIAN, "people": ActorClass.CIVILIAN,
    "site": ActorClass.SITE, "vehicle": ActorClass.SITE, "materiel": ActorClass.SITE,
    "media": ActorClass.GROUP, "source": ActorClass.ROLE,
}
_LINKS = frozenset(("من", "ل", "تابع", "تابعه", "تابعين", "تابعون", "التابع", "التابعه", "التابعين", "المواليه", "مواليه", "موال", "باسم", "في"))


class _Finder:
    """Walks one report's tokens; holds what every step looks at."""

    def __init__(self, tokens: Sequence[Token], norms: Sequence[str], counts: Sequence[CountMention]) -> None:
        self.tokens, self.norms = tokens, norms
        self.words: WordCache = load_words()
        self.table: ActorTable = load_actors()
        self.counts = {count.last: number for number, count in enumerate(counts)}
        self.count_spans = counts

    def sentence(self, first: int, last: int) -> list[ActorMention]:
        """Phrases between two tokens, left to right, longest first, not overlapping except for adjectives."""
        found: list[ActorMention] = []
        i = first
        while i < last:
            mention = self.at(i, last)
            if mention is None:
                i += 1
                continue
            found.append(mention)
            i = max(mention.last, i + 1)
        return found

    def at(self, i: int, end: int) -> ActorMention | None:
        """The phrase that starts at token `i`, or None."""
        word = self.words[self.norms[i]]
        if word.is_punct or word.is_number:
            return None
        person = find_person(self.norms, i)
        hit = self.best(i)
        if person is not None and (hit is None or person.last >= hit.last):
            return self._person(i, person, end)
        if hit is not None and hit.strength != "adjective":
            return self._named(i, hit, end)
        if word.noun and not (word.verbal and not word.proclitic):
            return self._headed(i, word, end)
        if hit is not None:
            return self._make(i, hit.last, i, ActorClass.ADJECTIVE, hit=hit, rule="adjective", proclitic=hit.proclitic)
        return None

    def best(self, i: int) -> ActorHit | None:
        """The longest actor name at `i`; a strong alias before a weak one."""
        hits = self.table.match(self.norms, i)
        return hits[0] if hits else None

    def _person(self, i: int, person: PersonHit, end: int) -> ActorMention:
        last = min(person.last, end)
        return self._make(
            i, last, i, ActorClass.PERSON if person.has_name else ActorClass.ROLE,
            entry=person.actor, rule="person", number="s", proclitic=person.proclitic,
        )

    def _named(self, i: int, hit: ActorHit, end: int) -> ActorMention:
        last = self._modifiers(i, min(hit.last, end), end, True)
        return self._make(i, last, i, ActorClass.NAMED, hit=hit, rule="actor", proclitic=hit.proclitic,
                          noun=self.words[self.norms[i]].noun)

    def _headed(self, i: int, word: Word, end: int) -> ActorMention:
        definite = word.article.endswith(("ال", "لل"))
        last, inner = self._extend(i, end, definite)
        entry = weak = None
        affiliation = None
        if inner is not None:
            affiliation = inner[2]
        person = word.noun_person
        number = "p" if person.endswith("p") or person == "p" else ("d" if person.endswith("d") else "s")
        count = self.counts.get(i)
        cls = _CLASSES[word.noun]
        return self._make(i, last, i, cls, entry=entry, weak=bool(weak), affiliation=affiliation, rule="noun",
                          noun=word.noun, number=number, proclitic=word.article, definite=definite, count=count,
                          inner=inner[:2] if inner is not None else None)

    def _modifiers(self, head: int, j: int, end: int, definite: bool) -> int:
        """End of the adjectives after `j - 1` that agree in the article."""
        while j < end and j - head < _MAX_WORDS:
            norm = self.norms[j]
            word = self.words[norm]
            if word.is_punct or word.is_number or word.function or word.report or word.cues or norm[0] in "وف":
                break
            if not norm.startswith("ال") or word.noun or word.triggers:
                break
            if not definite:
                break
            hit = self.best(j)
            if hit is not None and hit.strength != "adjective":
                break
            j += 1
        return j

    def _extend(self, head: int, end: int, definite: bool) -> tuple[int, tuple[int, int, str | None] | None]:
        """(end of the phrase, inner actor as (first, last, entry)) for a noun head at `head`."""
        j = head + 1
        inner: tuple[int, int, str | None] | None = None
        genitive = False
        while j < end and j - head < _MAX_WORDS:
            norm = self.norms[j]
            word = self.words[norm]
            if norm in ('"', "«", "“", "'", "”", "»"):
                if j + 1 < end and not genitive and self.best(j + 1) is not None and norm not in "”»":
                    j += 1
                    continue
                break
            if word.is_punct or word.is_number:
                break
            hit = self.best(j)
            if hit is not None and hit.strength != "adjective" and not hit.proclitic.startswith(("و", "ف", "ب", "ك")):
                inner = (j, hit.last, hit.actors[0])
                j = self._modifiers(head, hit.last, end, True)
                if j < end and self.norms[j] in ('"', "»", "”", "'"):
                    j += 1
                break
            if hit is not None and hit.strength == "adjective" and not hit.proclitic.startswith(("و", "ف", "ب")):
                if inner is None:
                    inner = (j, hit.last, hit.actors[0])
                j = hit.last
                continue
            if norm in _LINKS and norm != "في" and j + 1 < end:
                if self._link(j, end):
                    j += 1
                    continue
                break
            if word.function or word.report or word.cues or (word.verbal and not word.noun):
                break
            if norm[0] in "وف" and (word.proclitic[:1] in ("و", "ف") or not word.readings):
                break
            has_article = norm.startswith("ال")
            if word.noun and not word.article.startswith(("ب", "ل", "ك", "لل")):
                if genitive and not has_article:
                    break
                genitive = True
                j += 1
                continue
            if word.triggers or norm[0] == "ل" and norm.startswith("لل"):
                break
            if has_article or (not definite and not genitive and self._is_adjective(norm)):
                genitive = genitive or (has_article and not definite)
                j += 1
                continue
            break
        return j, inner

    def _link(self, j: int, end: int) -> bool:
        """Whether the link word at `j` ("من", "تابعة ل") leads to a known actor or group noun."""
        k = j + 1
        if k < end and self.norms[k] in ("ل", '"', "«"):
            k += 1
        if k >= end:
            return False
        hit = self.best(k)
        word = self.words[self.norms[k]]
        if self.norms[j] == "من":
            return word.noun in ("fighter", "force", "group", "civilian") or (hit is not None and hit.strength in ("strong", "hostile"))
        return hit is not None or word.noun in ("force", "group", "state", "fighter")

    @staticmethod
    def _is_adjective(norm: str) -> bool:
        """Whether an unknown indefinite word looks like an adjective: -ي, -يه, -ين, -ات, م…ه."""
        return len(norm) > 3 and (norm.endswith(("ي", "يه", "ين", "يا")) or (norm[0] == "م" and norm.endswith("ه")))

    def _make(
        self, first: int, last: int, head: int, cls: ActorClass, *, hit: ActorHit | None = None,
        entry: str | None = None, weak: bool = False, affiliation: str | None = None, rule: str = "", noun: str = "",
        number: str = "", proclitic: str = "", definite: bool = False, count: int | None = None,
        inner: tuple[int, int] | None = None,
    ) -> ActorMention:
        token = self.tokens[first]
        bare = proclitic[:-2] if proclitic.endswith("ال") else ("" if proclitic.endswith("لل") else proclitic)
        cut = len(bare) if token.end - token.start == len(token.norm) else 0
        country = None
        if hit is not None:
            entry, weak = hit.actors[0], hit.strength == "weak"
        if entry is not None or affiliation is not None:
            country = self.table.country(entry or affiliation or "")
        return ActorMention(
            start=token.start + cut, end=self.tokens[last - 1].end, first=first, last=last, head=head, cls=cls,
            entry=entry, weak=weak, country=country, affiliation=affiliation, rule=rule, noun=noun, number=number,
            proclitic=proclitic, definite=definite or (hit is not None), count=count, inner=inner,
        )


def find_actors(
    tokens: Sequence[Token], norms: Sequence[str], sentences: Sequence[Sentence], counts: Sequence[CountMention]
) -> tuple[ActorMention, ...]:
    """Every actor-like phrase of the report, in text order."""
    finder = _Finder(tokens, norms, counts)
    found: list[ActorMention] = []
    for sentence in sentences:
        found += finder.sentence(sentence.first, sentence.last)
    return tuple(found)
