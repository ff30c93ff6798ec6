"""The grammar of place names: which words of a sentence can be one, and how far it reaches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from khabar.annotate.places_words import Phrases, T, TypeWord, Word, WordTable
from khabar.lexicon.gazetteer_keys import compact_words

WEAK, STRONG = 1, 2  # how much the words before speak for a place
_MAX_NAME = 4
_COMPOUND = {"north": 0, "south": 0, "east": 1, "west": 1, "centre": 2}


class Found(NamedTuple):
    """A place phrase by positions in the reader's word list; `last` is exclusive."""

    first: int
    last: int
    name_first: int
    name: tuple[str, ...]
    type: TypeWord | None
    relation: str
    rule: str
    rank: int
    distance_km: float | None = None
    country: str | None = None
    many: bool = False


def direction_relation(names: list[str]) -> str:
    """Names of directions in the order read to a relation id: ["east", "north"] → "north_east_of"."""
    ordered = sorted(dict.fromkeys(names), key=lambda n: _COMPOUND[n])[:2]
    if ordered == ["centre"]:
        return "centre_of"
    return "_".join(ordered) + "_of"


class NameReader:
    """The words of one sentence, without quotation marks, hash signs and underscores, and the names in them."""

    def __init__(self, table: WordTable, norms: list[str]) -> None:
        self.table = table
        self.norms = norms
        self.words: list[Word] = list(map(table.words.__getitem__, norms))
        self.found: list[Found] = []

    def _plain(self, i: int) -> str:
        return self.words[i].plain

    def _standing(self, i: int, phrases: Phrases[T]) -> Sequence[T]:
        """Those of the phrases of the word at `i` that stand there, longest first."""
        words, j = self.words, i + 1
        longer = phrases.longer.get(words[j].plain) if phrases.longer and j < len(words) else None
        if longer is None:
            return phrases.alone
        return [*(value for rest, value in longer if not rest or self._follow(j + 1, rest)), *phrases.alone]

    def _follow(self, j: int, rest: tuple[str, ...]) -> bool:
        words = self.words
        return j + len(rest) <= len(words) and all(words[j + k].plain == word for k, word in enumerate(rest))

    def _strong(self, i: int, base: str) -> tuple[int, int]:
        names = self.table.strong_names(base)
        words = self.words
        if names.longer and i + 1 < len(words):
            for parts, level in names.longer.get(words[i + 1].plain, ()):
                size = len(parts)
                if size == 2 or (
                    i + size <= len(words) and all(words[i + k].plain == parts[k] for k in range(2, size))
                ):
                    return size, level
        return (1, names.alone) if names.alone else (0, 0)

    def _bare(self, i: int, size: int, base: str, rule: str) -> Found:
        name = (base, *(self._plain(i + k) for k in range(1, size)))
        return Found(i, i + size, i, name, None, "in", rule, 0)

    def _known(self, i: int, cue: int) -> Found | None:
        """A gazetteer name after a cue: of several words after any, of one after a relation (قرب سرمدا)."""
        words, table, after = self.words, self.table, []
        for j in range(i + 1, min(i + 3, len(words))):
            if not words[j].inner:
                break
            after.append(words[j].plain)
        if not after and cue < STRONG:
            return None
        for rest in table.unclitic(self.norms[i]):
            person = cue < STRONG and rest in table.person_openers  # من أبو بكر is a person more often than a place
            for size in range(len(after), 0, -1) if not person else ():
                name = (rest, *after[:size])
                if table.has(name) and self._trusted(name, cue):
                    return Found(i, i + size + 1, i, name, None, "in", "known", 0)
            if cue >= STRONG and len(rest) >= 3 and rest not in table.never:
                name = (rest,)
                if table.has(name) and self._trusted(name, cue):
                    return Found(i, i + 1, i, name, None, "in", "known", 0)
        return None

    def _trusted(self, name: tuple[str, ...], cue: int) -> bool:
        """Whether a name is more than a chance meeting of common words."""
        first = self.table.roles(name[0])
        if (
            first.types
            or first.direction
            or first.adjective
            or first.relations
            or first.head
            or name[0] in self.table.never
        ):
            return False
        if len(name) > 1:
            return True
        if self.table.is_word(name[0]):
            return False
        places = self.table.gazetteer.find(compact_words(name))
        return any(p.population or p.kind not in ("locality", "neighbourhood") for p in places)

    def _name(self, j: int, rest: str | None = None) -> tuple[int, tuple[str, ...]] | None:
        """The name at `j`: the longest that the gazetteer knows, else by the grammar of names."""
        if j >= len(self.words) or (rest is None and not self.words[j].starts):
            return None
        first = self._plain(j) if rest is None else rest
        names = [first]
        while len(names) < _MAX_NAME and j + len(names) < len(self.words) and self.words[j + len(names)].inner:
            names.append(self._plain(j + len(names)))
        has = self.table.has
        for size in range(len(names), 0, -1):
            if has(tuple(names[:size])):
                if size == 1 and len(names) > 1 and first in self.table.openers:
                    break
                return j + size, tuple(names[:size])
        size = 1
        if len(names) > 1 and (first in self.table.openers or self._idafa(first, names[1], j + 1)):
            size = 3 if len(names) > 2 and first in self.table.openers and names[1] in self.table.openers else 2
        if size == 1 and ((first in self.table.never and rest is not None) or self._common(first)):
            return None
        return j + size, tuple(names[:size])

    def _common(self, first: str) -> bool:
        """An indefinite adjective or a verb-like word is no name (مدينة تاريخية, قرية تسيطر)."""
        return (
            first in self.table.area_adjectives
            or len(first) < 2
            or (
                not first.startswith("ال")
                and first.endswith(("يه", "ها", "هم"))
                and len(first) > 4
                and not self.table.has((first,))
            )
        )

    def _idafa(self, first: str, second: str, at: int) -> bool:
        """كتاف البقع: an unknown name without the article before a word with it."""
        if first.startswith("ال") or not second.startswith("ال") or len(second) < 5:
            return False
        roles = self.words[at].roles
        return not (roles.after or roles.types or roles.head or second.endswith(("يه", "ين", "يون")))

    def _after_directions(self, end: int, rule: str) -> tuple[int, str]:
        names: list[str] = []
        while (
            end < len(self.words) and self.words[end].roles.after and not self.words[end].proclitic and len(names) < 2
        ):
            names.append(self.words[end].roles.after)
            end += 1
        return end, f"{rule}:{direction_relation(names)[:-3]}" if names else rule
