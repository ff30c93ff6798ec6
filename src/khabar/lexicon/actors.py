"""The table of actors: who a run of words names, with how strong a name. Compiled to a token trie, cached on disk."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from khabar.lexicon.actor_forms import (
    Name, adjective_names, bare, headed_names, organ_row, own_names, split_name, template_names, written_names,
)
from khabar.lexicon.actor_rows import ActorRow, ActorSource, load_source, source_files
from khabar.lexicon.compiled import cache_dir, read_cache, write_cache
from khabar.lexicon.fold import fold

_VERSION = 1  # raise when the layout below changes
STRENGTHS = ("strong", "hostile", "quoted", "weak", "adjective", "surname")  # best first
_PROCLITICS = ("", "و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل")  # before a name as written
_LIL = ("لل", "ولل", "فلل")  # ل + ال
_SKIPPED = frozenset(('"', "'", "«", "»", "“", "”", "„", "‘", "’", "_", "#", "(", "-"))
_CLOSERS = {'"': '"', "'": "'", "«": "»", "“": "”", "‘": "’", "”": "“", "(": ")"}
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


class ActorHit(NamedTuple):
    """A name found at a token: where it ends, whom it can name (best first), how strongly."""

    last: int  # token index, exclusive
    actors: tuple[str, ...]
    strength: str  # strong, hostile, weak, adjective; surname when asked for
    proclitic: str  # letters before the name: و ب ل لل …; "" when none


Trie = dict[str, Any]  # word -> Trie or the number of a leaf; "" -> number of the name that ends here
Readings = tuple[tuple[tuple[str, ...], str], ...]  # of one name: actors by strength, best first
Start = tuple[str, Any]  # (proclitic, node after the first word)


class ActorTable:
    """Look-ups over the compiled actors. A token that starts no name costs one dict look-up."""

    def __init__(self, rows: dict[str, tuple[Any, ...]], trie: Trie, names: list[Readings], cues: list[str]) -> None:
        self._rows = rows
        self._trie = trie
        self._names = names
        self._place_cues = frozenset(cues)
        self._starts: dict[str, tuple[Start, ...]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, actor: str) -> bool:
        return actor in self._rows

    def ids(self) -> Iterator[str]:
        """Ids in the order of the files."""
        return iter(self._rows)

    def get(self, actor: str) -> ActorInfo | None:
        """The row of an id, or None."""
        row = self._rows.get(actor)
        return None if row is None else ActorInfo(*row)

    def kind(self, actor: str) -> str:
        """The kind of an id; "" when it is unknown."""
        row = self._rows.get(actor)
        return "" if row is None else str(row[3])

    def country(self, actor: str) -> str | None:
        """ISO 3166 alpha-2 of an id's country, or None."""
        row = self._rows.get(actor)
        return None if row is None else row[5]

    def parent(self, actor: str) -> str | None:
        """The id that an actor belongs to, or None."""
        row = self._rows.get(actor)
        return None if row is None else row[6]

    def starts_kind(self, norm: str, kind: str) -> bool:
        """Whether a name of some actor of `kind` starts with this word, proclitics aside."""
        starts = self._starts.get(norm)
        if starts is None:
            starts = self._find_starts(norm)
        return any(self._reaches(node, kind) for _, node in starts)

    def _reaches(self, node: Any, kind: str) -> bool:
        if isinstance(node, int):
            return any(self.kind(actor) == kind for ids, _ in self._names[node] for actor in ids)
        return any(self._reaches(after, kind) for after in node.values())

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
        for proclitic, node in starts:
            for end, number in self._walk(norms, i + 1, node):
                hit = self._hit(norms, i, end, number, proclitic, surnames)
                if hit is not None:
                    found.append(hit)
                    break
        if len(found) > 1:
            longest = max(hit.last for hit in found)
            found = [hit for hit in found if hit.last == longest]
            found.sort(key=lambda hit: (len(hit.proclitic), STRENGTHS.index(hit.strength)))
        return tuple(found)

    def _hit(
        self, norms: Sequence[str], i: int, end: int, number: int, proclitic: str, surnames: bool
    ) -> ActorHit | None:
        """The hit of a name, by those of its readings that hold here; None when none does."""
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
            if ids:
                best = best or strength
                actors += ids
        return ActorHit(end, actors, best, proclitic) if actors else None

    def _weak_holds(self, actor: str, norms: Sequence[str], i: int, end: int, proclitic: str) -> bool:
        """Whether a weak name can stand for its actor here: a capital is no place, the noun no other body's."""
        row = self._rows[actor]
        if row[3] == "state":
            return not (proclitic.endswith("ب") or (i > 0 and norms[i - 1] in self._place_cues))
        if row[14] and end < len(norms):
            after = norms[end]
            return not (after.startswith("ال") and after.endswith(("ي", "يه")) and len(after) > 5)
        return True

    def _find_starts(self, norm: str) -> tuple[Start, ...]:
        found: list[Start] = []
        if len(norm) <= 24:
            for proclitic in _PROCLITICS:
                rest = norm[len(proclitic):]
                if norm.startswith(proclitic) and (not proclitic or len(rest) >= _MIN_REST) and rest in self._trie:
                    found.append((proclitic, self._trie[rest]))
            for proclitic in _LIL:
                rest = "ال" + norm[len(proclitic):]
                if norm.startswith(proclitic) and len(rest) >= _MIN_REST + 2 and rest in self._trie:
                    found.append((proclitic, self._trie[rest]))
        if len(self._starts) >= _MAX_WORDS:
            self._starts.clear()
        starts = self._starts[norm] = tuple(found)
        return starts

    @staticmethod
    def _walk(norms: Sequence[str], j: int, node: Any) -> list[tuple[int, int]]:
        """(end, name) along the path from `node`, longest first; quotation marks and "_" are stepped over."""
        found: list[tuple[int, int]] = []
        opened = ""
        count = len(norms)
        while True:
            number = node if isinstance(node, int) else node.get("")
            if number is not None:
                closes = opened and j < count and norms[j] == _CLOSERS.get(opened)
                found.append((j + 1 if closes else j, number))
            if isinstance(node, int):
                break
            k = j
            while k < count and k - j < 2 and norms[k] in _SKIPPED:
                k += 1
            after = node.get(norms[k]) if k < count else None
            if after is None:
                break
            if k > j:
                opened = norms[k - 1]
            node, j = after, k + 1
        found.reverse()
        return found


def _is_quoted(norms: Sequence[str], i: int, end: int) -> bool:
    """Whether tokens i..end stand between a pair of quotation marks or brackets."""
    return i > 0 and end < len(norms) and norms[end] == _CLOSERS.get(norms[i - 1], "\0")


def all_names(row: ActorRow, source: ActorSource) -> Iterator[Name]:
    """A row's own names, those after head words, and those of its adjectives; spellings aside."""
    yield from own_names(row)
    yield from headed_names(row, source)
    yield from adjective_names(row)
    for kinds, template in source.nisbas:
        if row.kind in kinds:
            yield from template_names(template, row)


def _rows_and_names(source: ActorSource) -> Iterator[tuple[ActorRow, list[Name]]]:
    """Every row, generated organs included, with its names."""
    organs: dict[str, list[Name]] = {}
    made: list[ActorRow] = []
    ids = {row.id for row in source.rows}
    for state in source.rows:
        if state.kind != "state":
            continue
        for template in source.organs:
            names = list(template_names(template, state))
            if not names:
                continue
            actor = f"{state.id}.{template.suffix}"
            organs[actor] = names
            if actor not in ids:
                made.append(organ_row(template, state))
    for row in (*source.rows, *made):
        yield row, [*all_names(row, source), *organs.get(row.id, ())]


def build(source: ActorSource) -> tuple[dict[str, tuple[Any, ...]], Trie, list[Readings], list[str]]:
    """(rows by id, trie, names, folded place cues) of a checked source."""
    rows: dict[str, tuple[Any, ...]] = {}
    ends: dict[tuple[str, ...], dict[str, int]] = {}  # words -> actor -> best strength
    for row, names in _rows_and_names(source):
        heads: dict[str, None] = {}
        for text, strength in names:
            if strength == "weak" and row.kind == "person":
                strength = "surname"
            rank = STRENGTHS.index(strength)
            if rank < 2:
                heads[bare(split_name(text)[0])] = None
            for words in written_names(text, source.spellings):
                actors = ends.setdefault(words, {})
                actors[row.id] = min(rank, actors.get(row.id, rank))
        rows[row.id] = (
            row.id, row.name_en, row.name_ar, row.kind, row.inter, row.country, row.parent, *row.active, row.role,
            tuple(sorted(heads)), tuple(bare(split_name(w)[0]) for w in row.own), row.file, row.line, row.alone,
        )
    trie: Trie = {}
    numbers: dict[Readings, int] = {}
    for words, actors in ends.items():
        node = trie
        for word in words:
            node = node.setdefault(word, {})
        node[""] = numbers.setdefault(_readings(actors), len(numbers))
    return rows, _compact(trie), list(numbers), [fold(cue) for cue in source.place_cues]


def _readings(actors: dict[str, int]) -> Readings:
    """Actors of one name grouped by strength, best first, in the files' order among equals."""
    ranks = sorted(set(actors.values()))
    return tuple((tuple(a for a, r in actors.items() if r == rank), STRENGTHS[rank]) for rank in ranks)


def _compact(node: Trie) -> Any:
    """Replace nodes that only end a name by its number."""
    if len(node) == 1 and "" in node:
        return node[""]
    return {word: after if word == "" else _compact(after) for word, after in node.items()}


def _fingerprint() -> str:
    digest = hashlib.sha256(f"{_VERSION} {sys.version_info[:2]}".encode())
    for module in ("actors.py", "actor_forms.py", "actor_rows.py", "fold.py"):
        digest.update(Path(__file__).with_name(module).read_bytes())
    for path in source_files():
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:24]


@cache
def load_actors() -> ActorTable:
    """The process's actor table, from the disk cache when the data files are unchanged."""
    path = cache_dir() / f"actors-{_fingerprint()}.bin"
    built = read_cache(path)
    if built is None:
        built = build(load_source())
        write_cache(path, built)
    return ActorTable(*built)
