"""The kinds of event and their crosswalk to PLOVER, ACLED, CAMEO and Airwars, from data/ontology/kinds.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from khabar.errors import DataError
from khabar.lexicon.entries import DATA

_PATH = DATA / "ontology/kinds.toml"
_TEXTS = ("id", "family", "name_en", "name_ar", "gloss", "cameo")
_KEYS = frozenset((*_TEXTS, "verbal", "plover", "acled", "airwars", "note"))


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of event. Codes of other schemes are as they spell them; None where the scheme has none."""

    id: str
    family: str
    verbal: bool  # told in words only (diplomacy, hostility), scored apart from material acts
    name_en: str
    name_ar: str
    gloss: str
    plover_event: str
    plover_mode: str | None
    acled_event_type: str
    acled_sub_event_type: str
    cameo: str  # root code, two digits
    airwars: str | None
    note: str  # where the crosswalk loses something; "" when nowhere


def _pair(row: dict[str, Any], name: str, first: str, second: str, where: str) -> tuple[str, str | None]:
    value = row.get(name)
    if not isinstance(value, dict) or not {first} <= set(value) <= {first, second} or not all(value.values()):
        raise DataError(f'{where}: {name} is {{{first} = "…", {second} = "…"}}, not {value!r}')
    return value[first], value.get(second)


def _kind(row: dict[str, Any], where: str) -> Kind:
    wrong = sorted(set(row) - _KEYS) + [key for key in _TEXTS if not isinstance(row.get(key), str) or not row[key]]
    if wrong or not isinstance(row.get("verbal"), bool):
        raise DataError(f"{where}: unknown, absent or empty: {', '.join(wrong) or 'verbal'}")
    if len(row["cameo"]) != 2 or not row["cameo"].isdigit():
        raise DataError(f"{where}: cameo is a root code of two digits, not {row['cameo']!r}")
    event, mode = _pair(row, "plover", "event", "mode", where)
    event_type, sub_event_type = _pair(row, "acled", "event_type", "sub_event_type", where)
    if sub_event_type is None:
        raise DataError(f"{where}: acled has no sub_event_type")
    return Kind(
        id=row["id"], family=row["family"], verbal=row["verbal"], name_en=row["name_en"], name_ar=row["name_ar"],
        gloss=row["gloss"], plover_event=event, plover_mode=mode, acled_event_type=event_type,
        acled_sub_event_type=sub_event_type, cameo=row["cameo"], airwars=row.get("airwars"), note=row.get("note", ""),
    )


def read_kinds(path: Path) -> dict[str, Kind]:
    """The kinds of a file by id, in its order. Raises DataError with file, entry and what is wrong."""
    try:
        rows = tomllib.loads(path.read_text("utf-8")).get("kind", [])
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"{path.name}: not valid TOML: {error}") from error
    found: dict[str, Kind] = {}
    for number, row in enumerate(rows, 1):
        where = f"{path.name}: kind {number} ({row.get('id')!r})"
        kind = _kind(row, where)
        if kind.id in found:
            raise DataError(f"{where}: the id is already taken")
        other = next((k for k in found.values() if k.family == kind.family and k.verbal != kind.verbal), None)
        if other is not None:
            raise DataError(f"{where}: its family {kind.family!r} has {other.id!r}, whose verbal is {other.verbal}")
        found[kind.id] = kind
    return found


@cache
def load_kinds() -> dict[str, Kind]:
    """The kinds by id, in the order of data/ontology/kinds.toml. Not to be changed by callers."""
    return read_kinds(_PATH)


@cache
def load_families() -> dict[str, str]:
    """Family by kind, in the order of the kinds."""
    return {kind.id: kind.family for kind in load_kinds().values()}


@cache
def verbal_kinds() -> frozenset[str]:
    """Ids of the kinds that are told acts of speech or diplomacy: scored apart from the material ones."""
    return frozenset(kind.id for kind in load_kinds().values() if kind.verbal)


def family_of(kind: str) -> str:
    """The family of a kind. Raises DataError naming the known kinds."""
    family = load_families().get(kind)
    if family is None:
        raise DataError(f"no such kind: {kind!r}; the kinds are {', '.join(load_families())}")
    return family
