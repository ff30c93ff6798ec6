"""From a document's mentions to drafts of its events: the decisions, with what decided them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from khabar.code.casualties import Toll, find_tolls
from khabar.code.confirm import EXCERPT, confirm_blocks, find_world, told_by_verb
from khabar.code.context import Context
from khabar.code.coreference import Local, find_clusters, find_local
from khabar.code.date_choice import DateCandidate, choose_date, date_key
from khabar.code.entities import Entity
from khabar.code.history import Told
from khabar.code.kind_choice import choose_kind
from khabar.code.place_choice import PlaceCandidate, choose_place, place_groups
from khabar.code.roles import Candidate, Past, build_scene, choose_roles
from khabar.code.source_choice import Sourced, choose_sources, describe_event, remember_sources
from khabar.code.status_choice import Stated, choose_status
from khabar.code.toll_choice import choose_toll
from khabar.code.trigger_features import DocumentFacts, find_facts, trigger_blocks
from khabar.lexicon.ontology import verbal_kinds
from khabar.lexicon.weights import Block, LinearModel, load_model, sigmoid, softmax

MODELS = (
    "trigger",
    "cluster",
    "kind",
    "confirm",
    "actor",
    "target",
    "actor_event",
    "target_event",
    "actor_more",
    "target_more",
    "place",
    "date",
    "toll",
    "status",
    "source",
)
# Share of probability that must lie on "tells an event" for a trigger to count; chosen on dev.jsonl by F1.
EVENT_THRESHOLD = 0.5
# Probability that a gathered event must have to stand; chosen on dev.jsonl by F1.
CONFIRM_THRESHOLD = 0.45
# A report tells of conflict when title or lead have a material event of this probability, or MANY places do. In any
# other (sport, markets, films) an event must reach OTHER_WORLD to stand. Chosen on dev.jsonl and quiet_dev.jsonl.
WARLIKE, MANY = 0.7, 3
OTHER_WORLD = 0.9
# What an event must reach in a text of fewer than EXCERPT sentences, which can't show of which world it is: less when
# a finite verb tells it, more when a noun only names it (background, anniversaries, trials). A text of up to HEADLINE
# tokens is a headline, where nouns tell. Chosen on the single sentences of gsr/.
EXCERPT_TOLD, EXCERPT_NAMED = 0.75, 0.985
HEADLINE = 10
MOST_TOLD = 40  # triggers of an event beside which its toll and its sources are looked for


@dataclass(slots=True)
class Draft:
    """One event before it becomes a record: what was decided and by which scores."""

    kind: str
    triggers: list[int]
    kind_lead: float
    score: float
    actors: list[Candidate] = field(default_factory=list)
    targets: list[Candidate] = field(default_factory=list)
    place: PlaceCandidate | None = None
    place_lead: float = 0.0
    date: DateCandidate | None = None
    date_lead: float = 0.0
    killed: tuple[Toll, float] | None = None
    injured: tuple[Toll, float] | None = None
    status: str = "asserted"
    status_lead: float = 0.0
    status_features: list[str] = field(default_factory=list)
    sources: list[tuple[int, float]] = field(default_factory=list)


class Earlier(NamedTuple):
    """What was decided of the events before, slot by slot: the next event often shares it."""

    dates: list[Told]
    places: list[Told]
    roles: list[Past]
    sources: list[Sourced]
    statuses: list[Stated]


def load_models() -> dict[str, LinearModel]:
    """Every model of the coder by name."""
    return {name: load_model(name) for name in MODELS}


class Scored(NamedTuple):
    """A report's triggers with their scores; lists are by trigger."""

    facts: DocumentFacts
    probabilities: list[float]  # of telling an event
    kinds: list[dict[str, float]]  # log-scores by kind
    blocks: list[list[Block]]


def score_triggers(ctx: Context, model: LinearModel) -> Scored:
    """Whether each trigger tells an event, and of which kinds."""
    scored = Scored(find_facts(ctx), [], [], [])
    for n, trigger in enumerate(ctx.doc.triggers):
        blocks = trigger_blocks(ctx, n, scored.facts)
        scores = model.totals(blocks, trigger.kinds)
        scored.probabilities.append(1.0 - softmax([0.0, *scores])[0])
        scored.kinds.append(dict(zip(trigger.kinds, scores, strict=True)))
        scored.blocks.append(blocks)
    return scored


Gathered = tuple[str, float, list[int]]  # kind, its lead over the next, triggers with the clearest first


def gather_events(
    ctx: Context, models: dict[str, LinearModel]
) -> tuple[list[Gathered], Scored, dict[int, Local]]:
    """(events gathered from triggers that may tell one, scores of all triggers, surroundings of the gathered)."""
    scored = score_triggers(ctx, models["trigger"])
    probabilities = scored.probabilities
    chosen = [n for n, p in enumerate(probabilities) if p >= EVENT_THRESHOLD]
    locals_ = {n: find_local(ctx, n, scored.kinds[n]) for n in chosen}
    events: list[Gathered] = []
    for cluster in find_clusters(ctx, chosen, locals_, models["cluster"]):
        triggers = sorted(cluster, key=lambda n: (-probabilities[n], n))
        kind, lead = choose_kind(triggers, scored.kinds, scored.blocks, models["kind"])
        events.append((kind, lead, triggers))
    return events, scored, locals_


def confirm_events(ctx: Context, models: dict[str, LinearModel]) -> list[tuple[Gathered, float]]:
    """Gathered events with the probability that each stands as an event of its own."""
    events, scored, locals_ = gather_events(ctx, models)
    model = models["confirm"]
    world = find_world(ctx, events, scored.probabilities, scored.facts.block)
    return [
        (event, sigmoid(model.total(confirm_blocks(ctx, events, n, scored.probabilities, locals_, world))))
        for n, event in enumerate(events)
    ]


def _thresholds(ctx: Context, confirmed: list[tuple[Gathered, float]]) -> list[float]:
    """The probability that each event must have, by what world the text is of."""
    if len(ctx.doc.sentences) < EXCERPT:
        headline = len(ctx.doc.tokens) <= HEADLINE
        return [
            EXCERPT_TOLD if headline or told_by_verb(ctx, triggers) else EXCERPT_NAMED
            for (_, _, triggers), _ in confirmed
        ]
    least = CONFIRM_THRESHOLD if _is_warlike(ctx, confirmed) else OTHER_WORLD
    return [least] * len(confirmed)


def _is_warlike(ctx: Context, confirmed: list[tuple[Gathered, float]]) -> bool:
    verbal = verbal_kinds()
    material = [triggers for (kind, _, triggers), share in confirmed if kind not in verbal and share >= WARLIKE]
    return len(material) >= MANY or any(ctx.sentence_of(ctx.doc.triggers[min(t)].first) <= 1 for t in material)


def draft_events(ctx: Context, entities: dict[str, Entity], models: dict[str, LinearModel]) -> list[Draft]:
    """The report's events in the order of their first trigger."""
    confirmed = confirm_events(ctx, models)
    drafts = [
        Draft(kind, triggers, lead, share)
        for ((kind, lead, triggers), share), least in zip(confirmed, _thresholds(ctx, confirmed), strict=True)
        if share >= least
    ]
    groups = place_groups(ctx)
    tolls = find_tolls(ctx)
    taken = {n for draft in drafts for n in draft.triggers}
    earlier = Earlier([], [], [], [], [])
    for draft in drafts:
        fill_draft(ctx, draft, models, entities, groups, tolls, taken, earlier)
    return drafts


def fill_draft(
    ctx: Context,
    draft: Draft,
    models: dict[str, LinearModel],
    entities: dict[str, Entity],
    groups: dict[str, list[int]],
    tolls: list[Toll],
    taken: set[int],
    earlier: Earlier,
) -> None:
    """Decide every slot of a draft, and add them to `earlier`. `taken`: the triggers of all drafts."""
    triggers = sorted(draft.triggers)
    near = triggers[:MOST_TOLD]
    scene = build_scene(ctx, triggers, draft.kind, models, earlier.roles)
    draft.actors, draft.targets = choose_roles(ctx, scene, entities, models)
    draft.place, draft.place_lead = choose_place(ctx, triggers, draft.kind, groups, earlier.places, models["place"])
    draft.date, draft.date_lead = choose_date(ctx, triggers, draft.kind, earlier.dates, models["date"])
    actor_keys = [c.key for c in draft.actors]
    target_keys = [c.key for c in draft.targets]
    draft.status, draft.status_lead, draft.status_features = choose_status(
        ctx, triggers, draft.kind, actor_keys, target_keys, earlier.statuses, models["status"]
    )
    sourced = describe_event(ctx, near, draft.kind, actor_keys)
    draft.sources = choose_sources(ctx, sourced, earlier.sources, models["source"])
    for slot in ("killed", "injured"):
        setattr(draft, slot, choose_toll(ctx, near, draft.kind, slot, tolls, taken, models["toll"]))
    s = ctx.sentence_of(ctx.doc.triggers[triggers[0]].first)
    earlier.dates.append(Told(s, draft.kind, date_key(draft.date.interval)))
    earlier.places.append(Told(s, draft.kind, draft.place.name if draft.place is not None else None))
    earlier.roles.append(Past(s, draft.kind, frozenset(actor_keys), frozenset(target_keys)))
    earlier.statuses.append(Stated(s, draft.status))
    earlier.sources.append(remember_sources(ctx, sourced, draft.sources))
