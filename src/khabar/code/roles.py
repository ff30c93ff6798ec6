"""Who did it and to whom: actor-like phrases gathered into entities and scored for each event."""

from __future__ import annotations

from typing import NamedTuple

from khabar.code.context import Context, bucket
from khabar.code.role_features import entity_class, role_features
from khabar.lexicon.actors import load_actors
from khabar.lexicon.weights import LinearModel
from khabar.model.document import ActorClass

_STATE_KINDS = frozenset(("military", "government", "police", "intelligence", "ministry", "agency", "state"))
_REACH = 30  # tokens between a trigger and a phrase beyond which they are not paired


class Entity(NamedTuple):
    """All mentions of one actor-like thing in a report."""

    key: str
    mentions: tuple[int, ...]


class Candidate(NamedTuple):
    """An entity weighed for a role of an event."""

    key: str
    score: float  # log-odds
    mention: int  # the phrase that scored best
    trigger: int
    features: tuple[str, ...]


def entity_key(ctx: Context, a: int) -> str:
    """What a phrase is a mention of: the known actor (its state for state organs), the person, or its own words."""
    mention = ctx.doc.actors[a]
    table = load_actors()
    if mention.cls is ActorClass.PERSON:
        if mention.entry:
            return "p:" + mention.entry
        return "w:" + ctx.norms[mention.last - 1]
    if mention.cls in (ActorClass.NAMED, ActorClass.ADJECTIVE) and mention.entry:
        return "a:" + _root(mention.entry)
    if mention.cls is ActorClass.GROUP and mention.affiliation and mention.noun in ("force", "fighter", "group", "state"):
        return "a:" + _root(mention.affiliation) if table is not None else ""
    words = [ctx.words[k].stem for k in range(mention.first, min(mention.last, mention.first + 2))]
    return "w:" + " ".join(words)


def _root(entry: str) -> str:
    """The state of a state organ; any other actor is its own root."""
    table = load_actors()
    seen = 0
    while table.kind(entry) in _STATE_KINDS and table.parent(entry) and seen < 6:
        entry = table.parent(entry) or entry
        seen += 1
    return entry


def find_entities(ctx: Context) -> dict[str, Entity]:
    """The report's entities by key, in order of first mention."""
    found: dict[str, list[int]] = {}
    for a in range(len(ctx.doc.actors)):
        found.setdefault(entity_key(ctx, a), []).append(a)
    return {key: Entity(key, tuple(mentions)) for key, mentions in found.items()}


def pair_scores(
    ctx: Context, keys: list[str], triggers: list[int], kind: str, model: LinearModel
) -> dict[str, list[tuple[float, int, int]]]:
    """By entity key: (score, mention, trigger) of every phrase that shares a sentence with a trigger of the event."""
    found: dict[str, list[tuple[float, int, int]]] = {}
    for n in triggers[:8]:
        t = ctx.doc.triggers[n]
        for a in ctx.actors[ctx.sentence_of(t.first)]:
            e = ctx.doc.actors[a]
            if e.first - t.last > _REACH or t.first - e.last > _REACH:
                continue
            score = model.score(role_features(ctx, n, a, kind))
            found.setdefault(keys[a], []).append((score, a, n))
    return found


def event_features(
    ctx: Context, key: str, scores: list[tuple[float, int, int]], ranking: list[float], kind: str, entities: dict[str, Entity],
    other: float,
) -> list[str]:
    """Second look at an entity for a role: how its best phrase scored, among how many, how prominent it is.

    `ranking` holds every entity's best score, highest first; `other` is its best score for the opposite role.
    """
    scores = sorted(scores, reverse=True)
    best, a, _ = scores[0]
    rank = sum(1 for r in ranking if r > best)
    cls = entity_class(ctx, a)
    level = _level(best)
    size = len(entities[key].mentions)
    atoms = [
        "bias", f"best={level}", f"rank={min(rank, 3)}", f"best={level}&rank={min(rank, 2)}", f"kind={kind}",
        f"best={level}&kind={kind}", f"cls={cls}", f"cls={cls}&best={level}", f"size={bucket(size, (1, 2, 4))}",
        f"other={_level(other)}", f"other={_level(other)}&best={level}", f"n={bucket(len(scores), (1, 2, 3))}",
    ]
    if len(scores) > 1:
        atoms.append(f"second={_level(scores[1][0])}")
    if len(ranking) > 1:
        gap = best - (ranking[1] if rank == 0 else ranking[0])
        atoms.append(f"gap={_level(gap)}")
    if any(ctx.sentence_of(ctx.doc.actors[m].first) == 0 for m in entities[key].mentions):
        atoms.append("title")
    return atoms


def _level(score: float) -> str:
    for edge in (-6.0, -4.0, -3.0, -2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0, 5.0):
        if score <= edge:
            return str(edge)
    return "6"


def choose_roles(
    ctx: Context, triggers: list[int], kind: str, keys: list[str], entities: dict[str, Entity],
    models: dict[str, LinearModel],
) -> tuple[list[Candidate], list[Candidate]]:
    """(actors, targets) of an event, best first; an entity takes one role only."""
    weighed: dict[str, dict[str, list[tuple[float, int, int]]]] = {}
    for role in ("actor", "target"):
        weighed[role] = pair_scores(ctx, keys, triggers, kind, models[role])
    found: dict[str, list[Candidate]] = {"actor": [], "target": []}
    for role, opposite in (("actor", "target"), ("target", "actor")):
        ranking = sorted((max(v)[0] for v in weighed[role].values()), reverse=True)
        for key, scores in weighed[role].items():
            other = max(weighed[opposite][key])[0]
            features = event_features(ctx, key, scores, ranking, kind, entities, other)
            score = models[role + "_event"].score(features)
            best = max(scores)
            found[role].append(Candidate(key, score, best[1], best[2], tuple(features)))
        found[role].sort(key=lambda c: (-c.score, c.mention))
    actors = [c for c in found["actor"] if c.score > 0]
    targets = [c for c in found["target"] if c.score > 0]
    mine = {c.key: c.score for c in targets}
    actors = [c for c in actors if mine.get(c.key, -99.0) <= c.score]
    taken = {c.key for c in actors}
    return actors, [c for c in targets if c.key not in taken]
