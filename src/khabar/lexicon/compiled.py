"""The lexicon compiled to one look-up table and cached on disk, so that start-up stays short."""

from __future__ import annotations

import gc
import hashlib
import marshal
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from khabar.lexicon.entries import Entry, NounSpec, load_entries, source_files
from khabar.lexicon.fold import fold
from khabar.lexicon.inflect import Form, masdar_of, noun_forms, participles_of, verb_forms

_VERSION = 6  # raise when the layout below or inflect.py changes
_KEPT = 3  # cache files of one name: versions of the package that are used in turn do without compiling
PHRASE_WORD = "phrase"  # pos of a form that is only known as a phrase's first word


class EntryInfo(NamedTuple):
    """What the reader needs of an entry at run time."""

    id: str
    type: str
    cls: str
    kinds: tuple[str, ...]
    not_prev: tuple[str, ...]
    not_next: tuple[str, ...]


class Compiled(NamedTuple):
    """Forms and phrases. `forms[text]` is a tuple of (entry, pos, tense, person, voices, bound)."""

    entries: tuple[EntryInfo, ...]
    forms: dict[str, tuple[tuple[int, str, str, str, str, bool], ...]]
    phrases: dict[str, tuple[tuple[tuple[tuple[str, ...], ...], int], ...]]


def entry_forms(entry: Entry) -> list[Form]:
    """Every written form that an entry covers, clitics aside."""
    forms: list[Form] = []
    masdars = list(entry.masdars)
    for verb in entry.verbs:
        made = verb_forms(verb.root, verb.form, vowel=verb.vowel, voices=verb.voices)
        # Acts are told in the third person; "I" forms only collide: أسقط is "shot down", not "I fall".
        forms += (f for f in made if entry.type != "trigger" or (f.tense, f.person) != ("impf", "1s"))
        masdar = masdar_of(verb.root, verb.form) if verb.masdar else None
        if masdar is not None and not entry.masdars:
            masdars.append(NounSpec(masdar, (), "f") if masdar.endswith("ة") else NounSpec(masdar, (masdar + "ات",)))
        for part, pos in zip(participles_of(verb.root, verb.form), ("ap", "pp"), strict=True):
            if part is not None and pos in entry.participles.split():
                forms += noun_forms(part, (), pos=pos, sound="mf")
    for noun in masdars:
        forms += noun_forms(noun.singular, noun.plurals, pos="n", sound=noun.sound)
    for noun in entry.nouns:
        made = noun_forms(noun.singular, noun.plurals, pos="n", sound=noun.sound)
        forms += (f for f in made if not noun.plural_only or f.person.endswith("p"))
    for noun in entry.adjectives:
        forms += noun_forms(noun.singular, noun.plurals, pos="adj", sound=noun.sound or "mf")
    forms += (Form(fold(word), "w") for word in entry.words)
    if entry.skip:
        skip = frozenset(map(fold, entry.skip))
        forms = [form for form in forms if form.text not in skip]
    return forms


def _phrase(text: str) -> tuple[tuple[str, ...], ...]:
    """A phrase as words, each a tuple of alternatives; "{id}" stands for any form of that entry."""
    return tuple(tuple(w if w.startswith("{") else fold(w) for w in part.split("|")) for part in text.split())


def build(entries: tuple[Entry, ...]) -> Compiled:
    """Compile entries; the order of files and entries decides nothing but the numbering."""
    table: dict[str, list[tuple[int, str, str, str, str, bool]]] = {}
    phrases: dict[str, list[tuple[tuple[tuple[str, ...], ...], int]]] = {}
    for number, entry in enumerate(entries):
        for form in entry_forms(entry):
            row = (number, form.pos, form.tense, form.person, form.voices, form.bound)
            rows = table.setdefault(form.text, [])
            if row not in rows:
                rows.append(row)
        for text in entry.phrases:
            words = _phrase(text)
            for first in words[0]:
                phrases.setdefault(first, []).append((words, number))
                if not first.startswith("{"):
                    rows = table.setdefault(first, [])
                    row = (number, PHRASE_WORD, "", "", "", False)
                    if row not in rows:
                        rows.append(row)
    return Compiled(
        tuple(EntryInfo(e.id, e.type, e.cls, e.kinds, tuple(map(fold, e.not_prev)), tuple(map(fold, e.not_next)))
              for e in entries),
        {text: tuple(rows) for text, rows in table.items()},
        {first: tuple(sorted(found, key=lambda p: -len(p[0]))) for first, found in phrases.items()},
    )


def cache_dir() -> Path:
    """Where compiled data is kept: $KHABAR_CACHE, or khabar/ in the user's cache folder."""
    own = os.environ.get("KHABAR_CACHE")
    if own:
        return Path(own)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "khabar"


def write_cache(path: Path, payload: Any) -> None:
    """Write `payload` with marshal, whole or not at all; a read-only cache folder is no error."""
    write_file(path, marshal.dumps(payload))


def write_file(path: Path, data: bytes) -> bool:
    """Write a cache file NAME-DIGEST.bin, whole or not at all, and tell whether it is there."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).replace(path)
        _prune(path)
        return True
    return False


def _prune(path: Path) -> None:
    """Remove what older data left beside a cache file: all but the last few of the same name.

    A process that uses one of them has read it, or keeps it open; one that looks for it makes it anew.
    """
    name = path.name.rpartition("-")[0]
    others = [p for p in path.parent.glob(f"{name}-*.bin") if p.name.rpartition("-")[0] == name and p != path]
    for stale in sorted(others, key=_written, reverse=True)[_KEPT - 1:]:
        with suppress(OSError):
            stale.unlink()


def _written(path: Path) -> float:
    """When a file was written; 0 when another process has just removed it."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the collector still while tables are built or loaded, and off them afterwards: they stay for good.

    Without the freezing, each of its full rounds walks the whole lexicon: a tenth of the time of reading new reports.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collecting:
            gc.enable()


def read_cache(path: Path) -> Any | None:
    """What `write_cache` wrote, or None when it is absent or broken."""
    try:
        with uncollected():
            return marshal.loads(path.read_bytes())  # load() from a file reads it in many small pieces
    except (OSError, ValueError, EOFError, TypeError):
        return None


def load_cached(name: str, sources: Iterable[Path], make: Callable[[], Any]) -> Any:
    """What `make` gives, kept in the cache folder as NAME-….bin until a source file changes.

    Args:
        sources: the files it is made of; their bytes decide whether the cache is good.
        make: gives plain containers, strings and numbers, since marshal writes no others. Called at most once.
    """
    digest = hashlib.sha256(f"{_VERSION} {sys.version_info[:2]}".encode())
    for path in sources:
        digest.update(path.name.encode() + path.read_bytes())
    cached = cache_dir() / f"{name}-{digest.hexdigest()[:24]}.bin"
    found = read_cache(cached)
    if found is None:
        with uncollected():
            found = make()
        write_cache(cached, found)
    return found


@cache
def load_compiled() -> Compiled:
    """The compiled lexicon, from the disk cache when the data files are unchanged."""
    sources = [Path(__file__).with_name("inflect.py"), *source_files()]
    entries, forms, phrases = load_cached("lexicon", sources, _plain)
    return Compiled(tuple(EntryInfo(*e) for e in entries), forms, phrases)


def _plain() -> tuple[Any, ...]:
    """The compiled lexicon without types of ours."""
    compiled = build(load_entries())
    return tuple(tuple(entry) for entry in compiled.entries), compiled.forms, compiled.phrases
