"""Attributions of one sentence: a frame for each verb, preposition, relay, colon or document that tells a source."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from khabar.lexicon.analysis import load_lexicon
from khabar.lexicon.firing import Firing, find_entries
from khabar.lexicon.same_name import name_words
from khabar.model.document import ActorClass, ActorMention, Sentence, TimeMention, Token
from khabar.qualify.names import Names, Source
from khabar.qualify.outlets import outlet_at, quoted_outlet

_KNOWN = 40  # speakers remembered for short names
_REACH = 26  # words from a reporting verb to what it opens; longer stretches are other clauses
_NO_SPEAKERS = (ActorClass.SITE, ActorClass.ADJECTIVE)
_NEEDS_SPEAKER = ("accuse", "claim")  # never the last speaker by default
_NO_COMPLEMENT = ("stance", "accuse")  # what follows their speaker is whom they speak of, not what is said


class Frame(NamedTuple):
    """A chain of speakers, what told it, and where in the sentence it stands."""

    chain: tuple[Source, ...]
    verb: str
    manner: str
    at: int  # first token of the frame
    covers: str  # "after" the frame, "all" the sentence, "none": nothing in the sentence says so
    opened: bool = False


class Frames:
    """Finds frames sentence by sentence."""

    def __init__(
        self, tokens: Sequence[Token], norms: Sequence[str], actors: Sequence[ActorMention],
        times: Sequence[TimeMention],
    ) -> None:
        self.norms, self.actors, self.times = norms, actors, times
        self.names = Names(tokens, norms, actors, times)
        self.words = self.names.words
        self.lists = self.names.lists
        lists = self.lists
        self.bounds = lists.complement, lists.quote, lists.end, lists.relative
        self.entries = load_lexicon().entries
        self.last: tuple[Source, ...] = ()
        self.known: deque[tuple[Source, ...]] = deque(maxlen=_KNOWN)
        self.surnames: set[str] = set()  # last words of the names in `known`

    def sentence(self, number: int, sentence: Sentence) -> list[Frame]:
        """Frames of one sentence, in text order."""
        found: list[Frame] = []
        colon = self._colon(sentence)
        if colon is not None:
            found += self.remember(colon)
        taken = sentence.first
        for firing in find_entries(self.norms[sentence.first:sentence.last], "report"):
            first, last = sentence.first + firing.first, sentence.first + firing.last
            info = self.entries[firing.entry]
            if last < sentence.last and self.norms[last] in self.lists.unnamed:
                continue
            if first < taken or info.cls == "medium" or self._is_preposition(first, last, sentence):
                continue
            frame = self._frame(sentence, firing, first, last, info.cls, info.id, found)
            if frame is not None:
                taken = last
                frame = self._through(frame, first, found)
                found += self.remember(frame) if frame.chain != self.last else [frame]
                found += self._joined(frame, sentence)
        found += self._hearsay(sentence)
        return found

    def _through(self, frame: Frame, first: int, found: list[Frame]) -> Frame:
        """"وبحسب وكالة رويترز، قال متحدث": the outlet named right before the verb is the outer source of one chain."""
        if not found or len(frame.chain) > 1 or len(found[-1].chain) > 1 or found[-1].covers != "all":
            return frame
        outlet = found[-1].chain[0]
        near = outlet.last <= first <= outlet.last + 2
        if not near or outlet.actor is None or not self.names.is_medium(self.actors[outlet.actor]):
            return frame
        found.pop()
        return frame._replace(chain=(outlet, frame.chain[0]))

    def _is_preposition(self, first: int, last: int, sentence: Sentence) -> bool:
        """Whether the word is "بين" (between), not "بيّن" (made clear), which opens its clause and what is said."""
        if self.norms[first] not in self.lists.ambiguous:
            return False
        opens = first - sentence.first < 2 or self.norms[first - 1] in self.lists.comma
        return not opens or not any(n in self.lists.complement for n in self.norms[last:min(last + 6, sentence.last)])

    def _joined(self, frame: Frame, sentence: Sentence) -> list[Frame]:
        """"قال مسؤول ومصدران بالشرطة إن": each of two speakers is a source of its own."""
        name = frame.chain[-1]
        k = name.last
        actor = self.names.starts.get(k)
        if k < frame.at or actor is None or self.actors[actor].proclitic[:1] != "و" or k >= sentence.last:
            return []
        bound = self._bound(k, sentence)
        if bound is None and frame.covers == "after":
            return []
        source = self.names.read(k, sentence.last, bound)
        if source is None or source.actor != actor:
            return []
        return [frame._replace(chain=(*frame.chain[:-1], source))]

    def _frame(
        self, sentence: Sentence, firing: Firing, first: int, last: int, cls: str, entry: str, found: list[Frame]
    ) -> Frame | None:
        if cls == "according":
            return self._according(sentence, first, last, entry)
        if cls == "relay":
            return self._relay(sentence, first, last, entry, found)
        if cls == "document":
            return self._document(sentence, first, last, entry)
        if (firing.reading.pos == "v" and firing.reading.voices == "p") or self.norms[first] in self.lists.impersonal:
            return None
        if firing.reading.pos == "n" and cls != "doubt":
            return self._announced(first, last, cls, entry) if cls == "announce" else None
        if first > sentence.first and self.norms[first - 1] in self.lists.negation and cls != "denial":
            return None
        return self._verb(sentence, first, last, cls, entry)

    def _verb(self, sentence: Sentence, first: int, last: int, cls: str, entry: str) -> Frame | None:
        bound = self._bound(last, sentence) if cls not in _NO_COMPLEMENT else None
        media = outlet_at(self.names, last, sentence.last)
        after = media.last if media is not None else last
        inner = self._ahead(first, sentence) or self.names.read(after, sentence.last, bound)
        if inner is None:
            inner = self._before(first, sentence) or self._named_before(after, sentence)
        if inner is None:
            return self._continued(first, cls, entry, bound is not None)
        media = media or self._medium(max(inner.last, last), sentence, bound)
        at = min(first, inner.first)
        chain = (media, inner) if media is not None else (inner,)
        return Frame(chain, entry, cls, at, "after", bound is not None)

    def _named_before(self, k: int, sentence: Sentence) -> Source | None:
        """A bare surname of somebody who spoke before: "واتهم الجعفري"."""
        if k >= sentence.last or self.norms[k] not in self.surnames:
            return None
        return Source(k, k + 1, self.names.starts.get(k))

    def words_of(self, source: Source) -> frozenset[str]:
        """The words of a name, as names are compared."""
        return name_words(" ".join(self.norms[source.first:source.last]))

    def _announced(self, first: int, last: int, cls: str, entry: str) -> Frame | None:
        """"إعلان واشنطن مقتله": a noun with its speaker right behind."""
        actor = self.names.starts.get(last)
        if actor is None or self.norms[first].startswith("ال") or self.actors[actor].proclitic[:1] in ("ب", "ل", "و"):
            return None
        if self.actors[actor].cls not in (ActorClass.NAMED, ActorClass.PERSON, ActorClass.ROLE):
            return None
        return Frame((Source(last, self.actors[actor].last, actor),), entry, cls, first, "after")

    def resolve(self, chain: tuple[Source, ...]) -> tuple[Source, ...]:
        """The chain that a short name ("المصدر", "الجبوري") takes up again; otherwise the chain itself."""
        name = chain[-1]
        words = self.words_of(name)
        if not words or len(words) > 2:
            return chain
        for earlier in reversed(self.known):
            longer = self.words_of(earlier[-1])
            if self._is_body(name) and self.norms[earlier[-1].first] != self.norms[name.first]:
                continue  # "الشرطة" is not "متحدث باسم الشرطة"
            if words < longer and 2 * len(words) <= (len(words) + len(longer)) / 2:
                return earlier
        if self.last and len(words) == 1 and self.norms[name.first] in self.lists.reference:
            return self.last
        return chain

    def _is_body(self, name: Source) -> bool:
        return name.actor is not None and self.actors[name.actor].cls is ActorClass.NAMED

    def remember(self, frame: Frame) -> list[Frame]:
        """A frame as told, and before it, when its name is short, the name that it stands for."""
        whole = self.resolve(frame.chain)
        self.last = whole
        if whole == frame.chain:
            self.known.append(whole)
            if whole[-1].last - whole[-1].first > 1:
                self.surnames.add(self.norms[whole[-1].last - 1])
            return [frame]
        return [frame._replace(verb="short_name"), frame._replace(chain=whole)]

    def _continued(self, first: int, cls: str, entry: str, opened: bool) -> Frame | None:
        """"وأضاف أن": the last speaker goes on."""
        if cls in _NEEDS_SPEAKER or not self.last:
            return None
        if self.norms[first] not in self.lists.continuing:
            return None
        return Frame(self.last, entry, cls, first, "after", opened)

    def _bound(self, last: int, sentence: Sentence) -> int | None:
        """The token that opens what is said: "أن", a colon, or a quotation longer than a name."""
        complement, quote, ends, relative = self.bounds
        for k, norm in enumerate(self.norms[last:min(last + _REACH, sentence.last)], last):
            if (norm in complement and k not in self.names.named) or norm == ":":
                return k
            if norm in quote and k > last and self._long_quote(k, sentence):
                return k
            if norm in ends or (k == last and norm in relative):
                return None
        return None

    def _long_quote(self, k: int, sentence: Sentence) -> bool:
        return all(self.norms[j] not in self.lists.quote for j in range(k + 1, min(k + 8, sentence.last)))

    def _before(self, first: int, sentence: Sentence) -> Source | None:
        """The speaker told before the verb: "المرصد قال", "وكانت المصادر قد أكدت"."""
        lists, end = self.lists, first
        while end > sentence.first and self.norms[end - 1] in lists.between:
            end -= 1
        if end == sentence.first or self.norms[end - 1] in lists.relative or self.norms[end - 1] in lists.complement:
            return None
        for k in range(max(sentence.first, end - 16), end):
            opens = k == sentence.first or self.norms[k - 1] in lists.boundary or self.norms[k - 1] in lists.stop
            if not opens or (k - 1 >= sentence.first and self.norms[k - 1] in lists.relative):
                continue
            source = self.names.read(k, end, end)
            if source is not None and self.names.skip(source.last, end) >= end - (self.norms[end - 1] in lists.comma):
                return source
        return self._nearest(first, end, sentence)

    def _ahead(self, first: int, sentence: Sentence) -> Source | None:
        """The speaker right before the verb, at the head of its sentence or after "كان": "وكانت دمشق اتهمت إسرائيل"."""
        end = first
        while end > sentence.first and self.norms[end - 1] in self.lists.between:
            end -= 1
        for k in range(max(sentence.first, end - 8), end):
            actor = self.names.starts.get(k)
            if actor is None or self.actors[actor].last != end:
                continue
            if self.actors[actor].cls in _NO_SPEAKERS or self.actors[actor].proclitic[:1] in ("ب", "ل", "و", "ف"):
                return None
            if k == sentence.first or self.norms[k - 1] in self.lists.auxiliary:
                return Source(k, end, actor)
        return None

    def _nearest(self, first: int, end: int, sentence: Sentence) -> Source | None:
        for k in range(end - 1, max(end - 8, sentence.first) - 1, -1):
            actor = self.names.starts.get(k)
            if actor is None:
                continue
            mention = self.actors[actor]
            if mention.last < end or mention.cls in (ActorClass.SITE, ActorClass.ADJECTIVE, ActorClass.CIVILIAN):
                return None
            if mention.proclitic[:1] in ("ب", "ل"):
                return None
            return Source(k, min(mention.last, end), actor)
        return None

    def _medium(self, start: int, sentence: Sentence, bound: int | None) -> Source | None:
        """The outlet that the speaker spoke to: "لرويترز", "في مقابلة مع القناة"."""
        lists, names = self.lists, self.names
        end = min(bound if bound is not None else sentence.last, start + 10)
        talk = False
        for k in range(start, end):
            norm = self.norms[k]
            talk = talk or norm in lists.talk
            outlet = names.outlet_for(k, end)
            if outlet is not None:
                return outlet
            if norm == "ل" or (talk and norm in lists.with_):
                media = names.medium_at(k + 1, sentence.last) or quoted_outlet(names, k + 1, sentence.last)
                if media is not None:
                    return media
            if self.words[k].report and k > start and norm not in lists.talk and self.words[k].verbal:
                break
        return None

    def _according(self, sentence: Sentence, first: int, last: int, entry: str) -> Frame | None:
        k = last
        while k < sentence.last and (self.norms[k] in self.lists.said or self._is_report_verb(k)):
            if any(self.entries[r.entry].cls == "relay" for r in self.words[k].report):
                return self._relay(sentence, k, k + 1, entry, [], "all")
            k += 1
        if k == last and self.norms[first] in self.lists.auxiliary:
            return None
        if k < sentence.last and self.norms[k] in self.lists.his_word:
            return Frame(self.last, entry, "neutral", first, "all", True) if self.last else None
        media = outlet_at(self.names, k, sentence.last) if k > last else None
        source = self._framed(media.last if media is not None else k, sentence)
        if source is None:
            return None
        media = media or self._medium(source.last, sentence, None)
        chain = (media, source) if media is not None else (source,)
        return Frame(chain, entry, "neutral", first, "all", True)

    def _is_report_verb(self, k: int) -> bool:
        return bool(self.words[k].report) and self.words[k].verbal

    def _framed(self, k: int, sentence: Sentence) -> Source | None:
        """A name after a preposition, whose own "ل" is no bar: "وفقا لوكالة الأنباء"."""
        while k < sentence.last and self.norms[k] in self.lists.quote:
            k += 1
        actor = self.names.starts.get(k)
        if actor is None:
            return self.names.read(k, sentence.last, self._frame_end(k, sentence))
        stop = self._frame_end(k, sentence)
        if self.actors[actor].cls is ActorClass.SITE:
            return self.names.read(k, sentence.last, stop)
        if self.actors[actor].cls is ActorClass.ADJECTIVE:
            return None
        last = self.names.end(k, min(sentence.last, k + 18), stop is not None)
        return Source(k, last, actor)

    def _frame_end(self, k: int, sentence: Sentence) -> int | None:
        for j in range(k, min(k + 8, sentence.last)):
            if self.norms[j] in self.lists.stop:
                return j
        return sentence.last if sentence.last - k <= 8 else None

    def _relay(
        self, sentence: Sentence, first: int, last: int, entry: str, found: list[Frame], covers: str = "after"
    ) -> Frame | None:
        """"نقلت الوكالة عن مصدر": outlet and inner source."""
        lists = self.lists
        near = range(last, min(last + 16, sentence.last))
        at = next((k for k in near if self.norms[k] in lists.from_ or self.norms[k] in lists.from_him), None)
        outer = self.names.read(last, sentence.last, at) if at is None or at > last else None
        outer = outer or self._before(first, sentence)
        if outer is None and found:
            outer = found[-1].chain[0]
        if at is None:
            chain = self._quoted_document(outer, sentence)
        elif self.norms[at] in lists.from_him:
            chain = self.last[-1:] if outer is None or not self.last else (outer, self.last[-1])
        else:
            inner = self._inner(at + 1, sentence)
            if inner is None:
                return None
            chain = (outer, inner) if outer is not None and outer.first != inner.first else (inner,)
        return Frame(chain, entry, "neutral", min(first, chain[0].first), covers, True) if chain else None

    def _quoted_document(self, outer: Source | None, sentence: Sentence) -> tuple[Source, ...]:
        """"نقلت الوكالة بيان الجيش": what an outlet carried, without "عن"."""
        if outer is None or outer.actor is None or not self.names.is_medium(self.actors[outer.actor]):
            return ()
        outer = outer._replace(last=min(outer.last, self.actors[outer.actor].last))
        inner = self.names.read(outer.last, sentence.last, None)
        return (outer, inner) if inner is not None else (outer,)

    def _inner(self, k: int, sentence: Sentence) -> Source | None:
        """The source that an outlet quotes, up to "قوله" or what is said."""
        near = range(k, min(k + 14, sentence.last))
        own = next((j for j in near if self.norms[j] in self.lists.own_words), None)
        bounds = [b for b in (self._bound(k, sentence), own) if b is not None]
        return self.names.read(k, sentence.last, min(bounds) if bounds else self._frame_end(k, sentence))

    def _document(self, sentence: Sentence, first: int, last: int, entry: str) -> Frame | None:
        """"وجاء في بيان للجيش": the document is the source."""
        k = last
        if k >= sentence.last or self.norms[k] not in self.lists.document:
            return None
        source = self.names.read(k, sentence.last, self._bound(k, sentence))
        if source is None:
            return None
        if source.last - source.first == 1 and self.last and self.norms[k] in self.lists.reference:
            return Frame(self.last, entry, "neutral", first, "after")
        return Frame((source,), entry, "neutral", first, "after")

    def _colon(self, sentence: Sentence) -> Frame | None:
        """"المرصد: مقتل خمسة" names its source before the colon when that is a speaker."""
        head = self.norms[sentence.first + 1:min(sentence.first + 14, sentence.last - 1)]
        if ":" not in head:
            return None
        k = sentence.first + 1 + head.index(":")
        source = self.names.read(sentence.first, k, k)
        if source is None or source.first > sentence.first + 1:
            return None
        media = self._medium(source.last, sentence, k)
        if media is None and source.last < k - 1:
            return None
        if source.actor is None or source.actor != self.names.starts.get(source.first):
            return None
        chain = (media, source) if media is not None else (source,)
        return Frame(chain, "colon", "neutral", k, "after", True)

    def _hearsay(self, sentence: Sentence) -> list[Frame]:
        """"وسط تقارير عن": reports that nobody signs."""
        lists = self.lists
        if lists.hearsay.isdisjoint(self.norms[sentence.first:sentence.last - 1]):
            return []
        for k in range(sentence.first, sentence.last - 1):
            if self.norms[k] in lists.hearsay:
                j = k + 1
                if self.words[j].tag == "x" or self.norms[j].endswith(lists.adjective_endings):
                    j += 1
                if j < sentence.last and self.norms[j] in lists.hearsay_next:
                    return [Frame((Source(k, j, None),), "hearsay", "doubt", k, "after")]
        return []
