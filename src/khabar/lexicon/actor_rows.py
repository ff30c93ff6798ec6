"""Typed loading of data/actors/*.toml: the rows of the actor table and the templates that spell their names out.

A file may hold `[[actor]]` (an actor), `[[organ]]` (a body that every state has: its army, its police),
`[[nisba]]` (how a group is named by its adjective), `[[head]]` (words a kind's names may follow: تنظيم, ميليشيا),
`[[generic]]` (a weak word: الجيش), `[[spelling]]` (pairs of letters that writers exchange) and `[[place_cue]]`
(words after which a capital is a place).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from khabar.errors import DataError
from khabar.lexicon.entries import DATA

FOLDER = DATA / "actors"
KINDS = frozenset((
    "state", "government", "military", "police", "intelligence", "coalition", "mission", "rebel", "militia", "jihadist",
    "party", "tribe", "ngo", "un", "igo", "media", "agency", "person", "company", "court", "legislature", "community",
    "generic",
))
_KEYS = frozenset((
    "id", "name_en", "adj_en", "name_ar", "kind", "inter", "country", "parent", "active", "role", "strong", "weak",
    "hostile", "quoted", "adjectives", "own", "alone", "by_country", "own_kinds", "examples", "counterexamples", "note",
))
_SECTIONS = frozenset(("actor", "organ", "nisba", "head", "generic", "spelling", "place_cue"))


@dataclass(frozen=True, slots=True)
class ActorRow:
    """One actor as its data file has it. `inter` is ACLED's code 1-8; None where no code fits."""

    id: str
    file: str
    line: int
    name_en: str
    name_ar: str
    kind: str
    inter: int | None = None
    country: str | None = None  # ISO 3166 alpha-2
    parent: str | None = None
    active: tuple[int | None, int | None] = (None, None)  # years; None is open
    adj_en: str | None = None  # a state's English adjective, for the names of its organs
    role: str | None = None  # a person's office; of a generic row, the organ its country supplies
    strong: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    hostile: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()  # names that hold between quotation marks or brackets only
    adjectives: tuple[str, ...] = ()
    own: tuple[str, ...] = ()  # a weak word's head that its candidates' names begin with (generic rows)
    alone: bool = False  # its weak names don't hold before an adjective: الاتحاد الوطني is another body
    by_country: tuple[tuple[str, str], ...] = ()  # whom a generic word usually names in a country's reports
    own_kinds: tuple[str, ...] = ()  # kinds of a generic row's candidates; () for any
    examples: tuple[str, ...] = ()
    counterexamples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """Patterns of names with slots: {name} {m} {f} {p} {o} bare, {dm} {df} {dp} {do} with the article.

    m, f: the adjective's masculine and feminine; p, o: its plural in -ون and -ين.
    """

    suffix: str
    name_en: str
    kind: str
    inter: int | None
    strong: tuple[str, ...]
    weak: tuple[str, ...]
    hostile: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActorSource:
    """Everything that the files hold, in the order of files and lines."""

    rows: tuple[ActorRow, ...]
    organs: tuple[Template, ...]
    nisbas: tuple[tuple[frozenset[str], Template], ...]  # kinds they hold for, patterns
    heads: tuple[tuple[frozenset[str], tuple[str, ...], str], ...]  # kinds, words, strength
    spellings: tuple[tuple[str, str], ...]
    place_cues: tuple[str, ...]


def source_files() -> list[Path]:
    """The actor files, sorted by name."""
    return sorted(FOLDER.glob("*.toml"))


def _years(value: Any, where: str) -> tuple[int | None, int | None]:
    if value is None:
        return (None, None)
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(v, int) for v in value):
        raise DataError(f"{where}: active = [from, to] in years, 0 for open; not {value!r}")
    return (value[0] or None, value[1] or None)


def _row(raw: dict[str, Any], file: str, line: int) -> ActorRow:
    where = f"{file}:{line}: actor {raw.get('id')!r}"
    unknown = sorted(set(raw) - _KEYS)
    missing = sorted({"id", "name_en", "name_ar", "kind"} - set(raw))
    if unknown or missing:
        raise DataError(f"{where}: unknown keys {unknown}, missing keys {missing}; the keys are {sorted(_KEYS)}")
    if raw["kind"] not in KINDS:
        raise DataError(f"{where}: kind {raw['kind']!r}; the kinds are {', '.join(sorted(KINDS))}")
    if raw.get("inter") is not None and raw["inter"] not in range(1, 9):
        raise DataError(f"{where}: inter = {raw['inter']!r}; ACLED's codes are 1 to 8")
    return ActorRow(
        raw["id"], file, line, raw["name_en"], raw["name_ar"], raw["kind"], raw.get("inter"), raw.get("country"),
        raw.get("parent"), _years(raw.get("active"), where), raw.get("adj_en"), raw.get("role"),
        tuple(raw.get("strong", ())), tuple(raw.get("weak", ())), tuple(raw.get("hostile", ())),
        tuple(raw.get("quoted", ())), tuple(raw.get("adjectives", ())), tuple(raw.get("own", ())),
        bool(raw.get("alone", False)), tuple(raw.get("by_country", {}).items()),
        tuple(raw.get("own_kinds", ())),
        tuple(raw.get("examples", ())), tuple(raw.get("counterexamples", ())),
    )


def _template(raw: dict[str, Any]) -> Template:
    return Template(
        raw.get("suffix", ""), raw.get("name_en", ""), raw.get("kind", ""), raw.get("inter"),
        tuple(raw.get("strong", ())), tuple(raw.get("weak", ())), tuple(raw.get("hostile", ())),
    )


def load_file(path: Path) -> dict[str, list[Any]]:
    """The sections of one file, parsed. Raises DataError with file, line and actor."""
    text = path.read_text("utf-8")
    file = path.relative_to(DATA).as_posix()
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"{file}: not valid TOML: {error}") from error
    unknown = sorted(set(data) - _SECTIONS)
    if unknown:
        raise DataError(f"{file}: unknown sections {unknown}; the sections are {', '.join(sorted(_SECTIONS))}")
    found: dict[str, list[Any]] = {name: [] for name in sorted(_SECTIONS)}
    for section in ("actor", "generic"):
        lines = [text.count("\n", 0, m.start()) + 1 for m in re.finditer(rf"^\[\[{section}\]\]", text, re.M)]
        for raw, line in zip(data.get(section, []), lines, strict=True):
            if section == "generic":
                raw = {"kind": "generic", **raw}
            found["actor"].append(_row(raw, file, line))
    found["organ"] = [_template(raw) for raw in data.get("organ", [])]
    found["nisba"] = [(frozenset(raw["kinds"]), _template(raw)) for raw in data.get("nisba", [])]
    found["head"] = [
        (frozenset(raw["kinds"]), tuple(raw["words"]), raw.get("strength", "strong")) for raw in data.get("head", [])
    ]
    found["spelling"] = [tuple(pair) for raw in data.get("spelling", []) for pair in raw["pairs"]]
    found["place_cue"] = [word for raw in data.get("place_cue", []) for word in raw["words"]]
    return found


def load_source() -> ActorSource:
    """All files. Ids are unique over all of them and parents exist, or DataError says where."""
    parts = [load_file(path) for path in source_files()]
    rows = tuple(row for part in parts for row in part["actor"])
    seen: dict[str, ActorRow] = {}
    for row in rows:
        if row.id in seen:
            first = seen[row.id]
            raise DataError(f"{row.file}:{row.line}: id {row.id!r} is already in {first.file}:{first.line}")
        seen[row.id] = row
    return ActorSource(
        rows,
        tuple(organ for part in parts for organ in part["organ"]),
        tuple(nisba for part in parts for nisba in part["nisba"]),
        tuple(head for part in parts for head in part["head"]),
        tuple(pair for part in parts for pair in part["spelling"]),
        tuple(word for part in parts for word in part["place_cue"]),
    )
