"""Rows of the gazetteer to look-up keys and to the list of names that stand without a type word."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from khabar.lexicon.entries import DATA
from khabar.lexicon.gazetteer_keys import bare, compact, compact_words, latin, skeleton, words
from khabar.lexicon.gazetteer_types import place_tables

# Names of places of these kinds are found without their type word as well (حقل العمر, العمر).
_STRIPPED = frozenset(
    (
        "airport",
        "airbase",
        "base",
        "oilfield",
        "gasfield",
        "refinery",
        "plant",
        "crossing",
        "dam",
        "camp",
        "front",
        "mountain",
        "port",
        "island",
        "valley",
        "river",
        "neighbourhood",
        "adm1",
        "adm2",
        "checkpoint",
        "bridge",
        "barracks",
    )
)
# A bare name stands alone from these populations on: 50,000 keeps 26 of 42 hits on a test article and
# loses no real one; 500,000 abroad. Rerun benchmarks/bench_places.py when changing them.
_ALONE, _ALONE_ABROAD = 50_000, 300_000
_REGION = frozenset(
    [
        "SY",
        "IQ",
        "YE",
        "PS",
        "IL",
        "LB",
        "LY",
        "SD",
        "SS",
        "SO",
        "EG",
        "JO",
        "SA",
        "AE",
        "QA",
        "BH",
        "KW",
        "OM",
        "TN",
        "DZ",
        "MA",
        "MR",
        "DJ",
    ]
)
LEVEL_CUE, LEVEL_ALONE = 1, 2


def key_hash(key: str) -> int:
    """Stable 63-bit hash of a prefixed key (fits SQLite's signed integers)."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "little") >> 1


@cache
def type_words() -> frozenset[str]:
    """Folded type words, with and without article, and site adjectives (الدولي, النفطي)."""
    found: set[str] = set()
    for entry in place_tables()["type"]:
        for text in [*entry["one"], *entry["many"], *entry.get("adjectives", ())]:
            parts = words(text)
            if len(parts) == 1:
                found.update((parts[0], bare(parts[0]), "ال" + bare(parts[0])))
    return frozenset(found)


def strip_type(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Words of a name without type words before it and site adjectives behind; never empty."""
    known = type_words()
    first, last = 0, len(parts)
    while last - first > 1 and parts[first] in known:
        first += 1
    while last - first > 1 and parts[last - 1] in known:
        last -= 1
    return parts[first:last]


def keys_of(fields: list[str]) -> Iterable[str]:
    """Prefixed keys of a row: c compact, s skeleton, l Latin, i id, d division."""
    return row_keys(fields, names_of(fields))


def names_of(fields: list[str]) -> list[tuple[str, ...]]:
    """The words of each name of a row."""
    return [words(text) for text in (fields[1], *fields[2].split("|"))] if fields[2] else [words(fields[1])]


def row_keys(fields: list[str], names: list[tuple[str, ...]]) -> Iterable[str]:
    """As `keys_of`, with the row's names already split."""
    ident, english, kind, country, admin1 = fields[0], fields[3], fields[4], fields[7], fields[8]
    stripped = kind in _STRIPPED
    for parts in names:
        key = compact_words(parts)
        if not key:
            continue
        yield "c" + key
        bones = skeleton(key)
        if bones:
            yield "s" + bones
        if stripped and len(parts) > 1:
            short = compact_words(strip_type(parts))
            if short != key and len(short) > 1:
                yield "c" + short
    if english:
        yield "l" + latin(english)
    yield "i" + ident
    if admin1:
        yield f"d{country}{compact(admin1)}"
    if kind in ("adm1", "country"):
        yield "k" + kind


def read_rows(packed: str, folder: Path) -> list[str]:
    """Rows of the packed table and of the curated one; countries get their curated names."""
    lines = packed.splitlines()[1:]
    named = {}
    for line in (folder / "countries.tsv").read_text("utf-8").splitlines()[1:]:
        iso, told, _, _ = line.split("\t")
        named[iso] = told.split("|")
    for at, line in enumerate(lines):
        fields = line.split("\t")
        if fields[4] == "country" and fields[0] in named:
            names = named[fields[0]]
            keys = {compact(n) for n in names}
            old = [n for n in [fields[1]] if compact(n) not in keys]
            fields[1], fields[2] = names[0], "|".join([*names[1:], *old])
            lines[at] = "\t".join(fields)
    known = _prominent(lines, folder)
    lines = [line + ("\t1" if number in known else "\t") for number, line in enumerate(lines)]
    lines += [line + "\t1" for line in (folder / "features.tsv").read_text("utf-8").splitlines()[1:] if line]
    return lines


def _prominent(lines: list[str], folder: Path) -> frozenset[int]:
    """Row numbers of the towns that the news names often: of namesakes in a division, the most populous one."""
    wanted: set[tuple[str, str, str]] = set()
    for line in (folder / "prominent.tsv").read_text("utf-8").splitlines()[1:]:
        country, admin1, names = line.split("\t")
        wanted.update((country, compact(admin1), compact(name)) for name in names.split("|"))
    divisions = {key[:2] for key in wanted}
    best: dict[tuple[str, str, str], tuple[int, int]] = {}
    for number, line in enumerate(lines):
        fields = line.split("\t")
        if fields[4] != "locality" or (fields[7], compact(fields[8])) not in divisions:
            continue
        for name in (fields[1], *fields[2].split("|")) if fields[2] else (fields[1],):
            key = (fields[7], compact(fields[8]), compact(name))
            if key in wanted:
                best[key] = max(best.get(key, (-1, 0)), (int(fields[9] or 0), -number))
    return frozenset(-number for _, number in best.values())


def capital_names(folder: Path) -> dict[str, str]:
    """Compact capital name -> country code."""
    found = {}
    for line in (folder / "countries.tsv").read_text("utf-8").splitlines()[1:]:
        iso, _, _, capitals = line.split("\t")
        for name in capitals.split("|"):
            if name:
                found[compact(name)] = iso
    return found


def strong_names(
    rows: Iterable[tuple[list[str], list[tuple[str, ...]]]]
) -> dict[str, tuple[tuple[tuple[str, ...], int], ...]]:
    """First word -> names that stand without a type word, longest first, each with its level.

    `rows` are a row's fields with the words of its names, from `names_of`.
    """
    weak = tomllib.loads((DATA / "ar/places_weak.toml").read_text("utf-8"))
    never = {words(w) for w in [*weak["never"], *weak["common"]]}
    cue_only = {words(w) for w in weak["cue"]}
    levels: dict[tuple[str, ...], int] = {}
    capitals = capital_names(DATA / "gazetteers")
    seats = frozenset(capitals.values())
    for fields, names in rows:
        level, kind, country = _level(fields), fields[4], fields[7]
        if not level and country not in seats:
            continue
        feature = kind in _STRIPPED and kind not in ("adm1", "adm2", "airbase")
        for parts in names:
            key = compact_words(parts)
            own = LEVEL_ALONE if capitals.get(key) == country else level
            if not own or not parts or parts in never or "و" in parts:
                continue
            if len(parts) == 1 and feature:
                own = min(own, LEVEL_CUE)  # القدم without its quarter's type word
            if parts in cue_only or len(key) < 3:
                own = min(own, LEVEL_CUE)
            levels[parts] = max(own, levels.get(parts, 0))
    found: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for parts, level in sorted(levels.items()):
        found.setdefault(parts[0], []).append((parts, level))
    return {first: tuple(sorted(names, key=lambda n: (-len(n[0]), n[0]))) for first, names in sorted(found.items())}


def _level(fields: list[str]) -> int:
    kind, country, population = fields[4], fields[7], int(fields[9] or 0)
    if kind in ("country", "region", "sea"):
        return LEVEL_ALONE
    if kind == "adm1":
        return LEVEL_ALONE if country in _REGION else LEVEL_CUE
    if kind == "locality":
        least = _ALONE if country in _REGION else _ALONE_ABROAD
        if population >= least:
            return LEVEL_ALONE
        if fields[13] == "1":
            return LEVEL_CUE
        return LEVEL_CUE if (population >= 10_000 and country in _REGION) or population >= 50_000 else 0
    if fields[12] == "curated" or kind in ("airbase", "airport"):
        return LEVEL_ALONE if " " in fields[1] else LEVEL_CUE
    return LEVEL_CUE if kind == "adm2" and country in _REGION else 0
