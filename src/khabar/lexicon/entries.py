"""Typed loading of the lexicon's data files; every error names file, line and entry."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from khabar.errors import DataError

DATA = Path(str(files("khabar") / "data"))
# Folders and files of data/ar that hold lexicon entries, in the order they are compiled.
SOURCES = ("ar/triggers", "ar/cues", "ar/reporting", "ar/weapons", "ar/nouns", "ar/function")
TYPES = ("trigger", "cue", "report", "weapon", "noun", "function")
_KEYS = frozenset(
    [
        "id",
        "gloss",
        "class",
        "kinds",
        "verbs",
        "masdars",
        "nouns",
        "adjectives",
        "participles",
        "phrases",
        "words",
        "voices",
        "not_prev",
        "not_next",
        "examples",
        "counterexamples",
        "skip",
        "note",
    ]
)


@dataclass(frozen=True, slots=True)
class VerbSpec:
    """A verb by root and form; `vowel` where the script shows it, `voices` that occur."""

    root: str
    form: int
    vowel: str = ""
    voices: str = "ap"
    masdar: bool = True  # derived forms' verbal noun is generated unless false


@dataclass(frozen=True, slots=True)
class NounSpec:
    """A noun or adjective by singular, broken plurals and sound plurals ("m", "f", "mf")."""

    singular: str
    plurals: tuple[str, ...] = ()
    sound: str = ""
    plural_only: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One lexicon entry. `kinds` for triggers, `cls` for everything else."""

    id: str
    type: str
    file: str
    line: int
    gloss: str = ""
    cls: str = ""
    kinds: tuple[str, ...] = ()
    verbs: tuple[VerbSpec, ...] = ()
    masdars: tuple[NounSpec, ...] = ()
    nouns: tuple[NounSpec, ...] = ()
    adjectives: tuple[NounSpec, ...] = ()
    participles: str = ""
    phrases: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    not_prev: tuple[str, ...] = ()
    not_next: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    counterexamples: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()  # generated forms left out, since another word owns them (قبل, حول)


def source_files() -> list[Path]:
    """Every lexicon file, sorted, so that compiling is deterministic."""
    found: list[Path] = []
    for source in SOURCES:
        path = DATA / source
        found += sorted(path.glob("*.toml")) if path.is_dir() else [path.with_suffix(".toml")]
    return [p for p in found if p.exists()]


def _noun(value: object, where: str) -> NounSpec:
    if isinstance(value, str):
        return NounSpec(value)
    if not isinstance(value, dict) or "s" not in value or set(value) - {"s", "p", "sound", "plural_only"}:
        raise DataError(f"{where}: a noun is a string or {{s=…, p=[…], sound=…}}, not {value!r}")
    return NounSpec(value["s"], tuple(value.get("p", ())), value.get("sound", ""), value.get("plural_only", False))


def _verb(value: object, where: str) -> VerbSpec:
    known = {"root", "form", "vowel", "voices", "masdar"}
    if not isinstance(value, dict) or not {"root", "form"} <= set(value) <= known:
        raise DataError(f"{where}: a verb is {{root=…, form=1-12}}, optionally vowel, voices, masdar; not {value!r}")
    return VerbSpec(
        value["root"].replace(" ", ""),
        value["form"],
        value.get("vowel", ""),
        value.get("voices", "ap"),
        value.get("masdar", True),
    )


def _lines(text: str) -> list[int]:
    return [text.count("\n", 0, m.start()) + 1 for m in re.finditer(r"^\[\[entry\]\]", text, re.M)]


def load_file(path: Path) -> list[Entry]:
    """Entries of one TOML file. Raises DataError with file, line and entry."""
    text = path.read_text("utf-8")
    name = path.relative_to(DATA).as_posix()
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"{name}: not valid TOML: {error}") from error
    kind = data.get("type")
    if kind not in TYPES:
        raise DataError(f"{name}: type = {kind!r}; the types are {', '.join(TYPES)}")
    entries = []
    for raw, line in zip(data.get("entry", []), _lines(text), strict=True):
        where = f"{name}:{line}: entry {raw.get('id')!r}"
        unknown = sorted(set(raw) - _KEYS)
        if unknown or "id" not in raw:
            raise DataError(f"{where}: unknown keys {unknown}; the keys are {', '.join(sorted(_KEYS))}")
        voices = raw.get("voices")
        verbs = tuple(_verb(v, where) for v in raw.get("verbs", ()))
        if voices:
            verbs = tuple(VerbSpec(v.root, v.form, v.vowel, voices, v.masdar) for v in verbs)
        entries.append(
            Entry(
                id=raw["id"],
                type=kind,
                file=name,
                line=line,
                gloss=raw.get("gloss", ""),
                cls=raw.get("class", ""),
                kinds=tuple(raw.get("kinds", ())),
                verbs=verbs,
                masdars=tuple(_noun(n, where) for n in raw.get("masdars", ())),
                nouns=tuple(_noun(n, where) for n in raw.get("nouns", ())),
                adjectives=tuple(_noun(n, where) for n in raw.get("adjectives", ())),
                participles=raw.get("participles", ""),
                phrases=tuple(raw.get("phrases", ())),
                words=tuple(raw.get("words", ())),
                not_prev=tuple(raw.get("not_prev", ())),
                not_next=tuple(raw.get("not_next", ())),
                examples=tuple(raw.get("examples", ())),
                counterexamples=tuple(raw.get("counterexamples", ())),
                skip=tuple(raw.get("skip", ())),
            )
        )
    return entries


@cache
def load_entries() -> tuple[Entry, ...]:
    """All entries of all files, in order. Ids are unique across files."""
    entries: list[Entry] = []
    seen: dict[str, Entry] = {}
    for path in source_files():
        for entry in load_file(path):
            if entry.id in seen:
                first = seen[entry.id]
                raise DataError(f"{entry.file}:{entry.line}: id {entry.id!r} is already in {first.file}:{first.line}")
            seen[entry.id] = entry
            entries.append(entry)
    return tuple(entries)
