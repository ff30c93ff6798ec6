"""Who did it and to whom: actor-like phrases gathered into entities and scored for each event."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from khabar.code.context import Buckets, Context
from khabar.code.entities import Entity, entity_classes, entity_keys
from khabar.code.role_features import count_rivals, role_blocks
from khabar.lexicon.weights import Block, LinearModel, one, pair_sums
from khabar.model.document import ActorClass

_BY_0_1_2_5 = Buckets(0, 1, 2, 5)
_BY_0_1_2 = Buckets(0, 1, 2)
_BY_1_2_4_8 = Buckets(1, 2, 4, 8)
_BY_M2_M1_0_1 = Buckets(-2, -1, 0, 1)
_BY_1_2_3 = Buckets(1, 2, 3)
_BY_0_1_2_4 = Buckets(0, 1, 2, 4)
_BY_0_1_3 = Buckets(0, 1, 3)

_REACH = 20  # tokens between a trigger and a phrase beyond which they are not paired
# How far (log-odds) below nobody the best entity may score and still take the role, and below even odds a further
# one; chosen on dev.jsonl by F1 of the role.
LENIENCY = {"actor": 0.4, "target": 1.0}
MORE_LENIENCY = {"actor": 0.2, "target": 0.8}
_MOST_HERE = 6  # entities of the event's own sentences weighed for a role, the likeliest
_MOST_NEAR = 5  # entities of neighbouring sentences weighed for a role
LEAST = -3.0  # pair score below which a further entity is not weighed
_OTHER = {"actor": "target", "target": "actor"}
_MOST_TRIGGERS = 4  # triggers of an event whose surroundings are searched


class Candidate(NamedTuple):
    """An entity weighed for a role of an event."""

    key: str
    score: float  # log-odds
    mention: int  # the phrase that scored best
    trigger: int
    blocks: tuple[Block, ...]


Found = dict[str, list[tuple[float, int, int]]]  # by entity: (score, mention, trigger)


def role_pairs(ctx: Context, triggers: list[int], kind: str) -> Iterator[tuple[int, int, list[Block]]]:
    """(trigger, mention, feature blocks) of every phrase near one of an event's first triggers, in one sentence."""
    for n in triggers[:_MOST_TRIGGERS]:
        t = ctx.doc.triggers[n]
        s = ctx.sentence_of(t.first)
        rivals = count_rivals(ctx, s)
        for a in ctx.actors[s]:
            e = ctx.doc.actors[a]
            if e.first - t.last <= _REACH and t.first - e.last <= _REACH:
                yield n, a, role_blocks(ctx, n, a, kind, rivals)


def pair_scores(ctx: Context, triggers: list[int], kind: str, models: dict[str, LinearModel]) -> dict[str, Found]:
    """The scores of `role_pairs` by role."""
    keys = entity_keys(ctx)
    sums = pair_sums(models["actor"], models["target"])
    actors: Found = {}
    targets: Found = {}
    for n, a, blocks in role_pairs(ctx, triggers, kind):
        both = list(map(sums.__getitem__, blocks))
        actors.setdefault(keys[a], []).append((sum([actor for actor, _ in both]), a, n))
        targets.setdefault(keys[a], []).append((sum([target for _, target in both]), a, n))
    return {"actor": actors, "target": targets}


class Past(NamedTuple):
    """An earlier event's actors and targets by entity key."""

    sentence: int
    kind: str
    actors: frozenset[str]
    targets: frozenset[str]

    def of(self, role: str) -> frozenset[str]:
        """Who had a role."""
        return self.actors if role == "actor" else self.targets


class Before(NamedTuple):
    """Who had a role in the events before: in the latest, in the latest of the same kind, how often in all."""

    latest: frozenset[str]
    other: frozenset[str]  # who had the other role in the latest
    gap: str
    ever: dict[str, int]
    same: frozenset[str] | None


class Scene(NamedTuple):
    """What choosing an event's roles looks at: pair scores by role, and who else is near."""

    kind: str
    sentences: tuple[int, ...]
    scores: dict[str, Found]  # by role
    best: dict[str, dict[str, tuple[float, int, int]]]  # by role: each entity's best of `scores`
    rankings: dict[str, list[float]]  # by role: the scores of `best`, the highest first
    near: dict[str, int]  # entities of neighbouring sentences, with the mention nearest to the event
    before: dict[str, Before]  # by role; empty for the first event


def build_scene(
    ctx: Context,
    triggers: list[int],
    kind: str,
    models: dict[str, LinearModel],
    history: list[Past],
) -> Scene:
    """Score every phrase beside the event's triggers for both roles, and gather who stands near."""
    keys = entity_keys(ctx)
    scores = pair_scores(ctx, triggers, kind, models)
    best = {role: {key: max(v) for key, v in found.items()} for role, found in scores.items()}
    rankings = {role: sorted([v[0] for v in found.values()], reverse=True) for role, found in best.items()}
    sentences = tuple(sorted({ctx.sentence_of(ctx.doc.triggers[n].first) for n in triggers}))
    here = scores["actor"]
    near: dict[str, int] = {}
    for s in (sentences[0] - 1, sentences[0] - 2, sentences[0] + 1, 0, 1):
        if 0 <= s < len(ctx.actors) and s not in sentences:
            for a in ctx.actors[s]:
                if len(near) < _MOST_NEAR and keys[a] not in here and _can_act(ctx, a):
                    near.setdefault(keys[a], a)
    before = {role: _look_back(history, role, kind, sentences[0]) for role in scores} if history else {}
    return Scene(kind, sentences, scores, best, rankings, near, before)


def _look_back(history: list[Past], role: str, kind: str, sentence: int) -> Before:
    latest = history[-1]
    ever: dict[str, int] = {}
    for past in history:
        for key in past.of(role):
            ever[key] = ever.get(key, 0) + 1
    same = next((past.of(role) for past in reversed(history) if past.kind == kind), None)
    return Before(latest.of(role), latest.of(_OTHER[role]), _BY_0_1_2_5[sentence - latest.sentence], ever, same)


def _can_act(ctx: Context, a: int) -> bool:
    mention = ctx.doc.actors[a]
    return mention.cls not in (ActorClass.SITE, ActorClass.CIVILIAN) and mention.noun not in (
        "media",
        "source",
        "site",
        "vehicle",
    )


def _past(scene: Scene, key: str, role: str, away: bool) -> Block:
    """Whether the entity had this role, or the other, in the events before."""
    if not scene.before:
        return (_past_is, away)
    latest, other, gap, ever, same = scene.before[role]
    often = _BY_0_1_2[ever.get(key, 0)]
    return (_past_is, away, key in latest, key in other, gap, often, None if same is None else key in same)


def _past_is(
    away: bool,
    mine: bool | None = None,
    other: bool | None = None,
    gap: str = "",
    ever: str = "",
    same: bool | None = None,
) -> list[str]:
    if mine is None:
        atoms = ["past:first"]
    else:
        atoms = [f"past:mine={mine}", f"past:mine={mine}&gap={gap}", f"past:other={other}", f"past:ever={ever}"]
        if same is not None:
            atoms.append(f"past:kind={same}")
    return ["away:" + x for x in atoms] if away else atoms


def event_blocks(ctx: Context, scene: Scene, key: str, role: str, entities: dict[str, Entity]) -> list[Block]:
    """An entity weighed for a role: how its best phrase scored, among how many, how prominent it is, its past."""
    kind, found = scene.kind, scene.best[role].get(key)
    _, mentions, titled = entities[key]
    size = _BY_1_2_4_8[len(mentions)]
    ranking = scene.rankings[role]
    if found is None:
        a = scene.near[key]
        s = ctx.sentence_of(ctx.doc.actors[a].first)
        where = "title" if s == 0 else ("lead" if s == 1 else _BY_M2_M1_0_1[s - scene.sentences[0]])
        top = _level(ranking[0]) if ranking else "-"
        return [
            (_away, where, entity_classes(ctx)[a], size, kind, titled, top),
            _past(scene, key, role, away=True),
        ]
    best, a, _n = found
    rank = ranking.index(best)
    other = scene.best[_OTHER[role]][key][0]
    cls, level = entity_classes(ctx)[a], _level(best)
    gap = best - (ranking[1] if rank == 0 and len(ranking) > 1 else ranking[0] if rank else best - 9)
    return [
        one(f"rank={min(rank, 3)}"),
        (_weighed, level, min(rank, 2), kind, _level(other)),
        (_who, cls, level, kind, size),
        (_among, _BY_1_2_3[len(scene.scores[role][key])], _level(gap), titled, level),
        _past(scene, key, role, away=False),
    ]


def _away(where: str, cls: str, size: str, kind: str, titled: bool, top: str) -> list[str]:
    return [
        "away",
        f"away={where}",
        f"away:cls={cls}",
        f"away:size={size}",
        f"away:kind={kind}",
        f"away:titled={titled}",
        f"away:top={top}",
    ]


def _weighed(level: str, rank: int, kind: str, other: str) -> list[str]:
    return [
        "bias",
        f"best={level}",
        f"best={level}&rank={rank}",
        f"kind={kind}",
        f"best={level}&kind={kind}",
        f"other={other}",
        f"other={other}&best={level}",
    ]


def _who(cls: str, level: str, kind: str, size: str) -> list[str]:
    return [f"cls={cls}", f"cls={cls}&best={level}", f"size={size}", f"cls={cls}&kind={kind}"]


def _among(count: str, gap: str, titled: bool, level: str) -> list[str]:
    return [f"n={count}", f"gap={gap}", f"titled={titled}", f"titled={titled}&best={level}"]


def nobody_blocks(scene: Scene, role: str) -> list[Block]:
    """Feature blocks of an event that has nobody in a role."""
    ranking = scene.rankings[role]
    past = bool(scene.before[role].latest) if scene.before else None
    return [
        (
            _nobody,
            scene.kind,
            _level(ranking[0]) if ranking else "-",
            _BY_0_1_2_4[len(ranking)],
            _BY_0_1_3[scene.sentences[0]],
            past,
        )
    ]


def _nobody(kind: str, top: str, count: str, sentence: str, past: bool | None) -> list[str]:
    atoms = [
        "none",
        f"none:kind={kind}",
        f"none:top={top}",
        f"none:kind={kind}&top={top}",
        f"none:n={count}",
        f"none:s={sentence}",
    ]
    return atoms if past is None else [*atoms, f"none:past={past}"]


def more_blocks(
    ctx: Context, scene: Scene, key: str, first: str, role: str, weighed: list[Block]
) -> list[Block]:
    """Feature blocks of a further entity in a role beside the first: mostly whether the two are told together.

    `weighed`: its `event_blocks`.
    """
    own, lead = scene.scores[role].get(key), scene.scores[role].get(first)
    joined, behind = False, ""
    if own is not None and lead is not None:
        joined = any(_are_joined(ctx, a, b) for _, a, _ in own for _, b, _ in lead)
        behind = _level(scene.best[role][first][0] - scene.best[role][key][0])
    both = None
    if scene.before:
        past = scene.before[role].latest
        both = key in past and first in past
    return [*weighed[1:], (_beside, behind, joined, scene.kind, both)]


def _are_joined(ctx: Context, a: int, b: int) -> bool:
    """Whether two phrases stand together with "and" between them."""
    x, y = sorted((ctx.doc.actors[a], ctx.doc.actors[b]), key=lambda m: m.first)
    return 0 <= y.first - x.last <= 2 and (y.proclitic.startswith("و") or "و" in ctx.norms[x.last : y.first])


def _beside(behind: str, joined: bool, kind: str, both: bool | None) -> list[str]:
    atoms = [f"joined={joined}", f"joined={joined}&kind={kind}", f"more:kind={kind}"]
    if behind:
        atoms += [f"behind={behind}", f"behind={behind}&joined={joined}", f"behind={behind}&kind={kind}"]
    return atoms if both is None else [*atoms, f"more:both={both}"]


_EDGES = (-6.0, -4.0, -3.0, -2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0, 5.0)
_LEVELS = (*map(str, _EDGES), "6")


def _level(score: float) -> str:
    """The first edge that a score does not exceed, as text."""
    return _LEVELS[bisect_left(_EDGES, score)]


def role_pool(scene: Scene, role: str, taken: set[str]) -> list[str]:
    """Entities weighed for a role. Only who acts is looked for outside the event's own sentences."""
    best = scene.best[role]
    here = [k for k in best if k not in taken]
    if len(here) > _MOST_HERE:
        here = sorted(here, key=lambda k: -best[k][0])[:_MOST_HERE]
    near = [k for k in scene.near if k not in taken] if role == "actor" else []
    return here + near


def choose_role(
    ctx: Context, scene: Scene, role: str, taken: set[str], entities: dict[str, Entity], models: dict[str, LinearModel]
) -> list[Candidate]:
    """The entities of a role: the best of all and nobody, then those told together with it."""
    model, more = models[role + "_event"], models[role + "_more"]
    pool = role_pool(scene, role, taken)
    weighed = []
    for key in pool:
        blocks = event_blocks(ctx, scene, key, role, entities)
        weighed.append((model.total(blocks), key, blocks))
    if not weighed:
        return []
    weighed.sort(key=lambda w: (-w[0], w[1]))
    top, first, blocks = weighed[0]
    nobody = model.total(nobody_blocks(scene, role))
    if top <= nobody - LENIENCY[role]:
        return []
    found = [_candidate(scene, first, role, top - nobody, blocks)]
    for _, key, blocks in weighed[1:]:
        own = scene.best[role].get(key)
        if own is None or own[0] < LEAST:
            continue
        blocks = more_blocks(ctx, scene, key, first, role, blocks)
        score = more.total(blocks)
        if score > -MORE_LENIENCY[role]:
            found.append(_candidate(scene, key, role, score, blocks))
    return found


def _candidate(scene: Scene, key: str, role: str, score: float, blocks: list[Block]) -> Candidate:
    best = scene.best[role].get(key)
    if best is None:
        return Candidate(key, score, scene.near[key], -1, tuple(blocks))
    _, mention, trigger = best
    return Candidate(key, score, mention, trigger, tuple(blocks))


def choose_roles(
    ctx: Context, scene: Scene, entities: dict[str, Entity], models: dict[str, LinearModel]
) -> tuple[list[Candidate], list[Candidate]]:
    """(actors, targets) of an event, best first; an entity takes one role only."""
    actors = choose_role(ctx, scene, "actor", set(), entities, models)
    targets = choose_role(ctx, scene, "target", {c.key for c in actors}, entities, models)
    return actors, targets
