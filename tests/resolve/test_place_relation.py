"""Coded points, radii and the code books' precisions."""

from __future__ import annotations

import pytest

from khabar.lexicon.gazetteer import Place, distance_km
from khabar.resolve.relation import between, border_point, locate, moved


def place(kind: str = "locality", population: int | None = 5_000, radius: float = 4.0) -> Place:
    return Place("x", "س", ("س",), "S", kind, 35.0, 40.0, "SY", "دير الزور", population, radius, "t", "t")


CODES = [
    ("locality", "in", 1, 1),
    ("airbase", "in", 1, 1),
    ("locality", "near", 2, 2),
    ("locality", "east_of", 2, 2),
    ("adm2", "in", 2, 3),
    ("adm1", "in", 3, 4),
    ("adm1", "north_of", 3, 4),
    ("country", "in", None, 6),
    ("country", "north_of", 3, 5),
    ("region", "in", 3, 5),
    ("locality", "countryside_of", 2, 4),
    ("sea", "in", 3, 7),
    ("locality", "over", 3, 7),
]


@pytest.mark.parametrize(("kind", "relation", "acled", "ucdp"), CODES)
def test_precisions(kind: str, relation: str, acled: int | None, ucdp: int) -> None:
    at = locate(place(kind), relation)
    assert (at.geo_precision, at.where_prec) == (acled, ucdp)


def test_near_is_coded_on_the_place_itself() -> None:
    at = locate(place(), "near")
    assert (at.lat, at.lon, at.radius_km) == (35.0, 40.0, 10)


def test_near_a_city_reaches_further() -> None:
    assert locate(place(population=200_000), "near").radius_km == 20


@pytest.mark.parametrize(("distance", "ucdp"), [(12.0, 2), (120.0, 5)])
def test_distance_decides_precision(distance: float, ucdp: int) -> None:
    at = locate(place(), "north_of", distance)
    assert at.where_prec == ucdp
    assert distance_km(35.0, 40.0, at.lat, at.lon) == pytest.approx(distance, rel=0.01)


def test_between_is_the_middle() -> None:
    at = between(place(), place())
    assert (at.lat, at.lon, at.radius_km) == (35.0, 40.0, 5.0)


def test_border_point_prefers_the_near_end() -> None:
    north = border_point("SY", "IQ", (37.0, 42.0))
    south = border_point("IQ", "SY", (33.0, 39.0))
    assert north is not None and south is not None
    assert north[0] > south[0]


def test_countries_without_a_border() -> None:
    assert border_point("SY", "YE", None) is None


def test_moved_goes_east() -> None:
    lat, lon = moved(35.0, 40.0, 90, 20)
    assert lat == pytest.approx(35.0)
    assert lon > 40.2
