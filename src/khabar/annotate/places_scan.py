"""Reads one sentence from left to right and finds place phrases: relation, type word, name, adjectives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from khabar.annotate.places_words import NONE, Phrase, Roles, TypePhrase, TypeWord, Word, WordTable
from khabar.lexicon.gazetteer_keys import compact_words
from khabar.lexicon.gazetteer_rows import LEVEL_ALONE
from khabar.model.document import Token

WEAK, STRONG = 1, 2  # how much the words before speak for a place
_MAX_NAME = 4
_COMPOUND = {"north": 0, "south": 0, "east": 1, "west": 1, "centre": 2}
# Relations whose object need not be a place (بين الطرفين, نحو مئة): they are weak cues.
_WEAK_RELATIONS = frozenset(("between", "toward", "over", "inside"))


@dataclass(frozen=True, slots=True)
class Found:
    """A place phrase by positions in the scanner's word list; `last` is exclusive."""

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


class Scanner:
    """State of one sentence: its words without quotation marks, hash signs and underscores."""

    def __init__(self, table: WordTable, tokens: Sequence[Token], positions: list[int]) -> None:
        self.table = table
        self.positions = positions  # token index of each word
        self.norms = [tokens[p].norm for p in positions]
        word = table.word
        self.words: list[Word] = [word(n) for n in self.norms]
        self.found: list[Found] = []

    def run(self) -> list[Found]:
        """All place phrases of the sentence, in order, none overlapping."""
        words, i, count = self.words, 0, len(self.words)
        while i < count:
            if words[i].roles is NONE:
                i += 1
                continue
            i = self._step(i)
        return self.found

    # -- the step -------------------------------------------------------------

    def _step(self, i: int) -> int:
        roles = self.words[i].roles
        if roles.skips:
            end = self._skipped(i, roles)
            if end > i:
                return end
        if roles.head and not (roles.types and self._typed_next(i)):
            return self._after_head(i)
        item = self._phrase(i, self._cue_before(i))
        if item is None:
            if roles.preposition:
                return self._after_preposition(i)
            return i + 1
        self.found.append(item)
        return self._coordinated(item)

    def _skipped(self, i: int, roles: Roles) -> int:
        for phrase in roles.skips:
            if self._matches(i, phrase):
                return i + len(phrase)
        return i

    def _matches(self, i: int, phrase: tuple[str, ...]) -> bool:
        if i + len(phrase) > len(self.words) or self.words[i].base != phrase[0]:
            return False
        return all(self._plain(i + k) == phrase[k] for k in range(1, len(phrase)))

    def _plain(self, i: int) -> str:
        return self.norms[i].replace("ء", "")

    def _typed_next(self, i: int) -> bool:
        """Whether a word that is a type word and an organisation word (موقع, دار) introduces a known place."""
        return i + 1 < len(self.words) and self.table.gazetteer.has(compact_words((self._plain(i), self._plain(i + 1))))

    def _after_head(self, i: int) -> int:
        """Skip a place name right after an organisation word (قوات صنعاء), with one adjective between."""
        j = i + 1
        if j < len(self.words):
            roles = self.words[j].roles
            if roles.skips:
                end = self._skipped(j, roles)
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
        if self.found and self.found[-1].last in (i, i - 1) and (word.proclitic[:1] == "و" or self.norms[i - 1] in "،,("):
            return WEAK
        return 0

    # -- phrases --------------------------------------------------------------

    def _phrase(self, i: int, cue: int, relation: str = "in", start: int | None = None) -> Found | None:
        """A place phrase that begins at `i`, with relations, directions and distances before the name."""
        if i >= len(self.words):
            return None
        roles = self.words[i].roles
        if roles.unit:
            return self._distance(i)
        if roles.direction:
            item = self._direction(i)
            if item is not None:
                return item
        if roles.relations:
            item = self._related(i, roles)
            if item is not None:
                return item
        if roles.described:
            item = self._described(i, roles, cue)
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
        if cue and not word.roles.stop and not word.roles.adjective:
            return self._known(i, cue)
        return None

    def _strong(self, i: int, base: str) -> tuple[int, int]:
        for parts, level in self.table.roles(base).strong:
            if len(parts) == 1 or (
                i + len(parts) <= len(self.words)
                and all(self._plain(i + k) == parts[k] for k in range(1, len(parts)))
            ):
                return len(parts), level
        return 0, 0

    def _bare(self, i: int, size: int, base: str, rule: str) -> Found:
        name = (base, *(self._plain(i + k) for k in range(1, size)))
        return Found(i, i + size, i, name, None, "in", rule, 0)

    def _known(self, i: int, cue: int) -> Found | None:
        """A gazetteer name after a cue: of several words after any, of one after a relation (قرب سرمدا)."""
        for proclitic, rest in self.table.unclitic(self.norms[i]):
            if proclitic and proclitic not in ("ب", "ل", "و", "وب", "ول"):
                continue
            for size in (3, 2, 1):
                if i + size > len(self.words) or (size == 1 and (cue < STRONG or rest in self.table.never or len(rest) < 3)):
                    continue
                name = (rest, *(self._plain(i + k) for k in range(1, size)))
                if any(not self._name_word(i + k) for k in range(1, size)):
                    continue
                if size > 1 and cue < STRONG and rest in self.table.person_openers:
                    continue  # من أبو بكر is a person more often than a place
                if self.table.gazetteer.has(compact_words(name)) and self._trusted(name, cue):
                    return Found(i, i + size, i, name, None, "in", "known", 0)
        return None

    def _trusted(self, name: tuple[str, ...], cue: int) -> bool:
        """Whether a name is more than a chance meeting of common words."""
        first = self.table.roles(name[0])
        if first.types or first.direction or first.adjective or first.relations or first.head or name[0] in self.table.never:
            return False
        if len(name) > 1:
            return True
        if self.table.is_word(name[0]):
            return False
        places = self.table.gazetteer.find(compact_words(name))
        return any(p.population or p.kind not in ("locality", "neighbourhood") for p in places)

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
        return replace(item, relation=relation, distance_km=round(value * self.words[i].roles.unit, 3))

    def _direction(self, i: int) -> Found | None:
        """شمال شرق X, شمال ووسط X, إلى الغرب من X, جنوبي البلاد."""
        names, j = [], i
        while j < len(self.words) and self.words[j].roles.direction and (j == i or self.words[j].proclitic in ("", "و")):
            names.append(self.words[j].roles.direction)
            j += 1
        if j < len(self.words) and self.norms[j] == "من" and i and self.norms[i - 1] in ("الي", "على"):
            j += 1
        item = self._phrase(j, STRONG)
        if item is None or item.first > j:
            return None
        relation = direction_relation(names)
        if self._is_area(item):
            return replace(item, first=i, relation=relation if item.relation == "in" else item.relation)
        return replace(item, relation=relation if item.relation == "in" else item.relation)

    def _is_area(self, item: Found) -> bool:
        """Countries, divisions and regions: the direction is a part of them and belongs to the phrase."""
        if item.rule.startswith(("homeland", "land")) or item.rank >= 5:
            return True
        if item.type is not None and item.type.id in ("governorate", "area", "country"):
            return True
        if item.type is None and item.name:
            return any(p.kind in ("country", "region") for p in self.table.gazetteer.find(compact_words(item.name)))
        return False

    def _related(self, i: int, roles: Roles) -> Found | None:
        for phrase in roles.relations:
            if not self._matches(i, phrase.words):
                continue
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
            return replace(item, first=i, relation="on_border", rank=3)
        return replace(item, relation=phrase.id if item.relation == "in" else item.relation)

    def _described(self, i: int, roles: Roles, cue: int) -> Found | None:
        """الأراضي السورية, الحدود السورية العراقية, جنوبي البلاد: places without a name of their own."""
        for phrase in roles.described:
            if not self._matches(i, phrase.words):
                continue
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
                return replace(item, first=i, relation="on_border", rank=3)
        if country is None and j < len(self.words):
            item = self._named(j, 0)
            if item is not None:
                return replace(item, first=i, relation="on_border", rank=3)
        if country or cue:
            return Found(i, j, i, (), None, "on_border", "border", 3, country=country)
        return None

    # -- type words -----------------------------------------------------------

    def _typed(self, i: int, roles: Roles, cue: int) -> Found | None:
        for phrase in roles.types:
            if self._matches(i, phrase.words):
                item = self._typed_at(i, phrase, cue)
                if item is not None:
                    return item
        return None

    def _typed_at(self, i: int, phrase: TypePhrase, cue: int) -> Found | None:
        entry, j = phrase.type, i + len(phrase.words)
        if j < len(self.words) and self.words[j].base in entry.not_next and not self.words[j].proclitic:
            return None
        if entry.id == "capital":
            return self._capital(i, j, cue)
        if entry.cls == "institution" and not cue:
            return None
        if phrase.anaphor:
            return self._anaphor(i, j, entry, cue)
        after_adjectives = self._adjectives(j, entry)
        if entry.id == "countryside":
            nested = self._nested(i, j, entry)
            if nested is not None:
                return nested
        whole = self._whole(i, j, phrase)
        if whole is not None:
            return whole
        name = None if self._blocked(j, entry) else self._name(j)
        if name is not None and not self._credible(name[1], phrase):
            name = None
        if name is None or (after_adjectives > j and not self._names_place(j, name)):
            return self._site(i, after_adjectives, phrase, cue)
        end, parts = name
        end = self._trailing(end, entry)
        relation = entry.relation
        rule = "typed"
        if entry.id in ("countryside", "front", "quarter", "area", "governorate", "district") and end < len(self.words):
            end, rule = self._after_directions(end, rule)
        return Found(i, end, j, parts, entry, relation, rule, entry.rank, many=phrase.many)

    def _whole(self, i: int, j: int, phrase: TypePhrase) -> Found | None:
        """A settlement whose name begins with a type word (تل أبيض, جسر الشغور)."""
        if j >= len(self.words) or self.words[i].base not in self.table.openers or not self._name_word(j):
            return None
        for size in (2, 1):
            if j + size > len(self.words) or not all(self._name_word(j + k) for k in range(size)):
                continue
            name = (*phrase.words, *(self._plain(j + k) for k in range(size)))
            key = compact_words(name)
            if self.table.gazetteer.has(key) and any(p.kind in ("locality", "adm2") for p in self.table.gazetteer.find(key)):
                return Found(i, j + size, i, name, None, "in", "known", 0)
        return None

    def _blocked(self, j: int, entry: TypeWord) -> bool:
        """Whether what follows can't be the name: an adjective of origin, a preposition, another type word."""
        if j >= len(self.words):
            return True
        word = self.words[j]
        roles = word.roles
        if roles.adjective or roles.preposition or roles.unit:
            return True
        if roles.direction and not (roles.strong and self._strong(j, word.base)[0] > 1):
            return True
        return bool(roles.types) and not word.base.startswith("ال") and word.base not in self.table.openers

    def _credible(self, name: tuple[str, ...], phrase: TypePhrase) -> bool:
        """A name that the gazetteer knows, or an unknown one that can be no other word (جبال المنقعر)."""
        entry, first = phrase.type, name[0]
        if entry.named_by_places:
            if self.table.roles(first).strong:
                return True
            return entry.unknown and first.startswith("ال") and first not in self.table.never and not self.table.is_word(first)
        alone = len(name) == 1
        key = compact_words(name)
        if self.table.gazetteer.has(key):
            if not alone or first not in self.table.never or entry.id in ("city", "town", "village", "quarter", "camp"):
                return True
            return any(p.kind in entry.kinds and p.kind != "locality" for p in self.table.gazetteer.find(key))
        if not entry.unknown or phrase.known_only or (alone and first in self.table.never):
            return False
        verb_like = alone and len(first) > 3 and first[0] in "تي"
        prefixed = alone and len(first) > 5 and first[0] in "بل" and first[1] in "اتم"
        return not (verb_like or prefixed or first.startswith("لل") or self.table.is_word(first))

    def _names_place(self, j: int, name: tuple[int, tuple[str, ...]]) -> bool:
        return self.words[j].base not in self.table.area_adjectives and not self.words[j].base.startswith("لل") and (
            self.table.gazetteer.has(compact_words(name[1])) and bool(self.words[j].roles.strong)
        )

    def _adjectives(self, j: int, entry: TypeWord) -> int:
        while j < len(self.words) and (
            self.norms[j] in entry.adjectives or self.words[j].base in entry.adjectives
            or self._plain(j) in entry.adjectives
        ):
            j += 1
        return j

    def _nested(self, i: int, j: int, entry: TypeWord) -> Found | None:
        """ريف محافظة حلب, ريف مدينة إدلب."""
        if j < len(self.words) and self.words[j].roles.types and not self.words[j].proclitic:
            item = self._typed(j, self.words[j].roles, STRONG)
            if item is not None and item.name:
                end, rule = self._after_directions(item.last, "typed")
                return replace(item, first=i, last=end, type=entry, relation=entry.relation, rank=entry.rank, rule=rule)
        return None

    def _site(self, i: int, j: int, phrase: TypePhrase, cue: int) -> Found | None:
        """A spot without a name (قاعدة عسكرية, قرب حاجز أمني, أحياء متفرقة)."""
        entry = phrase.type
        if entry.needs_name or entry.cls == "institution":
            return None
        bare_end = i + len(phrase.words)
        end = j
        while end < len(self.words) and (
            self.words[end].roles.after or self.norms[end] in self.table.area_adjectives
            or (self.words[end].roles.adjective and not self.words[end].proclitic)
        ):
            end += 1
        if phrase.needs_adjective and end == bare_end:
            return None
        if end > bare_end or cue:
            if entry.cls == "area" and end == bare_end and not phrase.many:
                return None
            country = next((self.words[k].roles.adjective for k in range(j, end) if self.words[k].roles.adjective), None)
            return Found(i, end, i, (), entry, "in", "site", entry.rank, country=country)
        return None

    def _anaphor(self, i: int, j: int, entry: TypeWord, cue: int) -> Found | None:
        """المدينة, الأحياء الجنوبية, المنطقة الحدودية: known from before, or described by what follows."""
        end = j
        while end < len(self.words) and (self.words[end].roles.after or self.norms[end] in self.table.area_adjectives):
            end += 1
        if end > j:
            return Found(i, end, i, (), entry, "in", "area", entry.rank)
        if j < len(self.words) and self.words[j].roles.adjective and self.words[j].base.startswith("ال"):
            return Found(i, j + 1, i, (), entry, "in", "anaphor", entry.rank, country=self.words[j].roles.adjective)
        if cue or self.words[i].proclitic[-1:] in ("ب", "ل"):
            return Found(i, j, i, (), entry, "in", "anaphor", entry.rank)
        return None

    def _capital(self, i: int, j: int, cue: int) -> Found | None:
        """العاصمة السعودية, العاصمة اليمنية صنعاء, العاصمة."""
        entry = self.table.types["capital"]
        country, end = None, j
        if j < len(self.words) and self.words[j].roles.adjective:
            country, end = self.words[j].roles.adjective, j + 1
        if end < len(self.words) and self.words[end].roles.strong and not self.words[end].proclitic:
            size, level = self._strong(end, self.words[end].base)
            if size and level:
                name = (self.words[end].base, *(self._plain(end + k) for k in range(1, size)))
                return Found(i, end + size, end, name, entry, "in", "typed", 3, country=country)
        if country or cue:
            return Found(i, end, i, (), entry, "in", "capital", 3, country=country)
        return None

    # -- names ----------------------------------------------------------------

    def _name_word(self, i: int) -> bool:
        """Whether a word can be part of a name: letters, no stop, no preposition, no adjective of origin."""
        norm = self.norms[i]
        if not norm[0].isalpha() or norm[0].isascii():
            return False
        roles = self.words[i].roles
        if self.words[i].proclitic and (roles.types or roles.strong or roles.preposition or roles.stop or roles.direction):
            return False
        return not (roles.stop or roles.preposition or roles.adjective or roles.unit or roles.direction)

    def _name(self, j: int, rest: str | None = None) -> tuple[int, tuple[str, ...]] | None:
        """The name at `j`: the longest that the gazetteer knows, else by the grammar of names."""
        if j >= len(self.words) or (rest is None and not self._name_start(j)):
            return None
        first = self._plain(j) if rest is None else rest
        names = [first]
        while len(names) < _MAX_NAME and j + len(names) < len(self.words) and self._name_word(j + len(names)):
            names.append(self._plain(j + len(names)))
        has = self.table.gazetteer.has
        for size in range(len(names), 0, -1):
            if has(compact_words(tuple(names[:size]))):
                if size == 1 and len(names) > 1 and first in self.table.openers:
                    break
                return j + size, tuple(names[:size])
        size = 1
        if len(names) > 1 and (first in self.table.openers or self._idafa(first, names[1], j + 1)):
            size = 3 if len(names) > 2 and first in self.table.openers and names[1] in self.table.openers else 2
        if size == 1 and (first in self.table.never and rest is not None or self._common(first)):
            return None
        return j + size, tuple(names[:size])

    def _common(self, first: str) -> bool:
        """An indefinite adjective or a verb-like word is no name (مدينة تاريخية, قرية تسيطر)."""
        return first in self.table.area_adjectives or len(first) < 2 or (
            not first.startswith("ال") and first.endswith(("يه", "ها", "هم")) and len(first) > 4
            and not self.table.gazetteer.has(compact_words((first,)))
        )

    def _name_start(self, j: int) -> bool:
        norm = self.norms[j]
        if not norm[0].isalpha() or norm[0].isascii():
            return False
        word = self.words[j]
        roles = word.roles
        if roles.stop:
            return False
        if roles.strong and not word.proclitic:
            return True
        return not (roles.preposition or roles.adjective or roles.after or roles.relations)

    def _idafa(self, first: str, second: str, at: int) -> bool:
        """كتاف البقع: an unknown name without the article before a word with it."""
        if first.startswith("ال") or not second.startswith("ال") or len(second) < 5:
            return False
        roles = self.words[at].roles
        return not (roles.after or roles.types or roles.head or second.endswith(("يه", "ين", "يون")))

    def _trailing(self, end: int, entry: TypeWord) -> int:
        """Site adjectives behind the name belong to it (مطار بغداد الدولي, قاعدة العند الجوية)."""
        while end < len(self.words) and self.norms[end] in entry.adjectives and entry.cls == "site":
            end += 1
        return end

    def _after_directions(self, end: int, rule: str) -> tuple[int, str]:
        names = []
        while end < len(self.words) and self.words[end].roles.after and not self.words[end].proclitic and len(names) < 2:
            names.append(self.words[end].roles.after)
            end += 1
        return end, f"{rule}:{direction_relation(names)[:-3]}" if names else rule

    # -- coordination ---------------------------------------------------------

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
        if word.roles.types or word.roles.relations or word.roles.direction or word.roles.described or word.roles.head:
            if not word.roles.strong:
                return None
        rest = norm[1:] if waw and not (comma and self.table.gazetteer.has(compact_words((norm,)))) else norm
        base = self.table.roles(rest)
        if base.stop or base.preposition or base.adjective or base.relations or (base.types and not base.strong):
            return None
        name = self._name(j, rest)
        if name is None:
            return None
        end, parts = name
        known = self.table.gazetteer.has(compact_words(parts)) and parts[0] not in self.table.never
        if not known and not (item.many and rest.startswith("ال") and rest not in self.table.never):
            return None
        if not item.many and not (base.strong and known):
            return None
        return Found(j, end, j, parts, item.type if item.many else None, item.relation, "joined", item.rank, many=item.many)

    def _after_preposition(self, i: int) -> int:
        """في + a name that only the gazetteer knows."""
        j = i + 1
        if j < len(self.words) and self.words[j].roles is NONE:
            item = self._known(j, WEAK)
            if item is not None:
                self.found.append(item)
                return item.last
        return j


def direction_relation(names: list[str]) -> str:
    """Names of directions in the order read to a relation id: ["east", "north"] → "north_east_of"."""
    ordered = sorted(dict.fromkeys(names), key=lambda n: _COMPOUND[n])[:2]
    if ordered == ["centre"]:
        return "centre_of"
    return "_".join(ordered) + "_of"

