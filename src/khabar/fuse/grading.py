"""A proposed grading in Airwars' terms, with its reason. A person's own grading goes beside it, never under it.

Confirmed: a specific belligerent has accepted responsibility. Fair: two or more credible sources, with likely or
confirmed near actions by a belligerent. Weak: single source claim. Contested: competing claims of responsibility.
Discounted: those killed were combatants, or other parties most likely responsible.
"""

from __future__ import annotations

from khabar.fuse.sources import known_speaker
from khabar.fuse.values import is_same_actor
from khabar.fuse.views import Group, Told
from khabar.lexicon.actors import load_actors
from khabar.lexicon.same_name import is_same_name
from khabar.model.record import ActorValue, Claim, EventRecord, Status

# Kinds of known actors (data/actors) that are under arms, and those that can be a belligerent.
_ARMED = ("rebel", "military", "militia", "jihadist", "police", "intelligence", "coalition", "mission")
_BELLIGERENT = (*_ARMED, "state", "government", "party")
_PLACED = ("rebel", "military", "militia", "jihadist")


def grade(told: Told, sources: int) -> tuple[str, str]:
    """The grading and why; `sources` is how many independent ones there are."""
    combatants = _all_combatants(told.records)
    if combatants:
        return "discounted", f"Those killed are told to be combatants only: {', '.join(combatants)}."
    accepted = _accepted(told.records)
    if accepted is not None:
        actor, words = accepted
        return "confirmed", f"{actor} says so of itself: “{words}”."
    actors = told.groups("actor")
    competing = _competing(actors)
    if competing is not None:
        return "contested", competing
    if sources < 2:
        return "weak", "A single independent source."
    named = next((g for g in actors if g.standing > 0 and _is_belligerent(g.value)), None)
    if named is None or not isinstance(named.value, ActorValue):
        return "weak", f"{sources} independent sources, but none names a belligerent."
    return "fair", f"{sources} independent sources, and {named.value.label} named as the actor by {', '.join(named.labels)}."


def _is_belligerent(value: object) -> bool:
    if not isinstance(value, ActorValue):
        return False
    if value.entry is None:
        return value.cls in ("group", "adjective", "named")
    return load_actors().kind(value.entry) in _BELLIGERENT


def _all_combatants(records: tuple[EventRecord, ...]) -> list[str]:
    """Labels of those harmed when people died and every record that tells of whom tells of combatants only."""
    deadly = any(r.killed is not None and r.killed.minimum > 0 for r in records)
    told = [r for r in records if any(v.cls != "site" for v in r.targets)]
    if not deadly or not told:
        return []
    victims = [v for r in told for v in r.targets if v.cls != "site"]
    if not all(v.entry is not None and load_actors().kind(v.entry) in _PLACED for v in victims):
        return []
    return sorted({v.label for v in victims})


def _accepted(records: tuple[EventRecord, ...]) -> tuple[str, str] | None:
    """The actor that is itself a source of the claim that it acted, with the words; None where there is none."""
    for record in records:
        for claim in record.claims:
            value = claim.value
            if claim.property == "actor" and isinstance(value, ActorValue) and _is_belligerent(value) and _speaks(claim, value):
                return value.label, claim.original
    return None


def _speaks(claim: Claim, value: ActorValue) -> bool:
    if claim.status in (Status.DENIED, Status.DISPUTED, Status.THREATENED, Status.HYPOTHETICAL):
        return False
    return any(
        (value.entry is not None and known_speaker(name) == value.entry) or any(is_same_name(name, own) for own in value.names)
        for name in claim.attribution
    )


def _competing(groups: tuple[Group, ...]) -> str | None:
    """Why responsibility is contested: one denies what another says, or different reports name different belligerents."""
    for group in groups:
        value = group.value
        denial = next((c for c in group.claims if c.status in (Status.DENIED, Status.DISPUTED)), None)
        if denial is not None and isinstance(value, ActorValue) and any(c.status == Status.ASSERTED or c.status == Status.CLAIMED for c in group.claims):
            return f"That {value.label} acted is said by {', '.join(group.labels)} and {denial.status.value} by {' > '.join(denial.attribution) or 'a report'}."
    named = [g for g in groups if g.standing > 0 and isinstance(g.value, ActorValue) and g.value.entry is not None and _is_belligerent(g.value)]
    for n, a in enumerate(named):
        for b in named[n + 1 :]:
            if _rivals(a, b):
                return f"Competing claims of responsibility: {_label(a)} by {', '.join(a.labels)}; {_label(b)} by {', '.join(b.labels)}."
    return None


def _rivals(a: Group, b: Group) -> bool:
    """Whether no record names both, and neither is a part of the other (an army and its state)."""
    if {c.record for c in a.claims} & {c.record for c in b.claims}:
        return False
    x, y = a.value, b.value
    if not isinstance(x, ActorValue) or not isinstance(y, ActorValue) or is_same_actor(x, y):
        return False
    return not _lineage(x.entry) & _lineage(y.entry) and (x.country is None or x.country != y.country)


def _lineage(entry: str | None) -> set[str]:
    found: set[str] = set()
    while entry is not None and entry not in found:
        found.add(entry)
        entry = load_actors().parent(entry)
    return found


def _label(group: Group) -> str:
    return group.value.label if isinstance(group.value, ActorValue) else ""
