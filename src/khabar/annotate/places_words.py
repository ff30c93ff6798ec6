"""What single words can do for place names: type words, relations, directions, cues, stops (data/ar/places*.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import cache
from typing import Any, Generic, NamedTuple, TypeVar

from khabar.lexicon.analysis import load_lexicon
from khabar.lexicon.entries import DATA
from khabar.lexicon.gazetteer import Gazetteer, load_gazetteer
from khabar.lexicon.gazetteer_keys import compact_words, words
from khabar.lexicon.gazetteer_regions import adjectives
from khabar.lexicon.gazetteer_types import place_tables

Strong = tuple[tuple[tuple[str, ...], int], ...]
T = TypeVar("T")


class TypeWord(NamedTuple):
    """A type entry of data/ar/places.toml."""

    id: str
    cls: str  # area, site, region, institution
    rank: int  # 1 spot … 6 country
    kinds: tuple[str, ...]
    adjectives: frozenset[str]
    not_next: frozenset[str]
    needs_name: bool
    relation: str
    unknown: bool  # whether a name that the gazetteer lacks is taken
    named_by_places: bool  # its name is that of a well-known place, or definite (سوق إدلب, مستشفى الشفاء)


class TypePhrase(NamedTuple):
    """A written form of a type word: its words, and whether it is plural, anaphoric or definite."""

    words: tuple[str, ...]
    type: TypeWord
    many: bool
    anaphor: bool
    needs_adjective: bool
    known_only: bool


class Phrase(NamedTuple):
    """A fixed phrase and what it stands for."""

    words: tuple[str, ...]
    id: str
    bound: bool = False  # its last word is a clitic of the name (المتاخمة ل)


class Phrases(NamedTuple, Generic[T]):
    """Phrases that begin with one word, longest first: by their second word, with the words after it; and the rest."""

    longer: dict[str, tuple[tuple[tuple[str, ...], T], ...]]
    alone: tuple[T, ...]  # those of the one word


class Roles(NamedTuple):
    """All that a base word can do."""

    types: Phrases[TypePhrase] | None = None
    relations: Phrases[Phrase] | None = None
    direction: str = ""
    after: str = ""  # direction as an adjective behind a name
    preposition: bool = False
    unit: float = 0.0  # km in one unit of distance
    described: Phrases[Phrase] | None = None
    skips: Phrases[int] | None = None  # how many words are no place
    head: bool = False
    strong: Strong = ()
    adjective: str = ""  # country code of an adjective of origin
    stop: bool = False


class Word(NamedTuple):
    """A word form: the proclitics taken off, the base, its roles, and whether a phrase opens there."""

    proclitic: str
    base: str
    roles: Roles
    opens: bool
    plain: str  # the form itself without the hamza on the line
    idle: bool  # whether nothing begins at it, whatever stands before it
    inner: bool  # whether it can be part of a name: letters, no stop, no preposition, no adjective of origin
    starts: bool  # whether a name after a type word can begin with it


class _Names(NamedTuple):
    """Names that stand without a type word and share a first word."""

    longer: dict[str, Strong]  # by second word, longest first
    alone: int  # level of the first word by itself; 0 when it is no name


NONE = Roles()
_MAX_WORDS = 100_000  # words, names remembered by each table
# Proclitics by their first letter: before a word of the tables, before a name that only the gazetteer knows.
_PROCLITICS = {"و": ("و", "وب", "ول"), "ف": ("ف", "فب", "فل"), "ب": ("ب",), "ل": ("ل",)}
_BEFORE_NAMES = {"و": ("و", "وب", "ول"), "ب": ("ب",), "ل": ("ل",)}
_LIL = ("لل", "ولل", "فلل")


def fold_words(text: str) -> tuple[str, ...]:
    """Folded words of a data phrase."""
    return words(text)


def _type_entry(raw: dict[str, Any]) -> TypeWord:
    return TypeWord(
        raw["id"],
        raw["class"],
        raw["rank"],
        tuple(raw["kinds"]),
        frozenset(w for a in raw.get("adjectives", ()) for w in fold_words(a)),
        frozenset(w for a in raw.get("not_next", ()) for w in fold_words(a)),
        bool(raw.get("needs_name")),
        raw.get("relation", "in"),
        bool(raw.get("unknown", True)),
        bool(raw.get("named_by_places")),
    )


class _Words(dict[str, Word]):
    """Readings of folded words met so far. Fills itself."""

    def __init__(self, analyse: Callable[[str], Word]) -> None:
        super().__init__()
        self._analyse = analyse

    def __missing__(self, norm: str) -> Word:
        if len(self) >= _MAX_WORDS:
            self.clear()
        word = self[norm] = self._analyse(norm)
        return word


class WordTable:
    """Roles of folded words, remembered per word form. One look-up per token once a word has been seen."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        data = place_tables()
        skip = tomllib.loads((DATA / "ar/places_skip.toml").read_text("utf-8"))
        weak = tomllib.loads((DATA / "ar/places_weak.toml").read_text("utf-8"))
        self._base: dict[str, dict[str, Any]] = {}
        self._add_types(data["type"])
        self._add_relations(data)
        self._add_skips(skip)
        for first, names in gazetteer.strong.items():
            self._base.setdefault(first, {})["strong"] = names
        self._add_adjectives()
        self.openers = frozenset(w for o in data["cues"]["openers"] for w in fold_words(o))
        self.person_openers = frozenset(w for o in data["cues"]["person_openers"] for w in fold_words(o))
        self.area_adjectives = frozenset(w for a in data["cues"]["area_adjectives"] for w in fold_words(a))
        self.bridges = frozenset(f for b in data["cues"]["bridges"] for f in (fold_words(b) if b.isalpha() else (b,)))
        self.marks = frozenset(m for m in data["cues"]["quotes"] if m != "(") | {"_"}
        weak_names = map(fold_words, [*weak["never"], *weak["common"]])
        self.never = frozenset(w[0] for w in weak_names if len(w) == 1)
        self._no_proclitic = frozenset(w for n in weak["no_proclitic"] for w in fold_words(n))
        self.types = {t["id"]: _type_entry(t) for t in data["type"]}
        self._roles: dict[str, Roles] = {}
        self.words = _Words(self._analyse)  # by folded form, as it stands where that has a role, else proclitics off
        self._lexical: dict[str, bool] = {}
        self._unclitic: dict[str, tuple[str, ...]] = {}
        self._known: dict[tuple[str, ...], bool] = {}
        self._strong: dict[str, _Names] = {}

    def _put(self, word: str, role: str, value: Any) -> None:
        self._base.setdefault(word, {}).setdefault(role, []).append(value)

    def _add_types(self, entries: list[dict[str, Any]]) -> None:
        for raw in entries:
            entry = _type_entry(raw)
            needy = {fold_words(w) for w in raw.get("needs_adjective", ())}
            only = {fold_words(w) for w in raw.get("known_only", ())}
            for group, many, anaphor in (("one", False, False), ("many", True, False), ("anaphor", False, True)):
                for text in raw.get(group, ()):
                    parts = fold_words(text)
                    self._put(parts[0], "types", TypePhrase(parts, entry, many, anaphor, parts in needy, parts in only))

    def _add_relations(self, data: dict[str, Any]) -> None:
        for raw in data["relation"]:
            for text in raw["phrases"]:
                parts = fold_words(text)
                bound = parts[-1] == "ل" and len(parts) > 1
                parts = parts[:-1] if bound else parts
                self._put(parts[0], "relations", Phrase(parts, raw["id"], bound))
        for name, forms in data["directions"].items():
            if name == "after":
                for direction, afters in forms.items():
                    for text in afters:
                        self._base.setdefault(fold_words(text)[0], {})["after"] = direction
                continue
            for text in forms:
                self._base.setdefault(fold_words(text)[0], {})["direction"] = name
        for unit, value in (("units_km", 1.0), ("units_mile", 1.609), ("units_m", 0.001)):
            for text in data["distance"][unit]:
                self._base.setdefault(fold_words(text)[0], {})["unit"] = value
        for text in data["cues"]["prepositions"]:
            self._base.setdefault(fold_words(text)[0], {})["preposition"] = True
        for text in data["cues"]["stops"]:
            self._base.setdefault(fold_words(text)[0], {})["stop"] = True
        for raw in data["described"]:
            for text in raw["words"]:
                parts = fold_words(text)
                self._put(parts[0], "described", Phrase(parts, raw["id"] + ":" + raw["needs"]))

    def _add_skips(self, skip: dict[str, Any]) -> None:
        for text in skip["phrases"]:
            parts = fold_words(text)
            self._put(parts[0], "skips", parts)
        for text in skip["heads"]:
            parts = fold_words(text)
            if len(parts) == 1:
                self._base.setdefault(parts[0], {})["head"] = True

    def _add_adjectives(self) -> None:
        for form, iso in adjectives().items():
            self._base.setdefault(form, {})["adjective"] = iso

    def roles(self, base: str) -> Roles:
        """Roles of a base word as it stands."""
        known = self._roles.get(base)
        if known is None:
            raw = self._base.get(base)
            known = NONE
            if raw is not None:
                fixed: dict[str, Any] = {k: _grouped(k, v) if isinstance(v, list) else v for k, v in raw.items()}
                known = Roles(**fixed)
            self._roles[base] = known
        return known

    def _analyse(self, norm: str) -> Word:
        plain = norm.replace("ء", "")
        proclitic, base = self._split(plain)
        roles = self.roles(base) if base in self._base else NONE
        opens = bool(
            roles.strong or roles.unit or roles.direction or roles.relations or roles.described or roles.types
        )
        known_only = not (roles.stop or roles.adjective)
        idle = roles is NONE or not (opens or roles.skips or roles.head or roles.preposition or known_only)
        lettered = norm[0].isalpha() and not norm[0].isascii()
        inner = lettered and _is_inner(proclitic, roles)
        return Word(proclitic, base, roles, opens, plain, idle, inner, lettered and _is_first(proclitic, roles))

    def _split(self, norm: str) -> tuple[str, str]:
        """(proclitics, base) of a word."""
        if norm in self._base:
            return "", norm
        for proclitic in _PROCLITICS.get(norm[:1], ()):
            rest = norm[len(proclitic) :]
            if norm.startswith(proclitic) and len(rest) >= 2 and self._splits(proclitic, rest):
                return proclitic, rest
        for proclitic in _LIL if "لل" in norm[:3] else ():
            rest = "ال" + norm[len(proclitic) :]
            if norm.startswith(proclitic) and len(rest) >= 4 and rest in self._base:
                return proclitic[:-1], rest
        return "", norm

    def _splits(self, proclitic: str, rest: str) -> bool:
        return rest in self._base and (rest not in self._no_proclitic or proclitic in ("و", "ف"))

    def is_word(self, norm: str) -> bool:
        """Whether the lexicon of events, cues and function words knows a word, so that it is no unknown name."""
        known = self._lexical.get(norm)
        if known is None:
            if len(self._lexical) >= _MAX_WORDS:
                self._lexical.clear()
            known = self._lexical[norm] = bool(load_lexicon().read(norm))
        return known

    def has(self, name: tuple[str, ...]) -> bool:
        """Whether the gazetteer has a name of these words."""
        known = self._known.get(name)
        if known is None:
            if len(self._known) >= _MAX_WORDS:
                self._known.clear()
            known = self._known[name] = self.gazetteer.has(compact_words(name))
        return known

    def strong_names(self, base: str) -> _Names:
        """The names of `roles(base).strong` by second word, and the level of the base alone (or 0)."""
        known = self._strong.get(base)
        if known is None:
            if len(self._strong) >= _MAX_WORDS:
                self._strong.clear()
            longer: dict[str, list[tuple[tuple[str, ...], int]]] = {}
            alone = 0
            for parts, level in self.roles(base).strong:
                if len(parts) == 1:
                    alone = level
                else:
                    longer.setdefault(parts[1], []).append((parts, level))
            known = self._strong[base] = _Names({second: tuple(names) for second, names in longer.items()}, alone)
        return known

    def unclitic(self, norm: str) -> tuple[str, ...]:
        """What a word that no table knows may be without the proclitics before a name, least stripped first."""
        known = self._unclitic.get(norm)
        if known is None:
            if len(self._unclitic) >= _MAX_WORDS:
                self._unclitic.clear()
            known = self._unclitic[norm] = _unclitic(norm.replace("ء", ""))
        return known


def _unclitic(norm: str) -> tuple[str, ...]:
    found = [norm]
    for proclitic in _BEFORE_NAMES.get(norm[:1], ()):
        if norm.startswith(proclitic) and len(norm) - len(proclitic) >= 3:
            found.append(norm[len(proclitic) :])
    for proclitic in ("لل", "ولل"):
        if norm.startswith(proclitic) and len(norm) - len(proclitic) >= 2:
            found.append("ال" + norm[len(proclitic) :])
    return tuple(found)


def _is_inner(proclitic: str, roles: Roles) -> bool:
    if proclitic and (roles.types or roles.strong or roles.preposition or roles.stop or roles.direction):
        return False
    return not (roles.stop or roles.preposition or roles.adjective or roles.unit or roles.direction)


def _is_first(proclitic: str, roles: Roles) -> bool:
    if roles.stop:
        return False
    if roles.strong and not proclitic:
        return True
    return not (roles.preposition or roles.adjective or roles.after or roles.relations)


def _grouped(role: str, values: list[Any]) -> Phrases[Any]:
    """Longest phrase first; in the order of the file among equals."""
    phrases = [(value, len(value)) if role == "skips" else (value.words, value) for value in values]
    phrases.sort(key=lambda phrase: -len(phrase[0]))
    longer: dict[str, tuple[tuple[tuple[str, ...], Any], ...]] = {}
    for parts, value in phrases:
        if len(parts) > 1:
            longer[parts[1]] = (*longer.get(parts[1], ()), (parts[2:], value))
    return Phrases(longer, tuple(value for parts, value in phrases if len(parts) == 1))


@cache
def load_words() -> WordTable:
    """The word table over the embedded gazetteer; built once per process."""
    return WordTable(load_gazetteer())
