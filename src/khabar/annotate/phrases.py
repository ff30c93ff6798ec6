"""Where a noun phrase ends: adjectives that agree, genitives, whom it belongs to.

A chain is open while its last noun can still take a genitive: "قائد كتيبة" is open, "قائد الكتيبة" is closed, so is
"مسلحين" (a full plural) and "صاروخا" (a full accusative). A closed chain takes adjectives that agree with its head or
its last noun, and ties: "تابعة لحزب الله", "من قوات النظام", "للحوثيين".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from khabar.annotate.word_shapes import is_adjective, is_adjective_noun, is_nisba, is_relation
from khabar.lexicon.actors import ActorHit, ActorTable, load_actors
from khabar.lexicon.persons import find_person
from khabar.lexicon.phrase_words import PhraseWords, load_phrase_words
from khabar.lexicon.words import Word, WordCache, load_words
from khabar.model.document import Token

MAX_WORDS = 12  # longest phrase followed; beyond it a phrase is more often two
PERSONS = frozenset(("fighter", "civilian", "people", "official", "source"))
_OPENERS = {'"': '"', "“": "”", "«": "»", "'": "'", "‘": "’", "”": "“"}
_BOUND = ("ب", "ل", "ك", "لل")  # proclitics that end a phrase
_ADJECTIVE_ENDS = "هياردلمفقعح"  # last letters of definite words taken for adjectives after a closed chain
_OWNED = frozenset(("site", "vehicle", "materiel", "weapon"))
_OWNERS = frozenset(("fighter", "force", "group", "state"))
_QUOTED_WORDS = 6  # longest name in quotation marks


class Inner(NamedTuple):
    """The known actor named inside a phrase."""

    first: int
    last: int
    actor: str


class Extent(NamedTuple):
    """End of a phrase and whom it names inside."""

    last: int
    inner: Inner | None


class _Chain:
    """What the words of a phrase so far allow next."""

    __slots__ = ("closed", "definite", "feminine", "head", "inner", "named", "noun", "open", "person")

    def __init__(self, head: int, noun: str, word: Word, norm: str) -> None:
        self.head, self.noun, self.person = head, noun, word.noun_person
        self.inner: Inner | None = None
        self.named = False
        self.definite = self.feminine = False
        self.open = self.closed = False
        self.take(word, norm)

    def take(self, word: Word, norm: str) -> None:
        """Add a noun: the chain is open after it unless it has the article, a pronoun or a full ending."""
        enclitic = bool(word.readings) and bool(word.readings[0].enclitic)
        article = word.article.endswith(("ال", "لل"))
        self.definite = article or enclitic
        full = norm.endswith(("ون", "ين", "ان")) and word.noun_person in ("mp", "md", "fd", "p") and len(norm) > 4
        accusative = norm.endswith("ا") and word.noun_person in ("ms", "p") and not word.stem.endswith(("يا", "وا"))
        self.open = not (article or enclitic or full or accusative)


class PhraseReader:
    """Follows phrases over one report's tokens."""

    def __init__(self, tokens: Sequence[Token], norms: Sequence[str], times: frozenset[int]) -> None:
        self.tokens, self.norms, self.times = tokens, norms, times
        self.words: WordCache = load_words()
        self.table: ActorTable = load_actors()
        self.match = self.table.match
        self.lists: PhraseWords = load_phrase_words()

    def best(self, i: int) -> ActorHit | None:
        """The longest actor name at `i`; a strong alias before a weak one."""
        hits = self.match(self.norms, i)
        return hits[0] if hits else None

    def extend(self, head: int, end: int, noun: str) -> Extent:
        """The extent of the phrase whose head noun of class `noun` stands at `head`."""
        norm = self.norms[head]
        chain = _Chain(head, noun, self.words[norm], norm)
        j = head + 1
        while j < end and j - head < MAX_WORDS and j not in self.times:
            after = self._next(chain, j, end)
            if after is None:
                break
            j = after
            if chain.closed:
                break
        while j > head + 1 and self.words[self.norms[j - 1]].is_punct and not self._is_balanced(head, j):
            j -= 1
        return Extent(j, chain.inner)

    def modifiers(self, first: int, j: int, end: int) -> int:
        """End of the definite adjectives and ties after a known actor's name that ends at `j`."""
        while j < end and j - first < MAX_WORDS and j not in self.times:
            norm = self.norms[j]
            if norm in self.lists.links and norm.startswith("ال"):
                tied = self._tie(j, end)
                if tied is not None:
                    return tied.last
            hit = self.best(j)
            if hit is not None:
                if hit.strength != "adjective" or hit.proclitic or not norm.startswith("ال"):
                    break
                j = hit.last
                continue
            word = self.words[norm]
            if not is_relation(norm) or word.triggers or self._is_stop(word, norm):
                break
            j += 1
        return j

    def _next(self, chain: _Chain, j: int, end: int) -> int | None:
        """Token after what goes on at `j`; None when the phrase ends there."""
        norm = self.norms[j]
        word = self.words[norm]
        lists = self.lists
        if norm in _OPENERS:
            return self._quoted(chain, j, end)
        if norm == "#" and j + 1 < end:
            hit = self.best(j + 1)
            return self._actor(chain, j + 1, hit, end) if hit is not None and not hit.proclitic else None
        if norm in lists.tails:
            for words in lists.tails[norm]:
                if tuple(self.norms[j:j + len(words)]) == words and j + len(words) <= end:
                    chain.open = False
                    return j + len(words)
        if word.is_punct or word.is_number or norm in lists.stops:
            return None
        if norm in lists.links:
            tied = self._tie(j, end) if norm.startswith("ال") == chain.definite or chain.named else None
            if tied is not None:
                chain.inner = chain.inner or tied.inner
                chain.closed = True
                return tied.last
        if norm in lists.after and j > chain.head:
            chain.open = False
            return j + 1
        hit = self.best(j)
        if hit is not None and not hit.proclitic.startswith(("و", "ف", "ب", "ك")):
            return self._actor(chain, j, hit, end)
        if norm == "من":
            tied = self._belongs(chain, j, end)
            if tied is None:
                return None
            chain.inner, chain.closed = chain.inner or tied.inner, True
            return tied.last
        if self._is_stop(word, norm) or (norm[0] in "وف" and self._is_joined(word)):
            return None
        return self._word(chain, j, norm, word)

    def _word(self, chain: _Chain, j: int, norm: str, word: Word) -> int | None:
        """Nouns and adjectives that are no known actor."""
        article = norm.startswith("ال")
        if word.article.startswith(_BOUND):
            return self._purpose(chain, j, word)
        if word.noun and not article and chain.open and not chain.definite and self._is_attribute(chain, norm, word):
            chain.open = False
            return j + 1
        if word.noun and not (word.verbal and not article):
            if chain.open and (article or self._takes(chain, word, norm)):
                chain.take(word, norm)
                chain.named = True
                return j + 1
            if not chain.open and is_adjective_noun(norm) and self._agrees(chain, norm, article):
                return j + 1
            return None
        if chain.open and not article and norm in self.lists.inside and (chain.noun not in PERSONS or chain.named):
            chain.named = True
            return j + 1
        if word.triggers and not (article and is_relation(norm)):
            if chain.open and article and norm[2:] in self.lists.inside:
                chain.open, chain.definite, chain.named = False, True, True
                return j + 1
            if not article and not chain.definite and any(r.pos in ("ap", "pp", "adj") for r in word.triggers):
                chain.open = False
                return j + 1
            return None
        if article:
            if chain.open:
                chain.open, chain.definite = False, True
                return j + 1
            return j + 1 if self._agrees(chain, norm, True) else None
        if norm in self.lists.persons and chain.noun in PERSONS:
            chain.open = False
            return j + 1
        if not chain.definite and (is_adjective(norm) or self._is_accusative(chain, norm)):
            chain.open = False
            return j + 1
        return self._name(chain, j, norm, word)

    def _is_accusative(self, chain: _Chain, norm: str) -> bool:
        """Whether the word agrees with an accusative head: صاروخا باليستيا."""
        return norm.endswith("يا") and len(norm) > 4 and self.norms[chain.head].endswith("ا")

    def _name(self, chain: _Chain, j: int, norm: str, word: Word) -> int | None:
        """A proper name right after a head that takes one: بلدة حريتان."""
        head = self.words[self.norms[j - 1]].stem
        if not chain.open or word.readings or head not in self.lists.named or len(norm) < 3 or not norm.isalpha():
            return None
        chain.open, chain.definite = False, True
        return j + 1

    def _is_attribute(self, chain: _Chain, norm: str, word: Word) -> bool:
        """Whether a bare noun stands as an adjective of the head: مصادر عسكرية, شاب مجهول."""
        if word.noun not in PERSONS or not is_adjective_noun(norm):
            return False
        return norm.endswith("ا") == self.norms[chain.head].endswith("ا")

    def _takes(self, chain: _Chain, word: Word, norm: str) -> bool:
        """Whether an open chain takes a bare noun: not when both are persons (قتل مسلحون جنودا)."""
        if norm.endswith("ا") and not norm.endswith(("يا", "وا")):
            return False
        if norm in self.lists.inside:
            return True
        if chain.noun in ("weapon", "aircraft") or is_nisba(self.norms[chain.head], chain.person):
            return False
        if chain.noun in ("fighter", "people") and not chain.named:
            return word.noun in ("force", "group", "state")
        return not (chain.noun in PERSONS and word.noun in PERSONS and word.noun_person != "p")

    def _agrees(self, chain: _Chain, norm: str, article: bool) -> bool:
        """Whether an adjective can agree with the head or the last noun in the article, and in number."""
        if article != (chain.definite or self.norms[chain.head].startswith(("ال", "وال", "بال", "لل", "فال"))):
            return False
        if norm.endswith(("ون", "ين")) and len(norm) > 5:
            return chain.noun in PERSONS or chain.noun in ("force", "group")
        stem = norm[2:] if article else norm
        if stem in self.lists.persons:
            return chain.noun in PERSONS
        if not article and norm.endswith("ا"):
            return self.norms[chain.head].endswith("ا")
        return is_adjective(stem) or is_adjective_noun(stem) or (article and norm[-1] in _ADJECTIVE_ENDS)

    def _actor(self, chain: _Chain, j: int, hit: ActorHit, end: int) -> int | None:
        """A known actor or an adjective of origin inside the phrase."""
        norm = self.norms[j]
        inner = Inner(j, min(hit.last, end), hit.actors[0])
        if hit.strength == "adjective":
            if hit.proclitic or (not norm.startswith("ال") and chain.definite):
                return None
            if norm.endswith(("ون", "ين")) and len(norm) > 5 and chain.noun not in PERSONS:
                return None
            chain.inner = chain.inner or inner
            chain.open = False
            return inner.last
        tied = hit.proclitic.endswith("ل")
        if not chain.open and not tied and not self._is_apposed(chain, j, hit):
            return None
        chain.inner = inner
        last = self.modifiers(chain.head, inner.last, end)
        chain.closed = True
        return last

    def _is_apposed(self, chain: _Chain, j: int, hit: ActorHit) -> bool:
        """Whether a name after a closed chain belongs to it: المقاتلين الأكراد, but not هاجم الجيش الحوثيين."""
        norm = self.norms[j]
        stem = norm[2:] if norm.startswith("ال") else norm
        return stem in self.lists.persons and chain.noun in PERSONS and self._agrees(chain, norm, norm.startswith("ال"))

    def _quoted(self, chain: _Chain, j: int, end: int) -> int | None:
        """A name in quotation marks after a head that takes one, closing mark included."""
        if j == chain.head + 1 and j > 1 and self.norms[j - 2] in _OPENERS and not self._opens(j, end):
            return j + 1  # "تحصينات" عسكرية
        if not self._opens(j, end):
            return None
        close = self._closer(j, end)
        hit = self.best(j + 1)
        if hit is not None and hit.strength == "adjective":
            hit = None
        if not chain.open and (hit is None or chain.definite):
            return None
        if close is None:
            return j + 1 if hit is not None else None
        if hit is not None:
            chain.inner = Inner(j + 1, min(hit.last, close), hit.actors[0])
        chain.open, chain.definite = False, True
        return close + 1

    def _is_balanced(self, head: int, j: int) -> bool:
        """Whether the phrase ends with the mark that closes a quotation opened inside it."""
        marks = sum(1 for k in range(head, j) if self.norms[k] in _OPENERS or self.norms[k] == "»")
        return self.norms[j - 1] not in ("#", "_") and marks % 2 == 0

    def _opens(self, j: int, end: int) -> bool:
        """Whether the mark at `j` opens a quotation: a space before it, none after it."""
        tokens = self.tokens
        return 0 < j < end - 1 and tokens[j].start > tokens[j - 1].end and tokens[j + 1].start == tokens[j].end

    def _closer(self, j: int, end: int) -> int | None:
        """The mark that closes the short name which the one at `j` opens."""
        closer = _OPENERS[self.norms[j]]
        for k in range(j + 2, min(end, j + _QUOTED_WORDS + 2)):
            if self.norms[k] in (closer, "”", "»"):
                return k
            if self.words[self.norms[k]].is_punct or self.words[self.norms[k]].report:
                return None
        return None

    def _purpose(self, chain: _Chain, j: int, word: Word) -> int | None:
        """"مركز لتدريب", "مواقع للمسلحين": a purpose or an owner after ل."""
        if not word.article.startswith(("ل", "لل")):
            return None
        if word.stem in self.lists.inside and chain.noun in ("site", "vehicle", "force", "group"):
            chain.open, chain.definite = word.article == "ل", word.article != "ل"
            return j + 1
        if word.noun in _OWNERS and chain.noun in _OWNED:
            chain.take(word, self.norms[j])
            return j + 1
        return None

    def _tie(self, j: int, end: int) -> Extent | None:
        """The extent of "تابعة ل + X" whose participle stands at `j`; None when nothing follows."""
        k = j + 1
        if k >= end:
            return None
        if self.norms[k] in self.lists.pronouns:
            return Extent(k + 1, None)
        bare = self.norms[k] in self.lists.prepositions
        return self._owner(k + 1 if bare else k, end, bare)

    def _owner(self, k: int, end: int, bare: bool) -> Extent | None:
        """The actor, person or group noun at `k`, with its own extent."""
        if k < end and self.norms[k] in _OPENERS:
            k += 1
        if k >= end or k in self.times:
            return None
        hit = self.best(k)
        if hit is not None and (bare or hit.proclitic.endswith(("ل", "ب"))):
            last = self.modifiers(k, min(hit.last, end), end)
            return Extent(last, Inner(k, min(hit.last, end), hit.actors[0]))
        norm = self.norms[k]
        word = self.words[norm]
        if word.noun and (bare or word.article.startswith(("ل", "ب"))):
            extent = self.extend(k, end, word.noun)
            person = find_person(self.norms, extent.last) if extent.last < end else None
            if person is not None and not self.words[norm].article.endswith(("ال", "لل")):
                return Extent(min(person.last, end), extent.inner)
            return extent
        if not bare:
            return None
        person = find_person(self.norms, k)
        return Extent(min(person.last, end), None) if person is not None else None

    def _belongs(self, chain: _Chain, j: int, end: int) -> Extent | None:
        """"عناصر من قوات النظام": the extent when an organised owner or a people follows "من"."""
        k = j + 1
        if k >= end or k in self.times:
            return None
        hit = self.best(k)
        word = self.words[self.norms[k]]
        organised = word.noun in ("force", "group", "state") or (
            hit is not None and not hit.proclitic and hit.strength in ("strong", "hostile"))
        if chain.noun in PERSONS or chain.noun in ("force", "group"):
            organised = organised or word.noun in ("fighter", "civilian")
            organised = organised or (hit is not None and hit.strength == "weak")
        elif hit is not None and self.table.kind(hit.actors[0]) == "state":
            return None
        if chain.noun in ("site", "vehicle") or not organised or (word.noun and word.article.startswith(_BOUND)):
            return None
        return self._owner(k, end, True)

    def _is_stop(self, word: Word, norm: str) -> bool:
        if word.function or word.report or word.cues or norm in self.lists.stops:
            return True
        return word.verbal and not word.noun

    @staticmethod
    def _is_joined(word: Word) -> bool:
        return word.proclitic[:1] in ("و", "ف") or not word.readings
