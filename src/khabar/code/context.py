"""An index over one document's mentions: what stands in which sentence, what a token is part of."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from khabar.lexicon.words import Word, load_words
from khabar.model.document import Attribution, CueMention, Document, Interval
from khabar.model.record import PlaceValue

# Marks that part clauses.
BREAKS = frozenset(("،", ",", "؛", ":", "..", "(", ")", "-", "–"))


class Context:
    """Built once per document by `code_events`; read by every step of the coding, changed by none."""

    def __init__(
        self, doc: Document, norms: list[str], intervals: Sequence[Interval | None],
        place_values: Sequence[PlaceValue | None], starts: Sequence[Interval | None] = (),
        futures: Sequence[Interval | None] = (), relatives: Sequence[tuple[Interval, ...]] = (),
    ) -> None:
        self.doc, self.norms = doc, norms
        self.text = doc.report.text
        self.intervals, self.place_values = intervals, place_values
        # Other readings of each time: the beginning of "منذ …", the coming day rather than the past one,
        # and the days that "بعد يوم من" may put another act on.
        self.starts, self.futures, self.relatives = starts, futures, relatives
        cache = load_words()
        self.words: list[Word] = list(map(cache.__getitem__, norms))
        self._sentence = [number for number, s in enumerate(doc.sentences) for _ in range(s.first, s.last)]
        count = len(doc.sentences)
        self.triggers: list[list[int]] = [[] for _ in range(count)]
        self.actors: list[list[int]] = [[] for _ in range(count)]
        self.places: list[list[int]] = [[] for _ in range(count)]
        self.times: list[list[int]] = [[] for _ in range(count)]
        self.counts: list[list[int]] = [[] for _ in range(count)]
        self.weapons: list[list[int]] = [[] for _ in range(count)]
        self.cues: list[list[int]] = [[] for _ in range(count)]
        self.attributions: list[list[int]] = [[] for _ in range(count)]
        for name in ("triggers", "actors", "places", "times", "counts", "weapons", "cues"):
            rows: list[list[int]] = getattr(self, name)
            for n, mention in enumerate(getattr(doc, name)):
                rows[self._sentence[mention.first]].append(n)
        for n, attribution in enumerate(doc.attributions):
            self.attributions[attribution.sentence].append(n)
        self.actor_at: dict[int, int] = {a.first: n for n, a in enumerate(doc.actors)}
        self.place_at: dict[int, int] = {}
        for n, place in enumerate(doc.places):
            for k in range(place.first, place.last):
                self.place_at.setdefault(k, n)
        self.time_at = {k: n for n, t in enumerate(doc.times) for k in range(t.first, t.last)}
        self.count_at = {k: n for n, c in enumerate(doc.counts) for k in range(c.first, c.last)}
        self.trigger_at: dict[int, int] = {}
        for n, t in enumerate(doc.triggers):
            for k in range(t.first, t.last):
                self.trigger_at.setdefault(k, n)
        self.actor_cover: dict[int, int] = {}
        for n, a in enumerate(doc.actors):
            for k in range(a.first, a.last):
                self.actor_cover.setdefault(k, n)
        self.quoted = self._quoted()
        # Filled on first use by `names`, `entities` and `role_features`.
        self.names: dict[int, list[tuple[int, int]]] = {}
        self.keys: list[str] | None = None
        self.classes: list[str] | None = None
        self.signs: list[str] | None = None

    def sentence_of(self, token: int) -> int:
        """Index of the sentence that holds a token."""
        return self._sentence[token]

    def _quoted(self) -> set[int]:
        inside: set[int] = set()
        starts = [t.start for t in self.doc.tokens] if self.doc.quotes else []
        for begin, end in self.doc.quotes:
            first, last = bisect_right(starts, begin), bisect_right(starts, end - 1)
            inside.update(range(first, last))
        return inside

    def tag(self, token: int) -> str:
        """Coarse class of a token; "^" and "$" outside its sentence's text."""
        if token < 0:
            return "^"
        if token >= len(self.words):
            return "$"
        if token in self.time_at:
            return "TIME"
        return self.words[token].tag

    def parted(self, n: int, first: int, last: int) -> tuple[int, int]:
        """(other triggers' words, marks that part clauses) among tokens that stand between trigger `n` and a phrase."""
        others = len({self.trigger_at[k] for k in range(first, last) if k in self.trigger_at} - {n})
        return others, sum([norm in BREAKS for norm in self.norms[first:last]])

    def cues_before(self, token: int, sentence: int, reach: int = 8) -> list[tuple[CueMention, int]]:
        """Cues that stand up to `reach` tokens before a token in its sentence, nearest first, with the distance."""
        found = []
        for n in reversed(self.cues[sentence]):
            cue = self.doc.cues[n]
            if cue.last <= token and token - cue.last < reach:
                found.append((cue, token - cue.last))
        return found

    def attribution_over(self, start: int, sentence: int) -> Attribution | None:
        """The innermost attribution of the sentence that covers a character offset."""
        best = None
        for n in self.attributions[sentence]:
            attribution = self.doc.attributions[n]
            if attribution.start <= start < attribution.end:
                best = attribution
        return best


class Buckets(dict[int, str]):
    """By number: the first edge that it does not exceed, as text; "+" beyond the last."""

    def __init__(self, *edges: int) -> None:
        super().__init__()
        self._edges = edges

    def __missing__(self, value: int) -> str:
        found = next((str(edge) for edge in self._edges if value <= edge), f"{self._edges[-1]}+")
        if abs(value) < 1000:
            self[value] = found
        return found


_BUCKETS: dict[tuple[int, ...], Buckets] = {}


def bucket(value: int, edges: tuple[int, ...]) -> str:
    """`Buckets` by their edges."""
    found = _BUCKETS.get(edges)
    if found is None:
        found = _BUCKETS[edges] = Buckets(*edges)
    return found[value]
