"""Countries and divisions by their names in Arabic and English, and countries' adjectives of origin."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from khabar.lexicon.entries import DATA
from khabar.lexicon.gazetteer import Gazetteer, Place
from khabar.lexicon.gazetteer_keys import compact, latin, words
from khabar.lexicon.gazetteer_rows import strip_type


class Region(NamedTuple):
    """Where a name is to be looked for: a country, or one of its first-level divisions (Arabic name)."""

    country: str
    admin1: str | None = None


class Division(NamedTuple):
    """A first-level division: English names (the first is used in exports) and its seat's Arabic name."""

    country: str
    admin1: str
    names: tuple[str, ...]
    seat: str


def _lines(name: str) -> Iterator[list[str]]:
    for line in (DATA / "gazetteers" / name).read_text("utf-8").splitlines()[1:]:
        yield line.split("\t")


@cache
def divisions() -> dict[tuple[str, str], Division]:
    """(country, compact Arabic name) -> division, for those with curated English names."""
    return {(c, compact(a)): Division(c, a, tuple(n.split("|")), seat) for c, a, n, seat in _lines("divisions.tsv")}


@cache
def adjectives() -> dict[str, str]:
    """Folded adjective of origin (سوري, السورية …) -> country code."""
    found: dict[str, str] = {}
    for iso, _, texts, _ in _lines("countries.tsv"):
        for text in texts.split("|"):
            parts = words(text)
            if len(parts) == 1:
                for ending in ("", "ه", "ين", "ون", "تين"):
                    found[parts[0] + ending] = found["ال" + parts[0] + ending] = iso
    return found


@cache
def capitals() -> dict[str, str]:
    """Country code -> Arabic name of its capital."""
    return {iso: names.split("|")[0] for iso, _, _, names in _lines("countries.tsv") if names}


@cache
def _latin_divisions() -> tuple[tuple[str, Division], ...]:
    return tuple((latin(name), division) for division in divisions().values() for name in division.names)


def english_name(place_country: str, admin1: str | None) -> str | None:
    """English name of a division by its Arabic one, where it is curated; else the Arabic name."""
    if admin1 is None:
        return None
    division = divisions().get((place_country, compact(admin1)))
    return division.names[0] if division is not None else admin1


def find_region(text: str, gazetteer: Gazetteer) -> Region | None:
    """A country or division by an ISO code or a name in Arabic or English, misspellings of one letter allowed."""
    text = text.strip()
    if not text:
        return None
    if len(text) == 2 and text.isascii() and text.isalpha():
        return Region(text.upper())
    if text.isascii() or not any("\u0621" <= c <= "\u064a" for c in text):
        return _find_latin(text, gazetteer)
    return _find_arabic(text, gazetteer)


def _find_arabic(text: str, gazetteer: Gazetteer) -> Region | None:
    parts = words(text)
    forms = [compact(text), "".join(w.removeprefix("ال") for w in strip_type(parts))]
    for key in forms:
        places = gazetteer.find(key)
        for kind in ("country", "adm1") if len(parts) == 1 or parts[0] != strip_type(parts)[0] else ("adm1", "country"):
            for place in _prefer(places, kind):
                return Region(place.country, None if kind == "country" else place.admin1 or place.name)
    return None


def _prefer(places: tuple[Place, ...], kind: str) -> list[Place]:
    known = divisions()
    return sorted(
        (p for p in places if p.kind == kind), key=lambda p: ((p.country, compact(p.name)) not in known, p.id)
    )


def _find_latin(text: str, gazetteer: Gazetteer) -> Region | None:
    for drop in ("eastern ", "western ", "northern ", "southern ", "governorate", "province", "district", "state"):
        text = text.lower().replace(drop, " ").strip() or text
    key = latin(text)
    for name, division in _latin_divisions():
        if name == key:
            return Region(division.country, division.admin1)
    for kind in ("country", "adm1"):
        for place in _prefer(gazetteer.find_latin(text), kind):
            return Region(place.country, None if kind == "country" else place.admin1 or place.name)
    if len(key) >= 4:
        for limit in (1, 2):
            for name, division in _latin_divisions():
                if len(name) > 2 * limit + 2 and edits(name, key, limit) <= limit:
                    return Region(division.country, division.admin1)
    return None


def edits(a: str, b: str, limit: int = 2) -> int:
    """Edit distance (insert, delete, replace), or limit + 1 as soon as it is larger."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
        if min(row) > limit:
            return limit + 1
    return row[-1]
