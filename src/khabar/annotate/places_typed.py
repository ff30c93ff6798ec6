"""Type words and what follows them: a name, adjectives, or nothing (قاعدة عسكرية, المدينة, العاصمة السعودية)."""

from __future__ import annotations

from khabar.annotate.places_names import STRONG, Found, NameReader
from khabar.annotate.places_words import Roles, TypePhrase, TypeWord
from khabar.lexicon.gazetteer_keys import compact_words

# Types whose name may be followed by a direction that belongs to it (ريف حلب الشمالي).
_WITH_DIRECTIONS = frozenset(("countryside", "front", "quarter", "area", "governorate", "district"))


class TypedReader(NameReader):
    """Reads the phrases that a type word opens."""

    def _typed(self, i: int, roles: Roles, cue: int) -> Found | None:
        for phrase in self._standing(i, roles.types) if roles.types is not None else ():
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
        if entry.id == "countryside":
            nested = self._nested(i, j, entry)
            if nested is not None:
                return nested
        return self._whole(i, j, phrase) or self._with_name(i, j, phrase) or self._site(i, j, phrase, cue)

    def _with_name(self, i: int, j: int, phrase: TypePhrase) -> Found | None:
        """Type word and name, adjectives between or behind (مطار بغداد الدولي, محطة كهرباء زاباروجيا)."""
        entry = phrase.type
        at = self._adjectives(j, entry)
        name = None if self._blocked(at, entry) else self._name(at)
        if name is None or not self._credible(name[1], phrase) or (at > j and not self._names_place(at, name)):
            return None
        end, parts = name
        end, rule = self._trailing(end, entry), "typed"
        if entry.id in _WITH_DIRECTIONS:
            end, rule = self._after_directions(end, rule)
        return Found(i, end, at, parts, entry, entry.relation, rule, entry.rank, many=phrase.many)

    def _whole(self, i: int, j: int, phrase: TypePhrase) -> Found | None:
        """A settlement whose name begins with a type word (تل أبيض, جسر الشغور)."""
        if phrase.type.id in ("camp", "quarter"):
            return None
        if j >= len(self.words) or self.words[i].base not in self.table.openers or not self.words[j].inner:
            return None
        for size in (2, 1):
            if j + size > len(self.words) or not all(word.inner for word in self.words[j : j + size]):
                continue
            name = (*phrase.words, *(self._plain(j + k) for k in range(size)))
            key = compact_words(name)
            if self.table.gazetteer.has(key) and any(
                p.kind in ("locality", "adm2") for p in self.table.gazetteer.find(key)
            ):
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
            return (
                entry.unknown
                and first.startswith("ال")
                and first not in self.table.never
                and not self.table.is_word(first)
            )
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
        return (
            self.words[j].base not in self.table.area_adjectives
            and not self.words[j].base.startswith("لل")
            and (self.table.has(name[1]) and bool(self.words[j].roles.strong))
        )

    def _adjectives(self, j: int, entry: TypeWord) -> int:
        while j < len(self.words) and (
            self.norms[j] in entry.adjectives
            or self.words[j].base in entry.adjectives
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
                return item._replace(first=i, last=end, type=entry, relation=entry.relation, rank=entry.rank, rule=rule)
        return None

    def _site(self, i: int, j: int, phrase: TypePhrase, cue: int) -> Found | None:
        """A spot without a name (قاعدة عسكرية, قرب حاجز أمني, أحياء متفرقة)."""
        entry = phrase.type
        j = self._adjectives(j, entry)
        if entry.needs_name or entry.cls == "institution" or (phrase.known_only and not phrase.many):
            return None
        bare_end = i + len(phrase.words)
        end = j
        while end < len(self.words) and (
            self.words[end].roles.after
            or self.norms[end] in self.table.area_adjectives
            or (self.words[end].roles.adjective and not self.words[end].proclitic)
        ):
            end += 1
        if phrase.needs_adjective and end == bare_end:
            return None
        if end > bare_end or cue:
            if entry.cls == "area" and end == bare_end and not phrase.many:
                return None
            country = next(
                (self.words[k].roles.adjective for k in range(j, end) if self.words[k].roles.adjective), None
            )
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

    def _trailing(self, end: int, entry: TypeWord) -> int:
        """Site adjectives behind the name belong to it (مطار بغداد الدولي, قاعدة العند الجوية)."""
        while end < len(self.words) and self.norms[end] in entry.adjectives and entry.cls == "site":
            end += 1
        return end
