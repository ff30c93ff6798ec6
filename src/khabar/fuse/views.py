"""What is said of each property of an incident: claims grouped by value, the value shown and why, and disputes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from khabar.fuse.sources import Source
from khabar.fuse.values import is_contradiction, is_same_value, joint_range, write_value
from khabar.model.document import Interval
from khabar.model.incident import PropertyView
from khabar.model.record import PROPERTIES, Claim, CountValue, EventRecord, PlaceValue, Status, Value

_DOUBTED = (Status.DENIED, Status.DISPUTED)
_DISPUTABLE = ("kind", "actor", "target", "killed", "injured")  # a doubt about the event is shown at these, not at each
# What a value weighs by its status, where it is one against another; asserted outweighs any number of hypotheses.
_STANDING = {
    Status.ASSERTED: 2,
    Status.CLAIMED: 1,
    Status.DISPUTED: 1,
    Status.DENIED: 0,
    Status.THREATENED: 0,
    Status.HYPOTHETICAL: 0,
}


@dataclass(frozen=True, slots=True)
class Group:
    """Claims of one value, best first, with the independent sources (numbers) and their names."""

    claims: tuple[Claim, ...]
    sources: tuple[int, ...]
    labels: tuple[str, ...]
    published: date | None  # of the latest report
    first: date | None  # of the earliest

    @property
    def value(self) -> Value:
        """The value as its best claim has it."""
        return self.claims[0].value

    @property
    def standing(self) -> int:
        """The best standing of its claims."""
        return max(_STANDING[c.status] for c in self.claims)


class Told:
    """The records of an incident with their sources."""

    def __init__(
        self, records: Sequence[EventRecord], sources: Mapping[str, Source], numbers: Mapping[str, int]
    ) -> None:
        self.records = tuple(records)
        self._source = {r.id: sources[r.report] for r in records}
        self._number = {r.id: numbers[r.report] for r in records}

    def groups(self, prop: str) -> tuple[Group, ...]:
        """The claims of a property by value: most independent sources first, then standing, score, latest report."""
        claims = [c for r in self.records for c in r.claims if c.property == prop]
        claims.sort(key=lambda c: (-_STANDING[c.status], -c.score, c.record, c.original))
        piles: list[list[Claim]] = []
        for claim in claims:
            pile = next((p for p in piles if is_same_value(prop, p[0].value, claim.value)), None)
            if pile is None:
                piles.append([claim])
            else:
                pile.append(claim)
        found = [self._group(prop, pile) for pile in piles]
        return tuple(
            sorted(
                found,
                key=lambda g: (
                    -len(g.sources),
                    -g.standing,
                    -g.claims[0].score,
                    -(g.published or date.min).toordinal(),
                    write_value(g.value),
                ),
            )
        )

    def _group(self, prop: str, pile: list[Claim]) -> Group:
        if prop == "place":
            pile = sorted(pile, key=lambda c: _vagueness(c.value))
        days = [day for c in pile if (day := self._source[c.record].published) is not None]
        labels = tuple(sorted({self._source[c.record].label for c in pile}))
        return Group(
            tuple(pile),
            tuple(sorted({self._number[c.record] for c in pile})),
            labels,
            max(days, default=None),
            min(days, default=None),
        )


def view_properties(told: Told) -> tuple[PropertyView, ...]:
    """The views of the properties that are told, in the order of PROPERTIES. Links stay with the records."""
    views: list[PropertyView] = []
    for prop in PROPERTIES:
        groups = told.groups(prop) if prop != "link" else ()
        if groups:
            views.append(_view(prop, groups))
    return tuple(views)


def _view(prop: str, groups: tuple[Group, ...]) -> PropertyView:
    shown, why = _choose(prop, groups)
    reasons = _disputes(prop, groups)
    text = f"{why}. Disputed: {'; '.join(reasons)}." if reasons else f"{why}."
    return PropertyView(prop, tuple(g.claims for g in groups), shown, text, bool(reasons))


def _choose(prop: str, groups: tuple[Group, ...]) -> tuple[Value, str]:
    """The value shown, and why."""
    if len(groups) == 1:
        return groups[0].value, f"All say so: {_who(groups[0])}"
    if prop in ("killed", "injured"):
        return _choose_count(groups)
    if prop == "date":
        return _choose_date(groups)
    if prop == "place":
        return _choose_place(groups)
    best, others = groups[0], groups[1:]
    rest = "; ".join(f"{write_value(g.value)}: {_who(g)}" for g in others[:4])
    more = f" and {len(others) - 4} more" if len(others) > 4 else ""
    return best.value, f"{write_value(best.value)} has most independent sources ({_who(best)}); also {rest}{more}"


def _choose_count(groups: tuple[Group, ...]) -> tuple[Value, str]:
    """The range over everything that is not denied; which number each source gives, and the latest."""
    counted = [g for g in groups if isinstance(g.value, CountValue) and g.standing > 0] or list(groups)
    values = [g.value for g in counted if isinstance(g.value, CountValue)]
    each = "; ".join(f"{write_value(g.value)}: {_who(g)}" for g in counted[:6])
    latest = max(counted, key=lambda g: ((g.published or date.min), len(g.sources)))
    last = f"; the latest report says {write_value(latest.value)}" if latest.published is not None else ""
    return joint_range(values), f"The range of what is told ({each}){last}"


def _choose_date(groups: tuple[Group, ...]) -> tuple[Value, str]:
    """Told before default, then most sources, then the narrowest."""

    def rank(group: Group) -> tuple[bool, int, int, str]:
        value = group.value
        if not isinstance(value, Interval):
            return True, 0, 0, ""
        told = any(isinstance(c.value, Interval) and c.value.basis == "told" for c in group.claims)
        return not told, -len(group.sources), (value.end - value.start).days, value.start.isoformat()

    best = min(groups, key=rank)
    basis = "told in the text" if not rank(best)[0] else "by default, from the publication"
    rest = "; ".join(f"{write_value(g.value)}: {_who(g)}" for g in groups if g is not best)
    return best.value, f"{write_value(best.value)} is {basis} ({_who(best)}); also {rest}"


def _choose_place(groups: tuple[Group, ...]) -> tuple[Value, str]:
    """The finest place that most of the sources' places lie around."""

    def rank(group: Group) -> tuple[int, int, float, str]:
        support = {n for g in groups if not is_contradiction("place", g.value, group.value) for n in g.sources}
        located = isinstance(group.value, PlaceValue) and group.value.lat is not None
        return (not located) * 1, -len(support), _vagueness(group.value), write_value(group.value)

    best = min(groups, key=rank)
    rest = "; ".join(f"{write_value(g.value)}: {_who(g)}" for g in groups if g is not best)
    why = f"{write_value(best.value)} is the finest that agrees with most sources ({_who(best)})"
    return best.value, f"{why}; also {rest}"


def _vagueness(value: Value) -> float:
    """Radius in km; a place that was not resolved comes last."""
    if not isinstance(value, PlaceValue) or value.lat is None:
        return 1e6
    return value.radius_km or 0.0


def _disputes(prop: str, groups: tuple[Group, ...]) -> list[str]:
    """Where sources contradict each other, or one doubts or denies what another tells."""
    found: list[str] = []
    firm = [g for g in groups if g.standing > 0]
    if prop in ("killed", "injured"):
        firm.sort(key=lambda g: (_least(g), write_value(g.value)))
        firm = firm[:1] + firm[-1:] if len(firm) > 1 else firm
    for n, a in enumerate(firm):
        for b in firm[n + 1 :]:
            if is_contradiction(prop, a.value, b.value) and _not_one_report(a, b) and not _rises(a, b):
                found.append(f"{write_value(a.value)} ({_who(a)}) against {write_value(b.value)} ({_who(b)})")
    for group in groups if prop in _DISPUTABLE else ():
        doubt = next((c for c in group.claims if c.status in _DOUBTED), None)
        if doubt is not None:
            by = " > ".join(doubt.attribution) or "the report"
            found.append(f"{write_value(doubt.value)} is {doubt.status.value} by {by}")
    return found


def _least(group: Group) -> int:
    return group.value.minimum if isinstance(group.value, CountValue) else 0


def _rises(a: Group, b: Group) -> bool:
    """Whether the higher of two tolls is told later than the lower: it grew, nobody contradicts."""
    low, high = (a, b) if _least(a) <= _least(b) else (b, a)
    return (
        _least(low) < _least(high)
        and low.published is not None
        and high.first is not None
        and (low.published < high.first)
    )


def _not_one_report(a: Group, b: Group) -> bool:
    """Whether somebody else tells the one than the other: several values within one record are its own choice."""
    return {c.record for c in a.claims} != {c.record for c in b.claims}


def _who(group: Group) -> str:
    """Names of the reports' outlets, with how many independent sources they are."""
    names = ", ".join(group.labels[:4]) + (f" and {len(group.labels) - 4} more" if len(group.labels) > 4 else "")
    count = len(group.sources)
    return names if count == len(group.labels) else f"{names}, {count} independent"
