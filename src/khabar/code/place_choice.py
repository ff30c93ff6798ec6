"""Where it happened: the places told near an event's triggers, and which of them is its own."""

from __future__ import annotations

from typing import NamedTuple

from khabar.code.context import BREAKS, Buckets, Context
from khabar.code.history import Told, history_features
from khabar.lexicon.weights import LinearModel

_BY_0_1_3_6_12_20 = Buckets(0, 1, 3, 6, 12, 20)
_BY_0_1_2_4 = Buckets(0, 1, 2, 4)
_BY_1_2_4 = Buckets(1, 2, 4)
_BY_0_2_5_10_16_24_40 = Buckets(0, 2, 5, 10, 16, 24, 40)


class PlaceCandidate(NamedTuple):
    """A place of the report weighed for an event; `mentions` are its mentions anywhere in the report."""

    name: str
    mentions: tuple[int, ...]
    best: int
    features: tuple[str, ...]


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


def _pair(ctx: Context, n: int, p: int, kind: str) -> tuple[int, list[str]]:
    """(closeness, features) of place mention `p` beside trigger `n` in one sentence."""
    t, place = ctx.doc.triggers[n], ctx.doc.places[p]
    if place.first >= t.last:
        side, first, last = "a", t.last, place.first
    elif place.last <= t.first:
        side, first, last = "b", place.last, t.first
    else:
        return 100, ["side=in", f"in:kind={kind}"]
    gap = last - first
    breaks = sum(1 for k in range(first, last) if ctx.norms[k] in BREAKS)
    others = len({ctx.trigger_at[k] for k in range(first, last) if k in ctx.trigger_at} - {n})
    rivals = sum(1 for k in range(first, last) if k in ctx.place_at and ctx.place_at[k] != p)
    before = ctx.norms[place.first - 1] if place.first else "^"
    pre = before if ctx.words[place.first - 1].function in ("prep", "against") else ctx.tag(place.first - 1)
    head = ctx.words[place.first].proclitic[:1]
    rel = [ctx.words[k].function for k in range(first, last)]
    atoms = [
        f"{side}:gap={_BY_0_1_3_6_12_20[gap]}",
        f"{side}:breaks={min(breaks, 3)}",
        f"{side}:others={min(others, 3)}",
        f"{side}:rivals={min(rivals, 3)}",
        f"{side}:pre={pre}",
        f"{side}:pro={head}",
        f"{side}:others={min(others, 2)}&breaks={min(breaks, 1)}",
        f"{side}:pre={pre}&others={min(others, 2)}",
        f"e={t.entry}&{side}",
        f"e={t.entry}&{side}:pre={pre}",
        f"{side}:pos={t.pos}&others={min(others, 2)}",
        f"kind={kind}&{side}:pre={pre}",
    ]
    for f in ("comp", "rel", "after", "before", "cause", "contrast"):
        if f in rel:
            atoms.append(f"{side}:has={f}")
    closeness = -gap - 6 * others - 2 * breaks - (3 if side == "b" else 0)
    return closeness, atoms


def place_candidates(
    ctx: Context, triggers: list[int], kind: str, groups: dict[str, list[int]], history: list[Told]
) -> list[PlaceCandidate]:
    """Every place told in a sentence of the event, in its neighbours, or in title and lead."""
    sentences = sorted({ctx.sentence_of(ctx.doc.triggers[n].first) for n in triggers})
    reach = set(sentences) | {s - 1 for s in sentences} | {0, 1}
    parents = {ctx.doc.places[p].parent for x in sentences for p in ctx.places[x]} - {None}
    rivals = len(ctx.places[ctx.sentence_of(ctx.doc.triggers[triggers[0]].first)])
    found = []
    for name, mentions in groups.items():
        near = [p for p in mentions if ctx.sentence_of(ctx.doc.places[p].first) in reach]
        if not near:
            continue
        best, closeness, pair = near[0], -1000, ["side=none"]
        inside = 0
        for n in triggers[:8]:
            s = ctx.sentence_of(ctx.doc.triggers[n].first)
            for p in near:
                if ctx.sentence_of(ctx.doc.places[p].first) != s:
                    continue
                inside += 1
                score, atoms = _pair(ctx, n, p, kind)
                if score > closeness:
                    best, closeness, pair = p, score, atoms
        features = _features(ctx, kind, triggers, sentences, mentions, best, inside, closeness, pair, parents, rivals)
        features += history_features(history, sentences[0], kind, name)
        features += [f"{'in' if inside else 'out'}:{a}" for a in features[-7:] if a.startswith("h:")]
        found.append(PlaceCandidate(name, tuple(mentions), best, tuple(features)))
    return found


def _features(
    ctx: Context,
    kind: str,
    triggers: list[int],
    sentences: list[int],
    mentions: list[int],
    best: int,
    inside: int,
    closeness: int,
    pair: list[str],
    parents: set[int | None],
    rivals: int,
) -> list[str]:
    place = ctx.doc.places[best]
    value = ctx.place_values[best]
    grain = (value.kind if value is not None and value.kind else None) or place.type_word or "?"
    s = ctx.sentence_of(place.first)
    where = "same" if inside else ("title" if s == 0 else ("lead" if s == 1 else "near"))
    type_word = place.type_word or "-"
    atoms = [
        "place",
        f"where={where}",
        f"grain={grain}",
        f"type={type_word}",
        f"rel={place.relation}",
        f"where={where}&grain={grain}",
        f"kind={kind}&where={where}",
        f"kind={kind}&grain={grain}",
        f"rule={place.rule.split(':')[0]}",
        f"inside={_BY_0_1_2_4[inside]}",
        f"count={_BY_1_2_4[len(mentions)]}",
        f"close={_BY_0_2_5_10_16_24_40[-closeness]}",
        f"rel={place.relation}&where={where}",
        f"named={bool(place.name)}&where={where}",
        *pair,
    ]
    if best in parents or any(p in parents for p in mentions):
        atoms += ["container", f"container&where={where}"]
    if place.parent is not None:
        atoms.append("contained")
    atoms.append(f"rivals={_BY_0_1_2_4[rivals]}&where={where}")
    if any(ctx.sentence_of(ctx.doc.places[p].first) == 0 for p in mentions):
        atoms.append(f"titled&where={where}")
    return atoms


def none_features(
    ctx: Context, triggers: list[int], kind: str, candidates: list[PlaceCandidate], history: list[Told]
) -> list[str]:
    """Features of an event without a place."""
    inside = any("where=same" in c.features for c in candidates)
    t = ctx.doc.triggers[triggers[0]]
    return [
        "none",
        f"none:kind={kind}",
        f"none:inside={inside}",
        f"none:kind={kind}&inside={inside}",
        f"none:n={_BY_0_1_2_4[len(candidates)]}",
        f"none:e={t.entry}",
        f"none:size={_BY_1_2_4[len(triggers)]}",
        *("none:" + a for a in history_features(history, ctx.sentence_of(t.first), kind, None)),
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
    scores = [model.score(none_features(ctx, triggers, kind, candidates, history))]
    scores += [model.score(c.features) for c in candidates]
    order = sorted(range(len(scores)), key=lambda n: (-scores[n], n))
    lead = scores[order[0]] - scores[order[1]] if len(order) > 1 else 5.0
    best = order[0]
    return (None if best == 0 else candidates[best - 1]), lead
