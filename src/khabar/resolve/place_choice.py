"""The place a name means, with its probability, or the reason for abstaining; and the value made of it."""

from __future__ import annotations

import math
from typing import NamedTuple

from khabar.lexicon.gazetteer import Gazetteer, Place
from khabar.lexicon.gazetteer_regions import english_name
from khabar.model.document import PlaceMention
from khabar.model.record import PlaceValue
from khabar.resolve.place_score import Candidate, Query, find_candidates
from khabar.resolve.relation import Located, locate

# "None of these" competes with the candidates as one of this score; a choice below MIN_SCORE is refused.
# Both were set on names_dev.tsv and incident_places_dev.tsv: see benchmarks/bench_places.py.
NONE_SCORE = 0.0
MIN_SCORE = 0.6
_WEIGHED = 40  # candidates whose chances are summed
_SAME_KM = 12.0  # candidates this close to the best one are the same answer


class Choice(NamedTuple):
    """The place chosen with its probability, or None with the reason; candidates best first."""

    place: Place | None
    score: float
    reason: str | None
    candidates: tuple[Candidate, ...]


def choose(query: Query, gazetteer: Gazetteer) -> Choice:
    """The best candidate of a name if it is clear enough of the others and of none."""
    found = find_candidates(query, gazetteer)
    if not found:
        return Choice(None, 0.0, "the gazetteer has no such name", ())
    best = found[0]
    top = max(best.score, NONE_SCORE)
    total = math.exp(NONE_SCORE - top)
    agreeing = 0.0
    reach = max(_SAME_KM, best.place.radius_km)
    for candidate in found[:_WEIGHED]:
        mass = math.exp(candidate.score - top)
        total += mass
        if candidate is best or _is_within(candidate.place, best.place, reach):
            agreeing += mass
    score = round(agreeing / total, 3)
    if score >= MIN_SCORE:
        return Choice(best.place, score, None, tuple(found))
    return Choice(None, score, _reason(query, best, found), tuple(found))


def _is_within(a: Place, b: Place, km: float) -> bool:
    """Whether two places are within `km`; a degree of latitude is 111.2 km, which settles most."""
    return abs(a.lat - b.lat) * 111.0 <= km and a.distance_km(b) <= km


def _reason(query: Query, best: Candidate, found: list[Candidate]) -> str:
    if query.type_word is not None and dict(best.steps).get("kind", 0.0) <= -4.0:
        return f"the gazetteer has only a {best.place.kind} of this name, no {query.type_word}"
    far = [c for c in found[1:] if c.place.distance_km(best.place) > _SAME_KM and best.score - c.score < 1.5]
    if far and best.score > NONE_SCORE:
        return f"{len(far) + 1} places of this name fit alike; tell a division or country"
    return "no candidate fits what the text tells"


def place_value(names: tuple[str, ...], mention: PlaceMention | None, choice: Choice) -> PlaceValue:
    """A chosen place as a value; the mention gives relation, distance and direction."""
    relation = mention.relation if mention is not None else "in"
    if choice.place is None:
        return PlaceValue(names=names, relation=relation, score=choice.score, abstained=choice.reason)
    distance = mention.distance_km if mention is not None else None
    part = mention.rule.partition(":")[2] if mention is not None and mention.rule.startswith("typed:") else None
    return located_value(names, relation, choice.place, locate(choice.place, relation, distance, part), choice.score)


def located_value(names: tuple[str, ...], relation: str, place: Place, at: Located, score: float) -> PlaceValue:
    """A place and its coded point as a value."""
    return PlaceValue(
        names=names,
        relation=relation,
        id=place.id,
        name=place.name,
        kind=place.kind,
        lat=at.lat,
        lon=at.lon,
        radius_km=at.radius_km,
        admin1=english_name(place.country, place.admin1),
        country=place.country or None,
        geo_precision=at.geo_precision,
        where_prec=at.where_prec,
        score=score,
        source=place.source,
        licence=place.licence,
    )
