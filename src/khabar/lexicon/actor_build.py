"""Compiles the actor table: every written name of every actor, as a trie over folded words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from khabar.lexicon.actor_forms import (
    Name,
    adjective_names,
    bare,
    headed_names,
    is_plain,
    own_names,
    slot_patterns,
    slot_words,
    split_name,
    template_names,
    written_names,
)
from khabar.lexicon.actor_rows import ActorRow, ActorSource
from khabar.lexicon.fold import fold
from khabar.lexicon.gazetteer_keys import skeleton

STRENGTHS = ("strong", "hostile", "quoted", "weak", "adjective", "surname")  # best first

OPENING_KINDS = ("person", "agency", "media")  # kinds of actors whose names' first words are listed
Trie = dict[str, Any]  # word -> Trie or the number of a leaf; "" -> number of the name that ends here
Readings = tuple[tuple[tuple[str, ...], str], ...]  # of one name: actors by strength, best first


def all_names(row: ActorRow, source: ActorSource) -> Iterator[Name]:
    """A row's own names, those after head words, and those of its adjectives; spellings aside."""
    yield from own_names(row)
    yield from headed_names(row, source)
    yield from adjective_names(row)
    for kinds, template in source.nisbas:
        if row.kind in kinds:
            yield from template_names(template, row)


def find_names(source: ActorSource) -> Iterator[tuple[ActorRow, list[Name]]]:
    """Every row with its names, those that a template gives it as a state's organ included."""
    rows = {row.id: row for row in source.rows}
    templates = {template.suffix: template for template in source.organs}
    for row in source.rows:
        names = list(all_names(row, source))
        parent, _, suffix = row.id.partition(".")
        if suffix in templates and parent in rows:
            names += template_names(templates[suffix], rows[parent])
        yield row, names


class _Builder:
    """Collects names, then compiles them."""

    def __init__(self, source: ActorSource) -> None:
        self.source = source
        self.ends: dict[tuple[str, ...], dict[str, int]] = {}  # words -> actor -> best strength
        self.rows: dict[str, tuple[Any, ...]] = {}
        self.bones: dict[str, str] = {}  # consonants of persons' full names -> person

    def add(self, actor: str, names: Iterable[Name]) -> tuple[str, ...]:
        """Enter an actor's names; returns the first words of its strong and hostile ones, article off."""
        heads: dict[str, None] = {}
        for text, strength in names:
            rank = STRENGTHS.index(strength)
            if rank < 2:
                heads[bare(split_name(text)[0])] = None
            for words in written_names(text, self.source.spellings):
                actors = self.ends.setdefault(words, {})
                actors[actor] = min(rank, actors.get(actor, rank))
        return tuple(sorted(heads))

    def add_rows(self) -> None:
        """Enter the files' rows."""
        for row, names in find_names(self.source):
            if row.kind == "person":
                names = [(text, "surname" if strength == "weak" else strength) for text, strength in names]
                for key in filter(None, (person_key(split_name(text)) for text in row.strong)):
                    self.bones.setdefault(key, row.id)
            heads = self.add(row.id, names)
            own = tuple(bare(split_name(w)[0]) for w in row.own)
            self.rows[row.id] = (
                row.id, row.name_en, row.name_ar, row.kind, row.inter, row.country, row.parent, *row.active, row.role,
                heads, own, row.file, row.line, row.alone, row.by_country, row.own_kinds,
                row.adj_en or row.name_en,
            )

    def add_organs(self) -> dict[str, tuple[Any, ...]]:
        """Enter the organs' patterns, and their names by states' names; returns what rows of organs are made of."""
        states = [row for row in self.source.rows if row.kind == "state"]
        organs: dict[str, tuple[Any, ...]] = {}
        for template in self.source.organs:
            heads = self.add("*." + template.suffix, slot_patterns(template))
            organs[template.suffix] = (template.name_en, template.kind, template.inter, heads)
            for state in states:
                names = template_names(template, state, plain=not is_plain(state))
                self.add(f"{state.id}.{template.suffix}", names)
        return organs

    def slots(self) -> dict[str, list[tuple[str, str]]]:
        """Adjectives of states by word: the slots they fill and the state."""
        found: dict[str, list[tuple[str, str]]] = {}
        for row in self.source.rows:
            if row.kind == "state" and is_plain(row):
                for word, slot in slot_words(row, self.source.spellings):
                    if (slot, row.id) not in found.setdefault(word, []):
                        found[word].append((slot, row.id))
        return found

    def openers(self, organs: dict[str, tuple[Any, ...]]) -> dict[str, frozenset[str]]:
        """By kind of actor, the first words of such actors' names; patterns of organs ("*.tv") aside."""
        found: dict[str, set[str]] = {kind: set() for kind in OPENING_KINDS}
        for words, actors in self.ends.items():
            for actor in actors:
                state, _, suffix = actor.partition(".")
                kind = self.rows[actor][3] if actor in self.rows else "" if state == "*" else organs[suffix][1]
                if kind in found:
                    found[kind].add(words[0])
        return {kind: frozenset(words) for kind, words in found.items()}

    def trie(self) -> tuple[Trie, list[Readings]]:
        """The names as a trie over words, and what each name can mean."""
        trie: Trie = {}
        numbers: dict[Readings, int] = {}
        for words, actors in self.ends.items():
            node = trie
            for word in words:
                node = node.setdefault(word, {})
            node[""] = numbers.setdefault(_readings(actors), len(numbers))
        return _compact(trie), list(numbers)


def person_key(words: Sequence[str]) -> str:
    """Consonants of a full name of two words or more, look-alikes merged; "" when it is too short to tell."""
    bones = [skeleton(word) for word in words]
    return " ".join(bones) if len(bones) >= 2 and all(bones) else ""


def build(source: ActorSource) -> tuple[Any, ...]:
    """What `ActorTable` is made of: rows, organs, trie, names, slots, place cues, persons by consonants, openers."""
    builder = _Builder(source)
    builder.add_rows()
    organs = builder.add_organs()
    trie, names = builder.trie()
    cues = [fold(cue) for cue in source.place_cues]
    return builder.rows, organs, trie, names, builder.slots(), cues, builder.bones, builder.openers(organs)


def _readings(actors: dict[str, int]) -> Readings:
    """Actors of one name grouped by strength, best first, in the files' order among equals."""
    ranks = sorted(set(actors.values()))
    return tuple((tuple(a for a, r in actors.items() if r == rank), STRENGTHS[rank]) for rank in ranks)


def _compact(node: Trie) -> Any:
    """Replace nodes that only end a name by its number."""
    if len(node) == 1 and "" in node:
        return node[""]
    return {word: after if word == "" else _compact(after) for word, after in node.items()}
