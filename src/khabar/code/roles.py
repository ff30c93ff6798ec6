"""Who did it and to whom: actor-like phrases gathered into entities and scored for each event."""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

from khabar.code.context import Context, bucket
from khabar.code.role_features import entity_class, role_features
from khabar.lexicon.actors import load_actors
from khabar.lexicon.weights import LinearModel
from khabar.model.document import ActorClass

_STATE_KINDS = frozenset(("military", "government", "police", "intelligence", "ministry", "agency", "state"))
REACH = 30  # tokens between a trigger and a phrase beyond which they are not paired
# How far (log-odds) below nobody the best entity may score and still take the role, and below even odds a further
# one; chosen on dev.jsonl by F1 of the role.
LENIENCY = {"actor": 0.2, "target": 1.2}
MORE_LENIENCY = {"actor": 0.0, "target": 0.5}
_MOST_NEAR = 8  # entities of neighbouring sentences weighed for a role
_LEAST = -3.0  # pair score below which a further entity is not weighed
_MOST = 6  # triggers of an event whose surroundings are searched


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
        return "w:" + ctx.words[mention.last - 1].stem
    if mention.cls in (ActorClass.NAMED, ActorClass.ADJECTIVE) and mention.entry:
        return "a:" + _root(mention.entry)
    if (
        mention.cls is ActorClass.GROUP
        and mention.affiliation
        and mention.noun in ("force", "fighter", "group", "state")
    ):
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
    ctx: Context, keys: list[str], triggers: list[int], kind: str, models: dict[str, LinearModel]
) -> dict[str, dict[str, list[tuple[float, int, int]]]]:
    """By role and entity: (score, mention, trigger) of every phrase in a sentence with one of the event's triggers."""
    found: dict[str, dict[str, list[tuple[float, int, int]]]] = {"actor": {}, "target": {}}
    for n in triggers[:_MOST]:
        t = ctx.doc.triggers[n]
        for a in ctx.actors[ctx.sentence_of(t.first)]:
            e = ctx.doc.actors[a]
            if e.first - t.last > REACH or t.first - e.last > REACH:
                continue
            features = role_features(ctx, n, a, kind)
            for role in ("actor", "target"):
                found[role].setdefault(keys[a], []).append((models[role].score(features), a, n))
    return found


class Past(NamedTuple):
    """An earlier event's actors and targets by entity key."""

    sentence: int
    kind: str
    actors: frozenset[str]
    targets: frozenset[str]


class Scene(NamedTuple):
    """What choosing an event's roles looks at: pair scores by role, and who else is near."""

    kind: str
    sentences: tuple[int, ...]
    scores: dict[str, dict[str, list[tuple[float, int, int]]]]
    rankings: dict[str, list[float]]
    near: dict[str, int]  # entities of neighbouring sentences, with the mention nearest to the event
    history: tuple[Past, ...]


def build_scene(
    ctx: Context,
    triggers: list[int],
    kind: str,
    keys: list[str],
    entities: dict[str, Entity],
    models: dict[str, LinearModel],
    history: list[Past],
) -> Scene:
    """Score every phrase beside the event's triggers for both roles, and gather who stands near."""
    scores = pair_scores(ctx, keys, triggers, kind, models)
    rankings = {role: sorted((max(v)[0] for v in found.values()), reverse=True) for role, found in scores.items()}
    sentences = tuple(sorted({ctx.sentence_of(ctx.doc.triggers[n].first) for n in triggers}))
    here = scores["actor"]
    near: dict[str, int] = {}
    for s in (sentences[0] - 1, sentences[0] - 2, sentences[0] + 1, 0, 1):
        if 0 <= s < len(ctx.actors) and s not in sentences:
            for a in ctx.actors[s]:
                if len(near) < _MOST_NEAR and keys[a] not in here and _can_act(ctx, a):
                    near.setdefault(keys[a], a)
    return Scene(kind, sentences, scores, rankings, near, tuple(history))


def _can_act(ctx: Context, a: int) -> bool:
    mention = ctx.doc.actors[a]
    return mention.cls not in (ActorClass.SITE, ActorClass.CIVILIAN) and mention.noun not in (
        "media",
        "source",
        "site",
        "vehicle",
    )


def _past_features(scene: Scene, key: str, role: str) -> list[str]:
    """Whether the entity had this role, or the other, in the events before."""
    if not scene.history:
        return ["past:first"]
    latest = scene.history[-1]
    gap = bucket(scene.sentences[0] - latest.sentence, (0, 1, 2, 5))
    mine = latest.actors if role == "actor" else latest.targets
    others = latest.targets if role == "actor" else latest.actors
    atoms = [f"past:mine={key in mine}", f"past:mine={key in mine}&gap={gap}", f"past:other={key in others}"]
    ever = sum(1 for p in scene.history if key in (p.actors if role == "actor" else p.targets))
    atoms.append(f"past:ever={bucket(ever, (0, 1, 2))}")
    same = [p for p in scene.history if p.kind == scene.kind]
    if same:
        atoms.append(f"past:kind={key in (same[-1].actors if role == 'actor' else same[-1].targets)}")
    return atoms


def event_features(ctx: Context, scene: Scene, key: str, role: str, entities: dict[str, Entity]) -> list[str]:
    """An entity weighed for a role: how its best phrase scored, among how many, how prominent it is, its past."""
    kind, scores = scene.kind, scene.scores[role].get(key)
    size = bucket(len(entities[key].mentions), (1, 2, 4, 8))
    titled = any(ctx.sentence_of(ctx.doc.actors[m].first) == 0 for m in entities[key].mentions)
    if scores is None:
        a = scene.near[key]
        s = ctx.sentence_of(ctx.doc.actors[a].first)
        where = "title" if s == 0 else ("lead" if s == 1 else bucket(s - scene.sentences[0], (-2, -1, 0, 1)))
        cls = entity_class(ctx, a)
        atoms = [
            "away",
            f"away={where}",
            f"away:cls={cls}",
            f"away:size={size}",
            f"away:kind={kind}",
            f"away:titled={titled}",
        ]
        empty = not scene.scores[role]
        atoms += [f"away:empty={empty}", f"away:top={_level(scene.rankings[role][0]) if not empty else '-'}"]
        return atoms + ["away:" + x for x in _past_features(scene, key, role)]
    best, a, _n = max(scores)
    ranking = scene.rankings[role]
    rank = sum(1 for r in ranking if r > best)
    other = max(scene.scores["target" if role == "actor" else "actor"][key])[0]
    cls, level = entity_class(ctx, a), _level(best)
    gap = best - (ranking[1] if rank == 0 and len(ranking) > 1 else ranking[0] if rank else best - 9)
    atoms = [
        "bias",
        f"best={level}",
        f"rank={min(rank, 3)}",
        f"best={level}&rank={min(rank, 2)}",
        f"kind={kind}",
        f"best={level}&kind={kind}",
        f"cls={cls}",
        f"cls={cls}&best={level}",
        f"size={size}",
        f"cls={cls}&kind={kind}",
        f"other={_level(other)}",
        f"other={_level(other)}&best={level}",
        f"n={bucket(len(scores), (1, 2, 3))}",
        f"gap={_level(gap)}",
        f"titled={titled}",
        f"titled={titled}&best={level}",
    ]
    return atoms + _past_features(scene, key, role)


def none_features(ctx: Context, scene: Scene, role: str) -> list[str]:
    """Features of an event that has nobody in a role."""
    ranking = scene.rankings[role]
    top = _level(ranking[0]) if ranking else "-"
    atoms = [
        "none",
        f"none:kind={scene.kind}",
        f"none:top={top}",
        f"none:kind={scene.kind}&top={top}",
        f"none:n={bucket(len(ranking), (0, 1, 2, 4))}",
        f"none:s={bucket(scene.sentences[0], (0, 1, 3))}",
    ]
    if scene.history:
        past = scene.history[-1].actors if role == "actor" else scene.history[-1].targets
        atoms.append(f"none:past={bool(past)}")
    return atoms


def more_features(
    ctx: Context, scene: Scene, key: str, first: str, role: str, entities: dict[str, Entity]
) -> list[str]:
    """Features of a further entity in a role beside the first: mostly whether the two are told together."""
    features = [f for f in event_features(ctx, scene, key, role, entities) if not f.startswith("rank")]
    own, lead = scene.scores[role].get(key), scene.scores[role].get(first)
    joined = False
    if own is not None and lead is not None:
        for _, a, _ in own:
            for _, b, _ in lead:
                x, y = sorted((ctx.doc.actors[a], ctx.doc.actors[b]), key=lambda m: m.first)
                between = y.first - x.last
                if 0 <= between <= 2 and (y.proclitic.startswith("و") or "و" in ctx.norms[x.last : y.first]):
                    joined = True
        difference = max(lead)[0] - max(own)[0]
        features.append(f"behind={_level(difference)}")
        features.append(f"behind={_level(difference)}&joined={joined}")
        features.append(f"behind={_level(difference)}&kind={scene.kind}")
    features += [f"joined={joined}", f"joined={joined}&kind={scene.kind}", f"more:kind={scene.kind}"]
    if scene.history:
        past = scene.history[-1].actors if role == "actor" else scene.history[-1].targets
        features.append(f"more:both={key in past and first in past}")
    return features


_EDGES = (-6.0, -4.0, -3.0, -2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0, 5.0)
_LEVELS = (*map(str, _EDGES), "6")


def _level(score: float) -> str:
    """The first edge that a score does not exceed, as text."""
    return _LEVELS[bisect_left(_EDGES, score)]


def role_pool(scene: Scene, role: str, taken: set[str]) -> list[str]:
    """Entities weighed for a role. Only who acts is looked for outside the event's own sentences."""
    near = scene.near if role == "actor" else ()
    return [k for k in (*scene.scores[role], *near) if k not in taken]


def choose_role(
    ctx: Context, scene: Scene, role: str, taken: set[str], entities: dict[str, Entity], models: dict[str, LinearModel]
) -> list[Candidate]:
    """The entities of a role: the best of all and nobody, then those told together with it."""
    model, more = models[role + "_event"], models[role + "_more"]
    pool = role_pool(scene, role, taken)
    nobody = model.score(none_features(ctx, scene, role))
    weighed = []
    for key in pool:
        features = event_features(ctx, scene, key, role, entities)
        weighed.append((model.score(features), key, features))
    if not weighed:
        return []
    weighed.sort(key=lambda w: (-w[0], w[1]))
    top, first, features = weighed[0]
    if top <= nobody - LENIENCY[role]:
        return []
    found = [_candidate(scene, first, role, top - nobody, features)]
    for _, key, _ in weighed[1:]:
        own = scene.scores[role].get(key)
        if own is None or max(own)[0] < _LEAST:
            continue
        features = more_features(ctx, scene, key, first, role, entities)
        score = more.score(features)
        if score > -MORE_LENIENCY[role]:
            found.append(_candidate(scene, key, role, score, features))
    return found


def _candidate(scene: Scene, key: str, role: str, score: float, features: list[str]) -> Candidate:
    scores = scene.scores[role].get(key)
    if scores is None:
        return Candidate(key, score, scene.near[key], -1, tuple(features))
    _, mention, trigger = max(scores)
    return Candidate(key, score, mention, trigger, tuple(features))


def choose_roles(
    ctx: Context, scene: Scene, entities: dict[str, Entity], models: dict[str, LinearModel]
) -> tuple[list[Candidate], list[Candidate]]:
    """(actors, targets) of an event, best first; an entity takes one role only."""
    actors = choose_role(ctx, scene, "actor", set(), entities, models)
    targets = choose_role(ctx, scene, "target", {c.key for c in actors}, entities, models)
    return actors, targets
