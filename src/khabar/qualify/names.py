"""A speaker's name: the noun phrase after (or before) a word of report, titles and appositions included.

"قال نقيب الأطباء في تعز الدكتور صادق الشجاع أمس لرويترز إن": the name ends before "أمس"; "رويترز" is its medium.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from khabar.lexicon.actors import load_actors
from khabar.lexicon.words import Word, WordCache, load_words
from khabar.model.document import ActorClass, ActorMention, TimeMention, Token
from khabar.qualify.words import load_source_words

_MAX_NAME = 18  # words of a name; the longest in the training reports has 15
_REJECTED = (ActorClass.SITE, ActorClass.ADJECTIVE, ActorClass.UNKNOWN, ActorClass.PRONOUN)


class Source(NamedTuple):
    """One speaker: tokens `first..last` (exclusive) and the actor mention that its name begins with or holds."""

    first: int
    last: int
    actor: int | None
    lead: int = 0  # letters before the name in its first word: لرويترز


@lru_cache(maxsize=20_000)
def _speaks_to_outlet(norm: str) -> bool:
    """Whether a word with "ل" on it starts an outlet's name: لوكالة، لرويترز، للجزيرة."""
    bare = norm[1:] if norm[1] != "ل" else "ا" + norm
    table = load_actors()
    return load_words()[norm].noun == "media" or any(table.starts_kind(bare, kind) for kind in ("agency", "media"))


class Names:
    """Reads speakers' names in one report."""

    def __init__(
        self, tokens: Sequence[Token], norms: Sequence[str], actors: Sequence[ActorMention],
        times: Sequence[TimeMention],
    ) -> None:
        self.tokens, self.norms, self.actors = tokens, norms, actors
        self.table = load_actors()
        cache: WordCache = load_words()
        self.words: list[Word] = list(map(cache.__getitem__, norms))
        self.lists = load_source_words()
        self.starts = {a.first: n for n, a in enumerate(actors)}
        # "إن" within a known name opens nothing: "سي إن إن".
        self.named = {k for a in actors if a.entry for k in range(a.first + 1, a.last)}
        self.times = {k for t in times for k in range(t.first, t.last)}

    def skip(self, k: int, end: int) -> int:
        """The first token from `k` that is no adverb, time or comma-set time."""
        while k < end:
            after = k + 1 if self.norms[k] in self.lists.comma else k
            if after >= end or not self._is_adverb(after):
                break
            k = after + 1
        return k

    def _is_adverb(self, k: int) -> bool:
        return k in self.times or self.norms[k] in self.lists.adverb

    def read(self, k: int, end: int, bound: int | None) -> Source | None:
        """The name that starts at `k`; `bound` is the token that opens what is said, when there is one."""
        k = self.skip(k, end)
        limit = min(end if bound is None else bound, k + _MAX_NAME)
        quoted = False
        while k < limit and (self.norms[k] in self.lists.quote or self.norms[k] == "#"):
            quoted = quoted or self.norms[k] != "#"
            k += 1
        if k >= limit or not self._may_start(k, bound is not None):
            return None
        last = self.end(k, limit, bound is not None)
        if quoted and last < limit:
            last = self._closing(k, last, limit)
        if last <= k:
            return None
        return Source(k, last, self._actor(k, last))

    def medium_at(self, k: int, end: int) -> Source | None:
        """The outlet whose name starts at `k`, behind "ل" or quotation marks."""
        start = k
        while k < end and self.norms[k] in self.lists.quote:
            k += 1
        actor = self.starts.get(k)
        if actor is not None and k < end and self.is_medium(self.actors[actor]):
            last = self.actors[actor].last
            if start < k and last < end and self.norms[last] not in self.lists.quote:
                last = self._closing(k, last, end)
            return Source(k, last, actor)
        if k < end and self.starts_outlet(k):
            hits = self.table.match(self.norms, k)
            last = hits[0].last if hits else k + 1
            if start < k and self.norms[min(last, end - 1)] not in self.lists.quote:
                last = self._closing(k, last, end)
            return Source(k, min(last, end), actor)
        return None

    def is_medium(self, mention: ActorMention) -> bool:
        """Whether a mention is an outlet."""
        kinds = self.lists.medium_kinds
        if mention.entry is not None and self.table.kind(mention.entry) in kinds:
            return True
        return self.words[mention.head].noun == "media"

    def _closing(self, first: int, last: int, end: int) -> int:
        for j in range(first + 1, min(end, first + 6)):
            if self.norms[j] in self.lists.quote:
                return j
        return last

    def _actor(self, first: int, last: int) -> int | None:
        return next((self.starts[k] for k in range(first, last) if k in self.starts), None)

    def _may_start(self, k: int, bounded: bool) -> bool:
        norm, word, lists = self.norms[k], self.words[k], self.lists
        if norm in lists.complement or norm in lists.stop or k in self.times or len(norm) == 1:
            return False
        actor = self.starts.get(k)
        if actor is not None:
            mention = self.actors[actor]
            if mention.proclitic[:1] in ("ب", "ل", "ك"):
                return False
            if norm in lists.never:
                return False
            if mention.cls is ActorClass.SITE:
                return bounded and mention.noun == "site"
            if mention.cls is ActorClass.CIVILIAN and not bounded and mention.noun != "people":
                return norm in lists.speaking
            return mention.cls not in _REJECTED
        if norm in lists.quantity or norm in lists.document:
            return True
        if norm in lists.never or word.report:
            return False
        if word.is_punct or word.function or word.cues or word.proclitic[:1] in ("ب", "ل", "ك"):
            return False
        if word.is_number:
            return bounded and k + 1 in self.starts
        if word.triggers or word.verbal:
            return False
        return bounded and not norm.startswith("لل")

    def end(self, first: int, limit: int, bounded: bool) -> int:
        """End of the name that starts at `first`."""
        head = self.starts.get(first)
        j = self._cut(head, limit) if head is not None else first + 1
        while j < limit:
            step = self._step(first, j, limit, bounded)
            if step <= j:
                break
            j = step
        while j > first + 1 and (self.norms[j - 1] in self.lists.stop or j - 1 in self.times):
            j -= 1
        return j

    def _cut(self, actor: int, limit: int) -> int:
        """End of an actor mention without the medium that it swallowed: "مراسل الوكالة لرويترز"."""
        mention = self.actors[actor]
        end = min(mention.last, limit)
        for j in range(mention.first + 1, end):
            inner = self.norms[j]
            if (inner in self.lists.complement and j not in self.named) or j in self.times or self._is_outlet_after(j):
                return j
        return end

    def _is_outlet_after(self, j: int) -> bool:
        """Whether "لرويترز" or "لـ «عكاظ»" stands at `j`: the medium of what is said, not the speaker."""
        norm = self.norms[j]
        if norm == "ل":
            k = j + 1
            while k < len(self.norms) and self.norms[k] in self.lists.quote:
                k += 1
            return k < len(self.norms) and self.starts_outlet(k)
        if len(norm) < 3 or norm[0] != "ل" or not _speaks_to_outlet(norm):
            return False
        return self._is_outlet_noun(j) or self._known_outlet(j) is not None

    def _is_outlet_noun(self, j: int) -> bool:
        return self.words[j].noun == "media" or self.norms[j][1:] in self.lists.outlet

    def _known_outlet(self, k: int) -> int | None:
        """End of the known outlet's name that starts at `k`, or None."""
        kinds = self.lists.medium_kinds
        for hit in self.table.match(self.norms, k):
            if any(self.table.kind(a) in kinds for a in hit.actors[:1]):
                return hit.last
        return None

    def outlet_for(self, k: int, end: int) -> Source | None:
        """The outlet that "ل" on the word at `k` speaks to: "لرويترز", "لوكالة فرانس برس"."""
        norm = self.norms[k]
        if norm[0] != "ل" or len(norm) < 3:
            return None
        actor = self.starts.get(k)
        if actor is not None and self.is_medium(self.actors[actor]):
            return Source(k, self.actors[actor].last, actor)
        if not self._is_outlet_after(k):
            return None
        if actor is not None:
            return Source(k, self.actors[actor].last, actor)
        last = self._known_outlet(k) or k + 1
        while last == k + 1 < end and self.norms[last].startswith("ال") and not self.words[last].triggers:
            last += 1  # لشبكة المنارة
        if last == k + 1 and last < end and self.norms[last] in self.lists.quote:
            last = min(self._closing(last, last, end) + 1, end)
        return Source(k, last, None, 0 if norm[1] == "ل" else 1)

    def starts_outlet(self, k: int) -> bool:
        """Whether a known outlet's name or an outlet's noun starts at `k`."""
        norm = self.norms[k]
        if self.words[k].noun == "media" or (norm[:1].isascii() and norm[:1].isalpha()):
            return True
        kinds = self.lists.medium_kinds
        return any(self.table.kind(a) in kinds for hit in self.table.match(self.norms, k) for a in hit.actors[:1])

    def _step(self, first: int, j: int, limit: int, bounded: bool) -> int:
        """End of what belongs to the name at `j`, or `j` when nothing does."""
        norm, word, lists = self.norms[j], self.words[j], self.lists
        if j in self.times or norm in lists.outside or self._is_outlet_after(j):
            return j
        if norm in lists.comma:
            return self._apposition(j, limit, bounded)
        if norm == "(":
            return self._bracket(j, limit)
        if norm in lists.quote:
            return self._quoted(first, j, limit)
        if norm in ("_", "#") or norm in lists.name_part:
            return j + 1
        if norm.startswith("وال") and self._is_joint(first, j):
            return j + 1 if j not in self.starts else self._cut(self.starts[j], limit)
        if norm in lists.stop:
            return j
        if norm in lists.relation:
            return self._related(first, j, limit, bounded)
        if norm in lists.issued:
            return self._issued(j, limit, bounded)
        if norm == "ل":
            return self._owner(first, j, limit)
        actor = self.starts.get(j)
        if actor is not None:
            return self._member(first, j, actor, limit, bounded)
        return self._plain(first, j, word, bounded)

    def _is_joint(self, first: int, j: int) -> bool:
        """Whether "و" at `j` joins within one body's name: "وزير الطاقة والموارد"."""
        if not self.norms[j - 1].startswith("ال"):
            return False
        return any(self.norms[k] in self.lists.joint_head for k in range(first, j))

    def _plain(self, first: int, j: int, word: Word, bounded: bool) -> int:
        """A word that begins no mention: an adjective, a part of a name, a place."""
        norm, lists = self.norms[j], self.lists
        if bounded and norm in lists.quantity and j == first + 1:
            return j + 1  # مختار إحدى القرى
        if norm.startswith("ال") and self.words[j - 1].noun == "media" and not word.triggers and not word.function:
            return j + 1  # وكالات الأنباء
        if word.is_punct or word.function or word.cues or word.report or (word.triggers and not norm.startswith("ال")):
            return j
        if word.is_number:
            return j + 1 if bounded else j
        if norm.startswith("لل") or word.proclitic[:1] in ("ل", "و", "ف"):
            return j
        opens = self.words[first].noun in lists.open_nouns
        if norm[0] == "و" and bounded and len(norm) > 4 and norm.endswith(lists.adjective_endings):
            return j + 1 if opens else j  # مصادر أمنية وطبية
        if word.proclitic[:1] == "ب" or norm.startswith("بال"):
            return j + 1 if self._is_open(first) and not word.triggers else j
        if norm.startswith("ال") and not word.triggers:
            return j + 1
        if bounded:
            return j if word.verbal or word.triggers else j + 1
        adjective = norm.endswith(lists.adjective_endings) and not word.verbal
        return j + 1 if adjective and opens and not self.norms[j - 1].startswith("ال") else j

    def _member(self, first: int, j: int, actor: int, limit: int, bounded: bool) -> int:
        """A further mention after the name: a person after a title, a second speaker, an owner."""
        mention = self.actors[actor]
        lead = mention.proclitic[:1]
        end = self._cut(actor, limit)
        if lead in ("و", "ف"):
            return j
        if lead == "ل" or self.norms[j].startswith("لل"):
            if self.is_medium(mention):
                return j
            owned = self._indefinite(first) or self.norms[j].startswith("لل")
            return end if owned and self._is_authored(first) else j
        if lead == "ب":
            return end if self._indefinite(first) and self._is_open(first) else j
        if lead == "ك" or mention.cls is ActorClass.UNKNOWN:
            return j
        if mention.cls is ActorClass.NAMED and self._is_closed(j - 1):
            return j
        if mention.cls is ActorClass.SITE and not bounded:
            return j
        if mention.cls is ActorClass.CIVILIAN and not bounded and mention.noun != "people":
            return j
        if not bounded and mention.cls is ActorClass.NAMED and self.words[first].noun not in self.lists.open_nouns:
            head = self.starts.get(first)
            if head is not None and self.actors[head].cls is ActorClass.NAMED:
                return j
        return end

    def _is_closed(self, k: int) -> bool:
        """Whether the word at `k` takes no owner, by its ending: "مسؤولون"."""
        return self.norms[k].endswith(self.lists.closed_endings) and self.words[k].noun != "media"

    def _is_open(self, first: int) -> bool:
        """Whether the name's head takes "ب…", "في …": a role, a source, people."""
        head = self.starts.get(first)
        role = head is not None and self.actors[head].cls is ActorClass.ROLE
        return role or self.words[first].noun in self.lists.open_nouns

    def _is_authored(self, first: int) -> bool:
        """Whether the name's head takes "ل…" for whom it speaks: a document, a spokesman."""
        return self.norms[first] in self.lists.document or self.words[first].noun in ("source", "official", "media")

    def _indefinite(self, k: int) -> bool:
        return not self.norms[k].startswith("ال")

    def _owner(self, first: int, j: int, limit: int) -> int:
        """"ل" alone: before an outlet it ends the name, after a document it names who wrote it."""
        if self.medium_at(j + 1, limit) is not None:
            return j
        actor = next((self.starts[k] for k in range(j + 1, min(j + 4, limit)) if k in self.starts), None)
        if actor is None or not self._is_authored(first) or self.is_medium(self.actors[actor]):
            return j
        return self._cut(actor, limit)

    def _related(self, first: int, j: int, limit: int, bounded: bool) -> int:
        """"في", "من", "لدى" with the body or place after it, or `j` when it opens an adjunct."""
        k = j + 1
        if k >= limit or k in self.times or self.norms[k] in self.lists.medium or self.norms[k] in self.lists.stop:
            return j
        head = self.starts.get(first)
        person = head is not None and self.actors[head].cls is ActorClass.PERSON
        if person and self.norms[j] != "باسم" and not (bounded and self.norms[j] == "في"):
            return j
        open_head = self._is_open(first) or self.norms[first] in self.lists.indefinite
        if not bounded and not open_head:
            return j
        if self.norms[k] in self.lists.demonstrative and k + 1 < limit:
            k += 1
        actor = self.starts.get(k)
        if actor is not None:
            return j if self.actors[actor].proclitic[:1] in ("و", "ب", "ل") else self._cut(actor, limit)
        word = self.words[k]
        if word.function or word.cues or word.is_punct or (word.triggers and not bounded):
            return j
        return k + 1 if bounded or self.norms[j] != "من" else j

    def _issued(self, j: int, limit: int, bounded: bool) -> int:
        k = j + 1
        if k < limit and self.norms[k] in ("عن", "من"):
            k += 1
        actor = self.starts.get(k) if k < limit else None
        if actor is not None:
            return self._cut(actor, limit)
        return k + 1 if (bounded or k > j + 1) and k < limit and not self.words[k].is_punct else j

    def _apposition(self, j: int, limit: int, bounded: bool) -> int:
        """A comma goes on with the name before a title, a person or a body in apposition."""
        k = j + 1
        while k < limit and (self.norms[k] in self.lists.quote):
            k += 1
        if k >= limit or k in self.times or self.norms[k] in self.lists.outside:
            return j
        actor = self.starts.get(k)
        if actor is None:
            word = self.words[k]
            if self.norms[k] in self.lists.issued:
                return self._issued(k, limit, bounded) if bounded else j
            odd = word.function or word.cues or word.verbal or word.triggers or word.is_punct or word.report
            plain = not odd and not word.proclitic and self.norms[k] not in self.lists.adverb
            return k + 1 if bounded and plain else j
        mention = self.actors[actor]
        if mention.proclitic[:1] in ("و", "ف", "ب", "ل", "ك"):
            return j
        if mention.cls in (ActorClass.PERSON, ActorClass.ROLE) or (bounded and mention.cls is ActorClass.NAMED):
            return self._cut(actor, limit)
        return j

    def _bracket(self, j: int, limit: int) -> int:
        for k in range(j + 1, min(limit, j + 6)):
            if self.norms[k] == ")":
                return k + 1
        return j

    def _quoted(self, first: int, j: int, limit: int) -> int:
        """A short quotation right after a body's noun is its name; a long one is what is said."""
        for k in range(j + 1, min(limit, j + 7)):
            if self.norms[k] in self.lists.complement or self.norms[k] in self.lists.stop:
                return j
            if self.norms[k] in self.lists.quote:
                short = k - j <= 4 or (j + 1) in self.starts
                return k + 1 if short or self.words[j - 1].noun in self.lists.open_nouns else j
        return j
