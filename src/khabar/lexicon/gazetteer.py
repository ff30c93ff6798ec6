"""Place names to places: the embedded gazetteer and the user's layers behind one look-up.

`Gazetteer.find(key)` takes the keys of `gazetteer_keys`; it knows nothing of ranking, which is
`khabar.resolve.place`. The embedded part needs no download and no database.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

from khabar.lexicon.gazetteer_keys import compact, latin, skeleton

FIELDS = (
    "id",
    "name_ar",
    "alt_ar",
    "name_en",
    "kind",
    "lat",
    "lon",
    "country",
    "admin1",
    "population",
    "radius_km",
    "source",
    "licence",
    "news",
)
SETTLED = frozenset(("locality", "neighbourhood", "camp"))


@dataclass(frozen=True, slots=True)
class Place:
    """A gazetteer row. Coordinates in degrees (WGS 84), radius in km, population None when unknown.

    `admin1` is the Arabic name of the first-level division. `layer` is "embedded" or the
    name of the user's layer; `priority` is the layer's (embedded 0; higher wins ties).
    """

    id: str
    name: str
    names: tuple[str, ...]  # Arabic, the first is `name`
    name_en: str
    kind: str
    lat: float
    lon: float
    country: str
    admin1: str | None
    population: int | None
    radius_km: float
    source: str
    licence: str
    news: bool = False  # curated as a place that the news of the region names often
    layer: str = "embedded"
    priority: int = 0

    def distance_km(self, other: Place) -> float:
        """Great-circle distance to another place, good to 0.5 % over the distances of one country."""
        return distance_km(self.lat, self.lon, other.lat, other.lon)


@lru_cache(maxsize=32768)  # the news names the same places again; 8 MB at most
def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance in km (haversine, sphere of 6371 km)."""
    p1, p2 = math.radians(lat1), math.radians(lat2)
    half = math.sin((p2 - p1) / 2) ** 2
    half += math.cos(p1) * math.cos(p2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 12742.0 * math.asin(min(1.0, math.sqrt(half)))


def parse_row(
    line: str, layer: str = "embedded", priority: int = 0, *, licences: Mapping[str, str] = MappingProxyType({})
) -> Place:
    """A tab-separated row in the order of FIELDS. Raises ValueError when a number is not one.

    `licences` gives the name of a licence that the row tells by a code.
    """
    parts = line.split("\t")
    ident, name, alt, english, kind, lat, lon, country, admin1, population, radius, source, licence, news = parts
    names = (name, *alt.split("|")) if alt else (name,)
    return Place(
        ident,
        name,
        names,
        english,
        kind,
        float(lat),
        float(lon),
        country,
        admin1 or None,
        int(population) if population else None,
        float(radius or 3),
        source or ident,
        licences.get(licence, licence),
        news == "1",
        layer,
        priority,
    )


class Layer(Protocol):
    """What a source of places answers."""

    def rows(self, key: str) -> Sequence[Place]:
        """Places under a prefixed key, in row order."""
        ...

    def has(self, key: str) -> bool:
        """Whether any place has this prefixed key."""
        ...


class Gazetteer:
    """The embedded rows and the user's layers. Look-ups are remembered per key."""

    def __init__(self, layers: Sequence[Layer], strong: dict[str, tuple[tuple[tuple[str, ...], int], ...]]) -> None:
        self._layers = tuple(layers)
        self.strong = strong  # first word -> ((words, level), …): names that stand without a type word
        self._found: dict[str, tuple[Place, ...]] = {}
        self._has: dict[str, bool] = {}
        self.memo: dict[Hashable, Any] = {}  # what its users worked out from its rows and keep; they bound it

    def find(self, key: str) -> tuple[Place, ...]:
        """Places whose compact name is `key` (a type word may be off the names of features)."""
        return self._rows("c" + key)

    def find_skeleton(self, key: str) -> tuple[Place, ...]:
        """Places whose name has the consonants of compact `key`; for use inside a told division."""
        bones = skeleton(key)
        return self._rows("s" + bones) if bones else ()

    def find_latin(self, name: str) -> tuple[Place, ...]:
        """Places by an English or transcribed name."""
        return self._rows("l" + latin(name))

    def find_id(self, ident: str) -> Place | None:
        """The place with this id."""
        return next((p for p in self._rows("i" + ident) if p.id == ident), None)

    def in_division(self, country: str, admin1: str) -> tuple[Place, ...]:
        """Every place of a first-level division (Arabic name), for look-ups by distance of spelling."""
        return self._rows(f"d{country}{compact(admin1)}")

    def of_kind(self, kind: str) -> tuple[Place, ...]:
        """Every place of kind "adm1" or "country"."""
        return self._rows("k" + kind)

    def has(self, key: str) -> bool:
        """Whether a compact key is a place name at all."""
        known = self._has.get(key)
        if known is None:
            if len(self._has) > 100_000:
                self._has.clear()
            known = self._has[key] = any(layer.has("c" + key) for layer in self._layers)
        return known

    def _rows(self, key: str) -> tuple[Place, ...]:
        known = self._found.get(key)
        if known is None:
            if len(self._found) > 20_000:
                self._found.clear()
            rows: list[Place] = []
            for layer in self._layers:
                rows += layer.rows(key)
            known = self._found[key] = merge(rows)
        return known


def merge(rows: Iterable[Place]) -> tuple[Place, ...]:
    """Drop rows that a layer of higher priority has as well: same id, or one name within 3 km in one country.

    The row kept takes over what the embedded one knows and it lacks: population, division, and that the news names it.
    """
    rows = list(rows)
    if len({p.layer for p in rows}) <= 1 and len({p.id for p in rows}) == len(rows):
        return tuple(rows)
    kept: list[Place] = []
    at: dict[str, list[int]] = {}
    for place in sorted(rows, key=lambda p: -p.priority):
        keys = ["i" + place.id, *(compact(n) for n in place.names)]
        twin = next((k for key in keys for k in at.get(key, ()) if _same(place, kept[k])), None)
        if twin is None:
            for key in dict.fromkeys(keys):
                at.setdefault(key, []).append(len(kept))
            kept.append(place)
        else:
            kept[twin] = _joined(kept[twin], place)
    return tuple(kept)


def _same(a: Place, b: Place) -> bool:
    if a.id == b.id:
        return True
    if a.layer == b.layer or a.country != b.country or _grain(a.kind) != _grain(b.kind):
        return False
    return abs(a.lat - b.lat) <= 0.03 and abs(a.lon - b.lon) <= 0.03


def _grain(kind: str) -> str:
    """Divisions are no duplicates of the town they are named after."""
    return kind if kind in ("country", "adm1", "adm2", "region") else "spot"


def _joined(kept: Place, other: Place) -> Place:
    if (kept.news or not other.news) and kept.population is not None and kept.admin1 is not None:
        return kept
    return replace(
        kept,
        news=kept.news or other.news,
        admin1=kept.admin1 or other.admin1,
        population=kept.population if kept.population is not None else other.population,
        radius_km=max(kept.radius_km, other.radius_km),
    )


@cache
def load_gazetteer() -> Gazetteer:
    """The embedded gazetteer alone; loaded once per process."""
    from khabar.lexicon.gazetteer_embedded import load_embedded

    embedded = load_embedded()
    return Gazetteer((embedded,), embedded.strong)


def load_with_layers() -> Gazetteer:
    """The embedded gazetteer and the layers of the user's data directory, if there are any."""
    from khabar.lexicon.gazetteer_layers import layers_path

    path = layers_path()
    try:
        state = path.stat()
    except OSError:
        return load_gazetteer()
    return _load_layers(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=2)
def _load_layers(path: Path, _mtime: int, _size: int) -> Gazetteer:
    from khabar.lexicon.gazetteer_embedded import load_embedded
    from khabar.lexicon.gazetteer_layers import open_layers

    embedded = load_embedded()
    return Gazetteer((*open_layers(path), embedded), embedded.strong)
