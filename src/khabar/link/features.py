"""Named features of two records: numbers from 0 to 1 that say how far they tell the same."""

from __future__ import annotations

from dataclasses import dataclass

from khabar.lexicon.gazetteer import distance_km
from khabar.lexicon.ontology import family_of
from khabar.lexicon.same_name import is_same_name
from khabar.link.lead import lead_points
from khabar.link.sketch import Sketch, Words, containment, is_lead, likeness, passage, telling
from khabar.link.words import find_stems, rarity, weigh
from khabar.model.document import Interval, Precision, TimeBasis
from khabar.model.record import ActorValue, CountValue, EventRecord, PlaceValue

TELLING = 25.0  # a sum of rarities above which more shared words say no more
COPY = 0.8  # containment of the rarer words from which a text is taken for a copy
NAME_RARITY = 1.5  # words of names that a quarter of all reports have tell nothing (مدينة)
UNHEARD = 0.34  # share of a name's rarity below which the other report does not tell it
BLURRED = 15.0  # km; towns and their surroundings are told by one name
_COARSE = frozenset((Precision.WEEK, Precision.MONTH, Precision.SEASON, Precision.YEAR, Precision.DECADE))


@dataclass(frozen=True, slots=True)
class Side:
    """A record with its report's sketch, ready to be compared."""

    record: EventRecord
    sketch: Sketch
    passage: Words
    lead: bool
    points: float  # how far the report is about it (`lead_points`)
    place: Words  # telling stems of its place's names
    who: Words  # of its actors' and targets' names


@dataclass(frozen=True, slots=True)
class Found:
    """A feature's value and what it was seen in."""

    name: str
    value: float
    note: str = ""


def make_side(record: EventRecord, sketch: Sketch) -> Side:
    """A record and its report's sketch as one side of a comparison."""
    places = () if record.place is None else record.place.names
    people = tuple(name for value in (*record.actors, *record.targets) for name in value.names)
    return Side(
        record,
        sketch,
        passage(sketch, record),
        is_lead(sketch, record),
        lead_points(record, sketch),
        _name_words(places),
        _name_words(people),
    )


def _name_words(names: tuple[str, ...]) -> Words:
    stems = frozenset(stem for name in names for stem in find_stems(name) if rarity(stem) >= NAME_RARITY)
    return Words(stems, weigh(stems))


def pair_features(a: Side, b: Side) -> tuple[Found, ...]:
    """Every feature of a pair that is not 0, in a fixed order. Symmetric."""
    found = [
        *_text(a, b),
        *_lead(a, b),
        *_whole(a, b),
        *_kind(a.record, b.record),
        *_place(a.record.place, b.record.place),
        *_day(a, b),
    ]
    found += _toll("killed", a.record.killed, b.record.killed)
    found += _toll("injured", a.record.injured, b.record.injured)
    found += _actors("actor", a.record.actors, b.record.actors)
    found += _actors("target", a.record.targets, b.record.targets)
    found += [*_swapped(a.record, b.record), *_sources(a.record, b.record)]
    found += _retold(a, b)
    return tuple(f for f in found if f.value)


def _text(a: Side, b: Side) -> list[Found]:
    shared = min(telling(a.passage, b.passage), TELLING) / TELLING
    return [
        Found("passage", likeness(a.passage, b.passage), "words of the sentences that tell it"),
        Found("telling", shared, _rarest(a.passage, b.passage)),
    ]


def _rarest(a: Words, b: Words) -> str:
    shared = sorted(a.stems & b.stems, key=lambda stem: (-rarity(stem), stem))
    return " ".join(shared[:5])


def _whole(a: Side, b: Side) -> list[Found]:
    """Signs that one tells a total and the other a part of it: a number of the smaller told beside the larger, one act
    against several, a place within the other's."""
    x, y = a.record.killed, b.record.killed
    found = [Found("acts.one_of_many", float(a.lead and b.lead and a.sketch.many != b.sketch.many))]
    if x is not None and y is not None and contradict(x, y):
        small, large = (a, b) if x.minimum < y.minimum else (b, a)
        low, high = min(x.minimum, y.minimum), max(x.minimum, y.minimum)
        inside = low > 1 and low in large.sketch.values and high not in small.sketch.values
        found.append(Found("killed.inside", float(inside), f"{low} beside {high}"))
        found.append(Found("killed.far_apart", float(high > 2 * low), f"{low} against {high}"))
    p, q = a.record.place, b.record.place
    if p is not None and q is not None:
        radii = sorted((p.radius_km or 0.0, q.radius_km or 0.0))
        wider = radii[0] > 0 and radii[1] >= 4 * radii[0]
        found.append(Found("place.wider", float(wider), f"radius {radii[0]:.0f} and {radii[1]:.0f} km"))
    return found


def _lead(a: Side, b: Side) -> list[Found]:
    """What the reports share counts for their leads; elsewhere it would join all that two reports tell."""
    x, y = a.sketch, b.sketch
    copy = x.group == y.group or containment(x.body, y.body) >= COPY
    if not (a.lead and b.lead):
        return [
            Found("lead.one", float(a.lead != b.lead)),
            Found("lead.none", float(not a.lead and not b.lead)),
            Found("copy.aside", float(copy)),
        ]
    numbers, persons = sorted(x.numbers & y.numbers), sorted(x.persons & y.persons)
    counted = {noun for _, noun in x.numbers} & {noun for _, noun in y.numbers}
    at_odds = counted - {noun for _, noun in numbers}
    found = [
        Found("lead.title", likeness(x.title, y.title)),
        Found("lead.words", likeness(x.lead, y.lead)),
        Found("lead.inside", max(_share(x.title, y.lead), _share(y.title, x.lead)), "title in the other's lead"),
        Found("lead.telling", min(telling(x.lead, y.lead), TELLING) / TELLING, _rarest(x.lead, y.lead)),
        Found("report.words", likeness(x.body, y.body)),
        Found("copy", float(copy)),
        Found("lead.numbers", min(len(numbers), 3) / 3, " ".join(f"{n} {noun}" for n, noun in numbers)),
        Found("lead.numbers.at_odds", min(len(at_odds), 2) / 2, " ".join(sorted(at_odds))),
        Found("persons", min(len(persons), 3) / 3, " ".join(persons)),
    ]
    found += [Found("acts", _overlap(x.acts, y.acts)), Found("title.acts", _overlap(x.title_acts, y.title_acts))]
    if x.title_acts and y.title_acts:
        found.append(Found("title.acts.apart", float(not x.title_acts & y.title_acts)))
    if x.acts and y.acts:
        found.append(Found("acts.apart", float(not x.acts & y.acts)))
    if x.persons and y.persons:
        found.append(Found("persons.none", float(not persons)))
    if x.outlet is not None:
        found.append(Found("outlet.same", float(x.outlet == y.outlet and not copy), x.outlet))
    if x.published is not None and y.published is not None:
        gap = abs((x.published - y.published).days)
        found += [Found("published.next", float(gap == 1)), Found("published.apart", float(gap > 1), f"{gap} days")]
    return found


def _overlap(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / len(a | b) if a | b else 0.0


def _retold(a: Side, b: Side) -> list[Found]:
    """What one record names that the other's report tells too, whatever its reading made of it."""
    found: list[Found] = []
    for role, ours, theirs in (("place", a.place, b.place), ("who", a.who, b.who)):
        shares = [_told_in(words, sketch) for words, sketch in ((ours, b.sketch), (theirs, a.sketch)) if words.weight]
        if shares:
            lead, body = (sum(share[n] for share in shares) / len(shares) for n in (0, 1))
            found += [
                Found(f"{role}.in_lead", lead),
                Found(f"{role}.in_report", body),
                Found(f"{role}.unheard", float(body < UNHEARD)),
            ]
    tolls = [
        (r.killed.minimum, s)
        for r, s in ((a.record, b.sketch), (b.record, a.sketch))
        if r.killed is not None and r.killed.minimum > 1
    ]
    if tolls:
        found.append(Found("killed.in_lead", sum(any(n == k for n, _ in s.numbers) for k, s in tolls) / len(tolls)))
    return found


def _told_in(words: Words, sketch: Sketch) -> tuple[float, float]:
    """Share of some words' rarity that a report's lead has, and that it has anywhere."""
    in_body = words.stems & sketch.body.stems
    return weigh(in_body & sketch.lead.stems) / words.weight, weigh(in_body) / words.weight


def _share(a: Words, b: Words) -> float:
    """How much of `a` is in `b`."""
    return weigh(a.stems & b.stems) / a.weight if a.weight else 0.0


def _kind(a: EventRecord, b: EventRecord) -> list[Found]:
    same = a.kind == b.kind
    family = family_of(a.kind) == family_of(b.kind)
    note = a.kind if same else f"{a.kind} / {b.kind}"
    return [
        Found("kind.same", float(same), note),
        Found("kind.family", float(family and not same), note),
        Found("kind.other", float(not family), note),
    ]


def _place(a: PlaceValue | None, b: PlaceValue | None) -> list[Found]:
    if a is None or b is None:
        return [Found("place.untold", 1.0)]
    gap = place_gap(a, b)
    named = _same_place_name(a, b)
    if gap is None:
        note = f"{a.names[0]} / {b.names[0]}"
        return [Found("place.name", float(named), note), Found("place.unresolved", float(not named), note)]
    exact = (a.id is not None and a.id == b.id) or gap.km <= 1
    note = f"{a.name or a.names[0]} / {b.name or b.names[0]}: {gap.km:.0f} km, radius {gap.reach:.0f} km"
    fine = gap.reach < 60
    return [
        Found("place.same", float(exact and fine), note),
        Found("place.same.coarse", float(exact and not fine), note),
        Found("place.within", float(not exact and gap.outside <= 0), note),
        Found("place.near", float(gap.outside > 0 and gap.outside <= 30), note),
        Found("place.far", float(gap.outside > 30), note),
        Found("place.abroad", float(None not in (a.country, b.country) and a.country != b.country), note),
        Found("place.name", float(named and not exact), note),
    ]


@dataclass(frozen=True, slots=True)
class Gap:
    """Distance of two places' centres, the larger radius, and how far the distance exceeds it; km."""

    km: float
    reach: float
    outside: float


def place_gap(a: PlaceValue, b: PlaceValue) -> Gap | None:
    """How far two places lie apart beyond their stated radii; None where one has no coordinates."""
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
        return None
    km = distance_km(a.lat, a.lon, b.lat, b.lon)
    reach = max(a.radius_km or 0.0, b.radius_km or 0.0)
    if a.country == b.country and "country" in (a.kind, b.kind):
        reach = max(reach, km)  # a country is no circle: what lies in it is within
    return Gap(km, reach, km - max(reach, BLURRED))


def _same_place_name(a: PlaceValue, b: PlaceValue) -> bool:
    return any(is_same_name(x, y) for x in a.names for y in b.names)


def _day(a: Side, b: Side) -> list[Found]:
    x, y = a.record.date, b.record.date
    if x is None or y is None:
        return [Found("day.untold", 1.0)]
    gap = interval_gap(x, y)
    told = x.basis == y.basis == TimeBasis.TOLD
    coarse = x.precision in _COARSE or y.precision in _COARSE
    note = f"{_days(x)} / {_days(y)}"
    if gap == 0:
        return [
            Found("day.same" if not coarse else "day.within", 1.0, note),
            Found("day.same.told", float(told and not coarse), note),
        ]
    size = "next" if gap == 1 else "apart" if gap <= 3 else "long_apart"
    return [Found(f"day.{size}", 1.0, note), Found(f"day.{size}.told", float(told), note)]


def interval_gap(a: Interval, b: Interval) -> int:
    """Days between two intervals; 0 where they overlap."""
    return max(0, (b.start - a.end).days, (a.start - b.end).days)


def _days(interval: Interval) -> str:
    if interval.start == interval.end:
        return interval.start.isoformat()
    return f"{interval.start.isoformat()}..{interval.end.isoformat()}"


def _toll(name: str, a: CountValue | None, b: CountValue | None) -> list[Found]:
    if a is None or b is None:
        return [Found(f"{name}.one", float((a is None) != (b is None)))]
    note = f"{_count(a)} / {_count(b)}"
    if a == b:
        value = 1.0 if a.minimum > 1 else 0.5
        return [Found(f"{name}.equal", value, note), Found(f"{name}.equal.large", float(a.minimum >= 5), note)]
    if not contradict(a, b):
        return [Found(f"{name}.compatible", 1.0, note)]
    low, high = sorted((a.minimum, b.minimum))
    near = high - low <= 2 or (low > 0 and high / low <= 1.5)
    return [Found(f"{name}.rising" if near else f"{name}.at_odds", 1.0, note)]


def contradict(a: CountValue, b: CountValue) -> bool:
    """Whether no number is in both ranges."""
    return (a.maximum is not None and a.maximum < b.minimum) or (b.maximum is not None and b.maximum < a.minimum)


def _count(count: CountValue) -> str:
    if count.maximum is None:
        return f"{count.minimum}+"
    return str(count.minimum) if count.minimum == count.maximum else f"{count.minimum}-{count.maximum}"


def _actors(role: str, a: tuple[ActorValue, ...], b: tuple[ActorValue, ...]) -> list[Found]:
    if not a or not b:
        return []
    shared = sorted({x.label for x in a for y in b if same_actor(x, y)})
    known = [v for v in a if v.entry is not None], [v for v in b if v.entry is not None]
    return [
        Found(f"{role}.shared", float(bool(shared)), ", ".join(shared)),
        Found(f"{role}.others", float(not shared and bool(known[0]) and bool(known[1]))),
    ]


def _swapped(a: EventRecord, b: EventRecord) -> list[Found]:
    """Who strikes in one is struck in the other: an attack and the reply to it."""
    turned = sorted(
        {
            x.label
            for ours, theirs in ((a.actors, b.targets), (b.actors, a.targets))
            for x in ours
            for y in theirs
            if same_actor(x, y)
        }
    )
    straight = any(
        same_actor(x, y)
        for ours, theirs in ((a.actors, b.actors), (a.targets, b.targets))
        for x in ours
        for y in theirs
    )
    return [Found("roles.swapped", float(bool(turned) and not straight), ", ".join(turned))]


def same_actor(a: ActorValue, b: ActorValue) -> bool:
    """Whether two values name one actor: by the known actor, or by a name."""
    if a.entry is not None and b.entry is not None:
        return a.entry == b.entry
    return any(is_same_name(x, y) for x in a.names for y in b.names)


def _sources(a: EventRecord, b: EventRecord) -> list[Found]:
    ours, theirs = {chain[-1] for chain in a.sources if chain}, {chain[-1] for chain in b.sources if chain}
    shared = sorted(x for x in ours if any(is_same_name(x, y) for y in theirs))
    return [Found("source.shared", float(bool(shared)), ", ".join(shared))]
