"""Who says so: reporting verbs, prepositional frames and headline colons, as chains with a scope.

The chain reads from the outlet inwards: "نقلت سانا عن مصدر عسكري" is [سانا, مصدر عسكري];
"قال متحدث باسم التحالف لرويترز" is [رويترز, متحدث باسم التحالف]. The scope of a verb runs from it to the end of
the sentence (or of the quotation it opens); a frame at the end of a sentence covers what precedes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from khabar.lexicon.analysis import load_lexicon
from khabar.lexicon.firing import Firing, find_entries
from khabar.lexicon.words import WordCache, load_words
from khabar.model.document import ActorClass, ActorMention, Attribution, Sentence, TimeMention, Token

_COMP = frozenset(("ان", "انه", "انها", "انهم", "بان", "بانه", "بانها", "بانهم", "انهما", "عما", "كيف"))
_STOP = frozenset(("،", ",", ":", ".", "؛", '"', "«", "“", "”", "»", "(", ")", "-", "–", "؟", "!", "..", "…"))
_SPEAKERS = frozenset(("source", "official", "media", "state", "group", "force", "civilian", "people", "fighter"))
_MAX_SOURCE = 14  # words from a reporting verb to its "أن": longer stretches are other clauses


class _Source(NamedTuple):
    first: int
    last: int
    actor: int | None


class _Scope:
    """Finds attributions sentence by sentence; remembers the last speaker for "وأضاف"."""

    def __init__(
        self, text: str, tokens: Sequence[Token], norms: Sequence[str], actors: Sequence[ActorMention],
        times: Sequence[TimeMention],
    ) -> None:
        self.text, self.tokens, self.norms, self.actors = text, tokens, norms, actors
        self.words: WordCache = load_words()
        self.entries = load_lexicon().entries
        self.starts = {a.first: n for n, a in enumerate(actors)}
        self.times = {k for t in times for k in range(t.first, t.last)}
        self.last: tuple[_Source, ...] = ()

    def sentence(self, number: int, sentence: Sentence) -> list[Attribution]:
        """Attributions of one sentence, in text order."""
        found: list[Attribution] = []
        if number == 0 or sentence.last - sentence.first < 25:
            headline = self._colon(number, sentence)
            if headline is not None:
                found.append(headline)
        taken: set[int] = set()
        for firing in find_entries(self.norms[sentence.first:sentence.last], "report"):
            first, last = sentence.first + firing.first, sentence.first + firing.last
            info = self.entries[firing.entry]
            if info.cls == "medium" or first in taken:
                continue
            taken.update(range(first, last))
            made = self._frame(number, sentence, firing, first, last, info.cls, info.id)
            if made is not None:
                found.append(made)
        return found

    def _colon(self, number: int, sentence: Sentence) -> Attribution | None:
        """"المرصد: مقتل خمسة" names its source before the colon when that is a speaker."""
        for k in range(sentence.first + 1, min(sentence.first + 8, sentence.last - 2)):
            if self.norms[k] == ":":
                actor = self.starts.get(sentence.first)
                if actor is None or self.actors[actor].last != k:
                    return None
                mention = self.actors[actor]
                if mention.cls is ActorClass.NAMED or mention.noun in _SPEAKERS or mention.cls is ActorClass.PERSON:
                    source = _Source(sentence.first, k, actor)
                    return self._make((source,), "colon", "neutral", self.tokens[k].end, sentence.end, number)
                return None
        return None

    def _frame(
        self, number: int, sentence: Sentence, firing: Firing, first: int, last: int, cls: str, entry: str
    ) -> Attribution | None:
        passive = firing.reading.pos == "v" and firing.reading.voices == "p"
        if cls == "according":
            return self._according(number, sentence, first, last, entry)
        if cls == "relay":
            return self._relay(number, sentence, first, last, entry)
        if passive:
            return None
        if firing.reading.pos == "n" and cls not in ("doubt",):
            return None
        sources = self._subject(first, last, sentence)
        complement = self._complement(last, sentence)
        if not sources and complement is None and cls in ("neutral", "assert", "announce"):
            return None
        if not sources:
            sources = self.last
            if not sources:
                return None
        elif self._is_reference(sources[-1]) and self.last:
            sources = self.last
        else:
            self.last = sources
        start = self.tokens[first].start
        if sources and sources[0].first < first and sources[-1].last <= first:
            start = self.tokens[sources[0].first].start
        return self._make(sources, entry, cls, start, sentence.end, number)

    def _complement(self, last: int, sentence: Sentence) -> int | None:
        for k in range(last, min(last + _MAX_SOURCE, sentence.last)):
            if self.norms[k] in _COMP:
                return k
        return None

    def _subject(self, first: int, last: int, sentence: Sentence) -> tuple[_Source, ...]:
        """The speaker after the verb (or before it in a headline), outermost medium first."""
        inner = self._stretch(last, sentence)
        if inner is None and first > sentence.first:
            inner = self._before(first, sentence)
        if inner is None:
            return ()
        medium = self._medium(max(inner.last, last), sentence)
        return (medium, inner) if medium is not None else (inner,)

    def _stretch(self, last: int, sentence: Sentence) -> _Source | None:
        """The noun phrase right after a reporting verb, up to its complement."""
        k = last
        while k < sentence.last and (k in self.times or self.norms[k] in ("اليوم", "امس", "ايضا", "ذلك")):
            k += 1
        if k >= sentence.last or self.norms[k] in _COMP or self.norms[k] in _STOP:
            return None
        actor = self.starts.get(k)
        word = self.words[self.norms[k]]
        if actor is None:
            if word.function or word.proclitic[:1] in ("ب", "ل") or word.cues or word.triggers or word.verbal:
                return None
            limit = min(k + 6, sentence.last)
            for j in range(k + 1, limit):
                if self.norms[j] in _COMP or self.norms[j] in (":", "،"):
                    return _Source(k, j, None)
                if self.words[self.norms[j]].function or self.words[self.norms[j]].triggers:
                    return None
            return None
        mention = self.actors[actor]
        if mention.proclitic[:1] in ("ب", "ل") or mention.cls is ActorClass.ADJECTIVE or mention.cls is ActorClass.SITE:
            return None
        end = mention.last
        if mention.noun in ("source", "official", "fighter", "people") or mention.cls in (ActorClass.PERSON, ActorClass.ROLE):
            end = self._tail(end, sentence)
        return _Source(k, end, actor)

    def _tail(self, end: int, sentence: Sentence) -> int:
        """Extends "مصدر" by "في وزارة الدفاع", "العميد" by a name, up to the complement."""
        k = end
        while k < sentence.last and k - end < 8:
            norm = self.norms[k]
            if norm in _COMP or norm in _STOP or k in self.times or self.words[norm].report:
                return end
            if norm in ("في", "من", "لدي", "باسم", "ب"):
                actor = self.starts.get(k + 1)
                if actor is not None and self.actors[actor].cls is not ActorClass.SITE and norm != "ب":
                    word = self.words[self.norms[k + 1]]
                    if word.noun == "media" or self.norms[k + 1] in ("بيان", "تصريح", "تصريحات", "موتمر"):
                        return end
                    return self.actors[actor].last
                return end
            actor = self.starts.get(k)
            if actor is not None and self.actors[actor].cls in (ActorClass.PERSON, ActorClass.ROLE, ActorClass.NAMED):
                if self.actors[actor].proclitic[:1] in ("ل", "ب", "و", "ف"):
                    return end
                end = k = self.actors[actor].last
                continue
            word = self.words[norm]
            if word.function or word.triggers or word.cues or word.verbal or norm.startswith("لل") or word.proclitic[:1] in ("ل", "ب"):
                return end
            k += 1
            end = k
        return end

    def _before(self, first: int, sentence: Sentence) -> _Source | None:
        for k in range(first - 1, max(first - 8, sentence.first) - 1, -1):
            actor = self.starts.get(k)
            if actor is not None and self.actors[actor].last >= first - 1:
                mention = self.actors[actor]
                if mention.cls in (ActorClass.SITE, ActorClass.ADJECTIVE) or mention.proclitic[:1] in ("ب", "ل"):
                    return None
                return _Source(k, min(mention.last, first), actor)
        return None

    def _medium(self, start: int, sentence: Sentence) -> _Source | None:
        """"لرويترز", "لوكالة فرانس برس" near the verb: the medium through which the speaker spoke."""
        for k in range(start, min(start + 6, sentence.last)):
            norm = self.norms[k]
            if norm in _COMP or norm in (".", ":"):
                return None
            actor = self.starts.get(k)
            if actor is not None and self.actors[actor].proclitic[:1] == "ل":
                mention = self.actors[actor]
                if mention.noun == "media" or self._is_medium(mention):
                    return _Source(k, mention.last, actor)
        return None

    def _is_medium(self, mention: ActorMention) -> bool:
        from khabar.lexicon.actors import load_actors

        return mention.entry is not None and load_actors().kind(mention.entry) in ("media", "agency", "news_agency")

    def _is_reference(self, source: _Source) -> bool:
        """"المصدر", "البيان", "الوكالة" alone: the speaker already named."""
        return source.last - source.first == 1 and self.norms[source.first] in _REFERENCES

    def _according(self, number: int, sentence: Sentence, first: int, last: int, entry: str) -> Attribution | None:
        k = last
        while k < sentence.last and (self.words[self.norms[k]].report or self.norms[k] in ("ما", "لما", "ل")):
            k += 1
        actor = self.starts.get(k)
        if actor is None:
            return None
        mention = self.actors[actor]
        if mention.cls is ActorClass.SITE or mention.cls is ActorClass.ADJECTIVE:
            return None
        inner = _Source(k, self._tail(mention.last, sentence) if mention.noun in ("source", "official") else mention.last, actor)
        self.last = (inner,)
        leading = first - sentence.first <= 1
        end = sentence.end if leading or True else self.tokens[first].start
        return self._make((inner,), entry, "neutral", sentence.start, end, number)

    def _relay(self, number: int, sentence: Sentence, first: int, last: int, entry: str) -> Attribution | None:
        outer = self._stretch(last, sentence) or (self._before(first, sentence) if first > sentence.first else None)
        start = outer.last if outer is not None and outer.first >= last else last
        for k in range(start, min(start + 5, sentence.last)):
            if self.norms[k] == "عن":
                actor = self.starts.get(k + 1)
                if actor is None:
                    return None
                mention = self.actors[actor]
                inner = _Source(k + 1, self._tail(mention.last, sentence), actor)
                self.last = (outer, inner) if outer is not None else (inner,)
                return self._make(self.last, entry, "neutral", self.tokens[first].start, sentence.end, number)
        return None

    def _make(
        self, sources: tuple[_Source, ...], verb: str, manner: str, start: int, end: int, sentence: int
    ) -> Attribution:
        spans = []
        for source in sources:
            begin = self.tokens[source.first].start
            if source.actor is not None:
                begin = self.actors[source.actor].start
            spans.append((begin, self.tokens[source.last - 1].end))
        actors = tuple(s.actor for s in sources if s.actor is not None)
        return Attribution(tuple(spans), verb, manner, start, end, sentence, actors)


_REFERENCES = frozenset(("المصدر", "المصادر", "البيان", "الوكاله", "المتحدث", "الصحيفه", "التقرير", "المسوول", "القناه"))


def find_attributions(
    text: str, tokens: Sequence[Token], norms: Sequence[str], sentences: Sequence[Sentence],
    actors: Sequence[ActorMention], times: Sequence[TimeMention],
) -> tuple[Attribution, ...]:
    """Every attribution of the report, in text order."""
    scope = _Scope(text, tokens, norms, actors, times)
    found: list[Attribution] = []
    for number, sentence in enumerate(sentences):
        found += scope.sentence(number, sentence)
    return tuple(found)
