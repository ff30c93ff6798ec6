"""Country and division of a point by the embedded places around it, for dumps that tell codes or nothing."""

from __future__ import annotations

from collections import Counter, defaultdict

from khabar.lexicon.gazetteer import Place, distance_km
from khabar.lexicon.gazetteer_keys import compact, words
from khabar.lexicon.gazetteer_rows import strip_type

_STEP = 4  # cells a degree: about 28 km
_FAR_KM = 40.0
_FINE = 20  # answers are remembered for cells of a twentieth of a degree: about 5 km
_VOTES = 25  # rows of one code that are looked at before its division is settled


class Cells:
    """A grid of the embedded places. Codes of divisions (GeoNames "01") are settled once by vote."""

    def __init__(self, places: list[Place]) -> None:
        self._grid: dict[tuple[int, int], list[Place]] = defaultdict(list)
        self._names: dict[tuple[str, str], str] = {}
        for place in places:
            if place.kind == "adm1":
                for name in place.names:
                    self._names.setdefault((place.country, _key(name)), place.admin1 or place.name)
            elif place.kind not in ("country", "region", "sea", "river"):
                self._grid[self._cell(place.lat, place.lon)].append(place)
        self._countries: dict[tuple[int, int], str] = {}
        self._divisions: dict[tuple[str, int, int], str] = {}
        self._codes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)

    @staticmethod
    def _cell(lat: float, lon: float) -> tuple[int, int]:
        return int(lat * _STEP // 1), int(lon * _STEP // 1)

    def _near(self, lat: float, lon: float, country: str = "") -> list[Place]:
        y, x = self._cell(lat, lon)
        near: list[tuple[float, str, Place]] = []
        for dy in (-1, 0, 1):
            for dx in (-1, 0, 1):
                for place in self._grid.get((y + dy, x + dx), ()):
                    if not country or place.country == country:
                        near.append((abs(place.lat - lat) + abs(place.lon - lon), place.id, place))
        near.sort(key=lambda item: item[:2])
        return [place for _, _, place in near[:7] if distance_km(lat, lon, place.lat, place.lon) <= _FAR_KM]

    def country(self, lat: float, lon: float) -> str:
        """ISO code by the vote of the nearest places; "" where there are none."""
        mark = (round(lat * _FINE), round(lon * _FINE))
        known = self._countries.get(mark)
        if known is None:
            votes = Counter(p.country for p in self._near(lat, lon))
            known = self._countries[mark] = votes.most_common(1)[0][0] if votes else ""
        return known

    def division(self, country: str, told: str, lat: float, lon: float) -> str:
        """Arabic name of the first-level division: as told where it is one, else by vote; "" when unclear."""
        if not told:
            mark = (country, round(lat * _FINE), round(lon * _FINE))
            found = self._divisions.get(mark)
            if found is None:
                found = self._divisions[mark] = _winner(self._votes(country, lat, lon))
            return found
        known = self._names.get((country, _key(told)))
        if known is not None:
            return known
        if any("\u0621" <= c <= "\u064a" for c in told):
            return told
        votes = self._codes[country, told]
        if sum(votes.values()) < _VOTES:
            votes.update(self._votes(country, lat, lon))
        return _winner(votes)

    def _votes(self, country: str, lat: float, lon: float) -> Counter[str]:
        return Counter(p.admin1 for p in self._near(lat, lon, country)[:5] if p.admin1)


def _winner(votes: Counter[str]) -> str:
    best = votes.most_common(1)
    return best[0][0] if best and best[0][1] * 2 > sum(votes.values()) else ""


def _key(name: str) -> str:
    return compact(" ".join(strip_type(words(name))))
