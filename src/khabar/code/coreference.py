"""Which triggers of a report tell the same event: left to right, each joins an earlier trigger or starts an event.

A mention-ranking model: every earlier trigger in reach is a candidate antecedent, "a new event" another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from khabar.code.context import Context, bucket
from khabar.code.roles import entity_key
from khabar.lexicon.ontology import family_of
from khabar.lexicon.weights import LinearModel
from khabar.model.document import TriggerMention

_WINDOW = 10  # latest triggers weighed as antecedents, beside those of the title and the lead
_NEAR = 9  # tokens around a trigger whose places, actors and numbers are taken as its own


class Cluster:
    """An event being gathered: its triggers so far, in text order."""

    __slots__ = ("triggers",)

    def __init__(self) -> None:
        self.triggers: list[int] = []


class Local(NamedTuple):
    """What stands around a trigger: the ground on which two triggers are compared."""

    sentence: int
    kind: str
    family: str
    cls: str
    definite: str
    places: frozenset[str]
    actors: frozenset[str]
    numbers: frozenset[int]
    dates: frozenset[object]
    other: bool
    dem: bool


def _class_of(t: TriggerMention) -> str:
    return t.cls or ("verb" if t.pos in ("v", "both") else ("part" if t.pos in ("ap", "pp") else "noun"))


def find_local(ctx: Context, n: int, scores: dict[str, float]) -> Local:
    """The surroundings of trigger `n`, whose log-scores by kind are `scores`."""
    t = ctx.doc.triggers[n]
    s = ctx.sentence_of(t.first)
    kind = max(scores, key=lambda k: (scores[k], k))
    low, high = t.first - _NEAR, t.last + _NEAR
    places = frozenset(ctx.doc.places[k].name for k in ctx.places[s] if low < ctx.doc.places[k].first < high + 4)
    actors = frozenset(
        entity_key(ctx, k)
        for k in ctx.actors[s]
        if low < ctx.doc.actors[k].first < high and ctx.doc.actors[k].noun != "place"
    )
    numbers = frozenset(
        c.minimum for k in ctx.counts[s] if low < (c := ctx.doc.counts[k]).first < high and c.minimum is not None
    )
    dates = frozenset(
        (i.start, i.end)
        for k in ctx.times[s]
        if low - 4 < ctx.doc.times[k].first < high + 4 and (i := ctx.intervals[k]) is not None
    )
    after = range(t.last, min(t.last + 2, len(ctx.words)))
    return Local(
        s,
        kind,
        family_of(kind),
        _class_of(t),
        "D" if t.definite or t.enclitic else "I",
        places,
        actors,
        numbers,
        dates,
        any(ctx.words[k].function == "other" for k in after),
        t.first > 0 and ctx.words[t.first - 1].function == "dem",
    )


def _between(ctx: Context, a: TriggerMention, b: TriggerMention) -> list[str]:
    """Grammar and punctuation between two triggers of one sentence that stand close."""
    gap = b.first - a.last
    if gap > 9:
        return []
    atoms = []
    if gap <= 3:
        atoms.append("btw=" + " ".join(ctx.tag(k) for k in range(a.last, b.first)))
    functions = {ctx.words[k].function for k in range(a.last, b.first)}
    for f in ("rel", "cause", "agent", "comp", "after", "before", "dem", "conj", "contrast", "prep"):
        if f in functions:
            atoms.append(f"btw:{f}")
    if any(ctx.norms[k] in ("،", ".", "؛", ":") for k in range(a.last, b.first)):
        atoms.append("btw:punct")
    if b.proclitics.startswith("و"):
        atoms.append("btw:wa")
    return atoms


def _overlap(
    name: str,
    a: frozenset[object] | frozenset[str] | frozenset[int],
    b: frozenset[object] | frozenset[str] | frozenset[int],
) -> str:
    if not a or not b:
        return f"{name}:?"
    return f"{name}:same" if a & b else f"{name}:differ"


def pair_features(ctx: Context, j: int, i: int, locals_: Sequence[Local], size: int) -> list[str]:
    """Features of trigger `j` telling the same event as the earlier trigger `i`, whose event has `size` triggers."""
    t, u = ctx.doc.triggers[j], ctx.doc.triggers[i]
    a, b = locals_[j], locals_[i]
    distance = "0" if a.sentence == b.sentence else bucket(a.sentence - b.sentence, (1, 2, 4, 8))
    relation = "same" if a.kind == b.kind else ("fam" if a.family == b.family else "other")
    compat = (
        "can"
        if a.kind in u.kinds and b.kind in t.kinds
        else ("half" if a.kind in u.kinds or b.kind in t.kinds else "no")
    )
    classes = f"{a.cls}>{b.cls}"
    place, actor = _overlap("place", a.places, b.places), _overlap("actor", a.actors, b.actors)
    number, day = _overlap("number", a.numbers, b.numbers), _overlap("date", a.dates, b.dates)
    atoms = [
        "pair",
        f"rel={relation}",
        f"compat={compat}",
        f"d={distance}",
        f"rel={relation}&d={distance}",
        f"compat={compat}&d={distance}",
        f"rel={relation}&def={a.definite}&d={distance}",
        f"cls={classes}&d={distance}",
        f"cls={classes}&rel={relation}",
        f"kinds={a.kind}|{b.kind}",
        f"kind={a.kind}&def={a.definite}",
        f"size={bucket(size, (1, 2, 4))}",
        f"e={t.entry}&rel={relation}",
        f"es={t.entry}|{u.entry}",
        place,
        actor,
        number,
        day,
        f"{place}&rel={relation}",
        f"{actor}&rel={relation}",
        f"{number}&rel={relation}",
        f"{day}&rel={relation}",
        f"{place}&d={distance}",
        f"{place}&{actor}&rel={relation}",
        f"{number}&{a.cls}",
        f"def={a.definite}&{place}&rel={relation}",
    ]
    if t.entry == u.entry:
        same = ctx.norms[t.head] == ctx.norms[u.head]
        atoms += ["entry", f"entry&d={distance}", f"entry&def={a.definite}", f"entry&word={same}", f"entry&{place}"]
    if distance == "0":
        gap = bucket(t.first - u.last, (0, 1, 3, 6, 12, 24))
        atoms += [f"gap={gap}", f"gap={gap}&cls={classes}", f"gap={gap}&rel={relation}"]
        atoms += [f"{x}&{relation}" for x in _between(ctx, u, t)]
    if b.sentence == 0:
        atoms += [f"title&rel={relation}", f"title&d={distance}&{a.family == b.family}", f"title&{place}"]
    if a.other:
        atoms.append(f"another&rel={relation}")
    if a.dem:
        atoms.append(f"dem&rel={relation}")
    return atoms


def new_features(ctx: Context, j: int, earlier: Sequence[int], locals_: Sequence[Local]) -> list[str]:
    """Features of trigger `j` starting an event of its own, after the chosen triggers `earlier`."""
    t, a = ctx.doc.triggers[j], locals_[j]
    same = any(locals_[i].kind == a.kind for i in earlier)
    family = any(locals_[i].family == a.family for i in earlier)
    here = sum(1 for i in earlier if locals_[i].sentence == a.sentence)
    fresh = not any(a.places & locals_[i].places for i in earlier) if a.places else None
    return [
        "new",
        f"new:kind={a.kind}",
        f"new:e={t.entry}",
        f"new:def={a.definite}",
        f"new:cls={a.cls}",
        f"new:s={bucket(a.sentence, (0, 1, 2, 4, 8))}",
        f"new:same={same}&def={a.definite}",
        f"new:same={same}&kind={a.kind}",
        f"new:family={family}",
        f"new:here={bucket(here, (0, 1, 2))}",
        f"new:fresh={fresh}",
        f"new:fresh={fresh}&same={same}",
        f"new:n={bucket(len(earlier), (0, 1, 3, 6, 12))}",
        f"new:other={a.other}",
        f"new:cls={a.cls}&same={same}",
    ]


def in_reach(earlier: Sequence[int], locals_: Sequence[Local]) -> list[int]:
    """The antecedents weighed: the latest triggers, and those of title and lead."""
    latest = earlier[-_WINDOW:]
    return [i for i in earlier[:-_WINDOW] if locals_[i].sentence <= 1] + list(latest)


def find_clusters(
    ctx: Context, chosen: Sequence[int], scores: Sequence[dict[str, float]], model: LinearModel, bias: float = 0.0
) -> list[Cluster]:
    """Events as clusters of the chosen triggers. `scores[j]` holds trigger j's log-score by kind."""
    locals_ = {n: find_local(ctx, n, scores[n]) for n in chosen}
    table = [locals_.get(n) for n in range(len(scores))]
    clusters: list[Cluster] = []
    owner: dict[int, Cluster] = {}
    earlier: list[int] = []
    for j in chosen:
        best: Cluster | None = None
        top = model.score(new_features(ctx, j, earlier, table)) + bias  # type: ignore[arg-type]
        for i in in_reach(earlier, table):  # type: ignore[arg-type]
            score = model.score(pair_features(ctx, j, i, table, len(owner[i].triggers)))  # type: ignore[arg-type]
            if score > top:
                best, top = owner[i], score
        if best is None:
            best = Cluster()
            clusters.append(best)
        best.triggers.append(j)
        owner[j] = best
        earlier.append(j)
    return clusters
