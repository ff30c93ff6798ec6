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
from khabar.lexicon.ontology import load_kinds
from khabar.model.record import ActorValue, Claim, EventRecord, Status

# Kinds of known actors (data/actors) that are under arms, and those that can be a belligerent.
_ARMED = ("rebel", "military", "militia", "jihadist", "police", "intelligence", "coalition", "mission")
_BELLIGERENT = (*_ARMED, "state", "government", "party")
_TWO_SIDED = ("clash", "territory")
_PLACED = ("rebel", "military", "militia", "jihadist")


def grade(told: Told, sources: int) -> tuple[str, str]:
    """The grading and why; `sources` is how many independent ones there are."""
    combatants = _all_combatants(told.records)
    if combatants:
        return "discounted", f"Those killed are told to be combatants only: {', '.join(combatants)}."
    accepted = _accepted(told.records) if _is_act(told.records) else None
    if accepted is not None:
        actor, words = accepted
        return "confirmed", f"{actor} says itself that it acted (source: “{words}”)."
    actors = told.groups("actor")
    competing = _competing(actors, told.records)
    if competing is not None:
        return "contested", competing
    if sources < 2:
        return "weak", "A single independent source."
    named = next((g for g in actors if g.standing > 0 and _is_belligerent(g.value)), None)
    if named is None:
        return "weak", f"{sources} independent sources, but none names a belligerent."
    return "fair", f"{sources} independent sources; {_label(named)} is named as the actor by {_names(named)}."


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
    """The actor that is itself a source of the claim that it acted, with the source's words; None without one."""
    for record in records:
        harmed = {v.entry for v in record.targets}
        for claim in record.claims:
            value = claim.value
            if claim.property != "actor" or not isinstance(value, ActorValue) or value.entry is None:
                continue
            speaker = _own_words(claim, value)
            if speaker is not None and value.entry not in harmed and _is_belligerent(value):
                return value.label, speaker
    return None


def _own_words(claim: Claim, value: ActorValue) -> str | None:
    """The member of the chain that is the actor itself."""
    if claim.status in (Status.DENIED, Status.DISPUTED, Status.THREATENED, Status.HYPOTHETICAL):
        return None
    return next((name for name in claim.attribution if known_speaker(name) == value.entry), None)


def _is_act(records: tuple[EventRecord, ...]) -> bool:
    """Whether what is told is done by one side to another; words are answered for, and a clash has two sides."""
    return not any(load_kinds()[r.kind].verbal or r.kind in _TWO_SIDED for r in records)


def _competing(groups: tuple[Group, ...], records: tuple[EventRecord, ...]) -> str | None:
    """Why responsibility is contested: one denies what another says, or reports name different belligerents.

    Who is harmed in one record and acts in another was read in two roles, and is no rival.
    """
    if not _is_act(records):
        return None
    harmed = {v.entry for r in records for v in r.targets}
    for group in groups:
        denial = next((c for c in group.claims if c.status in (Status.DENIED, Status.DISPUTED)), None)
        if denial is not None and any(c.status in (Status.ASSERTED, Status.CLAIMED) for c in group.claims):
            by = " > ".join(denial.attribution) or "a report"
            return f"That {_label(group)} acted is said by {_names(group)} and {denial.status.value} by {by}."
    named = [g for g in groups if g.standing > 0 and _entry(g) not in (None, *harmed) and _is_belligerent(g.value)]
    for n, a in enumerate(named):
        for b in named[n + 1 :]:
            if _rivals(a, b):
                return f"Competing claims of responsibility: {_label(a)} by {_names(a)}; {_label(b)} by {_names(b)}."
    return None


def _entry(group: Group) -> str | None:
    return group.value.entry if isinstance(group.value, ActorValue) else None


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


def _names(group: Group) -> str:
    return ", ".join(group.labels)


def _label(group: Group) -> str:
    return group.value.label if isinstance(group.value, ActorValue) else ""
