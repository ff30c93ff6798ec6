"""How certain the report is of an event."""

from __future__ import annotations

from typing import NamedTuple

from khabar.code.context import Context, bucket
from khabar.code.entities import entity_keys, side_keys
from khabar.lexicon.weights import LinearModel, best_of
from khabar.model.document import Attribution

STATUSES = ("asserted", "claimed", "threatened", "disputed", "hypothetical", "denied")


class Stated(NamedTuple):
    """An earlier event with its status."""

    sentence: int
    status: str


def status_features(
    ctx: Context, triggers: list[int], kind: str, actor_keys: list[str], target_keys: list[str], told: list[Stated]
) -> list[str]:
    """Features of an event's status; `told`: what was chosen for the events before it."""
    atoms = ["bias", f"kind={kind}", f"n={bucket(len(triggers), (1, 2, 4))}"]
    seen: dict[str, int] = {}
    covered = 0
    first = ctx.doc.triggers[triggers[0]]
    atoms += [f"e={first.entry}", f"form={first.pos}{first.tense}", f"kind={kind}&form={first.pos}{first.tense}"]
    at = ctx.sentence_of(first.first)
    opening = ctx.doc.sentences[at].first
    p1 = ctx.tag(first.first - 1) if first.first > opening else "^"
    p2 = ctx.tag(first.first - 2) if first.first - 1 > opening else "^"
    atoms += [f"p1={p1}", f"p2={p2}", f"p12={p2} {p1}", f"s={bucket(at, (0, 1, 4))}", f"person={first.person}"]
    for n in triggers[:8]:
        t = ctx.doc.triggers[n]
        s = ctx.sentence_of(t.first)
        for cue, distance in ctx.cues_before(t.first, s, 8):
            near = "1" if distance <= 1 else ("4" if distance <= 4 else "8")
            seen[f"cue={cue.cue}@{near}"] = seen.get(f"cue={cue.cue}@{near}", 0) + 1
            if distance <= 4:
                seen[f"cue:e={cue.entry}"] = 1
        for k in ctx.cues[s]:
            cue = ctx.doc.cues[k]
            if 0 <= cue.first - t.last < 3:
                seen[f"cue:after={cue.cue}"] = 1
        if "س" in t.proclitics:
            seen["proc=s"] = 1
        attribution = ctx.attribution_over(t.start, s)
        if attribution is not None:
            covered += 1
            seen[f"attr={attribution.manner}"] = 1
            seen[f"attr:verb={attribution.verb}"] = 1
            for feature in _speaker(ctx, attribution, actor_keys, target_keys):
                seen[feature] = 1
        if t.first in ctx.quoted:
            seen["quoted"] = 1
        if s == 0:
            seen["titled"] = 1
    atoms += sorted(seen)
    share = "all" if covered == min(len(triggers), 8) else ("some" if covered else "none")
    atoms += [f"covered={share}", f"covered={share}&kind={kind}"]
    for p in ("party=actor", "party=target"):
        if p in seen:
            atoms.append(f"{p}&covered={share}")
    return atoms + _before(told, at, share)


def _speaker(ctx: Context, attribution: Attribution, actor_keys: list[str], target_keys: list[str]) -> list[str]:
    """Who tells the event: what sort, in which words, and whether a party to it."""
    found = []
    for a in attribution.actors:
        mention = ctx.doc.actors[a]
        keys = {entity_keys(ctx)[a], *side_keys(ctx, a)}
        found.append(f"speaker={mention.noun or mention.cls.value}")
        if mention.affiliation:
            found.append("speaker:affiliated")
        found += [f"speaker:word={word.stem}" for word in ctx.words[mention.first : mention.last]]
        found += ["party=actor"] if not keys.isdisjoint(actor_keys) else []
        found += ["party=target"] if not keys.isdisjoint(target_keys) else []
    return found


def _before(told: list[Stated], sentence: int, share: str) -> list[str]:
    """What the events before this one were decided to be."""
    if not told:
        return ["h:first"]
    latest = told[-1]
    gap = bucket(abs(sentence - latest.sentence), (0, 1, 2, 5))
    some = any(t.status == "claimed" for t in told)
    return [
        f"h:last={latest.status}", f"h:last={latest.status}&gap={gap}", f"h:last={latest.status}&covered={share}",
        f"h:claimed={some}&covered={share}",
    ]


def choose_status(
    ctx: Context,
    triggers: list[int],
    kind: str,
    actor_keys: list[str],
    target_keys: list[str],
    told: list[Stated],
    model: LinearModel,
) -> tuple[str, float, list[str]]:
    """(status, lead over the next in log-odds, features)."""
    features = status_features(ctx, triggers, kind, actor_keys, target_keys, told)
    best, lead = best_of(model.scores(features, STATUSES))
    return STATUSES[best], lead, features
