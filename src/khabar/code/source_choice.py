"""Which attributions tell an event."""

from __future__ import annotations

from typing import NamedTuple

from khabar.code.context import Context, bucket
from khabar.code.entities import entity_keys
from khabar.lexicon.same_name import is_same_name
from khabar.lexicon.weights import Block, LinearModel, one
from khabar.model.document import Attribution, TriggerMention

# Log-odds that an attribution must have: below even, since a name missed costs as much as one too many.
# Chosen by cross-validation, on events as the reader gathers them.
LEAST = -0.5


class Sourced(NamedTuple):
    """An earlier event with the chains chosen for it, as their words."""

    sentence: int
    kind: str
    chains: frozenset[str]


class Event(NamedTuple):
    """What the choice needs to know of an event."""

    kind: str
    triggers: dict[int, list[TriggerMention]]  # by sentence
    over: dict[int, Attribution | None]  # by a trigger's first token: the innermost attribution that covers it
    sentences: list[int]  # of its triggers, in order
    actor_keys: list[str]


def describe_event(ctx: Context, triggers: list[int], kind: str, actor_keys: list[str]) -> Event:
    """An event as its sources are chosen by."""
    mine: dict[int, list[TriggerMention]] = {}
    over: dict[int, Attribution | None] = {}
    for n in triggers:
        t = ctx.doc.triggers[n]
        s = ctx.sentence_of(t.first)
        mine.setdefault(s, []).append(t)
        over[t.first] = ctx.attribution_over(t.start, s)
    return Event(kind, mine, over, sorted(mine), actor_keys)


def source_blocks(ctx: Context, event: Event, index: int, told: list[Sourced]) -> list[Block]:
    """Features of an attribution telling an event; `told`: what was chosen for the events before it."""
    attribution = ctx.doc.attributions[index]
    s = attribution.sentence
    here = event.triggers[s]
    covers = [t for t in here if attribution.start <= t.start < attribution.end]
    c = f"covers={bool(covers)}"
    span = attribution.chain[-1]
    rivals, order = min(len(ctx.attributions[s]), 3), min(ctx.attributions[s].index(index), 2)
    blocks: list[Block] = [
        (_manner, c, attribution.manner, attribution.verb, attribution.opened),
        (_kind, c, event.kind),
        (_place, c, rivals, order, len(attribution.chain), bucket(s, (0, 1, 3, 6))),
        one(f"length={bucket(span[1] - span[0], (6, 12, 24, 40))}"),
    ]
    blocks += _trigger_sides(ctx, attribution, covers or here, c)
    blocks.append(_turn(ctx, attribution, event, here))
    blocks.append(_speaker(ctx, attribution, event, c))
    blocks.append(_carried(ctx, index, s, event.kind, told, c))
    return blocks


def _manner(c: str, manner: str, verb: str, opened: bool) -> list[str]:
    return [
        "source", c, f"manner={manner}", f"verb={verb}", f"{c}&manner={manner}", f"{c}&verb={verb}",
        f"opened={opened}&manner={manner}", f"opened={opened}&{c}",
    ]


def _kind(c: str, kind: str) -> list[str]:
    return [f"kind={kind}", f"kind={kind}&{c}"]


def _place(c: str, rivals: int, order: int, chain: int, s: str) -> list[str]:
    return [f"rivals={rivals}&order={order}", f"{c}&rivals={rivals}", f"chain={chain}", f"s={s}"]


def _trigger_sides(ctx: Context, attribution: Attribution, near: list[TriggerMention], c: str) -> list[Block]:
    """How the nearest of the event's words in the sentence stands to the speaker."""
    begin, end = attribution.chain[-1]
    t = min(near, key=lambda t: abs(t.start - end))
    side = "after" if t.start >= begin else "before"
    gap = bucket(abs(t.start - (end if side == "after" else begin)), (12, 30, 60, 120, 200))
    opening = ctx.doc.sentences[attribution.sentence].first
    before = ctx.tag(t.first - 1) if t.first > opening else "^"
    return [
        (_gap, c, gap, side, attribution.manner),
        (_form, c, t.pos, t.tense, t.definite, before),
        (_clause, c, _clause_of(ctx, t.first, opening), min(len(near), 3), t.first in ctx.quoted),
    ]


def _gap(c: str, gap: str, side: str, manner: str) -> list[str]:
    return [f"gap={gap}{side}", f"gap={gap}{side}&{c}", f"{side}&manner={manner}"]


def _form(c: str, pos: str, tense: str, definite: bool, before: str) -> list[str]:
    return [f"form={pos}{tense}{definite}&{c}", f"before={before}&{c}"]


def _clause(c: str, clause: str, near: int, quoted: bool) -> list[str]:
    return [f"relative={clause}&{c}", f"n={near}&{c}", f"quoted={quoted}&{c}"]


def _clause_of(ctx: Context, first: int, opening: int) -> str:
    """What opens the clause of the word at `first`: a relative, "أن", a word of report, a mark, or "none"."""
    for k in range(first - 1, max(opening, first - 8) - 1, -1):
        word = ctx.words[k]
        if word.function in ("rel", "comp"):
            return word.function
        if word.report:
            return "report"
        if word.is_punct:
            return "punct"
    return "none"


def _turn(ctx: Context, attribution: Attribution, event: Event, here: list[TriggerMention]) -> Block:
    """Where in the event the attribution's sentence stands, and how much it tells."""
    s, sentences = attribution.sentence, event.sentences
    turn = "only" if len(sentences) == 1 else ("first" if s == sentences[0] else "later")
    if turn == "later" and sentences[0] == 0 and s == sentences[1]:
        turn = "lead"
    inner = sum([event.over[t.first] is attribution for t in here])
    return (_within, turn, attribution.manner, min(inner, 2))


def _within(turn: str, manner: str, inner: int) -> list[str]:
    return [f"turn={turn}", f"turn={turn}&manner={manner}", f"inner={inner}&turn={turn}"]


def _speaker(ctx: Context, attribution: Attribution, event: Event, c: str) -> Block:
    """Who speaks: what sort, and whether a party to the event."""
    if not attribution.actors:
        return one(f"speaker=unknown&{c}")
    a = attribution.actors[-1]
    mention = ctx.doc.actors[a]
    party = event.kind if entity_keys(ctx)[a] in event.actor_keys else ""
    sort = mention.noun or mention.cls.value
    return (_sort, c, sort, mention.cls.value, attribution.manner, attribution.verb, party)


def _sort(c: str, sort: str, cls: str, manner: str, verb: str, party: str) -> list[str]:
    atoms = [f"speaker={sort}&{c}", f"speaker={sort}&verb={verb}", f"cls={cls}&{c}"]
    return [*atoms, f"party&kind={party}", f"party&{c}", f"party&manner={manner}"] if party else atoms


def _carried(ctx: Context, index: int, s: int, kind: str, told: list[Sourced], c: str) -> Block:
    """Whether the events before this one were told by the same speaker."""
    if not told:
        return one("h=first")
    name, latest = _chain_text(ctx, index), told[-1]
    gap = bucket(abs(s - latest.sentence), (0, 1, 2, 5))
    any_ = any(name in t.chains for t in told)
    return (_history, c, gap, name in latest.chains, any_, not latest.chains, latest.kind == kind)


def _history(c: str, gap: str, last: bool, any_: bool, bare: bool, same: bool) -> list[str]:
    atoms = [f"h:last={last}&gap={gap}", f"h:last={last}&{c}", f"h:any={any_}&{c}"]
    atoms += [f"h:bare&gap={gap}"] if bare else []
    return [*atoms, f"h:last={last}&kind"] if same else atoms


def chain_names(ctx: Context, index: int) -> list[str]:
    """An attribution's names, outermost first."""
    return [ctx.text[a:b] for a, b in ctx.doc.attributions[index].chain]


def _chain_text(ctx: Context, index: int) -> str:
    return " | ".join(chain_names(ctx, index))


def source_candidates(ctx: Context, sentences: list[int]) -> list[int]:
    """Attributions of the event's sentences. Those of the sentences beside them are no gain by cross-validation."""
    return [k for s in sentences for k in ctx.attributions[s]]


def choose_sources(ctx: Context, event: Event, told: list[Sourced], model: LinearModel) -> list[tuple[int, float]]:
    """(attribution, log-odds) of those that tell the event, each speaker once and in its fullest chain."""
    likely = []
    for index in source_candidates(ctx, event.sentences):
        score = model.total(source_blocks(ctx, event, index, told))
        if score > LEAST:
            likely.append((-score, index))
    chosen: list[tuple[int, float]] = []
    names: list[list[str]] = []
    for loss, index in sorted(likely):
        chain = chain_names(ctx, index)
        if not any(is_same_name(chain[-1], other[-1]) for other in names):
            chosen.append((index, -loss))
            names.append(chain)
    outlets = [name for chain in names for name in chain[:-1]]
    return sorted(
        pair
        for pair, chain in zip(chosen, names, strict=True)
        if len(chain) > 1 or not any(is_same_name(chain[0], outlet) for outlet in outlets)
    )


def remember_sources(ctx: Context, event: Event, chosen: list[tuple[int, float]]) -> Sourced:
    """What the next events may look back on."""
    return Sourced(event.sentences[0], event.kind, frozenset(_chain_text(ctx, k) for k, _ in chosen))
