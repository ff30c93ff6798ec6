"""Which of the told tolls is an event's: its own, that of the sentence after it, or none."""

from __future__ import annotations

from khabar.code.casualties import Toll
from khabar.code.context import Context, bucket
from khabar.lexicon.weights import LinearModel


def toll_features(
    ctx: Context, toll: Toll, triggers: list[int], kind: str, order: int, candidates: list[Toll]
) -> list[str]:
    """Features of a toll, the `order`th of an event's `candidates`, belonging to the event that `triggers` tell."""
    own = toll.trigger in triggers
    s = ctx.sentence_of(toll.first)
    sentences = sorted({ctx.sentence_of(ctx.doc.triggers[n].first) for n in triggers})
    same = s in sentences
    value = "none" if toll.minimum is None else bucket(toll.minimum, (0, 1, 2, 10, 100))
    atoms = [
        "toll",
        f"own={own}",
        f"same={same}",
        f"own={own}&same={same}",
        f"rel={toll.relation}",
        f"value={value}",
        f"subset={toll.subset}",
        f"own={own}&subset={toll.subset}",
        f"order={bucket(order, (0, 1, 2, 4))}",
        f"own={own}&rel={toll.relation}",
        f"kind={kind}&own={own}",
        f"kind={kind}&same={same}",
        f"e={ctx.doc.triggers[toll.trigger].entry}",
        f"own={own}&value={value}",
    ]
    atoms += _where(ctx, toll, triggers, own, s, sentences)
    atoms += _rivals(toll, triggers, own, candidates)
    if s == 0:
        atoms.append(f"title&own={own}")
    return atoms


def _where(ctx: Context, toll: Toll, triggers: list[int], own: bool, s: int, sentences: list[int]) -> list[str]:
    """How far the toll stands from the event's words, and what stands between."""
    here = [n for n in triggers if ctx.sentence_of(ctx.doc.triggers[n].first) == s]
    if not here:
        nearest = min(abs(s - x) for x in sentences)
        return [f"away={bucket(nearest, (1, 2, 4))}{'after' if s > sentences[0] else 'before'}"]
    near = min(here, key=lambda n: abs(ctx.doc.triggers[n].first - toll.first))
    gap = abs(ctx.doc.triggers[near].first - toll.first)
    low, high = sorted((near, toll.trigger))
    between = sum(k not in triggers for k in range(low + 1, high))
    return [f"gap={bucket(gap, (0, 3, 8, 16, 30))}&own={own}", f"between={bucket(between, (0, 1, 2))}&own={own}"]


def _rivals(toll: Toll, triggers: list[int], own: bool, candidates: list[Toll]) -> list[str]:
    """How the toll compares with the others: told again, the largest, the first of the event's own."""
    told = [t for t in candidates if t.minimum is not None]
    mine = [t for t in told if t.trigger in triggers]
    again = sum(t.minimum == toll.minimum and t.first != toll.first for t in told)
    atoms = [f"again={min(again, 2)}&own={own}", f"rivals={min(len(told), 3)}&own={own}"]
    if toll.minimum is not None and mine:
        largest = max(t.minimum or 0 for t in mine)
        size = "largest" if toll.minimum == largest else ("larger" if toll.minimum > largest else "smaller")
        atoms += [f"size={size}&own={own}", f"size={size}&rel={toll.relation}", f"first={mine[0] is toll}&own={own}"]
    return atoms


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
    ctx: Context, triggers: list[int], kind: str, slot: str, tolls: list[Toll], model: LinearModel
) -> tuple[Toll, float] | None:
    """(the event's toll, its lead over the next choice), or None when it has none with a number."""
    candidates = toll_candidates(ctx, triggers, slot, tolls)
    scores = [model.score(toll_none(kind, slot, candidates, triggers))]
    scores += [
        model.score([*toll_features(ctx, t, triggers, kind, n, candidates), f"slot={slot}"])
        for n, t in enumerate(candidates)
    ]
    order = sorted(range(len(scores)), key=lambda n: (-scores[n], n))
    best = order[0]
    if best == 0 or candidates[best - 1].minimum is None:
        return None
    return candidates[best - 1], scores[best] - scores[order[1]]
