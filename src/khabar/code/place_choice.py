"""Where it happened: the places told near an event's triggers, and which of them is its own."""

from __future__ import annotations

from typing import NamedTuple

from khabar.code.context import Buckets, Context
from khabar.code.history import Told, history_block, look_back
from khabar.lexicon.weights import Block, LinearModel, best_of, one, prefixed

_BY_0_1_3_6_12_20 = Buckets(0, 1, 3, 6, 12, 20)
_BY_0_1_2_4 = Buckets(0, 1, 2, 4)
_BY_1_2_4 = Buckets(1, 2, 4)
_BY_0_2_5_10_16_24_40 = Buckets(0, 2, 5, 10, 16, 24, 40)
_CLAUSES = ("comp", "rel", "after", "before", "cause", "contrast")
_PAIRED = 8  # triggers of an event beside which its places are looked for


class PlaceCandidate(NamedTuple):
    """A place of the report weighed for an event; `mentions` are its mentions anywhere in the report."""

    name: str
    mentions: tuple[int, ...]
    best: int
    inside: bool  # whether it is told in a sentence of the event
    blocks: list[Block]


def place_groups(ctx: Context) -> dict[str, list[int]]:
    """Mentions of the report by folded name; "المدينة" and "العاصمة" go to the place that they were resolved to."""
    found: dict[str, list[int]] = {}
    by_id: dict[str, str] = {}
    for n, place in enumerate(ctx.doc.places):
        key = place.name or " ".join(ctx.norms[place.first : place.last])
        value = ctx.place_values[n]
        if value is not None and value.id is not None:
            if place.rule.startswith(("anaphor", "capital")):
                key = by_id.get(value.id, key)
            else:
                by_id.setdefault(value.id, key)
        found.setdefault(key, []).append(n)
    return found


class Pair(NamedTuple):
    """A mention of a place and one of an event's words in one sentence."""

    closeness: int
    trigger: int
    place: int
    side: str  # "a": the place stands after the word, "b": before it, "": within it
    first: int = 0  # tokens between the two
    last: int = 0
    breaks: int = 0
    others: int = 0  # further events' words between


def _pair(ctx: Context, n: int, p: int) -> Pair:
    """How place mention `p` stands to trigger `n`."""
    t, place = ctx.doc.triggers[n], ctx.doc.places[p]
    if place.first >= t.last:
        side, first, last = "a", t.last, place.first
    elif place.last <= t.first:
        side, first, last = "b", place.last, t.first
    else:
        return Pair(100, n, p, "")
    others, breaks = ctx.parted(n, first, last)
    closeness = first - last - 6 * others - 2 * breaks - (3 if side == "b" else 0)
    return Pair(closeness, n, p, side, first, last, breaks, others)


def _pair_blocks(ctx: Context, pair: Pair, kind: str) -> list[Block]:
    if not pair.side:
        return [(_inside, kind)]
    t, place, side = ctx.doc.triggers[pair.trigger], ctx.doc.places[pair.place], pair.side
    between = range(pair.first, pair.last)
    rivals = sum([k in ctx.place_at and ctx.place_at[k] != pair.place for k in between])
    before = ctx.norms[place.first - 1] if place.first else "^"
    pre = before if ctx.words[place.first - 1].function in ("prep", "against") else ctx.tag(place.first - 1)
    functions = {ctx.words[k].function for k in between}
    gap = _BY_0_1_3_6_12_20[pair.last - pair.first]
    return [
        (_gap, side, gap, min(pair.breaks, 3), min(pair.others, 3), min(rivals, 3)),
        (_before, side, pre, ctx.words[place.first].proclitic[:1], min(pair.others, 2), kind),
        (_told, side, pre, t.entry, t.pos, min(pair.others, 2)),
        (_between, side, *[f for f in _CLAUSES if f in functions]),
    ]


def _inside(kind: str) -> list[str]:
    return ["side=in", f"in:kind={kind}"]


def _gap(side: str, gap: str, breaks: int, others: int, rivals: int) -> list[str]:
    return [
        f"{side}:gap={gap}", f"{side}:breaks={breaks}", f"{side}:others={others}", f"{side}:rivals={rivals}",
        f"{side}:others={min(others, 2)}&breaks={min(breaks, 1)}",
    ]


def _before(side: str, pre: str, proclitic: str, others: int, kind: str) -> list[str]:
    return [
        f"{side}:pre={pre}", f"{side}:pro={proclitic}", f"{side}:pre={pre}&others={others}",
        f"kind={kind}&{side}:pre={pre}",
    ]


def _told(side: str, pre: str, entry: str, pos: str, others: int) -> list[str]:
    return [f"e={entry}&{side}", f"e={entry}&{side}:pre={pre}", f"{side}:pos={pos}&others={others}"]


def _between(side: str, *functions: str) -> list[str]:
    return [f"{side}:has={f}" for f in functions]


def place_candidates(
    ctx: Context, triggers: list[int], kind: str, groups: dict[str, list[int]], history: list[Told]
) -> list[PlaceCandidate]:
    """Every place told in a sentence of the event, in its neighbours, or in title and lead."""
    own: dict[int, list[int]] = {}  # by sentence: the event's first triggers
    for n in triggers[:_PAIRED]:
        own.setdefault(ctx.sentence_of(ctx.doc.triggers[n].first), []).append(n)
    sentences = sorted({ctx.sentence_of(ctx.doc.triggers[n].first) for n in triggers})
    reach = (set(sentences) | {s - 1 for s in sentences} | {0, 1}) & set(range(len(ctx.places)))
    told = {p: s for s in reach for p in ctx.places[s]}
    before = look_back(history, sentences[0], kind)
    parents = {ctx.doc.places[p].parent for x in sentences for p in ctx.places[x]} - {None}
    rivals = len(ctx.places[ctx.sentence_of(ctx.doc.triggers[triggers[0]].first)])
    found = []
    for name, mentions in groups.items():
        near = [p for p in mentions if p in told]
        if not near:
            continue
        pairs = [_pair(ctx, n, p) for p in near for n in own.get(told[p], ())]
        pair = min(pairs, key=_rank, default=None)
        best = near[0] if pair is None else pair.place
        contains = not parents.isdisjoint(mentions)
        blocks = _place_blocks(ctx, kind, mentions, best, len(pairs), pair, contains, rivals)
        block = history_block(before, name)
        blocks += [block, *prefixed("in" if pairs else "out", [block])]
        found.append(PlaceCandidate(name, tuple(mentions), best, bool(pairs), blocks))
    return found


def _rank(pair: Pair) -> tuple[int, int, int]:
    return -pair.closeness, pair.trigger, pair.place


def _place_blocks(
    ctx: Context,
    kind: str,
    mentions: list[int],
    best: int,
    inside: int,
    pair: Pair | None,
    contains: bool,
    rivals: int,
) -> list[Block]:
    place = ctx.doc.places[best]
    value = ctx.place_values[best]
    grain = (value.kind if value is not None and value.kind else None) or place.type_word or "?"
    s = ctx.sentence_of(place.first)
    where = "same" if inside else ("title" if s == 0 else ("lead" if s == 1 else "near"))
    titled = ctx.sentence_of(ctx.doc.places[mentions[0]].first) == 0
    close = _BY_0_2_5_10_16_24_40[-pair.closeness if pair is not None else 1000]
    return [
        (_sort, where, grain, place.type_word or "-", place.relation, kind, place.rule.split(":")[0]),
        (_count, where, _BY_0_1_2_4[inside], _BY_1_2_4[len(mentions)], close, _BY_0_1_2_4[rivals], bool(place.name)),
        (_holds, where, contains, place.parent is not None, titled),
        *(_pair_blocks(ctx, pair, kind) if pair is not None else [one("side=none")]),
    ]


def _sort(where: str, grain: str, type_word: str, relation: str, kind: str, rule: str) -> list[str]:
    return [
        "place", f"where={where}", f"grain={grain}", f"type={type_word}", f"rel={relation}",
        f"where={where}&grain={grain}", f"kind={kind}&where={where}", f"kind={kind}&grain={grain}", f"rule={rule}",
        f"rel={relation}&where={where}",
    ]


def _count(where: str, inside: str, count: str, close: str, rivals: str, named: bool) -> list[str]:
    return [
        f"inside={inside}", f"count={count}", f"close={close}", f"rivals={rivals}&where={where}",
        f"named={named}&where={where}",
    ]


def _holds(where: str, contains: bool, contained: bool, titled: bool) -> list[str]:
    atoms = ["container", f"container&where={where}"] if contains else []
    atoms += ["contained"] if contained else []
    return [*atoms, f"titled&where={where}"] if titled else atoms


def none_blocks(
    ctx: Context, triggers: list[int], kind: str, candidates: list[PlaceCandidate], history: list[Told]
) -> list[Block]:
    """Features of an event without a place."""
    inside = any(c.inside for c in candidates)
    t = ctx.doc.triggers[triggers[0]]
    return [
        (_none, kind, inside, _BY_0_1_2_4[len(candidates)], t.entry, _BY_1_2_4[len(triggers)]),
        *prefixed("none", [history_block(look_back(history, ctx.sentence_of(t.first), kind), None)]),
    ]


def _none(kind: str, inside: bool, count: str, entry: str, size: str) -> list[str]:
    return [
        "none", f"none:kind={kind}", f"none:inside={inside}", f"none:kind={kind}&inside={inside}", f"none:n={count}",
        f"none:e={entry}", f"none:size={size}",
    ]


def choose_place(
    ctx: Context,
    triggers: list[int],
    kind: str,
    groups: dict[str, list[int]],
    history: list[Told],
    model: LinearModel,
) -> tuple[PlaceCandidate | None, float]:
    """(the event's place or None, its lead over the next choice in log-odds)."""
    candidates = place_candidates(ctx, triggers, kind, groups, history)
    scores = [model.total(none_blocks(ctx, triggers, kind, candidates, history))]
    scores += [model.total(c.blocks) for c in candidates]
    best, lead = best_of(scores)
    return (None if best == 0 else candidates[best - 1]), lead
