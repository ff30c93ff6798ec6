"""OpenStreetMap extracts: GeoJSON, Overpass JSON, one feature a line, or CSV with tags as columns."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from khabar.errors import InputError
from khabar.lexicon.gazetteer_cod import middle
from khabar.lexicon.gazetteer_import import RawPlace, dict_rows, number, open_text, whole

# (key, value or "*") -> kind, in the order they are tried.
_TAGS = (
    ("place", "country", "country"),
    ("place", "state", "adm1"),
    ("place", "province", "adm1"),
    ("place", "county", "adm2"),
    ("place", "district", "adm2"),
    ("place", "suburb", "neighbourhood"),
    ("place", "quarter", "neighbourhood"),
    ("place", "neighbourhood", "neighbourhood"),
    ("place", "island", "island"),
    ("place", "islet", "island"),
    ("place", "region", "region"),
    ("place", "city", "locality"),
    ("place", "town", "locality"),
    ("place", "village", "locality"),
    ("place", "hamlet", "locality"),
    ("place", "isolated_dwelling", "locality"),
    ("place", "locality", "locality"),
    ("place", "farm", "locality"),
    ("amenity", "refugee_site", "camp"),
    ("military", "airfield", "airbase"),
    ("military", "*", "base"),
    ("aeroway", "aerodrome", "airport"),
    ("barrier", "border_control", "crossing"),
    ("industrial", "oil", "oilfield"),
    ("industrial", "refinery", "refinery"),
    ("industrial", "oil_refinery", "refinery"),
    ("industrial", "gas", "gasfield"),
    ("industrial", "port", "port"),
    ("harbour", "*", "port"),
    ("waterway", "dam", "dam"),
    ("natural", "peak", "mountain"),
    ("natural", "mountain_range", "mountain"),
    ("natural", "valley", "valley"),
    ("waterway", "river", "river"),
    ("waterway", "wadi", "valley"),
    ("landuse", "military", "base"),
    ("amenity", "hospital", "site"),
    ("amenity", "marketplace", "site"),
    ("amenity", "place_of_worship", "site"),
)


def read_osm(path: Path) -> Iterator[RawPlace]:
    """Named features of an extract that have a kind of the gazetteer."""
    name = path.name.lower()
    is_json = any(part in name for part in (".geojson", ".json", ".ndjson", ".jsonl"))
    rows = _json(path) if is_json else _table(path)
    for line, tags, lat, lon, ident in rows:
        kind = _kind(tags)
        names = tuple(
            n
            for key in ("name:ar", "name", "alt_name:ar", "alt_name", "old_name:ar", "official_name:ar")
            for n in (tags.get(key) or "").split(";")
        )
        if kind is None or not any(names):
            continue
        yield RawPlace(
            id=f"osm:{ident or f'{path.name}:{line}'}",
            names=names,
            name_en=tags.get("name:en") or "",
            kind=kind,
            lat=lat,
            lon=lon,
            country=(tags.get("is_in:country_code") or tags.get("addr:country") or tags.get("country") or "")[:2],
            admin1=tags.get("addr:state") or tags.get("is_in:state") or tags.get("admin1") or "",
            population=whole(tags.get("population")),
            source=f"osm:{ident or line}",
        )


def _kind(tags: Mapping[str, str]) -> str | None:
    level = tags.get("admin_level")
    if tags.get("boundary") == "administrative" and level in ("2", "4", "5", "6", "7"):
        return {"2": "country", "4": "adm1"}.get(level, "adm2")
    for key, value, kind in _TAGS:
        told = tags.get(key)
        if told and (value == "*" or told == value):
            return kind
    return None


def _json(path: Path) -> Iterator[tuple[int, dict[str, str], float, float, str]]:
    with open_text(path) as file:
        start = file.read(1)
        file.seek(0)
        first = file.readline()
        file.seek(0)
        try:
            if (
                first.rstrip().endswith("}")
                and start == "{"
                and '"FeatureCollection"' not in first
                and '"elements"' not in first
            ):
                items: Iterator[Any] = (json.loads(text) for text in file if text.strip(" \r\n\x1e"))
                yield from _features(items, path)
                return
            data = json.load(file)
        except ValueError as error:
            raise InputError(f"{path}: not valid JSON: {error}") from error
    yield from _features(iter(data.get("features") or data.get("elements") or ()), path)


def _features(items: Iterator[Any], path: Path) -> Iterator[tuple[int, dict[str, str], float, float, str]]:
    for line, item in enumerate(items, 1):
        properties = item.get("properties") or item
        tags = properties.get("tags") or properties
        if not isinstance(tags, dict):
            raise InputError(f"{path}: feature {line}: tags are no object")
        point = middle(item.get("geometry"))
        if point is None:
            centre = item.get("center") or item
            if "lat" not in centre or "lon" not in centre:
                continue
            point = float(centre["lat"]), float(centre["lon"])
        ident = str(item.get("id") or properties.get("@id") or properties.get("osm_id") or "")
        yield line, {str(k): str(v) for k, v in tags.items() if v is not None}, point[0], point[1], ident


def _table(path: Path) -> Iterator[tuple[int, dict[str, str], float, float, str]]:
    with open_text(path) as file:
        for line, row in dict_rows(file, path):
            lat, lon = (
                row.get("lat") or row.get("@lat") or row.get("y"),
                row.get("lon") or row.get("@lon") or row.get("x"),
            )
            if lat is None or lon is None:
                raise InputError(f"{path}:{line}: needs the columns lat and lon; it has {', '.join(row)}")
            where = f"{path}:{line}"
            ident = row.get("@id") or row.get("osm_id") or row.get("id") or ""
            yield line, row, number(lat, where), number(lon, where), ident
