"""The table of actors: who a run of words names, with how strong a name. Compiled to a token trie, cached on disk."""

from __future__ import annotations

import hashlib
import marshal
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from khabar.lexicon.actor_build import STRENGTHS, Readings, Trie, build, person_key
from khabar.lexicon.actor_rows import load_source, source_files
from khabar.lexicon.compiled import cache_dir, read_cache, write_cache

_VERSION = 6  # raise when the layout below changes
# Proclitics before a name as written, by their first letter.
_PROCLITICS = {"و": ("و", "وب", "ول", "وك"), "ف": ("ف", "فب", "فل"), "ب": ("ب",), "ل": ("ل",), "ك": ("ك",)}
_LIL = ("لل", "ولل", "فلل")  # ل + ال
_SKIPPED = frozenset(('"', "'", "«", "»", "“", "”", "„", "‘", "’", "_", "#", "(", "-"))
_NO_WORD = " "  # after the last word
_CLOSERS = {'"': '"', "'": "'", "«": "»", "“": "”", "‘": "’", "”": "“", "(": ")"}
_LONGEST = 24  # letters of a word that may start a name
_MIN_REST = 3  # letters that must remain when a proclitic is taken off
_MAX_WORDS = 200_000  # word types remembered


class ActorInfo(NamedTuple):
    """An actor of the table, at run time."""

    id: str
    name_en: str
    name_ar: str
    kind: str
    inter: int | None
    country: str | None
    parent: str | None
    since: int | None
    until: int | None
    role: str | None
    heads: tuple[str, ...]  # first words of its names, article off: تنظيم, حركه
    own: tuple[str, ...]  # of a generic row: heads that its candidates have
    file: str
    line: int
    alone: bool  # its weak names don't hold before an adjective
    by_country: tuple[tuple[str, str], ...]  # of a generic row: whom it usually names in a country's reports
    own_kinds: tuple[str, ...]  # of a generic row: kinds of its candidates; () for any


class ActorHit(NamedTuple):
    """A name found at a token: where it ends, whom it can name (best first), how strongly."""

    last: int  # token index, exclusive
    actors: tuple[str, ...]
    strength: str  # strong, hostile, weak, adjective; surname when asked for
    proclitic: str  # letters before the name: و ب ل لل …; "" when none


_new = tuple.__new__  # ActorHit(…) would call a Python function for each of thousands
NamePath = tuple[int, int, tuple[str, ...]]  # (end, number of the name, states of the adjective in its slot)
Start = tuple[str, Any]  # (proclitic, node after the first word)


class ActorTable:
    """Look-ups over the compiled actors. A token that starts no name costs one dict look-up."""

    def __init__(
        self, rows: dict[str, tuple[Any, ...]], organs: dict[str, tuple[Any, ...]], trie: Trie, names: list[Readings],
        slots: dict[str, list[tuple[str, str]]], cues: list[str], bones: dict[str, str],
        openers: dict[str, frozenset[str]],
    ) -> None:
        self._rows = rows
        self._organs = organs
        self._trie = trie
        self._names = names
        self._slots = slots
        self._place_cues = frozenset(cues)
        self._bones = bones
        self._openers = openers
        self._infos: dict[str, ActorInfo | None] = {}  # by id, made when first asked for; ids come from the table
        self._made: dict[str, tuple[Any, ...]] = {}  # rows of organs, made when first asked for
        self._starts: dict[str, tuple[Start, ...]] = {}

    def __len__(self) -> int:
        """Rows of the files; states' organs come on top."""
        return len(self._rows)

    def __contains__(self, actor: str) -> bool:
        return self._row(actor) is not None

    def ids(self) -> Iterator[str]:
        """Ids of the files' rows, in their order."""
        return iter(self._rows)

    def _row(self, actor: str) -> tuple[Any, ...] | None:
        """The row of an id; that of a state's organ is made from its template when first asked for."""
        row = self._rows.get(actor) or self._made.get(actor)
        if row is None:
            state, _, suffix = actor.partition(".")
            organ, parent = self._organs.get(suffix), self._rows.get(state)
            if organ is None or parent is None or parent[3] != "state":
                return None
            name_en, kind, inter, heads = organ
            row = self._made[actor] = (
                actor, name_en.replace("{adj}", parent[17]), parent[2], kind, inter, parent[5], state, None, None, None,
                heads, (), parent[12], parent[13], False, (), (), "",
            )
        return row

    def get(self, actor: str) -> ActorInfo | None:
        """The row of an id, or None."""
        try:
            return self._infos[actor]
        except KeyError:
            row = self._row(actor)
            info = self._infos[actor] = None if row is None else ActorInfo(*row[:17])
            return info

    def kind(self, actor: str) -> str:
        """The kind of an id; "" when it is unknown."""
        row = self._row(actor)
        return "" if row is None else str(row[3])

    def country(self, actor: str) -> str | None:
        """ISO 3166 alpha-2 of an id's country, or None."""
        row = self._row(actor)
        return None if row is None else row[5]

    def parent(self, actor: str) -> str | None:
        """The id that an actor belongs to, or None."""
        row = self._row(actor)
        return None if row is None else row[6]

    def find_person_like(self, words: Sequence[str]) -> str | None:
        """The person whose full name has the consonants of `words` (موغريني, موجيريني), or None."""
        return self._bones.get(person_key(words))

    def starts(self, norm: str) -> bool:
        """Whether a name of some actor starts with this word, proclitics aside."""
        starts = self._starts.get(norm)
        return bool(self._find_starts(norm) if starts is None else starts)

    def starts_kind(self, norm: str, kind: str) -> bool:
        """Whether a name of some actor of `kind`, one of OPENING_KINDS, starts with this word, proclitics aside."""
        words = self._openers[kind]
        return any(rest in words for _, rest in _rests(norm))

    def match(self, norms: Sequence[str], i: int, *, surnames: bool = False) -> tuple[ActorHit, ...]:
        """The longest names that start at token `i`, best first; () when none does.

        `surnames`: also family names that alone are common words (صالح), for use where a title stands before.
        """
        norm = norms[i]
        starts = self._starts.get(norm)
        if starts is None:
            starts = self._find_starts(norm)
        if not starts:
            return ()
        found: list[ActorHit] = []
        after = norms[i + 1] if i + 1 < len(norms) else _NO_WORD
        for proclitic, node in starts:
            paths: list[NamePath] = []
            if isinstance(node, int):  # a name of one word
                paths = [(i + 1, node, ())]
            elif after in node or after in _SKIPPED or after in self._slots:
                self._walk(norms, i + 1, node, "", (), paths)
                if len(paths) > 1:
                    paths.sort(key=_by_length)
            elif "" in node:
                paths = [(i + 1, node[""], ())]
            else:
                continue
            for path in paths:
                hit = self._hit(norms, i, path, proclitic, surnames)
                if hit is not None:
                    found.append(hit)
                    break
        if not found:
            return ()
        if len(found) > 1:
            longest = max(hit.last for hit in found)
            found = [hit for hit in found if hit.last == longest]
            found.sort(key=lambda hit: (len(hit.proclitic), STRENGTHS.index(hit.strength)))
        return tuple(found)

    def _hit(
        self, norms: Sequence[str], i: int, path: NamePath, proclitic: str, surnames: bool
    ) -> ActorHit | None:
        """The hit of a name, by those of its readings that hold here; None when none does."""
        end, number, states = path
        actors: tuple[str, ...] = ()
        best = ""
        for ids, strength in self._names[number]:
            if strength == "surname" and not surnames:
                continue
            if strength == "quoted":
                if not _is_quoted(norms, i, end):
                    continue
                strength = "strong"
            elif strength == "weak":
                ids = tuple(actor for actor in ids if self._weak_holds(actor, norms, i, end, proclitic))
            if states:
                ids = tuple(state + actor[1:] for actor in ids for state in states)
            if ids:
                best = best or strength
                actors += ids
        return _new(ActorHit, (end, actors, best, proclitic)) if actors else None

    def _weak_holds(self, actor: str, norms: Sequence[str], i: int, end: int, proclitic: str) -> bool:
        """Whether a weak name can stand for its actor here: a capital is no place, the noun no other body's."""
        row = self._rows.get(actor)
        if row is None:
            return True
        if row[3] == "state":
            return not (proclitic.endswith("ب") or (i > 0 and norms[i - 1] in self._place_cues))
        if row[14] and end < len(norms):
            after = norms[end]
            return not (after.startswith("ال") and after.endswith(("ي", "يه")) and len(after) > 5)
        return True

    def _find_starts(self, norm: str) -> tuple[Start, ...]:
        trie = self._trie
        found = [(proclitic, trie[rest]) for proclitic, rest in _rests(norm) if rest in trie]
        if len(self._starts) >= _MAX_WORDS:
            self._starts.clear()
        starts = self._starts[norm] = tuple(found)
        return starts

    def _walk(
        self, norms: Sequence[str], j: int, node: Any, opened: str, states: tuple[str, ...], found: list[NamePath]
    ) -> None:
        """Collect the names along the paths from `node`; quotation marks and the "_" of hashtags are stepped over."""
        number = node if isinstance(node, int) else node.get("")
        if number is not None:
            closes = opened and j < len(norms) and norms[j] == _CLOSERS.get(opened)
            found.append((j + 1 if closes else j, number, states))
        if isinstance(node, int):
            return
        k = j
        while k < len(norms) and k - j < 2 and norms[k] in _SKIPPED:
            k += 1
        if k >= len(norms):
            return
        opened = norms[k - 1] if k > j else opened
        after = node.get(norms[k])
        if after is not None:
            self._walk(norms, k + 1, after, opened, states, found)
        slots: dict[str, tuple[str, ...]] = {}
        for slot, state in self._slots.get(norms[k], ()):
            if slot in node:
                slots[slot] = (*slots.get(slot, ()), state)
        for slot, filled in slots.items():
            self._walk(norms, k + 1, node[slot], opened, filled, found)


def _rests(norm: str) -> list[tuple[str, str]]:
    """A word as it stands and with what may be proclitics off, as (proclitic, rest)."""
    if len(norm) > _LONGEST:
        return []
    found = [("", norm)]
    for proclitic in _PROCLITICS.get(norm[:1], ()):
        if norm.startswith(proclitic) and len(norm) - len(proclitic) >= _MIN_REST:
            found.append((proclitic, norm[len(proclitic):]))
    for proclitic in _LIL if "لل" in norm[:3] else ():
        if norm.startswith(proclitic) and len(norm) - len(proclitic) >= _MIN_REST:
            found.append((proclitic, "ال" + norm[len(proclitic):]))
    return found


def _by_length(path: NamePath) -> tuple[int, bool]:
    """Longest first; a name as written before one by its adjective."""
    return -path[0], bool(path[2])


def _is_quoted(norms: Sequence[str], i: int, end: int) -> bool:
    """Whether tokens i..end stand between a pair of quotation marks or brackets."""
    return i > 0 and end < len(norms) and norms[end] == _CLOSERS.get(norms[i - 1], "\0")


def _fingerprint() -> str:
    digest = hashlib.sha256(f"{_VERSION} {sys.version_info[:2]}".encode())
    for module in ("actors.py", "actor_build.py", "actor_forms.py", "actor_rows.py", "fold.py", "gazetteer_keys.py"):
        digest.update(Path(__file__).with_name(module).read_bytes())
    for path in source_files():
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:24]


@cache
def load_actors() -> ActorTable:
    """The process's actor table, from the disk cache when the data files are unchanged."""
    path = cache_dir() / f"actors-{_fingerprint()}.bin"
    packed = read_cache(path)
    if isinstance(packed, bytes):
        return ActorTable(*marshal.loads(packed))
    built = build(load_source())
    # Packed: marshal reads one string from a file fast, and a tree of small objects ten times slower than from memory.
    write_cache(path, marshal.dumps(built))
    return ActorTable(*built)
