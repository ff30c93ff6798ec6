"""Which triggers of a report tell the same event: left to right, each joins an earlier event or starts one."""

from __future__ import annotations

from collections.abc import Sequence

from khabar.code.context import Context, bucket
from khabar.lexicon.ontology import family_of
from khabar.lexicon.weights import LinearModel
from khabar.model.document import TriggerMention


class Cluster:
    """An event being gathered: its triggers so far, in text order, and the kind scores summed over them."""

    __slots__ = ("kinds", "triggers")

    def __init__(self) -> None:
        self.triggers: list[int] = []
        self.kinds: dict[str, float] = {}


def _entries_between(ctx: Context, a: TriggerMention, b: TriggerMention) -> list[str]:
    """Function classes and punctuation between two triggers of one sentence, when they stand close."""
    gap = b.first - a.last
    if gap > 8:
        return []
    atoms = []
    tags = [ctx.tag(k) for k in range(a.last, b.first)]
    functions = [ctx.words[k].function for k in range(a.last, b.first)]
    if gap <= 3:
        atoms.append("btw=" + " ".join(tags))
    for f in ("rel", "cause", "agent", "comp", "after", "before", "dem", "conj", "contrast"):
        if f in functions:
            atoms.append(f"btw:{f}")
    if any(ctx.norms[k] in ("،", ".", "؛", ":") for k in range(a.last, b.first)):
        atoms.append("btw:punct")
    if b.proclitics.startswith("و"):
        atoms.append("btw:wa")
    return atoms


def _spots(ctx: Context, s: int, t: TriggerMention) -> set[str]:
    """Folded names of the places in a trigger's sentence, within its reach."""
    return {ctx.doc.places[k].name for k in ctx.places[s] if abs(ctx.doc.places[k].first - t.first) < 25}


def _armed(ctx: Context, s: int, t: TriggerMention) -> set[str]:
    found = set()
    for k in ctx.actors[s]:
        a = ctx.doc.actors[k]
        key = a.entry or a.affiliation
        if key and abs(a.first - t.first) < 20:
            found.add(key)
    return found


def pair_features(ctx: Context, j: int, cluster: Cluster, probabilities: Sequence[dict[str, float]]) -> list[str]:
    """Features of trigger `j` joining `cluster`."""
    t = ctx.doc.triggers[j]
    s = ctx.sentence_of(t.first)
    last = ctx.doc.triggers[cluster.triggers[-1]]
    ls = ctx.sentence_of(last.first)
    first = ctx.doc.triggers[cluster.triggers[0]]
    fs = ctx.sentence_of(first.first)
    entries = {e for k in cluster.triggers for e in ctx.doc.triggers[k].entries}
    mine = probabilities[j]
    kind = max(mine, key=lambda k: (mine[k], k)) if mine else "?"
    best = max(cluster.kinds, key=lambda k: (cluster.kinds[k], k)) if cluster.kinds else "?"
    same_kind = kind == best
    compat = any(k in cluster.kinds for k in mine)
    distance = "0" if ls == s else bucket(s - ls, (1, 2, 4, 8))
    relation = "same" if same_kind else ("compat" if compat else "other")
    fam = "fam" if family_of(kind) == family_of(best) else "nofam"
    cls = t.cls or ("verb" if t.pos == "v" else "noun")
    lcls = last.cls or ("verb" if last.pos == "v" else "noun")
    definite = "D" if t.definite or t.enclitic else "I"
    atoms = [
        "bias", f"rel={relation}", f"{fam}", f"d={distance}", f"rel={relation}&d={distance}",
        f"rel={relation}&def={definite}&d={distance}", f"cls={cls}>{lcls}&d={distance}",
        f"cls={cls}>{lcls}&rel={relation}", f"kind={kind}&best={best}", f"size={bucket(len(cluster.triggers), (1, 2, 4))}",
        f"kind={kind}&def={definite}", f"e={t.entry}", f"e={t.entry}&rel={relation}",
    ]
    if t.entry in entries:
        atoms += ["same:entry", f"same:entry&d={distance}", f"same:entry&def={definite}"]
    if ls == s:
        gap = t.first - last.last
        atoms += [f"gap={bucket(gap, (0, 1, 3, 6, 12))}", f"gap={bucket(gap, (0, 1, 3, 6, 12))}&cls={cls}>{lcls}"]
        atoms += [f"{b}&{fam}" for b in _entries_between(ctx, last, t)]
        atoms.append(f"pair={last.entry}>{t.entry}")
    if fs == 0:
        atoms += [f"title&rel={relation}", f"title&s={bucket(s, (1, 2, 4))}&{fam}"]
    if any(ctx.words[k].function == "other" for k in range(t.last, min(t.last + 2, len(ctx.words)))):
        atoms.append("another")
    if t.first > 0 and ctx.words[t.first - 1].function == "dem":
        atoms.append("dem")
    mine_at, theirs = _spots(ctx, s, t), _spots(ctx, ls, last)
    if ls != s and mine_at and theirs:
        atoms.append("place:shared" if mine_at & theirs else "place:differ")
        atoms.append(("place:shared" if mine_at & theirs else "place:differ") + f"&rel={relation}")
    ours, others = _armed(ctx, s, t), _armed(ctx, ls, last)
    if ls != s and ours and others:
        atoms.append(("actor:shared" if ours & others else "actor:differ") + f"&rel={relation}")
    dates = [ctx.intervals[k] for k in ctx.times[s]]
    before = [ctx.intervals[k] for k in ctx.times[ls]]
    if ls != s and any(dates) and any(before):
        shared = any(d is not None and b is not None and d.start == b.start for d in dates for b in before)
        atoms.append(("date:shared" if shared else "date:differ") + f"&rel={relation}")
    return atoms


def new_features(ctx: Context, j: int, clusters: Sequence[Cluster], probabilities: Sequence[dict[str, float]]) -> list[str]:
    """Features of trigger `j` starting an event of its own."""
    t = ctx.doc.triggers[j]
    mine = probabilities[j]
    kind = max(mine, key=lambda k: (mine[k], k)) if mine else "?"
    definite = "D" if t.definite or t.enclitic else "I"
    s = ctx.sentence_of(t.first)
    any_same = any(kind in c.kinds and max(c.kinds, key=lambda k: (c.kinds[k], k)) == kind for c in clusters)
    return [
        "new", f"new:kind={kind}", f"new:e={t.entry}", f"new:def={definite}", f"new:cls={t.cls or t.pos}",
        f"new:s={bucket(s, (0, 1, 2, 4, 8))}", f"new:same={any_same}&def={definite}", f"new:same={any_same}&kind={kind}",
        f"new:n={bucket(len(clusters), (0, 1, 3, 6))}",
    ]


def find_clusters(
    ctx: Context, chosen: Sequence[int], scores: Sequence[dict[str, float]], model: LinearModel, bias: float = 0.0
) -> list[Cluster]:
    """Events as clusters of the chosen triggers. `scores[j]` holds trigger j's log-score by kind."""
    clusters: list[Cluster] = []
    for j in chosen:
        best: Cluster | None = None
        top = model.score(new_features(ctx, j, clusters, scores)) + bias
        for cluster in clusters:
            score = model.score(pair_features(ctx, j, cluster, scores))
            if score > top:
                best, top = cluster, score
        if best is None:
            best = Cluster()
            clusters.append(best)
        best.triggers.append(j)
        for kind, value in scores[j].items():
            best.kinds[kind] = best.kinds.get(kind, 0.0) + value
    return clusters
