"""Which of the told tolls is an event's: its own, that of the sentence after it, or none."""

from __future__ import annotations

from khabar.code.casualties import Toll
from khabar.code.context import Context, bucket
from khabar.lexicon.weights import Block, LinearModel, best_of


def toll_blocks(
    ctx: Context, toll: Toll, triggers: list[int], kind: str, order: int, candidates: list[Toll], taken: set[int],
    slot: str,
) -> list[Block]:
    """Features of a toll, the `order`th of an event's `candidates`, belonging to the event that `triggers` tell.
    `taken`: the triggers of all the report's events."""
    own = "own" if toll.trigger in triggers else ("other" if toll.trigger in taken else "free")
    s = ctx.sentence_of(toll.first)
    sentences = sorted({ctx.sentence_of(ctx.doc.triggers[n].first) for n in triggers})
    value = "none" if toll.minimum is None else bucket(toll.minimum, (0, 1, 2, 10, 100))
    return [
        (_kind, kind, own, s in sentences, slot),
        (_value, own, toll.relation, value, toll.subset),
        (_told, ctx.doc.triggers[toll.trigger].entry, bucket(order, (0, 1, 2, 4)), s == 0, own),
        _where(ctx, toll, triggers, own, s, sentences),
        _rivals(toll, triggers, own, candidates),
    ]


def _kind(kind: str, own: str, same: bool, slot: str) -> list[str]:
    return [
        "toll", f"slot={slot}", f"own={own}", f"same={same}", f"own={own}&same={same}", f"kind={kind}&own={own}",
        f"kind={kind}&same={same}",
    ]


def _value(own: str, relation: str, value: str, subset: bool) -> list[str]:
    return [
        f"rel={relation}", f"value={value}", f"subset={subset}", f"own={own}&subset={subset}",
        f"own={own}&rel={relation}", f"own={own}&value={value}",
    ]


def _told(entry: str, order: str, title: bool, own: str) -> list[str]:
    return [f"e={entry}", f"order={order}", *([f"title&own={own}"] if title else ())]


def _where(ctx: Context, toll: Toll, triggers: list[int], own: str, s: int, sentences: list[int]) -> Block:
    """How far the toll stands from the event's words, and what stands between."""
    here = [n for n in triggers if ctx.sentence_of(ctx.doc.triggers[n].first) == s]
    if not here:
        nearest = min(abs(s - x) for x in sentences)
        side = "before" if s < sentences[0] else ("after" if s > sentences[-1] else "within")
        return (_away, bucket(nearest, (1, 2, 4)), side, own, min(len(sentences), 3))
    near = min(here, key=lambda n: abs(ctx.doc.triggers[n].first - toll.first))
    gap = abs(ctx.doc.triggers[near].first - toll.first)
    low, high = sorted((near, toll.trigger))
    between = sum(k not in triggers for k in range(low + 1, high))
    return (_near, bucket(gap, (0, 3, 8, 16, 30)), bucket(between, (0, 1, 2)), own)


def _away(nearest: str, side: str, own: str, sentences: int) -> list[str]:
    return [f"away={nearest}{side}", f"away={side}&own={own}", f"turn={sentences}{side}"]


def _near(gap: str, between: str, own: str) -> list[str]:
    return [f"gap={gap}&own={own}", f"between={between}&own={own}"]


def _rivals(toll: Toll, triggers: list[int], own: str, candidates: list[Toll]) -> Block:
    """How the toll compares with the others: told again, the largest, the first of the event's own."""
    told = [t for t in candidates if t.minimum is not None]
    mine = [t for t in told if t.trigger in triggers]
    again = sum(t.minimum == toll.minimum and t.first != toll.first for t in told)
    size, first = "", False
    if toll.minimum is not None and mine:
        largest = max([t.minimum or 0 for t in mine])
        size = "largest" if toll.minimum == largest else ("larger" if toll.minimum > largest else "smaller")
        first = mine[0] is toll
    return (_compared, min(again, 2), min(len(told), 3), size, first, toll.relation, own)


def _compared(again: int, rivals: int, size: str, first: bool, relation: str, own: str) -> list[str]:
    atoms = [f"again={again}&own={own}", f"rivals={rivals}&own={own}"]
    sized = [f"size={size}&own={own}", f"size={size}&rel={relation}", f"first={first}&own={own}"]
    return atoms + sized if size else atoms


def toll_candidates(ctx: Context, triggers: list[int], slot: str, tolls: list[Toll]) -> list[Toll]:
    """Tolls of a slot in or next to the event's sentences, or told by its own triggers."""
    sentences = {ctx.sentence_of(ctx.doc.triggers[n].first) for n in triggers}
    reach = sentences | {s + 1 for s in sentences} | {s - 1 for s in sentences}
    return [t for t in tolls if t.slot == slot and (t.trigger in triggers or ctx.sentence_of(t.first) in reach)]


def toll_none(kind: str, slot: str, candidates: list[Toll], triggers: list[int]) -> list[str]:
    """Features of an event without a toll."""
    own = any(t.trigger in triggers for t in candidates)
    return [
        "none",
        f"none:kind={kind}",
        f"none:own={own}",
        f"none:slot={slot}",
        f"none:own={own}&kind={kind}",
        f"none:any={bool(candidates)}",
    ]


def choose_toll(
    ctx: Context, triggers: list[int], kind: str, slot: str, tolls: list[Toll], taken: set[int], model: LinearModel
) -> tuple[Toll, float] | None:
    """(the event's toll, its lead over the next choice), or None when it has none with a number."""
    candidates = toll_candidates(ctx, triggers, slot, tolls)
    if not any(t.minimum is not None for t in candidates):
        return None
    scores = [model.score(toll_none(kind, slot, candidates, triggers))]
    scores += [
        model.total(toll_blocks(ctx, t, triggers, kind, n, candidates, taken, slot)) for n, t in enumerate(candidates)
    ]
    best, lead = best_of(scores)
    if best == 0 or candidates[best - 1].minimum is None:
        return None
    return candidates[best - 1], lead
