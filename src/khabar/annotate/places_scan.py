"""Reads one sentence from left to right and finds place phrases: relation, direction, type word, name."""

from __future__ import annotations

from khabar.annotate.places_names import STRONG, WEAK, Found, direction_relation
from khabar.annotate.places_typed import TypedReader
from khabar.annotate.places_words import NONE, Phrase, Phrases
from khabar.lexicon.gazetteer_keys import compact_words
from khabar.lexicon.gazetteer_rows import LEVEL_ALONE

# Relations whose object need not be a place (بين الطرفين, نحو مئة): they are weak cues.
_WEAK_RELATIONS = frozenset(("between", "toward", "over", "inside"))


class Scanner(TypedReader):
    """One pass over a sentence."""

    def run(self) -> list[Found]:
        """All place phrases of the sentence, in order, none overlapping."""
        words, i, count = self.words, 0, len(self.words)
        while i < count:
            i = i + 1 if words[i].idle else self._step(i)
        return self.found

    def _step(self, i: int) -> int:
        roles = self.words[i].roles
        if roles.skips is not None:
            end = self._skipped(i, roles.skips)
            if end > i:
                return end
        if roles.head and not (roles.types and self._typed_next(i)):
            return self._after_head(i)
        cue = self._cue_before(i)
        item = self._phrase(i, cue)
        if item is None:
            if roles.preposition:
                return self._after_preposition(i)
            return i + 1
        self.found.append(item)
        return self._coordinated(item)

    def _skipped(self, i: int, skips: Phrases[int]) -> int:
        sizes = self._standing(i, skips)
        return i + sizes[0] if sizes else i

    def _typed_next(self, i: int) -> bool:
        """Whether a word that is a type word and an organisation word (موقع, دار) introduces a known place."""
        return i + 1 < len(self.words) and self.table.has((self._plain(i), self._plain(i + 1)))

    def _after_head(self, i: int) -> int:
        """Skip a place name right after an organisation word (قوات صنعاء), with one adjective between."""
        j = i + 1
        if j < len(self.words):
            roles = self.words[j].roles
            if roles.skips is not None:
                end = self._skipped(j, roles.skips)
                if end > j:
                    return end
            if roles.strong and not self.words[j].proclitic:
                size, level = self._strong(j, self.words[j].base)
                if level:
                    return j + size
        return j

    def _cue_before(self, i: int) -> int:
        word = self.words[i]
        if word.proclitic[-1:] == "ب":
            return WEAK
        if i == 0:
            return WEAK if len(self.words) > 1 and self.norms[1] == ":" else 0
        before = self.words[i - 1]
        if before.roles.preposition or self.norms[i - 1] in ("(", "#"):
            return WEAK
        if (
            self.found
            and self.found[-1].last in (i, i - 1)
            and (word.proclitic[:1] == "و" or self.norms[i - 1] in "،,(")
        ):
            return WEAK
        return 0

    def _phrase(self, i: int, cue: int, relation: str = "in", start: int | None = None) -> Found | None:
        """A place phrase that begins at `i`, with relations, directions and distances before the name."""
        if i >= len(self.words):
            return None
        if not self.words[i].opens:
            return self._known_after(i, cue)
        roles = self.words[i].roles
        if roles.strong and roles.types and self.words[i].base.startswith("ال"):
            size, level = self._strong(i, self.words[i].base)
            if size > 1 and (level >= LEVEL_ALONE or cue):
                return self._bare(i, size, self.words[i].base, "bare")  # القرية الخضراء is a name
        if roles.unit:
            return self._distance(i)
        if roles.direction:
            item = self._direction(i)
            if item is not None:
                return item
        if roles.relations is not None:
            item = self._related(i, roles.relations)
            if item is not None:
                return item
        if roles.described is not None:
            item = self._described(i, roles.described, cue)
            if item is not None:
                return item
        if roles.types:
            item = self._typed(i, roles, cue)
            if item is not None:
                return item
        return self._named(i, cue)

    def _named(self, i: int, cue: int) -> Found | None:
        """A bare name: one that stands alone, or after a word of place any that the gazetteer knows."""
        word = self.words[i]
        if word.roles.strong:
            size, level = self._strong(i, word.base)
            if size and (level >= LEVEL_ALONE or cue):
                return self._bare(i, size, word.base, "bare")
        return self._known_after(i, cue)

    def _known_after(self, i: int, cue: int) -> Found | None:
        """A name that only the gazetteer knows, after a word of place."""
        if cue and not self.words[i].roles.stop and not self.words[i].roles.adjective:
            return self._known(i, cue)
        return None

    def _distance(self, i: int) -> Found | None:
        """12 كلم شرق X, على بعد 12 كلم من X."""
        try:
            value = float(self.norms[i - 1].replace(",", "")) if i else 0.0
        except ValueError:
            return None
        j = i + 1
        while j < len(self.words) and (self.words[j].roles.preposition or self.norms[j] in "()،,"):
            j += 1
        item = self._phrase(j, STRONG)
        if item is None or not value:
            return None
        relation = item.relation if item.relation != "in" else "near"
        return item._replace(relation=relation, distance_km=round(value * self.words[i].roles.unit, 3))

    def _direction(self, i: int) -> Found | None:
        """شمال شرق X, شمال ووسط X, إلى الغرب من X, جنوبي البلاد."""
        names, j = [], i
        while (
            j < len(self.words) and self.words[j].roles.direction and (j == i or self.words[j].proclitic in ("", "و"))
        ):
            names.append(self.words[j].roles.direction)
            j += 1
        if any(self.words[k].base.startswith("ال") for k in range(i, j)):
            if j >= len(self.words) or self.norms[j] != "من":
                return None  # الشمال alone is described land; إلى الشمال من X is a direction
            j += 1
        item = self._phrase(j, STRONG)
        if item is None or item.first > j:
            return None
        relation = direction_relation(names)
        if self._is_area(item):
            return item._replace(first=i, relation=relation if item.relation == "in" else item.relation)
        return item._replace(relation=relation if item.relation == "in" else item.relation)

    def _is_area(self, item: Found) -> bool:
        """Countries, divisions and regions: the direction is a part of them and belongs to the phrase."""
        if item.rule.startswith(("homeland", "land")) or item.rank >= 5:
            return True
        if item.type is not None and item.type.id in ("governorate", "area", "country"):
            return True
        if item.type is None and item.name:
            return any(p.kind in ("country", "region") for p in self.table.gazetteer.find(compact_words(item.name)))
        return False

    def _related(self, i: int, relations: Phrases[Phrase]) -> Found | None:
        for phrase in self._standing(i, relations):
            item = self._relation_at(i, phrase)
            if item is not None:
                return item
        return None

    def _relation_at(self, i: int, phrase: Phrase) -> Found | None:
        j = i + len(phrase.words)
        if j < len(self.words) and self.norms[j] == "من" and phrase.id in ("near", "inside", "around"):
            j += 1
        cue = WEAK if phrase.id in _WEAK_RELATIONS else STRONG
        item = self._phrase(j, cue)
        if item is None or item.first > j + 1:
            return None
        if phrase.id == "on_border":
            return item._replace(first=i, relation="on_border", rank=3)
        return item._replace(relation=phrase.id if item.relation == "in" else item.relation)

    def _described(self, i: int, described: Phrases[Phrase], cue: int) -> Found | None:
        """الأراضي السورية, الحدود السورية العراقية, جنوبي البلاد: places without a name of their own."""
        for phrase in self._standing(i, described):
            kind, needs = phrase.id.split(":")
            j = i + len(phrase.words)
            country = None
            while j < len(self.words) and self._describing(j):
                country = country or self.words[j].roles.adjective or None
                j += 2 if self.norms[j] == "-" else 1
            if needs == "adjective" and country is None:
                continue
            if needs == "relation" and not cue:
                continue
            if kind == "border":
                return self._border(i, j, country, cue)
            return Found(i, j, i, (), None, "in", kind, 5, country=country)
        return None

    def _describing(self, j: int) -> bool:
        word = self.words[j]
        if word.roles.adjective and (word.base.startswith("ال") or word.proclitic in ("و", "")):
            return True
        return self.norms[j] == "-" and j + 1 < len(self.words) and bool(self.words[j + 1].roles.adjective)

    def _border(self, i: int, j: int, country: str | None, cue: int) -> Found | None:
        """The border with a named place, of a country, or one without a name after a word of place."""
        if j < len(self.words) and self.norms[j] in ("مع", "بين", "علي"):
            item = self._phrase(j + 1, WEAK)
            if item is not None and item.first <= j + 1:
                return item._replace(first=i, relation="on_border", rank=3)
        if country is None and j < len(self.words):
            item = self._named(j, 0)
            if item is not None:
                return item._replace(first=i, relation="on_border", rank=3)
        if country or cue:
            return Found(i, j, i, (), None, "on_border", "border", 3, country=country)
        return None

    def _coordinated(self, item: Found) -> int:
        """قريتي السفافنة والعرقوب: names joined by و or a comma share the type word."""
        at = item.last
        if item.type is None or not item.name or not (item.many or item.type.cls == "area"):
            return at
        while at < len(self.words):
            j = at + 1 if self.norms[at] in ("،", ",", "و") and at + 1 < len(self.words) else at
            nxt = self._joined(j, item, j > at)
            if nxt is None:
                return at
            self.found.append(nxt)
            at = nxt.last
        return at

    def _joined(self, j: int, item: Found, comma: bool) -> Found | None:
        if j >= len(self.words):
            return None
        norm = self._plain(j)
        waw = norm.startswith("و") and len(norm) > 3
        if not waw and not (comma and item.many):
            return None
        word = self.words[j]
        roles = word.roles
        if not roles.strong and (roles.types or roles.relations or roles.direction or roles.described or roles.head):
            return None
        rest = norm[1:] if waw and not (comma and self.table.has((norm,))) else norm
        base = self.table.roles(rest)
        if base.stop or base.preposition or base.adjective or base.relations or (base.types and not base.strong):
            return None
        name = self._name(j, rest)
        if name is None:
            return None
        end, parts = name
        known = self.table.has(parts) and parts[0] not in self.table.never
        if not known and not (item.many and rest.startswith("ال") and rest not in self.table.never):
            return None
        if not item.many and not (base.strong and known):
            return None
        return Found(
            j, end, j, parts, item.type if item.many else None, item.relation, "joined", item.rank, many=item.many
        )

    def _after_preposition(self, i: int) -> int:
        """في + a name that only the gazetteer knows."""
        j = i + 1
        if j < len(self.words) and self.words[j].roles is NONE:
            item = self._known(j, WEAK)
            if item is not None:
                self.found.append(item)
                return item.last
        return j
