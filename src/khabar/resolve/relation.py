"""Relation, anchor and distance to a coded point, a radius and the code books' precisions.

`point` follows ACLED and UCDP: "near X" and "east of X" lie on X; a told distance moves the point
("12 km north of X"); the eastern part of a country or division is shifted into that part.
"""

from __future__ import annotations

import math
import tomllib
from functools import cache
from typing import Any, NamedTuple

from khabar.lexicon.entries import DATA
from khabar.lexicon.gazetteer import Place, distance_km


class Located(NamedTuple):
    """A coded point with the radius (km) that holds the place, ACLED geo_precision (1-3) and UCDP where_prec (1-7)."""

    lat: float
    lon: float
    radius_km: float
    geo_precision: int | None
    where_prec: int | None


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((DATA / "ar/places_relations.toml").read_text("utf-8"))


@cache
def _codes(kind: str) -> tuple[int | None, int | None, str]:
    for name, row in _table()["kind"].items():
        if kind in row["kinds"]:
            return row.get("acled"), row.get("ucdp"), name
    return 2, 2, "landscape"


def locate(place: Place, relation: str, distance: float | None = None, part: str | None = None) -> Located:
    """Code one anchor with its relation. `part` is the direction of a countryside ("north_east")."""
    acled, ucdp, group = _codes(place.kind)
    bearing = _table()["bearing"].get(relation)
    if distance is not None and distance > 0:
        return _offset(place, bearing, distance)
    if group in ("country", "adm1", "region") and bearing is not None:
        return _part(place, bearing, group)
    if relation == "countryside_of":
        return _countryside(place, part)
    row = _table()["relation"].get("direction" if bearing is not None else relation, {})
    if group in ("country", "sea") or not row:
        return Located(place.lat, place.lon, place.radius_km, acled, ucdp)
    radius = row.get("radius", place.radius_km)
    if (place.population or 0) >= 100_000:
        radius = row.get("city_radius", radius)
    radius = max(radius, place.radius_km)
    return Located(place.lat, place.lon, radius, _worse(acled, row.get("acled")), _worse(ucdp, row.get("ucdp")))


def _worse(a: int | None, b: int | None) -> int | None:
    if a is None or b is None:
        return a
    return max(a, b)


def _offset(place: Place, bearing: int | None, distance: float) -> Located:
    near = distance <= 25
    if bearing is None:
        return Located(place.lat, place.lon, round(distance * 1.25, 1), 2 if near else 3, 2 if near else 5)
    lat, lon = moved(place.lat, place.lon, bearing, distance)
    return Located(lat, lon, max(3.0, round(distance / 4, 1)), 2 if near else 3, 2 if near else 5)


def _part(place: Place, bearing: int, group: str) -> Located:
    lat, lon = moved(place.lat, place.lon, bearing, place.radius_km * 0.5)
    row = _table()["relation"]["direction_inside"]
    ucdp = row["ucdp"] if group == "country" else 4 if group == "adm1" else 5
    return Located(lat, lon, round(place.radius_km * 0.75, 1), row["acled"], ucdp)


def _countryside(place: Place, part: str | None) -> Located:
    row = _table()["relation"]["countryside_of"]
    radius = float(row["radius"])
    bearing = _table()["bearing"].get(f"{part}_of") if part else None
    if bearing is None:
        return Located(place.lat, place.lon, radius, row["acled"], row["ucdp"])
    lat, lon = moved(place.lat, place.lon, bearing, radius * 0.7)
    return Located(lat, lon, radius * 0.8, row["acled"], row["ucdp"])


def between(a: Place, b: Place) -> Located:
    """The middle of two places; the radius reaches five kilometres past both."""
    half = distance_km(a.lat, a.lon, b.lat, b.lon) / 2
    return Located(
        round((a.lat + b.lat) / 2, 4),
        round((a.lon + b.lon) / 2, 4),
        round(half + 5, 1),
        2 if half <= 50 else 3,
        2 if half <= 25 else 5,
    )


def border_point(country: str, other: str, near: tuple[float, float] | None) -> tuple[float, float] | None:
    """A point of two countries' border: the nearest to `near`, else the middle one; None when they share none."""
    points = _borders().get((min(country, other), max(country, other)))
    if not points:
        return None
    if near is None:
        return points[len(points) // 2]
    return min(points, key=lambda p: (distance_km(p[0], p[1], near[0], near[1]), p))


@cache
def _borders() -> dict[tuple[str, str], tuple[tuple[float, float], ...]]:
    found = {}
    for line in (DATA / "gazetteers/borders.tsv").read_text("utf-8").splitlines()[1:]:
        a, b, text = line.split("\t")
        points = [p.split(",") for p in text.split()]
        found[a, b] = tuple((float(y), float(x)) for y, x in points)
    return found


def moved(lat: float, lon: float, bearing: float, distance: float) -> tuple[float, float]:
    """The point `distance` km from another along a bearing in degrees (north 0, east 90)."""
    angle = math.radians(bearing)
    y = lat + distance * math.cos(angle) / 111.2
    x = lon + distance * math.sin(angle) / (111.2 * max(0.1, math.cos(math.radians(lat))))
    return round(y, 4), round(x, 4)
