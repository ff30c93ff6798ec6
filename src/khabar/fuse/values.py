"""When two values of a property are the same, when they contradict each other, and how they are written in reasons."""

from __future__ import annotations

from khabar.lexicon.fold import fold
from khabar.lexicon.gazetteer import distance_km
from khabar.lexicon.ontology import family_of, load_kinds
from khabar.lexicon.same_name import is_same_name
from khabar.model.document import Interval
from khabar.model.record import ActorValue, CountValue, LinkValue, PlaceValue, Value

BLURRED = 15.0  # km; towns and their surroundings are told by one name
APART = 30.0  # km beyond the radii from which two places are two


def is_same_value(prop: str, a: Value, b: Value) -> bool:
    """Whether two values of `prop` say the same. Symmetric."""
    if isinstance(a, ActorValue) and isinstance(b, ActorValue):
        return is_same_actor(a, b)
    if isinstance(a, PlaceValue) and isinstance(b, PlaceValue):
        return _is_same_place(a, b)
    if isinstance(a, Interval) and isinstance(b, Interval):
        return (a.start, a.end) == (b.start, b.end)
    if isinstance(a, str) and isinstance(b, str) and prop in ("source", "means"):
        return fold(a) == fold(b) or is_same_name(a, b)
    return a == b


def is_same_actor(a: ActorValue, b: ActorValue) -> bool:
    """Whether two values name one actor: by the known actor, else by a name."""
    if a.entry is not None and b.entry is not None:
        return a.entry == b.entry
    return any(is_same_name(x, y) for x in a.names for y in b.names)


def _is_same_place(a: PlaceValue, b: PlaceValue) -> bool:
    if a.id is not None and b.id is not None:
        return a.id == b.id
    return any(is_same_name(x, y) for x in a.names for y in b.names)


def is_contradiction(prop: str, a: Value, b: Value) -> bool:
    """Whether two values cannot both be true of one event. Roles are not judged here: an event has many actors."""
    if isinstance(a, CountValue) and isinstance(b, CountValue):
        return _below(a, b) or _below(b, a)
    if isinstance(a, Interval) and isinstance(b, Interval):
        return a.basis == b.basis == "told" and (a.end < b.start or b.end < a.start)
    if isinstance(a, PlaceValue) and isinstance(b, PlaceValue):
        return _outside(a, b) > APART
    if prop == "kind" and isinstance(a, str) and isinstance(b, str):
        kinds = load_kinds()
        return a in kinds and b in kinds and family_of(a) != family_of(b) and kinds[a].verbal == kinds[b].verbal
    return False


def _below(a: CountValue, b: CountValue) -> bool:
    return a.maximum is not None and a.maximum < b.minimum


def _outside(a: PlaceValue, b: PlaceValue) -> float:
    """Km by which two places' distance exceeds the larger radius; 0 where one has no coordinates."""
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
        return 0.0
    if a.country == b.country and "country" in (a.kind, b.kind):
        return 0.0
    return distance_km(a.lat, a.lon, b.lat, b.lon) - max(a.radius_km or 0.0, b.radius_km or 0.0, BLURRED)


def joint_range(counts: list[CountValue]) -> CountValue:
    """The least and the most that is told; open where the largest is a lower bound only."""
    top = max(counts, key=lambda c: (c.minimum, c.maximum is None))
    most = None if top.maximum is None else max(c.maximum if c.maximum is not None else c.minimum for c in counts)
    return CountValue(min(c.minimum for c in counts), most)


def write_value(value: Value) -> str:
    """A value in a few words."""
    if isinstance(value, ActorValue):
        return value.label
    if isinstance(value, PlaceValue):
        return value.name or next(iter(value.names), "?")
    if isinstance(value, Interval):
        start, end = value.start.isoformat(), value.end.isoformat()
        return start if start == end else f"{start} to {end}"
    if isinstance(value, CountValue):
        if value.maximum is None:
            return f"at least {value.minimum}"
        return str(value.minimum) if value.minimum == value.maximum else f"{value.minimum} to {value.maximum}"
    if isinstance(value, LinkValue):
        return f"{value.relation} {value.event}"
    return value
