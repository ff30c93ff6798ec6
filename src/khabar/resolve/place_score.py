"""Candidates of a place name and their scores: name, kind, population, country, division, neighbours.

A score is a sum of log-odds, each with its name, so that a choice can be explained. The weights were
set on names_dev.tsv and incident_places_dev.tsv (benchmarks/bench_places.py prints the figures).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from khabar.lexicon.gazetteer import Gazetteer, Place, distance_km
from khabar.lexicon.gazetteer_keys import compact, compact_words, words
from khabar.lexicon.gazetteer_regions import Region, capitals, divisions, edits
from khabar.lexicon.gazetteer_rows import strip_type

FEATURES = frozenset(
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
        "checkpoint",
        "port",
        "island",
        "compound",
        "site",
        "square",
        "front",
        "axis",
        "bridge",
        "barracks",
        "mountain",
        "valley",
    )
)
# Types whose bare name alone must not pick a settlement far away (حقل العمر is no village called العمر).
_STRICT = frozenset(
    ("base", "airport", "field", "plant", "crossing", "checkpoint", "port", "dam", "bridge", "barracks", "camp")
)
_new = tuple.__new__  # Candidate(…) would call a Python function for each
_NEAR_DEGREES = 2.5  # of latitude: what lies farther speaks for no place (271 km)
_MAX_NAMES = 5000  # names whose candidates are remembered; about 20 MB at most
_CORE = frozenset(["SY", "IQ", "YE", "PS", "LB", "IL", "LY", "SD"])

Step = tuple[str, float]  # what moved a score, and by how much


class Query(NamedTuple):
    """What is known of a name when it is looked up. `kinds` come from its type word, best first."""

    name: str  # folded words, type word off
    type_word: str | None = None
    type_text: str = ""  # the type word as written, folded
    kinds: tuple[str, ...] = ()
    regions: tuple[Region, ...] = ()  # told: each must hold when `strict`
    countries: tuple[tuple[str, float], ...] = ()  # country -> share of the document's votes
    near: tuple[tuple[float, float, float], ...] = ()  # lat, lon, weight of places told nearby
    strict: bool = False


class Candidate(NamedTuple):
    """A place with its score and the steps that made it."""

    place: Place
    score: float
    steps: tuple[Step, ...] = ()


class _Row(NamedTuple):
    """A candidate as far as the name, its type and the told region decide it."""

    place: Place
    before: tuple[Step, ...]  # name, kind, population, capital
    total: float  # of their weights
    division: Step | None
    seat: Step | None


def find_candidates(query: Query, gazetteer: Gazetteer) -> list[Candidate]:
    """Scored candidates, best first; ties by id."""
    mark = (query.name, query.type_word, query.type_text, query.kinds, query.regions, query.strict)
    rows = gazetteer.memo.get(mark)
    if rows is None:
        if len(gazetteer.memo) >= _MAX_NAMES:
            gazetteer.memo.clear()
        rows = gazetteer.memo[mark] = _rows(query._replace(countries=(), near=()), gazetteer)
    countries: dict[str, Step | None] = {}
    scored = []
    for row in rows:
        country = row.place.country
        if country not in countries:
            countries[country] = _step("country", _country(query, country))
        scored.append(_score(query, row, countries[country]))
    if len(scored) > 1:
        scored.sort(key=_by_score)
    return scored


def _by_score(candidate: Candidate) -> tuple[float, str]:
    return -candidate.score, candidate.place.id


def _rows(query: Query, gazetteer: Gazetteer) -> tuple[_Row, ...]:
    found: dict[str, tuple[Place, Step]] = {}
    for place, step in _look(query, gazetteer):
        old = found.get(place.id)
        if old is None or old[1][1] < step[1]:
            found[place.id] = (place, step)
    seats = _seats([place for place, _ in found.values()], query)
    rows = []
    for place, name in found.values():
        steps = [_step(*name), _step("kind", _kind(query, place)), _step("population", _population(place))]
        if place.kind == "locality" and place.country in capitals() and _is_capital(place):
            steps.append(_step("capital", 2.5))
        divided = any(r.admin1 for r in query.regions)
        division = _step("division", _division(query, place)) if divided else None
        before = tuple(step for step in steps if step is not None)
        rows.append(_Row(place, before, sum(weight for _, weight in before), division, seats.get(place.id)))
    return tuple(rows)


def _step(name: str, weight: float) -> Step | None:
    return (name, round(weight, 3)) if weight else None


def _score(query: Query, row: _Row, country: Step | None) -> Candidate:
    place, before, score, division, seat = row
    steps = [*before]
    if country is not None:
        steps.append(country)
        score += country[1]
    if division is not None:
        steps.append(division)
        score += division[1]
    if query.near:
        near = _step("neighbours", _neighbours(query.near, place))
        if near is not None:
            steps.append(near)
            score += near[1]
    if place.priority > 0:
        steps.append(("layer", 0.2))
        score += 0.2
    score = round(score, 4)
    if seat is not None:
        steps.append(seat)
        score = round(score + seat[1], 4)
    return _new(Candidate, (place, score, tuple(steps)))


def _seats(places: list[Place], query: Query) -> dict[str, Step]:
    """A town that shares name and division with a district is its seat: likelier than its namesakes."""
    if query.kinds[:1] in (("adm1",), ("adm2",), ("country",)):
        return {}
    districts = [p for p in places if p.kind == "adm2"]
    towns = any(p.kind == "locality" and (p.news or (p.population or 0) >= 10_000) for p in places)
    found: dict[str, Step] = {}
    for place in places:
        if place.kind == "locality" and any(d.admin1 == place.admin1 and d.distance_km(place) < 60 for d in districts):
            found[place.id] = ("seat of a district", 1.3)
        elif place.kind == "adm1" and (not towns or _seat_elsewhere(place)):
            found[place.id] = ("division without a town of its name", 2.6)
    return found


def _seat_elsewhere(division: Place) -> bool:
    """Whether a division's seat has another name (صلاح الدين, seat تكريت), so that the bare name is the division."""
    known = divisions().get((division.country, compact(division.name)))
    return known is not None and compact(known.seat) != compact(division.name)


def _look(query: Query, gazetteer: Gazetteer) -> Iterable[tuple[Place, Step]]:
    parts = words(query.name)
    key = compact_words(parts)
    if not key:
        return
    if query.type_text:
        for place in gazetteer.find(compact_words((*words(query.type_text), *parts))):
            yield place, ("full name", 1.5)
    any_found = False
    for place in gazetteer.find(key):
        if _inside(place, query):
            any_found = True
            yield place, _name_step(parts, key, place)
    short = strip_type(parts)
    if short != parts and not any_found:
        for place in gazetteer.find(compact_words(short)):
            if _inside(place, query):
                any_found = any_found or place.kind in FEATURES
                yield place, ("name without type word", -1.5)
    if query.regions:
        yield from _variants(query, parts, key, gazetteer, any_found)


def _name_step(parts: tuple[str, ...], key: str, place: Place) -> Step:
    rows = [words(n) for n in place.names]
    if parts in rows:
        return "same words", 0.4 if rows[0] == parts else -0.1
    if any(compact_words(r) == key for r in rows):
        return "article or spacing differs", -0.3
    return "type word left out", -0.8 if place.kind in ("adm1", "adm2", "neighbourhood") else -1.8


def _variants(
    query: Query, parts: tuple[str, ...], key: str, gazetteer: Gazetteer, known: bool
) -> Iterable[tuple[Place, Step]]:
    """Other spellings inside the told division: same consonants, else one or two letters off, else a part of a name."""
    divisions = [r for r in query.regions if r.admin1 is not None]
    regions = divisions or ([] if known else list(query.regions))
    found = known and not divisions
    for place in gazetteer.find_skeleton(key) if regions else ():
        if any(_holds(r, place) for r in regions):
            best = min((edits(key, compact_words(words(n)), 3) for n in place.names), default=4)
            found = found or best <= 1
            if best and best <= (3 if len(key) > 4 else 1):
                yield place, ("vowel letters differ", -0.8 - 0.5 * best)
    if found or len(key) < 4 or (known and any(_holds(r, p) for p in gazetteer.find(key) for r in divisions)):
        return
    limit = 1 if len(key) < 7 else 2
    for region in divisions:
        yield from _respelt(key, limit, len(parts) == 1, _division_names(gazetteer, region))


def _respelt(
    key: str, limit: int, single: bool, names: tuple[tuple[str, Place], ...]
) -> Iterable[tuple[Place, Step]]:
    size, letters = len(key), set(key)
    for name, place in names:
        longer = len(name) - size
        if -limit <= longer <= limit:
            if len(letters.symmetric_difference(name)) <= 2 * limit:
                off = edits(name, key, limit)
                if 0 < off <= limit:
                    yield place, ("letters differ", -1.0 - 1.2 * off)
        elif longer > 1 and single and size >= 5 and (name.startswith(key) or name.endswith(key)):
            yield place, ("part of a longer name", -2.5)


_divisions: dict[tuple[int, str, str], tuple[tuple[str, Place], ...]] = {}


def _division_names(gazetteer: Gazetteer, region: Region) -> tuple[tuple[str, Place], ...]:
    """(compact name, place) of a division, remembered for the last few divisions asked for."""
    mark = (id(gazetteer), region.country, region.admin1 or "")
    known = _divisions.get(mark)
    if known is None:
        if len(_divisions) >= 24:
            _divisions.clear()
        places = gazetteer.in_division(region.country, region.admin1 or "")
        known = tuple((compact_words(words(n)), p) for p in places for n in p.names)
        _divisions[mark] = known
    return known


def _inside(place: Place, query: Query) -> bool:
    return not query.strict or not query.regions or any(_near_region(r, place) for r in query.regions)


def _near_region(region: Region, place: Place) -> bool:
    """Strict look-ups stay in the told country; the division is scored, since its borders are not known."""
    return place.country == region.country


def _holds(region: Region, place: Place) -> bool:
    if place.country != region.country:
        return False
    return region.admin1 is None or (place.admin1 is not None and same_division(place.admin1, region.admin1))


def same_division(a: str, b: str) -> bool:
    """Whether two Arabic division names are one; a capital district counts as its countryside's part."""
    x, y = compact_words(words(a)), compact_words(words(b))
    return x == y or x == "ريف" + y or y == "ريف" + x


def _kind(query: Query, place: Place) -> float:
    kind = place.kind
    if query.kinds:
        if kind in query.kinds:
            return 2.0 - 0.4 * query.kinds.index(kind)
        if query.type_word in _STRICT:
            return -4.0
        if kind == "region" and query.type_word in ("district", "area", "governorate", "front", "countryside"):
            return 1.5
        if query.kinds[0] in ("adm1", "country"):
            return -3.0
        return -2.5 if kind in ("country", "adm1") or kind in FEATURES else -1.0
    priors = {
        "country": 7.0,
        "region": 2.5,
        "sea": 2.5,
        "locality": 0.6,
        "adm1": -0.6,
        "adm2": 0.0,
        "neighbourhood": -1.2,
    }
    if kind in priors:
        return priors[kind]
    return 0.5 if place.news else -1.0


def _population(place: Place) -> float:
    if place.kind == "adm2":
        return 0.15 * math.log10(max(place.population or 0, 150) / 150)
    if place.kind == "locality":
        people = 0.55 * math.log10(max(place.population or 0, 150) / 150)
        return max(people, 0.8) + 1.2 if place.news else people
    return 1.2 if place.news else 0.0


def _is_capital(place: Place) -> bool:
    if not place.news and (place.population or 0) < 30_000:
        return False
    name = compact(capitals()[place.country])
    return any(compact(n) == name for n in place.names)


def _country(query: Query, country: str) -> float:
    if query.regions:
        return 1.5 if any(r.country == country for r in query.regions) else -4.0
    core = 0.4 if country in _CORE else 0.0
    if not query.countries:
        return core
    share = dict(query.countries).get(country, 0.0)
    if not share:
        return core - 2.2
    return core + 3.0 * share - 1.2 * (1 - share)


def _division(query: Query, place: Place) -> float:
    told = [r for r in query.regions if r.admin1]
    if place.kind in ("country", "region", "sea"):
        return 0.0
    if place.admin1 is None:
        return 0.0
    for region in told:
        if place.country == region.country and compact_words(words(place.admin1)) == compact_words(
            words(region.admin1 or "")
        ):
            return 3.0
    if any(_holds(r, place) for r in told):
        return 2.0
    return -1.5


def _neighbours(near: tuple[tuple[float, float, float], ...], place: Place) -> float:
    if place.kind in ("country", "sea"):
        return 0.0
    best = 0.0
    here, along = place.lat, place.lon
    for lat, lon, weight in near:
        if -_NEAR_DEGREES <= lat - here <= _NEAR_DEGREES:
            closeness = weight * (2.8 - 0.95 * math.log1p(distance_km(lat, lon, here, along) / 15))
            if closeness > best:
                best = closeness
    if best <= 0:
        return -3.0 if place.kind == "neighbourhood" else -1.0
    return best
