"""Weak names to known actors by the report's context: الجيش, الحركة, التنظيم, التحالف, النظام, الحكومة.

"شن التحالف غارات" in a report that names التحالف العربي is the Saudi-led coalition. In order: the actor that the
report names in full and that can be called so (nearest before, then nearest after); the actor that the word
usually names in reports of the report's country; that country's own army, police or government.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from khabar.lexicon.actors import ActorInfo, ActorTable, load_actors
from khabar.model.document import ActorMention, Document

_VOICES = frozenset(("media", "agency"))  # their country is not the report's
_ORGAN_OF = "us"  # any state: the kind of a role's organ is the same for all


class _Named(NamedTuple):
    """A full name of a known actor in the report."""

    first: int
    info: ActorInfo


class ActorResolver:
    """Resolves the mentions of one report; collects its full names once."""

    def __init__(self, doc: Document, table: ActorTable | None = None) -> None:
        self.doc = doc
        self.table = table if table is not None else load_actors()
        self.norms = [token.norm for token in doc.tokens]
        self.named = tuple(self._named())
        self.country = self._country()

    def resolve(self, mention: ActorMention) -> str | None:
        """The actor of a mention: an id of the table, or None when the report does not tell."""
        if mention.entry is None:
            return None
        candidates = self._candidates(mention)
        if not mention.weak:
            return self._at_the_time(candidates)
        known = [info for info in map(self.table.get, candidates) if info is not None]
        own = [info for info in known if info.kind != "generic"]
        return (
            self._told(mention, own)
            or next(filter(None, (self._generic(mention, info) for info in known if info.kind == "generic")), None)
            or self._default(own)
        )

    def affiliation(self, mention: ActorMention) -> str | None:
        """Whom a person or force belongs to, a generic word (مقاتلو الحركة) resolved by the report."""
        info = self.table.get(mention.affiliation) if mention.affiliation is not None else None
        if info is None or info.kind != "generic":
            return mention.affiliation
        return self._generic(mention, info)

    def _candidates(self, mention: ActorMention) -> tuple[str, ...]:
        hits = self.table.match(self.norms, mention.first) if mention.first < len(self.norms) else ()
        for hit in hits:
            if mention.entry in hit.actors:
                return hit.actors
        return (mention.entry,) if mention.entry is not None else ()

    def _named(self) -> Iterator[_Named]:
        for mention in self.doc.actors:
            for entry in (None if mention.weak else mention.entry, mention.affiliation):
                info = self.table.get(entry) if entry is not None else None
                if info is not None and info.kind != "generic":
                    yield _Named(mention.first, info)

    def _country(self) -> str | None:
        """The country told most often, by states, adjectives, forces and groups; the first told among equals."""
        counts: Counter[str] = Counter()
        for _, info in self.named:
            if info.country is not None and info.kind not in _VOICES:
                counts[info.country] += 1
        return counts.most_common(1)[0][0] if counts else None

    def _at_the_time(self, candidates: tuple[str, ...]) -> str | None:
        """The first candidate that existed when the report was published."""
        published = self.doc.report.published
        if published is not None and len(candidates) > 1:
            for actor in candidates:
                info = self.table.get(actor)
                if info is not None and (info.since or 0) <= published.year <= (info.until or 9999):
                    return actor
        return candidates[0] if candidates else None

    def _nearest(self, mention: ActorMention, fitting: list[_Named]) -> str | None:
        """The nearest name before the mention, else the nearest after it."""
        before = [name for name in fitting if name.first < mention.first]
        if before:
            return before[-1].info.id
        return fitting[0].info.id if fitting else None

    def _told(self, mention: ActorMention, own: list[ActorInfo]) -> str | None:
        """A candidate that the report also names in full, or whose parent or branch it names."""
        ids = {info.id for info in own}
        parents = {info.parent: info.id for info in reversed(own) if info.parent is not None}
        if not ids:
            return None
        fitting = [name for name in self.named if name.info.id in ids]
        if fitting:
            return self._nearest(mention, fitting)
        for _, info in self.named:
            if info.parent in ids:
                return info.parent
            if info.id in parents:
                return parents[info.id]
        return None

    def _generic(self, mention: ActorMention, word: ActorInfo) -> str | None:
        """The actor that a generic word stands for."""
        kind = self.table.kind(f"{_ORGAN_OF}.{word.role}") if word.role is not None else ""
        fitting = [name for name in self.named if self._fits(name.info, word, kind)]
        found = self._nearest(mention, fitting)
        if found is not None:
            return found
        if self.country is None:
            return None
        usual = dict(word.by_country).get(self.country)
        if usual is not None:
            return usual
        organ = f"{self.country.lower()}.{word.role}"
        return organ if organ in self.table else None

    @staticmethod
    def _fits(info: ActorInfo, word: ActorInfo, kind: str) -> bool:
        """Whether the actor's names begin with the word, and its kind is one that the word, or its organ, has."""
        if word.own_kinds and info.kind not in word.own_kinds:
            return False
        return (not kind or info.kind == kind) and any(head in info.heads for head in word.own)

    def _default(self, own: list[ActorInfo]) -> str | None:
        """A state for its capital; another candidate only when the report is about its country."""
        for info in own:
            if info.kind == "state" or (info.country is not None and info.country == self.country):
                return info.id
        return None


def resolve_actor(mention: ActorMention, doc: Document) -> str | None:
    """The actor of one mention of `doc`; for all of them use `resolve_actors`."""
    return ActorResolver(doc).resolve(mention)


def resolve_actors(doc: Document) -> tuple[str | None, ...]:
    """The actor of every mention of `doc.actors`, in order; None for unknown and undecided ones."""
    resolver = ActorResolver(doc)
    return tuple(resolver.resolve(mention) for mention in doc.actors)
