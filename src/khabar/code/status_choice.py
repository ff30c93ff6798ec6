"""How certain the report is of an event."""

from __future__ import annotations

from khabar.code.context import Context, bucket
from khabar.code.entities import entity_keys
from khabar.lexicon.weights import LinearModel

STATUSES = ("asserted", "claimed", "threatened", "disputed", "hypothetical", "denied")


def status_features(
    ctx: Context, triggers: list[int], kind: str, actor_keys: list[str], target_keys: list[str]
) -> list[str]:
    """Features of an event's status."""
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
            keys = {entity_keys(ctx)[a] for a in attribution.actors}
            if keys & set(actor_keys):
                seen["party=actor"] = 1
            if keys & set(target_keys):
                seen["party=target"] = 1
            for a in attribution.actors:
                mention = ctx.doc.actors[a]
                seen[f"speaker={mention.noun or mention.cls.value}"] = 1
                if mention.affiliation:
                    seen["speaker:affiliated"] = 1
                root = "a:" + mention.affiliation if mention.affiliation else ""
                if root in actor_keys:
                    seen["party=actor"] = 1
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
    return atoms


def choose_status(
    ctx: Context, triggers: list[int], kind: str, actor_keys: list[str], target_keys: list[str], model: LinearModel
) -> tuple[str, float, list[str]]:
    """(status, lead over the next in log-odds, features)."""
    features = status_features(ctx, triggers, kind, actor_keys, target_keys)
    scores = model.scores(features, STATUSES)
    order = sorted(range(len(STATUSES)), key=lambda n: (-scores[n], n))
    return STATUSES[order[0]], scores[order[0]] - scores[order[1]], features
