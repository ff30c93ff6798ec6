"""How certain the report is of an event, and which attributions tell it."""

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


def source_features(ctx: Context, triggers: list[int], kind: str, index: int, actor_keys: list[str]) -> list[str]:
    """Features of an attribution telling an event."""
    attribution = ctx.doc.attributions[index]
    s = attribution.sentence
    covers = own = 0
    gap = 99
    for n in triggers:
        t = ctx.doc.triggers[n]
        if ctx.sentence_of(t.first) == s:
            own += 1
            covers += attribution.start <= t.start < attribution.end
            gap = min(gap, abs(t.start - attribution.start))
    rivals = len(ctx.attributions[s])
    order = ctx.attributions[s].index(index)
    span = attribution.chain[-1]
    atoms = [
        "source",
        f"covers={bool(covers)}",
        f"manner={attribution.manner}",
        f"verb={attribution.verb}",
        f"covers={bool(covers)}&manner={attribution.manner}",
        f"rivals={min(rivals, 3)}&order={min(order, 2)}",
        f"covers={bool(covers)}&rivals={min(rivals, 3)}",
        f"kind={kind}",
        f"kind={kind}&covers={bool(covers)}",
        f"chain={len(attribution.chain)}",
        f"gap={bucket(gap, (10, 30, 60, 120, 200))}",
        f"s={bucket(s, (0, 1, 3, 6))}",
        f"length={bucket(span[1] - span[0], (6, 12, 24, 40))}",
    ]
    for a in attribution.actors[-1:]:
        mention = ctx.doc.actors[a]
        atoms.append(f"speaker={mention.noun or mention.cls.value}&covers={bool(covers)}")
        if entity_keys(ctx)[a] in actor_keys:
            atoms.append(f"party&kind={kind}")
            atoms.append(f"party&covers={bool(covers)}")
    return atoms


def source_candidates(ctx: Context, triggers: list[int]) -> list[int]:
    """Attributions of the event's sentences."""
    found: dict[int, None] = {}
    for n in triggers:
        for k in ctx.attributions[ctx.sentence_of(ctx.doc.triggers[n].first)]:
            found[k] = None
    return sorted(found)


def choose_sources(
    ctx: Context, triggers: list[int], kind: str, actor_keys: list[str], model: LinearModel
) -> list[tuple[int, float]]:
    """(attribution, log-odds) of those that tell the event; one per chain."""
    chosen: dict[str, tuple[int, float]] = {}
    for index in source_candidates(ctx, triggers):
        score = model.score(source_features(ctx, triggers, kind, index, actor_keys))
        if score <= 0:
            continue
        chain = ctx.doc.attributions[index].chain
        key = " | ".join(ctx.text[a:b] for a, b in chain)
        if key not in chosen or chosen[key][1] < score:
            chosen[key] = (index, score)
    return sorted(chosen.values())
